"""The study's report: shares, lists and cross-tabulations of a run, and the answers published in 2017."""

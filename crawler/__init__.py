"""Observes institution sites: crawls, renders, measures. Judges nothing."""

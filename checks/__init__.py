"""Judges evidence: pure functions from what was observed to findings and answers."""

"""Measurements: of accuracy on pages that nobody here wrote, and of speed as ratios in one run."""

"""Carries audits out: one institution end to end, and lists of them."""

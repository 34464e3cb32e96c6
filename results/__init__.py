"""Keeps runs, evidence and judgements, and shows them."""

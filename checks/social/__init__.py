"""Checks of the institution's accounts in social networks."""

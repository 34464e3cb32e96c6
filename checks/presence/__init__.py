"""Checks of what the site offers its visitors: search, services, participation."""

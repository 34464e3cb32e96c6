"""Checks of how visitors can take part: open questions, tools of participation, surveys, feedback."""

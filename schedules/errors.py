"""Errors of carrying audits out.

- ScheduleError
  - InputError: a list of URLs or institutions can't be read
  - SettingsError: an option's value makes no sense
"""

from __future__ import annotations

from results.spoken_errors import SpokenError


class ScheduleError(SpokenError):
    """Base of the errors that a command shows as one clear line."""


class InputError(ScheduleError):
    """A list of URLs or institutions can't be read; the message names file, line and column."""


class SettingsError(ScheduleError):
    """An option or environment variable has a value that makes no sense."""

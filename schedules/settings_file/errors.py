"""What can be wrong with a file of settings; each names the file, the key and what was expected.

- SettingsFileError
  - UnreadableError: it can't be read, or is no TOML
  - UnknownKeyError: nothing has this name
  - WrongValueError: the value is of another type, out of its limits, or makes no sense
  - SecretInFileError: the value is a secret
"""

from __future__ import annotations

from pathlib import Path

from schedules.errors import ScheduleError


class SettingsFileError(ScheduleError):
    """Base of them."""

    def __init__(self, file: Path, key: str, said: str) -> None:
        """`key` as in `check.fail-on` or `url[2].rate`; empty where the file as a whole is meant."""
        super().__init__(f"{file}: {key}: {said}" if key else f"{file}: {said}")
        self.file, self.key = file, key


class UnreadableError(SettingsFileError):
    """It can't be read, or is no TOML."""


class UnknownKeyError(SettingsFileError):
    """Nothing has this name, or not here."""


class WrongValueError(SettingsFileError):
    """The value is of another type, out of its limits, or makes no sense."""


class SecretInFileError(SettingsFileError):
    """The value is a secret; it is not shown."""

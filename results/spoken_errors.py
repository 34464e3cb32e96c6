"""Errors whose message is kept in English, for logs and the database, and told in the language spoken."""

from __future__ import annotations

from results.known_sentences import spoken
from results.language import N_, _

OS_REASONS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("No space left on device"),
    N_("Read-only file system"),
)
"""What the operating system says most often of a file."""


class Word(str):
    """A value within a message that is a message itself, marked by `N_`."""

    __slots__ = ()


class SpokenError(Exception):
    """`str()` is English; `told()` is the same sentence in the language spoken when it is called."""

    def __init__(self, message: str = "", /, **values: object) -> None:
        """`message`: marked by `N_`, with a `{name}` for each of `values`; as it stands where none is."""
        super().__init__(message.format(**values) if values else message)
        self._message, self._values = message, values

    def told(self) -> str:
        """The message; in English where it has no translation."""
        if not self._values:
            return spoken(self._message)
        told = {name: _told(value) for name, value in self._values.items()}
        return _(self._message).format(**told)


def _told(value: object) -> object:
    if isinstance(value, SpokenError):
        return value.told()
    return _(value) if isinstance(value, Word) else value

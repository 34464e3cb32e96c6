"""Which language people are spoken to in, and the catalogue that speaks it.

Messages are written in English where they are used, `_("…")`; the other languages are gettext catalogues,
`results/locale/<language>/LC_MESSAGES/eindekss.po`, which translators edit and `make messages` keeps in step.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


class Language(StrEnum):
    """A language that everything can be told in."""

    EN = "en"
    LV = "lv"


_current: ContextVar[Language] = ContextVar("eindekss_language", default=Language.EN)
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def language() -> Language:
    """The language spoken now."""
    return _current.get()


@contextmanager
def speaking(chosen: Language) -> Iterator[None]:
    """Speak a language within the block, in this task or thread only."""
    token = _current.set(chosen)
    try:
        yield
    finally:
        _current.reset(token)


def speak(chosen: Language) -> None:
    """Speak a language from now on: for the command line, before its commands are declared."""
    _current.set(chosen)


def of_environment(environ: Mapping[str, str]) -> Language | None:
    """The language that the locale variables ask for, in POSIX's order; None where none of ours."""
    chosen = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    name = chosen.split("_")[0].split(".")[0].lower()
    return next((one for one in Language if one == name), None)


def _(message: str) -> str:
    """The message in the language spoken now; the message itself where it is English."""
    return message if not message else translations(language()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The form of a message for a number, with the language's own plural rule; `{n}` is not filled in."""
    return translations(language()).ngettext(one, many, number)


def N_(message: str) -> str:  # noqa: N802  (gettext's own name for what is only marked)
    """The message as it is, marked for the catalogue: it is told later, in a language not known yet."""
    return message


@cache
def translations(chosen: Language) -> gettext.NullTranslations:
    """The catalogue of a language."""
    if chosen is Language.EN:
        return gettext.NullTranslations()
    path = files("results").joinpath("locale", chosen, "LC_MESSAGES", "eindekss.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=chosen))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

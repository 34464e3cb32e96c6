"""Which language people are spoken to in, and the catalogue that speaks it.

Messages are written in English where they are used, `_("…")`; the other languages are gettext catalogues,
`results/locale/<language>/LC_MESSAGES/eindekss.po`, which translators edit and `make messages` keeps in step.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


class Language(StrEnum):
    """A language that everything can be told in."""

    EN = "en"
    LV = "lv"


VARIABLE = "EINDEKSS_LANG"
_current: ContextVar[Language | None] = ContextVar("eindekss_language", default=None)
_VARIABLES = (VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")


def language() -> Language:
    """The language spoken now; English where nobody chose one."""
    return _current.get() or Language.EN


def chosen() -> Language | None:
    """The language that somebody asked for: by `speak`, or around this call; None where nobody did."""
    return _current.get()


@contextmanager
def speaking(wanted: Language) -> Iterator[None]:
    """Speak a language within the block, in this task or thread only."""
    token = _current.set(wanted)
    try:
        yield
    finally:
        _current.reset(token)


def speak(wanted: Language) -> None:
    """Speak a language from now on: for the command line, before its commands are declared."""
    _current.set(wanted)


def of_environment(environ: Mapping[str, str]) -> Language | None:
    """The language that `EINDEKSS_LANG`, else the locale variables in POSIX's order ask for; None where it is
    none of ours.
    """
    return named(next((environ[name] for name in _VARIABLES if environ.get(name)), ""))


def named(name: str) -> Language | None:
    """The language of a tag or locale (`lv`, `lv-LV`, `lv_LV.UTF-8`); None where it is none of ours."""
    primary = re.split(r"[-_.@]", name.strip(), maxsplit=1)[0].lower()
    return next((one for one in Language if one == primary), None)


def decimal(value: float | Decimal, digits: int = 2) -> str:
    """A number with so many decimals and the language's own decimal mark."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language() is Language.LV else text


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
def translations(wanted: Language) -> gettext.NullTranslations:
    """The catalogue of a language."""
    if wanted is Language.EN:
        return gettext.NullTranslations()
    path = files("results").joinpath("locale", wanted, "LC_MESSAGES", "eindekss.po")
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(path.read_bytes()), locale=wanted))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

"""One value of a file against the option that it is for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from crawler.access import basic_reference, cookie_reference, header_reference
from crawler.patterns import compiled
from results.ci.names import least_percent, names
from results.errors import ResultsError
from results.known_sentences import spoken
from results.language import N_, _
from results.terminal import plain
from schedules.settings_file.catalogue import Kind, Option, Place
from schedules.settings_file.errors import SecretInFileError, WrongValueError

_KINDS = {
    Kind.BOOLEAN: N_("true or false"),
    Kind.INTEGER: N_("a whole number"),
    Kind.NUMBER: N_("a number"),
    Kind.TEXT: N_("text"),
}
_REFERRING: dict[str, Callable[[str], object]] = {
    "header": header_reference,
    "cookie": cookie_reference,
    "basic-auth": basic_reference,
}
"""Options that name the variable which holds a secret; what else stands there is one, and is not shown."""
_MEANT: dict[str, Callable[[str], object]] = _REFERRING | {
    "include": compiled,
    "exclude": compiled,
    "fail-below": least_percent,
    "fail-on": lambda text: names([text]),
}
_SQLITE = "sqlite:///"
_SECRET_PARTS = frozenset({"password", "passwd", "token", "secret", "sslpassword"})
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
MOST_SHOWN = 60


def taken(option: Option, value: object, file: Path, key: str) -> Any:  # noqa: ANN401  (of the option's kind)
    """The value as the command line would have it; paths are relative to the file's folder.

    Raises:
        WrongValueError: it is of another kind, out of the limits, or none of the choices.
        SecretInFileError: there is a password in it.
    """
    if not option.many:
        return _one(option, value, file, key)
    every = value if isinstance(value, list) else [value]
    return [_one(option, one, file, key) for one in every]


def expected(option: Option) -> str:
    """What a value has to be, in words."""
    said = _(_KINDS[option.kind])
    if option.choices:
        said = _("one of {choices}").format(choices=", ".join(option.choices))
    if option.least is not None:
        said += _(", at least {n:g}").format(n=option.least)
    if option.most is not None:
        said += _(", at most {n:g}").format(n=option.most)
    return _("{what}, or a list of these").format(what=said) if option.many else said


def has_password(text: str) -> bool:
    """Whether a URL carries a password, before its host or as a parameter; of `NAME=URL` too."""
    found = _URL.search(text)
    if not found:
        return False
    try:
        parts = urlsplit(text[found.start() :])
        return bool(parts.password) or any(
            name.lower() in _SECRET_PARTS for name, _ in parse_qsl(parts.query)
        )
    except ValueError:
        return "@" in text


def _one(option: Option, value: object, file: Path, key: str) -> Any:  # noqa: ANN401  (see above)
    if not _fits(option, value):
        said = _("expected {what}, found {value}").format(what=expected(option), value=_shown(value))
        raise WrongValueError(file, key, said)
    if option.kind is not Kind.TEXT:
        return float(str(value)) if option.kind is Kind.NUMBER else value
    text = str(value)
    if has_password(text):
        said = _("a password does not stand in this file; give the value in {variable}")
        raise SecretInFileError(file, key, said.format(variable=option.variable))
    _see_the_meaning(option, text, file, key)
    return option.enum(text) if option.enum else _placed(option.place, text, file.parent)


def _see_the_meaning(option: Option, text: str, file: Path, key: str) -> None:
    try:
        _MEANT.get(option.key, str)(text)
    except (ValueError, ResultsError) as error:
        kind = SecretInFileError if option.key in _REFERRING else WrongValueError
        said = error.told() if isinstance(error, ResultsError) else spoken(str(error))
        raise kind(file, key, said) from None


def _fits(option: Option, value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match option.kind:
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.INTEGER:
            return is_number and isinstance(value, int) and _within(option, value)
        case Kind.NUMBER:
            return is_number and math.isfinite(float(str(value))) and _within(option, float(str(value)))
        case _:
            is_text = isinstance(value, str) or (option.takes_numbers and is_number)
            return is_text and (not option.choices or str(value) in option.choices)


def _within(option: Option, number: float) -> bool:
    least = -math.inf if option.least is None else option.least
    most = math.inf if option.most is None else option.most
    return least <= number <= most


def _placed(place: Place, text: str, folder: Path) -> str:
    match place:
        case Place.FILE:
            return text if text == "-" else str(folder / text)
        case Place.ADDRESS:
            return _database(text, folder) if _URL.match(text) else str(folder / text)
        case Place.AFTER_EQUALS:
            name, equals, path = text.partition("=")
            return f"{name}={folder / path}" if equals and path else text
        case _:
            return text


def _database(url: str, folder: Path) -> str:
    if not url.startswith(_SQLITE):
        return url
    try:
        database = make_url(url).database
    except ArgumentError:
        return url  # said when it is opened
    return f"{_SQLITE}{folder / database}" if database and database != ":memory:" else url


def _shown(value: object) -> str:
    names = {bool: "true" if value else "false", dict: _("a table"), list: _("a list")}
    if type(value) in names:
        return names[type(value)]
    return repr(plain(value)[:MOST_SHOWN]) if isinstance(value, str) else plain(str(value))[:MOST_SHOWN]

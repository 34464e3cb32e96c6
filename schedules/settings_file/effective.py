"""What counts for a command, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum
from typing import Any

import msgspec

from schedules.settings_file.applying import origin, said
from schedules.settings_file.catalogue import Catalogue, Option
from schedules.settings_file.matching import matches
from schedules.settings_file.settings import AUDITING, SettingsFile
from schedules.settings_file.values import has_password

HIDDEN = "***"


class Source(StrEnum):
    """Where a value comes from."""

    BUILT_IN = "built-in"
    FILE = "file"
    ENVIRONMENT = "environment"


class Effective(msgspec.Struct, frozen=True, kw_only=True):
    """One option of a command."""

    command: str
    """Its words, parted by spaces; empty for `eindekss` itself."""
    key: str
    value: Any
    """As JSON has it; of a variable the text in it. None: not set. An address with a password is hidden."""
    source: Source
    where: str = ""
    """The key in the file (`url[1].rate`), or the variable."""


def effective(
    catalogue: Catalogue, settings: SettingsFile | None, environ: Mapping[str, str], url: str = ""
) -> Iterator[Effective]:
    """Every option of every command, as it would be without a command line; with a URL, as for that site."""
    for path, command in catalogue.items():
        for key, option in command.options.items():
            value, source, where = _value(path, option, settings, environ, url)
            yield Effective(command=" ".join(path), key=key, value=_shown(value), source=source, where=where)


def _value(
    path: tuple[str, ...],
    option: Option,
    settings: SettingsFile | None,
    environ: Mapping[str, str],
    url: str,
) -> tuple[Any, Source, str]:
    if environ.get(option.variable):
        return environ[option.variable], Source.ENVIRONMENT, option.variable
    for table in reversed(settings.urls if settings and url and path in AUDITING else ()):
        if option.key in table.values and matches(table.match, url):
            return table.values[option.key], Source.FILE, table.key(option.key)
    if settings and (where := origin(settings, path, option.key)):
        return said(settings, path)[option.key], Source.FILE, where
    return option.default, Source.BUILT_IN, ""


def _shown(value: object) -> Any:  # noqa: ANN401  (of any option)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str) and has_password(value):
        return HIDDEN
    return value if value is None or isinstance(value, bool | int | float | str | list) else str(value)

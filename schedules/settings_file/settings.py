"""A file of settings as values, checked key by key against the options that there are."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from crawler.evidence.interfaces import INTERFACES
from results.language import Language, _
from results.terminal import plain
from schedules.settings_file.catalogue import ONCE, ROOT, Catalogue, Option, common, variable_of
from schedules.settings_file.errors import (
    SecretInFileError,
    SettingsFileError,
    UnknownKeyError,
    WrongValueError,
)
from schedules.settings_file.matching import examined
from schedules.settings_file.values import taken

URL, MATCH = "url", "match"
OWN_AUDIT = (
    "scope", "pages", "timeout", "rate", "max-urls", "confirm", "structured-pages", "robots", "third-party",
    "best-effort-social", "sitemap", "sitemap-url", "include", "exclude", "header", "cookie", "basic-auth",
    "login", "consent",
)  # fmt: skip
"""Settings of an audit that the crawler takes site by site; the others belong to what sites share: the
browser, the guard, the checks."""
OWN_GATE = ("fail-below", "fail-on", "allow-review", "baseline")
AUDITING = (("check",), ("run",))
"""Commands that a `[[url]]` table is for."""
_SECRETS = frozenset({"password", "token", "secret", "key", "passwd", "credentials"})
"""Last words of keys that no option has."""


class UrlTable(msgspec.Struct, frozen=True, kw_only=True):
    """A `[[url]]` table."""

    number: int
    """From 1, in the order of the file."""
    match: tuple[str, ...]
    values: dict[str, Any]
    """By key, as the command line would have them."""

    def key(self, key: str) -> str:
        """`url[2].rate`."""
        return f"{URL}[{self.number}].{key}"


class SettingsFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says, by key and as the command line would have it."""

    path: Path
    top: dict[str, Any] = msgspec.field(default_factory=dict)
    commands: dict[tuple[str, ...], dict[str, Any]] = msgspec.field(default_factory=dict)
    urls: tuple[UrlTable, ...] = ()


def per_url(catalogue: Catalogue) -> dict[str, Option]:
    """The options that a `[[url]]` table may set."""
    known = catalogue[AUDITING[0]].options
    return {key: known[key] for key in (*OWN_AUDIT, *OWN_GATE)}


def settings_file(
    path: Path, tables: Mapping[str, Any], catalogue: Catalogue
) -> tuple[SettingsFile, tuple[SettingsFileError, ...]]:
    """What the tables of a file say, and everything that is wrong with them."""
    reading = _Reading(path, catalogue)
    made = reading.read(tables)
    return made, tuple(reading.wrong)


class _Reading:
    def __init__(self, path: Path, catalogue: Catalogue) -> None:
        self._path, self._catalogue = path, catalogue
        self._words = {path[0] for path in catalogue if path}
        self.wrong: list[SettingsFileError] = []

    def read(self, tables: Mapping[str, Any]) -> SettingsFile:
        words = self._words
        plain_keys = {key: value for key, value in tables.items() if key not in words | {URL}}
        top = self._values(plain_keys, common(self._catalogue), "", self._not_at_the_top)
        commands: dict[tuple[str, ...], dict[str, Any]] = {}
        for word in (key for key in tables if key in words):
            commands |= self._command((word,), tables[word])
        return SettingsFile(
            path=self._path,
            top=top,
            commands=commands,
            urls=tuple(self._urls(tables.get(URL, []))),
        )

    def _command(self, path: tuple[str, ...], table: object) -> dict[tuple[str, ...], dict[str, Any]]:
        key = ".".join(path)
        if not isinstance(table, dict):
            self.wrong.append(
                WrongValueError(self._path, key, _("expected a table, [{key}]").format(key=key))
            )
            return {}
        if path in self._catalogue:
            known = self._catalogue[path].options
            return {path: self._values(table, known, f"{key}.", self._not_of_command)}
        below = {
            one[len(path)] for one in self._catalogue if one[: len(path)] == path and len(one) > len(path)
        }
        found: dict[tuple[str, ...], dict[str, Any]] = {}
        for word, value in table.items():
            if word in below:
                found |= self._command((*path, word), value)
            else:
                self.wrong.append(self._unknown(f"{key}.{word}", word, below, ""))
        return found

    def _urls(self, tables: object) -> Iterator[UrlTable]:
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.wrong.append(WrongValueError(self._path, URL, _("expected tables, [[url]]")))
            return
        for number, table in enumerate(tables, 1):
            before = f"{URL}[{number}]."
            values = {key: value for key, value in table.items() if key != MATCH}
            yield UrlTable(
                number=number,
                match=self._match(table.get(MATCH), before),
                values=self._values(values, per_url(self._catalogue), before, self._not_of_a_url),
            )

    def _match(self, value: object, before: str) -> tuple[str, ...]:
        patterns = value if isinstance(value, list) else [value]
        if not patterns or not all(isinstance(one, str) for one in patterns):
            said = _('expected a pattern of addresses, such as "https://www.example.lv/*"')
            self.wrong.append(WrongValueError(self._path, f"{before}{MATCH}", said))
            return ()
        try:
            return tuple(map(examined, patterns))
        except ValueError as error:
            self.wrong.append(WrongValueError(self._path, f"{before}{MATCH}", str(error)))
            return ()

    def _values(
        self, table: Mapping[str, Any], known: Mapping[str, Option], before: str, why: Callable[[str], str]
    ) -> dict[str, Any]:
        found: dict[str, Any] = {}
        names = known if before else [*known, *self._words, URL]
        for key, value in table.items():
            option = known.get(key)
            try:
                if option is None:
                    self.wrong.append(self._unknown(f"{before}{key}", key, names, why(key), known.values()))
                else:
                    found[key] = taken(option, value, self._path, f"{before}{key}")
            except SettingsFileError as error:
                self.wrong.append(error)
        return found

    def _unknown(
        self, where: str, key: str, known: Iterable[str], why: str, options: Iterable[Option] = ()
    ) -> SettingsFileError:
        where = plain(where)[:200]
        if not why and _words(key)[-1] in _SECRETS:
            return SecretInFileError(self._path, where, _where_it_stands(variable_of((), key)))
        positive = next((one.key for one in options if one.negative == key), "")
        near = difflib.get_close_matches("-".join(_words(key)), list(known), n=1)
        said = why or _("there is no such key")
        if positive:
            said += _("; did you mean {key} = false?").format(key=positive)
        elif near and not why:
            said += _("; did you mean {key}?").format(key=near[0])
        return UnknownKeyError(self._path, where, said)

    def _not_at_the_top(self, key: str) -> str:
        if key in ONCE:
            return _once()
        having = [path for path, one in self._catalogue.items() if path and key in one.options]
        tables = ", ".join(f"[{'.'.join(path)}]" for path in having)
        if not having:
            return ""
        if len(having) == 1:
            return _("it belongs into {tables}").format(tables=tables)
        return _("it is not the same in every command; put it into {tables}").format(tables=tables)

    def _not_of_command(self, key: str) -> str:
        if key in ONCE:
            return _once()
        return (
            _("it holds for all commands; put it at the top") if key in self._catalogue[ROOT].options else ""
        )

    def _not_of_a_url(self, key: str) -> str:
        if any(key in self._catalogue[path].options for path in AUDITING):
            return _("all sites share it; put it into [check] or [run]")
        return self._not_of_command(key)


def _once() -> str:
    return _("it is for one call: say it on the command line")


def _where_it_stands(variable: str) -> str:
    if any(one.variable == variable for one in INTERFACES.values()):
        said = _("a secret does not stand in this file; give it in the environment, as {variable}")
        return said.format(variable=variable)
    return _(
        "a secret does not stand in this file; keep it in a variable of the environment, which header, "
        "cookie, basic-auth or the file of login names: env:NAME"
    )


def _words(key: str) -> list[str]:
    return key.lower().replace("_", "-").split("-")


def language_of(tables: Mapping[str, Any]) -> str:
    """What a file that was not examined yet says as `lang`; empty where it is no language."""
    value = tables.get("lang")
    return value if isinstance(value, str) and value in set(Language) else ""

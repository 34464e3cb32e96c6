"""From a command line to the command that it means: its language, file of settings and variables."""

# ruff: noqa: ANN401  (typer keeps click's classes to itself)
from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from results.commands import USAGE
from results.language import VARIABLE, Language, named, of_environment, speak
from schedules.settings_file.applying import default_map
from schedules.settings_file.asked import Asked, asked
from schedules.settings_file.catalogue import catalogue_of, give_variables
from schedules.settings_file.errors import SettingsFileError
from schedules.settings_file.finding import chosen, read
from schedules.settings_file.settings import SettingsFile, UrlTable, language_of, settings_file


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A command line, and the file of settings that counts for it."""

    asked: Asked
    path: Path | None = None
    tables: dict[str, Any] = msgspec.field(default_factory=dict)
    problem: SettingsFileError | None = None
    """Why the file could not be read."""


class InForce(msgspec.Struct, frozen=True, kw_only=True):
    """What a command finds as its context's `obj`."""

    path: Path | None = None
    """The file of settings; None where there is none."""
    settings: SettingsFile | None = None
    """What it says."""
    wrong: tuple[SettingsFileError, ...] = ()
    """Only `config` begins in spite of them."""

    @property
    def urls(self) -> tuple[UrlTable, ...]:
        """Its `[[url]]` tables."""
        return self.settings.urls if self.settings else ()


def begin(arguments: Iterable[str], environ: Mapping[str, str]) -> Begun:
    """Take a command line apart, read the file of settings, and speak the language that they ask for: of the
    command line, `EINDEKSS_LANG`, the file, the locale. Ends with 2 where the language is none of ours.
    """
    wanted = asked(arguments)
    _speak_as_asked(wanted, environ)
    begun = _found(wanted, environ)
    of_file = named(language_of(begun.tables))
    if wanted.lang is None and not environ.get(VARIABLE) and of_file is not None:
        speak(of_file)
    return begun


def apply(command: Any, begun: Begun) -> None:
    """Give the command its variables and what the file says as its defaults. Where something is wrong with
    the file every mistake is told, and the command ends with 2; help, and `config`, work all the same.
    """
    give_variables(command)
    if begun.problem is not None or begun.path is None:
        in_force = InForce(path=begun.path, wrong=() if begun.problem is None else (begun.problem,))
        defaults: dict[str, Any] = {}
    else:
        catalogue = catalogue_of(command)
        settings, wrong = settings_file(begun.path, begun.tables, catalogue)
        in_force = InForce(path=begun.path, settings=settings, wrong=wrong)
        defaults = {} if wrong else default_map(settings, catalogue)
    if in_force.wrong and not begun.asked.is_for_help and begun.asked.rest[0] != "config":
        _end(map(str, in_force.wrong))
    command.context_settings = {"default_map": defaults, "obj": in_force}


def _speak_as_asked(wanted: Asked, environ: Mapping[str, str]) -> None:
    language = of_environment(environ) if wanted.lang is None else named(wanted.lang)
    if wanted.lang is not None and language is None:
        _end([f"--lang: there is {', '.join(Language)}, not {wanted.lang[:40]!a}."])
    if language is not None:
        speak(language)


def _found(wanted: Asked, environ: Mapping[str, str]) -> Begun:
    if wanted.no_config:
        return Begun(asked=wanted)
    path: Path | None = None
    try:
        path = chosen(wanted.config, environ, Path.cwd(), _home())
        return Begun(asked=wanted, path=path, tables=read(path) if path else {})
    except SettingsFileError as error:
        return Begun(asked=wanted, path=path, problem=error)


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)  # nobody's home: only a repository ends the search


def _end(lines: Iterable[str]) -> NoReturn:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    sys.exit(USAGE)

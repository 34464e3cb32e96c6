"""The command `config`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, NoReturn

import msgspec
import typer

from results.commands import USAGE
from results.language import _
from results.terminal import plain
from schedules.settings_file.beginning import InForce
from schedules.settings_file.catalogue import catalogue_of
from schedules.settings_file.effective import Effective, Source, effective
from schedules.settings_file.errors import SettingsFileError
from schedules.settings_file.finding import read
from schedules.settings_file.schema import schema
from schedules.settings_file.settings import settings_file


class ConfigFormat(StrEnum):
    """How the settings are written."""

    TEXT = "text"
    JSON = "json"


def mount(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(config)


def config(
    context: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND...", help="All options of this command; left out: what is set."),
    ] = None,
    *,
    url: Annotated[str, typer.Option(metavar="URL", help="As [[url]] tables have it for this site.")] = "",
    schema_: Annotated[bool, typer.Option("--schema", help="Print the file's JSON Schema.")] = False,
    check: Annotated[
        Path | None, typer.Option("--check", metavar="FILE", help="Only say what is wrong with a file.")
    ] = None,
    format_: Annotated[ConfigFormat, typer.Option("--format", help="Lines, or JSON.")] = ConfigFormat.TEXT,
) -> None:
    """Say which settings count, and where each comes from."""
    catalogue = catalogue_of(context.find_root().command)
    if schema_:
        _print(_json(schema(catalogue)))
    elif check is not None:
        _examine(check, catalogue)
    else:
        in_force = context.obj if isinstance(context.obj, InForce) else InForce()
        _end(in_force.wrong)
        path = tuple(command or ())
        if path and path not in catalogue:
            _stop(_("there is no command {name} with options of its own").format(name=plain(" ".join(path))))
        found = [
            one
            for one in effective(catalogue, in_force.settings, os.environ, url)
            if not path or one.command == " ".join(path)
        ]
        _print(_as_json(in_force, found) if format_ is ConfigFormat.JSON else _as_text(in_force, found, path))


def _examine(file: Path, catalogue: Any) -> None:  # noqa: ANN401  (as `catalogue_of` gives it)
    try:
        wrong = settings_file(file.absolute(), read(file), catalogue)[1]
    except SettingsFileError as error:
        wrong = (error,)
    _end(wrong)
    _print(_("{file}: nothing is wrong.").format(file=plain(str(file))))


def _as_json(in_force: InForce, found: list[Effective]) -> str:
    path = in_force.path
    return _json({"file": str(path) if path else None, "settings": msgspec.to_builtins(found)})


def _as_text(in_force: InForce, found: list[Effective], path: tuple[str, ...]) -> str:
    file = _("no file of settings") if in_force.path is None else plain(str(in_force.path))
    shown = [one for one in found if path or one.source is not Source.BUILT_IN]
    lines = [f"# {file}"]
    for command, options in groupby(shown, key=lambda one: one.command):
        lines += ["", f"[{command.replace(' ', '.')}]"] if command else [""]
        lines += map(_line, options)
    if not path:
        lines += ["", "# " + _("The rest is built in; `eindekss config COMMAND` shows it.")]
    return "\n".join(lines)


def _line(one: Effective) -> str:
    value = plain(json.dumps(one.value, ensure_ascii=False))
    setting = f"# {one.key}" if one.value is None else f"{one.key} = {value}"
    return f"{setting:<40}  # {_source(one)}"


def _source(one: Effective) -> str:
    match one.source:
        case Source.FILE:
            return _("file: {key}").format(key=one.where)
        case Source.ENVIRONMENT:
            return _("environment: {variable}").format(variable=one.where)
        case _:
            return _("not set") if one.value is None else _("built in")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _end(wrong: Iterable[SettingsFileError]) -> None:
    lines: Iterator[str] = map(str, wrong)
    if told := "\n".join(lines):
        _stop(told)


def _stop(text: str) -> NoReturn:
    sys.stderr.write(f"{text}\n")
    raise typer.Exit(USAGE)

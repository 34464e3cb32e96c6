"""The options that there are, taken from the commands themselves: what a file may say, and what it means."""

# ruff: noqa: ANN401  (typer keeps click's classes to itself)
from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import replace
from typer.models import ParameterInfo

PREFIX = "EINDEKSS"
ROOT: tuple[str, ...] = ()
"""The place of the options of `eindekss` itself, which hold for every command."""
ONCE = frozenset({"update-baseline", "accept-reason", "accept-owner", "accept-until", "detach", "dry-run"})
"""What is meant for one call only: a file that said it would say it every time."""
_LEFT_OUT = frozenset({"help", "version", "config", "no-config"})
_WITHOUT_VARIABLE = _LEFT_OUT | ONCE | {"lang", "evidence"}
_WITHOUT_TABLE = ("config",)
_NOT_AT_TOP = frozenset({"concurrency", "format", "output", "also", "name"})
"""Options that other commands have by the same name and in another meaning."""
_ALIKE_IN = (("check",), ("run",))
"""What both have, the top of a file may say for all commands."""


class Kind(StrEnum):
    """What a value is, as JSON Schema has it."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "string"


class Place(StrEnum):
    """What of a value is a path, which is then relative to the file."""

    NONE = ""
    FILE = "file"
    ADDRESS = "address"
    """A path, or a URL."""
    AFTER_EQUALS = "after ="


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One option of a command."""

    key: str
    """Its long name without dashes: `fail-on`."""
    name: str
    """That of the function's argument."""
    kind: Kind
    many: bool = False
    choices: tuple[str, ...] = ()
    enum: type[Enum] | None = None
    least: float | None = None
    most: float | None = None
    place: Place = Place.NONE
    takes_numbers: bool = False
    """A text that may be written as a number."""
    help: str = ""
    default: Any = None
    variable: str = ""
    """Of the environment."""
    negative: str = ""
    """Key of the option that says no, such as `no-confirm`."""

    @property
    def form(self) -> tuple[Any, ...]:
        """What two options of one name must share to be one setting."""
        return (self.kind, self.many, self.choices, self.least, self.most, self.place)


class CommandOptions(msgspec.Struct, frozen=True, kw_only=True):
    """A command's options by key."""

    path: tuple[str, ...]
    options: dict[str, Option]
    help: str = ""


Catalogue = Mapping[tuple[str, ...], CommandOptions]
"""By the words of the command; `ROOT` is `eindekss` itself."""


def catalogue_of(command: Any) -> Catalogue:
    """All commands that can have a table, and what stands before every command; the latter's options are not
    those of a command too.
    """
    found = {one.path: one for one in _commands(command, ROOT)}
    everywhere = found[ROOT].options
    for path, one in found.items():
        if path:
            own = {key: option for key, option in one.options.items() if key not in everywhere}
            found[path] = replace(one, options=own)
    return {path: one for path, one in found.items() if one.options}


def give_variables(command: Any, path: tuple[str, ...] = ROOT) -> None:
    """Give every option that has no variable of the environment one of its own: `EINDEKSS_CHECK_FAIL_ON`.

    click's own `auto_envvar_prefix` would name them by the function's arguments (`EINDEKSS_SHOW_FORMAT_`),
    and would take `EINDEKSS_VERSION` for a wish to see the version.
    """
    for parameter in command.params if path else ():
        if _is_option(parameter) and not parameter.envvar and _key(parameter) not in _WITHOUT_VARIABLE:
            parameter.envvar = variable_of(path, _key(parameter))
            parameter.show_envvar = False
    for name, one in getattr(command, "commands", {}).items():
        if (*path, name) != _WITHOUT_TABLE:
            give_variables(one, (*path, name))


def variable_of(path: tuple[str, ...], key: str) -> str:
    """`EINDEKSS_CHECK_FAIL_ON` of `check` and `fail-on`."""
    return "_".join((PREFIX, *path, key)).upper().replace("-", "_")


def common(catalogue: Catalogue) -> dict[str, Option]:
    """Options that the top of a file may set: those of `eindekss` itself, and those that `check` and `run`
    have and every other command that has them takes alike.
    """
    check, run = (catalogue[path].options for path in _ALIKE_IN)
    alike = {
        key: option
        for key, option in check.items()
        if key in run
        and key not in _NOT_AT_TOP
        and all(one.options.get(key, option).form == option.form for path, one in catalogue.items() if path)
    }
    return alike | dict(catalogue[ROOT].options)


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[CommandOptions]:
    below = getattr(command, "commands", {})
    if not below or path == ROOT:
        yield _command(command, path)
    for name, one in below.items():
        if (*path, name) != _WITHOUT_TABLE:
            yield from _commands(one, (*path, name))


def _command(command: Any, path: tuple[str, ...]) -> CommandOptions:
    function = inspect.unwrap(command.callback)
    declared = _declared(function)
    options = [
        _option(parameter, *declared[parameter.name])
        for parameter in command.params
        if _is_option(parameter) and _key(parameter) not in _LEFT_OUT | ONCE and parameter.name in declared
    ]
    return CommandOptions(
        path=path,
        options={one.key: one for one in options},
        help=" ".join((command.help or "").split()),
    )


def _is_option(parameter: Any) -> bool:
    return parameter.param_type_name == "option" and not parameter.hidden


def _key(parameter: Any) -> str:
    return str(max(parameter.opts, key=len)).removeprefix("--")


def _declared(function: Callable[..., Any]) -> dict[str, tuple[Any, ParameterInfo]]:
    """Type and declaration of each argument that is an option or argument of the command line."""
    hints = get_type_hints(function, include_extras=True)
    found: dict[str, tuple[Any, ParameterInfo]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        hint = hints.get(name)
        of_annotation = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
        info = next(
            (one for one in (*of_annotation, parameter.default) if isinstance(one, ParameterInfo)), None
        )
        if info is not None:
            found[name] = (get_args(hint)[0] if of_annotation else hint, info)
    return found


def _option(parameter: Any, hint: Any, info: ParameterInfo) -> Option:
    plain, many = _plain(hint)
    enum = plain if isinstance(plain, type) and issubclass(plain, Enum) else None
    metavar = parameter.metavar or ""
    negative = max(parameter.secondary_opts, key=len, default="").removeprefix("--")
    return Option(
        key=_key(parameter),
        name=parameter.name,
        kind=_kind(plain),
        many=many,
        choices=tuple(str(one.value) for one in enum) if enum else (),
        enum=enum,
        least=info.min,
        most=info.max,
        place=_place(_key(parameter), plain, metavar),
        takes_numbers=_kind(plain) is Kind.TEXT and any(word in metavar for word in ("PERCENT", "NUMBER")),
        help=" ".join((parameter.help or "").split()),
        default=parameter.default,
        variable=parameter.envvar or "",
        negative=negative,
    )


def _plain(hint: Any) -> tuple[Any, bool]:
    """The type without `None` and `list`, and whether there was a list."""
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(one for one in get_args(hint) if one is not type(None))
    return (get_args(hint)[0], True) if get_origin(hint) is list else (hint, False)


def _kind(plain: Any) -> Kind:
    kinds = {bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.NUMBER}
    return kinds.get(plain, Kind.TEXT)


def _place(key: str, plain: Any, metavar: str) -> Place:
    if key in {"db", "evidence"}:
        return Place.ADDRESS
    if plain is Path or metavar == "FILE|-":
        return Place.FILE
    return Place.AFTER_EQUALS if metavar.endswith("=FILE") else Place.NONE

"""The help of commands in another language: typer takes it from docstrings and options as they are imported,
so it is translated once all commands are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer
from typer import rich_utils

from results.known_sentences import spoken
from results.language import N_, _

_PANELS = (
    ("ARGUMENTS_PANEL_TITLE", N_("Arguments")),
    ("OPTIONS_PANEL_TITLE", N_("Options")),
    ("COMMANDS_PANEL_TITLE", N_("Commands")),
    ("ERRORS_PANEL_TITLE", N_("Error")),
    ("DEFAULT_STRING", N_("[default: {}]")),
    ("ENVVAR_STRING", N_("[env var: {}]")),
    ("REQUIRED_LONG_STRING", N_("[required]")),
    ("ABORTED_TEXT", N_("Aborted.")),
    ("RICH_HELP", N_("Try [blue]'{command_path} {help_option}'[/] for help.")),
)
"""typer's own words around the help, which it has as constants."""
_HELP_OPTION = N_("Show this message and exit.")
_Context: Any = typer.Context.__base__
"""The context that commands make for themselves; typer's own class is only what callbacks are given."""


class _Usage(_Context.formatter_class):  # type: ignore[misc]  # typer keeps click's classes to itself
    """Begins the line of usage in the language spoken."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or _("Usage:") + " ")


class _Speaking(_Context):  # type: ignore[misc]  # see above
    formatter_class = _Usage


def texts(command: Any) -> Iterator[str]:  # noqa: ANN401  (typer keeps click's classes to itself)
    """Every help text of a command and of those under it, in English."""
    for one in _every(command):
        yield from (text for name in _TOLD if (text := _text(one, name)))


def translate(command: Any) -> None:  # noqa: ANN401  (see above)
    """Turn every help text into the language spoken now."""
    for name, title in _PANELS:
        setattr(rich_utils, name, _(title))
    rich_utils.rich_format_error = _tell_error  # type: ignore[assignment]  # typer keeps its class to itself
    for one in _every(command):
        if hasattr(one, "context_class"):
            one.context_class = _Speaking
        for name in _TOLD:
            if text := _text(one, name):
                setattr(one, name, _(text))


_tell_in_english = rich_utils.rich_format_error


def _tell_error(error: Any) -> None:  # noqa: ANN401  (see above)
    """A mistake on the command line, whose text typer makes in English."""
    text = spoken(error.format_message())
    error.format_message = lambda: text
    _tell_in_english(error)


_TOLD = ("help", "short_help", "rich_help_panel")


def _text(of: object, name: str) -> str:
    """Empty too for typer's placeholder of a panel that nobody named."""
    text = getattr(of, name, None)
    return text if isinstance(text, str) else ""


def _every(command: Any) -> Iterator[object]:  # noqa: ANN401  (see above)
    """Commands and parameters."""
    yield command
    yield from command.params
    yield command.get_help_option(typer.Context(command))
    for one in getattr(command, "commands", {}).values():
        yield from _every(one)

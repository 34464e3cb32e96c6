"""What a command would be given: its own options parsed by the real command line, without carrying it out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import typer

import cli
from schedules.settings_file.beginning import InForce, apply, begin
from schedules.settings_file.catalogue import Catalogue, catalogue_of, give_variables


@cache
def command() -> Any:
    made = typer.main.get_command(cli.application())
    give_variables(made)
    return made


@cache
def catalogue() -> Catalogue:
    return catalogue_of(command())


def parsed(
    arguments: Sequence[str], environ: Mapping[str, str], words: int = 1
) -> tuple[dict[str, Any], InForce]:
    """The values of a command of so many words, by argument, with the variables of `environ` alone."""
    begun = begin(arguments, environ)
    with only(environ):
        apply(command(), begun)
        context = command().make_context("eindekss", list(begun.asked.rest), resilient_parsing=False)
        rest = list(begun.asked.rest)
        for _ in range(words):
            below = context.command.get_command(context, rest[0])
            context = below.make_context(rest[0], rest[1:], parent=context)
            rest = rest[1:]
    return context.params, context.obj


@contextmanager
def only(environ: Mapping[str, str]) -> Iterator[None]:
    before = {name: value for name, value in os.environ.items() if name.startswith("EINDEKSS_")}
    for name in before:
        del os.environ[name]
    os.environ.update(environ)
    try:
        yield
    finally:
        for name in environ:
            os.environ.pop(name, None)
        os.environ.update(before)


def written(folder: Path, text: str) -> Path:
    path = folder / "eindekss.toml"
    path.write_text(text, encoding="utf-8")
    return path

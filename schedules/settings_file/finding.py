"""Which file of settings counts: the one that was named, else the nearest one above the working directory."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from results.language import _
from schedules.settings_file.errors import UnreadableError

NAME = "eindekss.toml"
VARIABLE = "EINDEKSS_CONFIG"
MOST_BYTES = 1024 * 1024


def chosen(named: str | None, environ: Mapping[str, str], here: Path, home: Path) -> Path | None:
    """The file named on the command line, else in `EINDEKSS_CONFIG`, else the nearest; None where none is.

    Raises:
        UnreadableError: the one named is no file.
    """
    wanted = named if named is not None else environ.get(VARIABLE, "")
    if not wanted and named is None:
        return nearest(here, home)
    path = here / wanted
    if not wanted or not path.is_file():
        raise UnreadableError(path, "", _("there is no such file"))
    return path


def nearest(here: Path, home: Path) -> Path | None:
    """The file in a folder or the first of those above it, up to its repository's root or the home folder.
    Outside both only the folder itself counts: what lies above is somebody else's.
    """
    return next((found for folder in _own(here, home) if (found := folder / NAME).is_file()), None)


def _own(here: Path, home: Path) -> Iterator[Path]:
    above = (here, *here.parents)
    ends = (place for place, folder in enumerate(above) if folder == home or (folder / ".git").exists())
    yield from above[: next(ends, 0) + 1]


def read(path: Path) -> dict[str, Any]:
    """The tables of a file.

    Raises:
        UnreadableError: it can't be read, or is no TOML; the message names the line.
    """
    data = _bytes(path)
    if len(data) > MOST_BYTES:
        raise UnreadableError(path, "", _("it is larger than {n} bytes").format(n=MOST_BYTES))
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableError(path, "", _("line {n} is no UTF-8").format(n=line)) from error
    except tomllib.TOMLDecodeError as error:
        raise UnreadableError(path, "", _("no TOML: {why}").format(why=error)) from error


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        said = _("it cannot be read: {why}").format(why=error.strerror)
        raise UnreadableError(path, "", said) from error

"""Runs other programs during set-up: with a time limit, never asking anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def say(message: str) -> None:
    """One line of progress; stdout is left to programs' results."""
    sys.stderr.write(f"set-up: {message}\n")


def run(
    command: Sequence[str],
    environ: Mapping[str, str],
    *,
    seconds: float,
    folder: Path | None = None,
) -> str:
    """Run a command without standard input; the reason it failed in one line, or an empty string."""
    try:
        done = subprocess.run(  # noqa: S603 - the commands are set-up's own, no shell reads them
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} took longer than {seconds:.0f} s"
    except OSError as error:
        return f"{command[0]} can't be started: {error.strerror}"
    if done.returncode == 0:
        return ""
    return f"{command[0]} ended with {done.returncode}: {_telling_line(done.stdout)}"


def _telling_line(output: bytes) -> str:
    """The first line that names an error, else the last one: enough to know where to look."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    named = [line for line in lines if "error" in line.lower() or line.startswith("E:")]
    return (named or lines or ["it said nothing"])[0 if named else -1][:300]

"""LibreOffice for tests: what it makes of a file that it opens."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

MISSING = "LibreOffice is not there: `make test` installs it on Debian (apt-get install libreoffice-calc)"
_SECONDS = 100.0


def is_there() -> bool:
    """Whether it can be started."""
    return shutil.which("soffice") is not None


needs_libreoffice = pytest.mark.skipif(not is_there(), reason=MISSING)


def saved(files: list[Path], folder: Path, to: str = "xlsx") -> list[Path]:
    """The files as LibreOffice saves them into the folder, in one go: its start takes longer than a file."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=_SECONDS)
    return [(folder / file.name).with_suffix(f".{to}") for file in files]

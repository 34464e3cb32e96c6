"""What a pinned release of an npm package is, and whether its files lie beside us unchanged.

Read by the build (`setup.py`) before any dependency is there: standard library only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

VENDOR = Path(__file__).resolve().parents[1] / "vendor"


class Release(NamedTuple):
    """One release, and what is kept of it."""

    package: str
    version: str
    integrity: str
    """Of npm's tarball, as npm publishes it (Subresource Integrity form)."""
    files: dict[str, str]
    """What is kept of the tarball, with SHA-256; the last is the script."""

    @property
    def spec(self) -> str:
        """As npm takes it."""
        return f"{self.package}@{self.version}"

    @property
    def tarball(self) -> str:
        """The name under which `npm pack` keeps it."""
        return f"{self.package}-{self.version}.tgz"

    def unsound_files(self, vendor: Path = VENDOR) -> tuple[str, ...]:
        """Names of the files that are missing or are not the pinned release's."""
        return tuple(name for name, digest in self.files.items() if _sha256(vendor / name) != digest)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""

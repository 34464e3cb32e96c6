"""The one axe-core release that every score stands on, and whether it lies beside us unchanged.

Read by the build (`setup.py`) before any dependency is there: standard library only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

VERSION = "4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""Of npm's tarball, as npm publishes it (Subresource Integrity form)."""
FILES = {
    "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
    "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
}
"""What is kept of the tarball, with SHA-256; the MPL-2.0 asks for the notices."""
VENDOR = Path(__file__).resolve().parents[1] / "vendor"


def unsound_files(vendor: Path = VENDOR) -> tuple[str, ...]:
    """Names of the files that are missing or are not the pinned release's."""
    return tuple(name for name, digest in FILES.items() if _sha256(vendor / name) != digest)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""

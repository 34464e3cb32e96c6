"""The one axe-core release that every score stands on.

Read by the build (`setup.py`) before any dependency is there: standard library only.
"""

from __future__ import annotations

from pathlib import Path

from crawler.provision.release import VENDOR, Release

VERSION = "4.14.1"
INTEGRITY = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
FILES = {
    "LICENSE": "af175b9d96ee93c21a036152e1b905b0b95304d4ae8c2c921c7609100ba8df7e",
    "LICENSE-3RD-PARTY.txt": "4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653",
    "axe.min.js": "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
}
"""The MPL-2.0 asks for the notices."""
RELEASE = Release("axe-core", VERSION, INTEGRITY, FILES)


def unsound_files(vendor: Path = VENDOR) -> tuple[str, ...]:
    """Names of the files that are missing or are not the pinned release's."""
    return RELEASE.unsound_files(vendor)

"""Everything is in pyproject.toml but this: no wheel may be built without the engines inside."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).resolve().parent))
from crawler.provision import ace_release, axe_release


class BuildWithEngines(build_py):
    """Copies the modules, once the pinned engines lie among them."""

    def run(self) -> None:
        """Stop with a remedy where it does not; an editable install may come before it."""
        for release in (axe_release.RELEASE, ace_release.RELEASE):
            unsound = release.unsound_files()
            if unsound and not self.editable_mode:
                sys.exit(
                    f"crawler/vendor: {', '.join(unsound)} missing or not the pinned {release.package}; "
                    "run `make setup`"
                )
        super().run()


setup(cmdclass={"build_py": BuildWithEngines})

"""Everything is in pyproject.toml but this: no wheel may be built without axe-core inside."""

from __future__ import annotations

import sys
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).resolve().parent))
from crawler.provision.axe_release import unsound_files


class BuildWithAxe(build_py):
    """Copies the modules, once the pinned axe-core lies among them."""

    def run(self) -> None:
        """Stop with a remedy where it does not; an editable install may come before it."""
        unsound = unsound_files()
        if unsound and not self.editable_mode:
            sys.exit(
                f"crawler/vendor: {', '.join(unsound)} missing or not the pinned axe-core; run `make setup`"
            )
        super().run()


setup(cmdclass={"build_py": BuildWithAxe})

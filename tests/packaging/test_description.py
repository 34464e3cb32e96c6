"""What several files say of the project is the same in all of them."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from crawler.provision import axe_release

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CATALOGUE = (ROOT / "publiccode.yml").read_text(encoding="utf-8")


def test_the_catalogue_entry_names_the_released_version_and_licence() -> None:
    assert f'softwareVersion: "{PROJECT["version"]}"' in CATALOGUE
    assert f"license: {PROJECT['license']}" in CATALOGUE


def test_the_catalogue_entry_names_the_axe_core_that_is_built_in() -> None:
    assert f'version: "{axe_release.VERSION}"' in CATALOGUE


def test_the_change_log_has_a_place_for_the_next_release() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_the_licence_is_the_whole_of_the_eupl() -> None:
    words = re.sub(r"\s+", " ", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    assert words.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2 EUPL © the European Union 2007, 2016")
    articles = re.findall(r"(?<= )(\d{1,2})\.(?=[A-Z][a-z])", words)
    assert articles == [str(number) for number in range(1, 16)]
    assert words.endswith("require the production of a new EUPL version.")


def test_git_hooks_run_the_tools_of_make_lint() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^lint: setup\n((?:\t.+\n)+)", makefile, re.MULTILINE)
    assert recipe is not None
    linted = {line.split("/")[1].split()[0] for line in recipe[1].splitlines()}
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"entry: \.venv/bin/([a-z-]+)", hooks)) == linted


def test_ci_runs_what_developers_run() -> None:
    script = ROOT / ".ci" / "run"
    commands = [
        line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert commands[-1] == "make test"
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0

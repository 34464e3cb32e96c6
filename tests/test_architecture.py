"""The house's rules hold: who may import whom, what checks may touch, what is shipped."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("checks", "crawler", "demo", "results", "schedules")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a tree as `make lint` does on ours."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the packages, parsed; the path is relative to the project."""
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Full names of the modules (and of what is taken from them) that a module imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_the_import_contracts_are_kept() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("checks/finding.py", "import os"),
        ("checks/finding.py", "import crawler.urls"),
        ("results/errors.py", "import crawler.urls"),
        ("crawler/urls.py", "import checks.finding"),
        ("results/errors.py", "import schedules.errors"),
        ("crawler/urls.py", "import demo.server"),
    ],
)
def test_an_import_against_the_contracts_is_found(tmp_path: Path, module: str, line: str) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("vendor", "sites"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_every_package_stands_under_the_contracts() -> None:
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert folders == set(PYPROJECT["tool"]["importlinter"]["root_packages"]) == set(PACKAGES)


def test_nothing_imports_the_command() -> None:
    importing = [
        str(path)
        for path, tree in sources(*PACKAGES)
        if any(name == "cli" or name.startswith("cli.") for name in imported(tree))
    ]
    assert importing == []


def test_evidence_imports_nothing_else_of_ours() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    evidence = {"crawler.evidence", *graph.find_descendants("crawler.evidence")}
    found = {
        (module, other) for module in evidence for other in graph.find_modules_directly_imported_by(module)
    }
    assert [pair for pair in sorted(found) if pair[1] not in evidence] == []
    assert found, "evidence has imports of its own, so an empty graph would prove nothing"


def impurities(tree: ast.Module) -> list[str]:
    """What in a module asks the clock, chance, the network or the file system's state."""
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    clocks = [call for call in calls if call.rpartition(".")[2] in {"now", "utcnow", "today"}]
    builtins = [call for call in calls if call in {"open", "input", "print", "exec", "eval"}]
    network = [name for name in imported(tree) if name.startswith(("urllib.request", "urllib.robotparser"))]
    return clocks + builtins + network


def test_checks_ask_no_clock_no_chance_and_open_nothing() -> None:
    found = {str(path): impurities(tree) for path, tree in sources("checks")}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.date.today()",
        "from urllib.request import urlopen",
        "import urllib.request",
        "open('x')",
    ],
)
def test_impure_code_is_recognised(code: str) -> None:
    assert impurities(ast.parse(code)) != []


def test_every_folder_with_modules_is_a_package_and_listed() -> None:
    folders = {
        path.parent.relative_to(ROOT)
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "__pycache__" not in path.parts
    }
    assert {str(folder) for folder in folders if not (ROOT / folder / "__init__.py").is_file()} == set()
    assert sorted(".".join(folder.parts) for folder in folders) == PYPROJECT["tool"]["setuptools"]["packages"]


def declared() -> set[str]:
    """Distributions that the project asks for, by normalised name."""
    return {
        re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()
        for requirement in PYPROJECT["project"]["dependencies"]
    }


def test_every_library_that_is_imported_is_asked_for() -> None:
    modules = {name.partition(".")[0] for _, tree in sources(*PACKAGES) for name in imported(tree)}
    libraries = modules - sys.stdlib_module_names - {*PACKAGES, "cli", "None"}
    owners = packages_distributions()
    missing = {
        library
        for library in libraries
        if not {name.lower().replace("_", "-") for name in owners[library]} & declared()
    }
    assert missing == set()


def test_every_library_that_is_asked_for_is_pinned_with_hashes() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", text, flags=re.MULTILINE))
    assert declared() <= pinned
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9])", text)[1:])
    assert "://" not in text, "no index may be named: each machine has its own"

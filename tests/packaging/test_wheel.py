"""The wheel holds all that an audit needs and works where nothing else of ours is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.provision import ace_release, axe_release
from demo.server import SiteServer, today
from demo.site import SITES, DemoSite

ROOT = Path(__file__).parents[2]
PACKAGES = ("checks", "crawler", "demo", "results", "schedules")
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
NOT_SHIPPED = {"__pycache__"}


def run(*command: str | Path, folder: Path, seconds: float = 100) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def copy_project(folder: Path) -> Path:
    """The sources as a clone has them after set-up: building must not write into the work tree."""
    project = folder / "project"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, project / package, ignore=shutil.ignore_patterns(*NOT_SHIPPED))
    for file in ("pyproject.toml", "setup.py", "cli.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / file, project)
    return project


def build(project: Path) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, "-m", "build", "--wheel", "--no-isolation", folder=project)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_project(tmp_path_factory.mktemp("built"))
    done = build(project)
    assert done.returncode == 0, done.stdout + done.stderr
    return next((project / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def site() -> Iterator[SiteServer]:
    from threading import Thread

    server = SiteServer(DemoSite(SITES / "upju-agentura", today))
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_every_file_of_the_packages_is_inside(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts)
    }
    assert ours - shipped == set()
    assert "cli.py" in shipped


def test_the_engines_are_inside_unchanged_with_their_licences(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    assert axe_release.unsound_files(tmp_path / "crawler" / "vendor") == ()
    assert ace_release.RELEASE.unsound_files(tmp_path / "crawler" / "vendor") == ()
    apache = (tmp_path / "crawler" / "provision" / "Apache-2.0.txt").read_text(encoding="utf-8")
    assert "Apache License" in apache
    licence = (tmp_path / "crawler" / "vendor" / "LICENSE").read_text(encoding="utf-8")
    assert "Mozilla Public License" in licence
    own = next(tmp_path.glob("*.dist-info/licenses/LICENSE")).read_text(encoding="utf-8")
    assert own.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")


def test_nothing_but_the_packages_is_inside(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {*PACKAGES, "cli.py"}


@pytest.mark.parametrize("spoil", ["remove", "change"])
def test_no_wheel_is_built_without_the_pinned_axe_core(tmp_path: Path, spoil: str) -> None:
    project = copy_project(tmp_path)
    script = project / "crawler" / "vendor" / "axe.min.js"
    if spoil == "remove":
        script.unlink()
    else:
        script.write_text("// other", encoding="utf-8")
    done = build(project)
    assert done.returncode != 0
    assert "axe.min.js missing or not the pinned axe-core; run `make setup`" in done.stdout + done.stderr
    assert not list(project.rglob("*.whl"))


def interpreter(version: str) -> Path | None:
    """A Python of this version: the running one, on PATH, or one of pyenv's."""
    if version == RUNNING:
        return Path(sys.executable)
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    on_path = shutil.which(f"python{version}", path="/usr/local/bin:/usr/bin")
    return pyenv[-1] if pyenv else Path(on_path) if on_path else None


def prove(python: Path, wheel: Path, site: SiteServer, folder: Path) -> None:
    """The installed command tells its version, finds everything, and audits a site."""
    command = python.with_name("eindekss")
    version = run(command, "--version", folder=folder)
    assert (version.returncode, version.stdout.strip()) == (0, f"eindekss {wheel.name.split('-')[1]}")
    where = run(python, "-c", "import checks, cli; print(checks.__file__, cli.__file__)", folder=folder)
    assert all(Path(file).is_relative_to(folder) for file in where.stdout.split()), where
    doctor = run(command, "doctor", folder=folder)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert axe_release.VERSION in doctor.stdout + doctor.stderr
    options = ["--allow-private", "--format", "json", "--db", f"sqlite:///{folder / 'e.sqlite3'}"]
    audit = run(command, "check", site.url, *options, folder=folder)
    assert audit.returncode == 0, audit.stderr
    result = json.loads(audit.stdout)["sites"][0]
    assert (result["status"], result["wcag"]["band"]) == ("evaluated", 1)


def test_the_wheel_works_in_a_clean_environment(wheel: Path, site: SiteServer, tmp_path: Path) -> None:
    """Dependencies are lent from the tests' own environment: installing them is `pythons`' part."""
    assert (
        run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv", folder=tmp_path).returncode == 0
    )
    python = tmp_path / "venv" / "bin" / "python"
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    installed = run(*pip, wheel, folder=tmp_path)
    assert installed.returncode == 0, installed.stderr
    lent = next(Path(folder) for folder in sys.path if folder.endswith("site-packages"))
    own = next((tmp_path / "venv" / "lib").glob("python*/site-packages"))
    (own / "lent.pth").write_text(f"{lent}\n", encoding="utf-8")
    prove(python, wheel, site, tmp_path)


@pytest.mark.pythons
@pytest.mark.timeout(600)
@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_the_wheel_works_with_the_pinned_dependencies(
    wheel: Path, site: SiteServer, tmp_path: Path, version: str
) -> None:
    """Needs PyPI or a mirror: `make test-pythons`."""
    found = interpreter(version)
    if found is None:
        pytest.skip(f"no Python {version} on this machine")
    assert run(found, "-m", "venv", tmp_path / "venv", folder=tmp_path).returncode == 0
    python = tmp_path / "venv" / "bin" / "python"
    pins = ROOT / "requirements.txt"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet"]
    pinned = run(*pip, "--require-hashes", "-r", pins, folder=tmp_path, seconds=400)
    assert pinned.returncode == 0, pinned.stderr
    installed = run(*pip, wheel, folder=tmp_path, seconds=100)
    assert installed.returncode == 0, installed.stderr
    prove(python, wheel, site, tmp_path)

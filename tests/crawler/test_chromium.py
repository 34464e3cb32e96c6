from __future__ import annotations

from pathlib import Path

import pytest

from crawler.chromium import find_chromium


def on_path(*names: str):  # noqa: ANN201 - a small fake of the machine, not of our code
    return lambda name: f"/usr/bin/{name}" if name in names else None


def nothing() -> None:
    return None


def test_the_environment_names_the_browser(tmp_path: Path) -> None:
    chosen = tmp_path / "chrome"
    chosen.touch()
    environ = {"EINDEKSS_CHROMIUM": str(chosen)}
    assert find_chromium(environ, on_path("chromium"), nothing) == chosen


def test_a_wish_that_cannot_be_met_gives_no_other_browser() -> None:
    environ = {"EINDEKSS_CHROMIUM": "/nowhere/chrome"}
    assert find_chromium(environ, on_path("chromium"), nothing) is None


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (("msedge", "google-chrome", "chromium", "chromium-headless-shell"), "chromium-headless-shell"),
        (("msedge", "google-chrome", "chromium"), "chromium"),
        (("msedge", "google-chrome"), "google-chrome"),
        (("msedge",), "msedge"),
    ],
)
def test_a_headless_shell_goes_before_larger_browsers(there: tuple[str, ...], found: str) -> None:
    assert find_chromium({}, on_path(*there), nothing) == Path("/usr/bin") / found


def test_playwrights_own_download_is_the_last_resort(tmp_path: Path) -> None:
    assert find_chromium({}, on_path(), lambda: tmp_path) == tmp_path
    assert find_chromium({}, on_path("chromium"), lambda: tmp_path) == Path("/usr/bin/chromium")


def test_no_browser_is_told_as_none() -> None:
    assert find_chromium({}, on_path(), nothing) is None

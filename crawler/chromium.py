"""Finds the Chromium to drive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

ON_PATH = (
    "chromium-headless-shell",
    "headless_shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
"""Names looked up on PATH; a headless shell first, since it costs half of the CPU and memory."""


def _playwright_download() -> Path | None:
    """Playwright's own Chromium, if `playwright install` has put one there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None


def find_chromium(
    environ: Mapping[str, str],
    which: Callable[[str], str | None] = shutil.which,
    downloaded: Callable[[], Path | None] = _playwright_download,
) -> Path | None:
    """The browser to use: `EINDEKSS_CHROMIUM`, else a headless shell, Chromium, Chrome or Edge on PATH,
    else Playwright's own download.

    None where there is no browser, or where `EINDEKSS_CHROMIUM` names no file: a wish that can't be met
    must not silently give another browser, since its version stands beside every result. Not to be
    called from a running event loop.
    """
    chosen = environ.get("EINDEKSS_CHROMIUM", "")
    if chosen:
        return Path(chosen) if Path(chosen).is_file() else None
    for name in ON_PATH:
        found = which(name)
        if found:
            return Path(found)
    return downloaded()

"""pa11y-ci with the axe runner on the same pages, with the same Chromium."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from crawler.chromium_run import FLAGS


def install_pa11y(folder: Path) -> None:
    """From npm, without a browser of its own."""
    environ = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
    subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), "pa11y-ci@4.1.1"],
        env=environ,
        check=True,
    )


def pa11y(sites: dict[str, list[str]], chromium: Path, folder: Path) -> None:
    """One run, concurrency 1, desktop only; SystemExit where a page was not tested."""
    options = {"executablePath": str(chromium), "args": ["--no-sandbox", *FLAGS], "headless": "shell"}
    config = {
        "defaults": {
            "runners": ["axe"],
            "standard": "WCAG2AA",
            "concurrency": 1,
            "timeout": 60000,
            "chromeLaunchConfig": options,
            "reporters": [["json", {"fileName": str(folder / "pa11y.json")}]],
        },
        "urls": [url for urls in sites.values() for url in urls],
    }
    (folder / "pa11yci.json").write_text(json.dumps(config), encoding="utf-8")
    command = [str(folder / "node_modules/.bin/pa11y-ci"), "--config", str(folder / "pa11yci.json")]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    report = json.loads((folder / "pa11y.json").read_text(encoding="utf-8"))
    errors = [url for url, found in report["results"].items() if found and "code" not in found[0]]
    if done.returncode not in {0, 2} or errors:
        raise SystemExit(f"pa11y-ci failed ({done.returncode}): {errors[:3]} {done.stderr[-500:]}")

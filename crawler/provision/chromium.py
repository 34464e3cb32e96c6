"""Makes sure that a Chromium is there: the machine's, else Playwright's own, else Debian's."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from crawler.chromium import find_chromium
from crawler.provision.command import run, say
from crawler.provision.errors import ProvisionError

_PACKAGES = ("chromium-headless-shell", "fonts-liberation")
"""Half the CPU and memory of full Chromium; without any font text has no width, and measures change."""
_OS_RELEASE = Path("/etc/os-release")
_START_SECONDS = 30.0
_INSTALL_SECONDS = 600.0

_WAYS_OUT = (
    "set EINDEKSS_CHROMIUM to a Chromium's path",
    "as root on Debian: apt-get install chromium-headless-shell",
    "anywhere: install chromium, google-chrome or msedge so that PATH has it",
    "where Playwright's downloads can be reached: .venv/bin/playwright install --with-deps chromium",
)


def provision_chromium(environ: Mapping[str, str]) -> str:
    """Make sure that a Chromium starts; returns what to tell the reader.

    Raises ProvisionError, naming all ways out, where none is there and none can be installed.
    """
    tried: list[str] = []
    for source, install in _SOURCES.items():
        reason = install(environ) or _reason_not_usable(environ)
        if not reason:
            return f"Chromium is {find_chromium(environ)}"
        tried.append(f"{source}: {reason}")
        say(f"no Chromium yet ({tried[-1]})")
        if environ.get("EINDEKSS_CHROMIUM"):
            break  # the reader chose one: putting another in its place would hide that it is broken
    raise ProvisionError(
        "no Chromium that starts. Tried: "
        + "; ".join(tried)
        + ".\nWays out:\n  - "
        + "\n  - ".join(_WAYS_OUT)
    )


def _reason_not_usable(environ: Mapping[str, str]) -> str:
    """Why the Chromium that eindekss would take can't be used, or ''."""
    chosen = environ.get("EINDEKSS_CHROMIUM")
    found = find_chromium(environ)
    if found is None:
        return f"EINDEKSS_CHROMIUM names {chosen}, which is no program" if chosen else "none found"
    return run([str(found), "--version"], environ, seconds=_START_SECONDS)


def _machine(_environ: Mapping[str, str]) -> str:
    """What is there already needs no installing."""
    return ""


def _playwright(environ: Mapping[str, str]) -> str:
    """Playwright's own download; it gives up on a host that does not answer within ten seconds."""
    say("asking Playwright to download its Chromium")
    return run(
        [sys.executable, "-m", "playwright", "install", "chromium", "--no-shell"],
        {**environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"},
        seconds=_INSTALL_SECONDS,
    )


def _debian(environ: Mapping[str, str]) -> str:
    """Debian's package, where this user may install it without being asked anything."""
    if not is_debian(_OS_RELEASE):
        return "this is no Debian"
    apt_get = shutil.which("apt-get", path=environ.get("PATH"))
    prefix = root_prefix(environ)
    if apt_get is None or prefix is None:
        return "there is no apt-get" if apt_get is None else "neither root nor sudo without a password"
    say(f"installing {' and '.join(_PACKAGES)} with apt-get")
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt_get, "-q", "-y"]
    return run([*quiet, "update"], environ, seconds=_INSTALL_SECONDS) or run(
        [*quiet, "install", "--no-install-recommends", *_PACKAGES], environ, seconds=_INSTALL_SECONDS
    )


def is_debian(os_release: Path) -> bool:
    """Whether os-release(5) names Debian, or a system like it (Ubuntu)."""
    if not os_release.is_file():
        return False
    lines = (line.partition("=") for line in os_release.read_text(encoding="utf-8").splitlines())
    names = " ".join(value.strip("\"'") for key, _, value in lines if key in {"ID", "ID_LIKE"})
    return "debian" in names.split()


def root_prefix(environ: Mapping[str, str]) -> list[str] | None:
    """What to put before a command so that root runs it; None where that needs a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo", path=environ.get("PATH"))
    if sudo is None or run([sudo, "-n", "true"], environ, seconds=_START_SECONDS):
        return None
    return [sudo, "-n"]


_SOURCES: dict[str, Callable[[Mapping[str, str]], str]] = {
    "this machine": _machine,
    "Playwright's download": _playwright,
    "Debian's package": _debian,
}
"""In the order in which they are tried."""

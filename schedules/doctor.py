"""What `eindekss doctor` says: what is there, which versions, what is missing and how to get it."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import msgspec

from checks.check import all_checks
from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.errors import CrawlerError
from crawler.provision import ace_release
from crawler.second_engine import ENGINE, load_second_engine
from results.known_sentences import spoken
from results.language import N_, _
from results.versions import results_versions

_ASKING = 20.0
"""Seconds that a browser may take to say its version."""
_WAYS = N_(
    "run `make setup`, install a Chromium (Debian: apt-get install chromium-headless-shell), or name one "
    "in EINDEKSS_CHROMIUM"
)


class Fact(msgspec.Struct, frozen=True):
    """One line: what, which, and whether it will do."""

    name: str
    value: str
    is_well: bool = True


class Examination(msgspec.Struct, frozen=True):
    """All facts, in the order in which they are shown."""

    facts: tuple[Fact, ...]

    @property
    def is_well(self) -> bool:
        """Whether nothing is missing."""
        return all(fact.is_well for fact in self.facts)

    def text(self) -> str:
        """Plain lines, a fact each."""
        width = max(len(fact.name) for fact in self.facts)
        well, missing = _("ok"), _("MISSING")
        column = max(len(well), len(missing))
        lines = [
            f"{well if fact.is_well else missing:<{column}}  {fact.name:<{width}}  {fact.value}"
            for fact in self.facts
        ]
        return "\n".join([*lines, ""])


def examine(environ: Mapping[str, str]) -> Examination:
    """Look at the machine; nothing is changed, nothing fetched."""
    versions = results_versions()
    return Examination(
        (
            Fact("eindekss", versions["eindekss"]),
            Fact("python", platform.python_version()),
            Fact("playwright", metadata.version("playwright")),
            *_chromium(environ),
            _axe(environ),
            _second_engine(),
            _database(versions),
            Fact(_("checks"), ", ".join(f"{check.id} {check.version}" for check in all_checks())),
        )
    )


def _database(versions: Mapping[str, str]) -> Fact:
    said = _("SQLite {version}, schema {schema}")
    return Fact(_("database"), said.format(version=versions["sqlite"], schema=versions["database_schema"]))


def _chromium(environ: Mapping[str, str]) -> tuple[Fact, ...]:
    found = find_chromium(environ)
    if found is None:
        chosen = environ.get("EINDEKSS_CHROMIUM", "")
        why = _("EINDEKSS_CHROMIUM names no file ({path})").format(path=chosen) if chosen else ""
        return (Fact("chromium", "; ".join(filter(None, (why, _(_WAYS)))), is_well=False),)
    return (_version_of(found),)


def _version_of(browser: Path) -> Fact:
    try:
        return Fact("chromium", f"{_asked(browser)} ({browser})")
    except (OSError, subprocess.SubprocessError) as error:
        why = spoken(f"{browser} does not start: {error}")
        return Fact("chromium", f"{why}; {_(_WAYS)}", is_well=False)


def _asked(browser: Path) -> str:
    command = [str(browser), "--version", "--no-sandbox"]
    said = subprocess.run(  # noqa: S603  (the user's own browser)
        command, capture_output=True, check=True, text=True, timeout=_ASKING
    )
    return said.stdout.strip()


def _axe(environ: Mapping[str, str]) -> Fact:
    try:
        axe = load_axe(environ)
    except CrawlerError as error:
        return Fact("axe-core", spoken(str(error)), is_well=False)
    return Fact("axe-core", f"{axe.version}{' (EINDEKSS_AXE)' if axe.overridden else ''}")


def _second_engine() -> Fact:
    """Its missing is told and no fault: nothing needs it but `--second-engine`."""
    try:
        load_second_engine()
    except CrawlerError as error:
        return Fact(_("second engine"), spoken(str(error)))
    return Fact(_("second engine"), f"{ENGINE} {ace_release.VERSION}")

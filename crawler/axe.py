"""Runs axe-core over all frames of a page and keeps what checks need."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import msgspec

from crawler.axe_frames import FrameRun, run_frames
from crawler.errors import CrawlerError
from crawler.evidence import AxeElement, AxeNode, AxeResult, AxeRule, Rect
from crawler.tab import Tab

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""WCAG 2.0 to 2.2, A and AA; axe has no tag wcag22a rules of its own. The target is chosen when judging."""

_PRELOAD = {"assets": ["media"], "timeout": 4000}
"""axe also preloads style sheets over the network, for experimental rules that no tag above asks for."""


class AxeMissingError(CrawlerError):
    """axe-core is not where it has to be."""


class AxeScript(msgspec.Struct, frozen=True):
    """axe-core's source."""

    version: str
    source: str
    overridden: bool = False
    """Whether `EINDEKSS_AXE` named it: its version then stands beside every score."""


def load_axe(environ: Mapping[str, str]) -> AxeScript:
    """axe-core from the file that `EINDEKSS_AXE` names, else the one in the package.

    Raises:
        AxeMissingError: no such file, or it is not axe-core.

    """
    chosen = environ.get("EINDEKSS_AXE", "")
    path = Path(chosen) if chosen else Path(str(files("crawler") / "vendor" / "axe.min.js"))
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "correct EINDEKSS_AXE" if chosen else "run the set-up again (make setup)"
        raise AxeMissingError(f"No axe-core at {path}: {remedy}.") from error
    found = re.search(r"axe v(\d+\.\d+\.\d+[\w.-]*)", source[:2000])
    if found is None or "runPartial" not in source:
        raise AxeMissingError(f"{path} is not axe-core 4.3 or later.")
    return AxeScript(found.group(1), source, bool(chosen))


def axe_options() -> dict[str, object]:
    """Options of the run: nothing but the tags; outcomes are those of a plain `axe.run`."""
    return {"runOnly": {"type": "tag", "values": list(TAGS)}, "preload": _PRELOAD}


async def run_axe(tab: Tab, axe: AxeScript, seconds: float) -> AxeResult:
    """axe-core over all frames of the tab's page, within `seconds`.

    Raises:
        TimeoutError: it did not finish.
        ScriptError: axe itself broke off.
        PageLost, playwright.async_api.Error: the page went away.

    """
    run = FrameRun(tab, axe.source, json.dumps(axe_options()), seconds)
    first = await tab.ask(f"eindekss.audit.start({run.options})", run.left)
    started = msgspec.json.decode(first, type=_Started)
    if started.report is None:
        text = await run_frames(run, await tab.world(run.left), started.frames)
        started = msgspec.json.decode(text, type=_Started)
    assert started.report is not None  # noqa: S101 - finish() always reports
    return _result(started.report, run)


class _Rule(msgspec.Struct):
    id: str
    tags: tuple[str, ...]
    impact: str
    help: str
    help_url: str
    passed: list[int]
    failed: list[tuple[int, str, str]]
    review: list[tuple[int, str, str]]
    error: str


class _Report(msgspec.Struct):
    version: str
    rows: list[tuple[int, str]]
    info: list[tuple[int, tuple[str, str, tuple[float, float, float, float] | None]]]
    rules: list[_Rule]
    inapplicable: list[str]


class _Started(msgspec.Struct):
    report: _Report | None = None
    frames: list[msgspec.Raw] = []


def _result(report: _Report, run: FrameRun) -> AxeResult:
    elements = _Elements(report)
    rules = tuple(_rule(rule, elements) for rule in sorted(report.rules, key=lambda rule: rule.id))
    return AxeResult(
        version=report.version,
        tags=TAGS,
        elements=tuple(elements.used),
        rules=rules,
        inapplicable=tuple(sorted(report.inapplicable)),
        frames_tested=run.tested,
        frames_untested=tuple(run.untested),
    )


class _Elements:
    """Elements in the order in which rules first name them; ancestors that no rule names are left out."""

    def __init__(self, report: _Report) -> None:
        self._paths: list[str] = []
        for parent, step in report.rows:  # a parent's row always comes first
            self._paths.append(f"{self._paths[parent]}{step}" if parent >= 0 else step)
        self._info = dict(report.info)
        self._index: dict[int, int] = {}
        self.used: list[AxeElement] = []

    def index(self, row: int) -> int:
        found = self._index.get(row)
        if found is None:
            found = self._index[row] = len(self.used)
            selector, snippet, rect = self._info.get(row, ("", "", None))
            self.used.append(AxeElement(self._paths[row], selector, snippet, Rect(*rect) if rect else None))
        return found


def _rule(rule: _Rule, elements: _Elements) -> AxeRule:
    """An element is in one list: failed before review before passed."""
    seen: set[int] = set()

    def nodes(found: list[tuple[int, str, str]]) -> tuple[AxeNode, ...]:
        kept = []
        for row, impact, message in found:
            if row not in seen:
                seen.add(row)
                kept.append(AxeNode(elements.index(row), impact, message))
        return tuple(kept)

    failed, review = nodes(rule.failed), nodes(rule.review)
    passed = tuple(elements.index(row) for row in dict.fromkeys(rule.passed) if row not in seen)
    return AxeRule(
        id=rule.id,
        tags=rule.tags,
        impact=rule.impact,
        help=rule.help,
        help_url=rule.help_url,
        passed=passed,
        failed=failed,
        review=review,
        error=rule.error,
    )

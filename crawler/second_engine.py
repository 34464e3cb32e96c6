"""Runs the second engine, IBM Equal Access, over all frames of a page, in the isolated worlds of axe-core.

It is asked for by `AuditSettings.second_engine` and never bears on a percentage.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from crawler.axe_frames import FrameRun, Spot, frame_at, spot_of
from crawler.browser_failures import PageLost
from crawler.errors import CrawlerError
from crawler.evidence import (
    Certainty,
    Failure,
    FailureReason,
    Policy,
    SecondEngineNode,
    SecondEngineResult,
    SecondEngineRule,
)
from crawler.provision import ace_release
from crawler.provision.release import VENDOR
from crawler.script import script
from crawler.tab import ScriptError, Tab, evaluated

ENGINE = "IBM Equal Access"
SCRIPT = "ace.js"
MAX_FRAMES = 20
"""Frames of other origins; it walks into those of the page's own itself."""


class SecondEngineMissingError(CrawlerError):
    """The second engine is not where it has to be."""


@cache
def load_second_engine(vendor: Path = VENDOR) -> str:
    """The source of the pinned release.

    Raises:
        SecondEngineMissingError: it is not there, or is another.

    """
    if unsound := ace_release.RELEASE.unsound_files(vendor):
        raise SecondEngineMissingError(
            f"No second engine: {', '.join(unsound)} in {vendor} missing or not {ENGINE} "
            f"{ace_release.VERSION}. Run the set-up again (make setup), or leave --second-engine away."
        )
    return (vendor / SCRIPT).read_text(encoding="utf-8")


async def run_second_engine(tab: Tab, seconds: float) -> SecondEngineResult:
    """The engine's result within `seconds`; what prevents it, the page's crash included, is in `failure`."""
    from playwright.async_api import Error

    run = _Run(tab, seconds)
    try:
        assert tab.session is not None  # noqa: S101 - the tab has begun
        await run.look(Spot(tab.session, await tab.world(seconds)), "", "")
    except PageLost as lost:
        tab.spoiled = True
        return run.result(Failure(FailureReason.SECOND_ENGINE_FAILED, lost.failure.reason.value))
    except TimeoutError:
        tab.spoiled = True
        return run.result(Failure(FailureReason.SECOND_ENGINE_FAILED, "not finished within the page's time"))
    except (Error, ScriptError, msgspec.DecodeError) as error:
        return run.result(Failure(FailureReason.SECOND_ENGINE_FAILED, str(error)[:300]))
    return run.result(None)


class _Group(msgspec.Struct):
    rule: str
    reason: str
    policy: Policy
    confidence: Certainty
    count: int
    instances: list[tuple[str, str, str, str]]


class _Report(msgspec.Struct):
    groups: list[_Group]
    frames: list[tuple[str, str]]
    """Path and selector of each frame element of another origin."""


class _Run:
    """One run over a page: what came of each frame."""

    def __init__(self, tab: Tab, seconds: float) -> None:
        self._frames = FrameRun(tab, "", "", seconds)
        self._looked = 0
        self._untested: list[str] = []
        self._found: dict[tuple[str, str, Policy, Certainty], SecondEngineRule] = {}

    def result(self, failure: Failure | None) -> SecondEngineResult:
        """What is known; no rules where it failed, for half of them would look like all."""
        rules = () if failure else tuple(self._found[key] for key in sorted(self._found))
        return SecondEngineResult(
            engine=ENGINE,
            version=ace_release.VERSION,
            rules=rules,
            frames_untested=tuple(self._untested),
            failure=failure,
        )

    async def look(self, spot: Spot, above: str, place: str) -> None:
        """Run in a document; `above` and `place` are path and selector of the frame that holds it."""
        self._looked += 1
        evaluated(await spot.evaluate(_installing(), self._frames.left))
        text = evaluated(await spot.evaluate("eindekss.second.run()", self._frames.left))
        report = msgspec.json.decode(text, type=_Report)
        for group in report.groups:
            self._add(group, above, place)
        for index, (key, selector) in enumerate(report.frames):
            await self._child(spot, index, above + key, place + selector)

    async def _child(self, parent: Spot, index: int, key: str, selector: str) -> None:
        from playwright.async_api import Error

        address = selector
        try:
            frame_id, address = await frame_at(self._frames, parent, index, "second")
            if frame_id and self._looked <= MAX_FRAMES:
                spot = await spot_of(self._frames, parent, frame_id)
                await self.look(spot, f"{key} >>> ", f"{selector} >>> ")
                return
        except (Error, ScriptError, TimeoutError, msgspec.DecodeError):
            if self._frames.left <= _TOO_SHORT:
                raise
        self._untested.append(address)

    def _add(self, group: _Group, above: str, place: str) -> None:
        name = (group.rule, group.reason, group.policy, group.confidence)
        known = self._found.get(name)
        nodes = tuple(
            SecondEngineNode(above + key, place + selector, snippet, message)
            for key, selector, snippet, message in group.instances
        )
        self._found[name] = SecondEngineRule(
            id=group.rule,
            reason=group.reason,
            policy=group.policy,
            certainty=group.confidence,
            count=group.count + (known.count if known else 0),
            nodes=(known.nodes if known else ()) + nodes,
        )


_TOO_SHORT = 0.01
"""Seconds left at which a frame's failing is the page's time running out."""


@cache
def _installing() -> str:
    """An expression that puts the engine into an isolated world, once."""
    ours = script("elements") + script("second")
    missing = "!globalThis.eindekss || !globalThis.eindekss.second"
    return f"if ({missing}) {{ {load_second_engine()}\n;globalThis.ace = ace;\n{ours} }};0"

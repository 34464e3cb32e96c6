"""Where a consent banner is: in the page's own document, or in a frame laid over it, of whichever host."""

from __future__ import annotations

import json

import msgspec

from crawler.axe_frames import FRAME_SECONDS, FrameRun, Spot, frame_at, spot_of
from crawler.page_answer import Loading
from crawler.script import script
from crawler.tab import ScriptError, Tab, evaluated

_WORLD = "eindekss consent"
"""A world of its own: axe-core's scripts, which come later, are put where nothing of ours is yet."""
Point = dict[str, float]


class Place:
    """The document that js/consent.js looks at."""

    def __init__(self, tab: Tab, how: Loading, spot: Spot | None = None) -> None:
        """Without a `spot` the page's own."""
        self._tab, self._how, self._spot = tab, how, spot

    async def call(self, name: str, argument: object = None) -> str:
        """A function of js/consent.js, which is put beside the gatherers the first time; its JSON.

        Raises:
            TimeoutError, ScriptError, PageLost, playwright.async_api.Error: as `Tab.ask`.
        """
        ready = f"eindekss.consent || (() => {{ {script('consent')} }})()"
        call = f"({ready}, eindekss.consent.{name}({json.dumps(argument)}))"
        if self._spot is None:
            return str(await self._tab.ask(call, self._how.budget.left))
        seconds = min(FRAME_SECONDS, self._how.budget.left)
        return str(evaluated(await self._spot.evaluate(call, seconds)))

    async def point(self, selector: str) -> Point | None:
        """Where on the page an element can be clicked; None: something lies over it. Raises as `call`."""
        there = _point(await self.call("point", selector))
        if there is None or self._spot is None:
            return there
        return _point(await Place(self._tab, self._how).call("through", there))


async def frame_found(tab: Tab, how: Loading) -> Place | None:
    """The frame that `around` found on the page; None where it can't be looked into. PageLost."""
    from playwright.async_api import Error

    assert tab.session is not None  # noqa: S101  (the tab has begun)
    run = FrameRun(tab, "", "", min(FRAME_SECONDS, how.budget.left))
    try:
        page = Spot(tab.session, await tab.world(run.left))
        frame_id, _ = await frame_at(run, page, 0, lists="consent")
        spot = await spot_of(run, page, frame_id, _WORLD)
        evaluated(await spot.evaluate(f"if (!globalThis.eindekss) {{ {script('elements')} }};0", run.left))
    except (Error, ScriptError, TimeoutError):
        return None
    return Place(tab, how, spot)


def _point(text: str) -> Point | None:
    found: Point | None = msgspec.json.decode(text, type=Point | None)
    return found

"""axe-core in child frames, also of other origins: each in an isolated world of its own process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from crawler.bounded import bounded
from crawler.script import frame_script
from crawler.tab import WORLD, ScriptError, Tab, evaluated

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

MAX_FRAMES = 50
"""A page with more visible frames has the rest untested, and listed so."""
FRAME_SECONDS = 10.0


class FrameRun:
    """One run over the frames of a page: its options, its time, and what came of each frame."""

    def __init__(self, tab: Tab, source: str, options: str, seconds: float) -> None:
        self.tab = tab
        self.source = source
        self.options = options
        self.tested = 1
        self.untested: list[str] = []
        self.partials: list[str | None] = []
        self._ends = time.monotonic() + seconds
        self._remote: dict[str, CDPSession] | None = None

    @property
    def left(self) -> float:
        """Seconds left."""
        return max(0.001, self._ends - time.monotonic())

    async def remote(self, frame_id: str) -> CDPSession | None:
        """The session of a frame that lives in another process."""
        if self._remote is None:
            self._remote = await self._sessions()
        return self._remote.get(frame_id)

    async def _sessions(self) -> dict[str, CDPSession]:
        from playwright.async_api import Error

        found: dict[str, CDPSession] = {}
        for frame in self.tab.page.frames[1 : 4 * MAX_FRAMES]:
            try:
                session = await bounded(self.tab.page.context.new_cdp_session(frame), self.left)
                tree = await bounded(session.send("Page.getFrameTree"), self.left)
            except Error:
                continue  # it shares its parent's process
            found[tree["frameTree"]["frame"]["id"]] = session
        return found


class _Child(msgspec.Struct):
    frames: list[msgspec.Raw] = []


class Spot:
    """Where a frame's isolated world is: its session and execution context."""

    def __init__(self, session: CDPSession, world: int) -> None:
        self.session = session
        self.world = world

    async def call(self, method: str, seconds: float, **parameters: object) -> dict[str, Any]:
        """A DevTools call in the frame's session."""
        return dict(await bounded(self.session.send(method, parameters), seconds))

    async def evaluate(self, expression: str, seconds: float, *, by_value: bool = True) -> dict[str, Any]:
        """Runtime.evaluate in the frame's world; its whole answer."""
        return await self.call(
            "Runtime.evaluate",
            seconds,
            expression=expression,
            contextId=self.world,
            awaitPromise=True,
            returnByValue=by_value,
        )


async def run_frames(run: FrameRun, world: int, contexts: list[msgspec.Raw]) -> str:
    """axe.runPartial in every frame below the top one, then axe.finishRun there; its report as JSON."""
    assert run.tab.session is not None  # noqa: S101 - the tab has begun
    top = Spot(run.tab.session, world)
    await _children(run, top, contexts)
    call = f"function (...texts) {{ return eindekss.audit.finish(texts, {run.options}); }}"
    answer = await run.tab.send(
        "Runtime.callFunctionOn",
        run.left,
        functionDeclaration=call,
        executionContextId=world,
        arguments=[{"value": partial} for partial in run.partials],
        awaitPromise=True,
        returnByValue=True,
    )
    return str(evaluated(answer))


async def _children(run: FrameRun, parent: Spot, contexts: list[msgspec.Raw]) -> None:
    """Depth first, as axe.finishRun wants the partial results; None for a frame that can't be tested."""
    from playwright.async_api import Error

    for index, context in enumerate(contexts):
        place = len(run.partials)
        run.partials.append(None)
        try:
            frame_id, address = await frame_at(run, parent, index)
        except (Error, ScriptError, TimeoutError):
            run.untested.append("")
            continue
        if run.tested >= MAX_FRAMES or not frame_id:
            run.untested.append(address)
            continue
        try:
            spot = await spot_of(run, parent, frame_id)
            text = await _partial(run, spot, context)
        except (Error, ScriptError, TimeoutError):
            run.untested.append(address)
            continue
        run.partials[place] = text
        run.tested += 1
        await _children(run, spot, msgspec.json.decode(text, type=_Child).frames)


async def frame_at(run: FrameRun, parent: Spot, index: int, lists: str = "audit") -> tuple[str, str]:
    """DevTools' id and the address of a frame element, one of those that `eindekss.<lists>` keeps."""
    found = await parent.evaluate(f"eindekss.{lists}.frame({index})", run.left, by_value=False)
    if "exceptionDetails" in found:
        evaluated(found)
    node = await parent.call("DOM.describeNode", run.left, objectId=found["result"]["objectId"])
    attributes = node["node"].get("attributes", [])
    named = dict(zip(attributes[::2], attributes[1::2], strict=False))
    return str(node["node"].get("frameId", "")), str(named.get("src", ""))


async def spot_of(run: FrameRun, parent: Spot, frame_id: str, name: str = WORLD) -> Spot:
    """The isolated world (of a name) of a child frame, in whichever process it lives."""
    from playwright.async_api import Error

    try:
        made = await parent.call("Page.createIsolatedWorld", run.left, frameId=frame_id, worldName=name)
        return Spot(parent.session, int(made["executionContextId"]))
    except Error:
        session = await run.remote(frame_id)
        if session is None:
            raise
    made = await bounded(
        session.send("Page.createIsolatedWorld", {"frameId": frame_id, "worldName": name}), run.left
    )
    return Spot(session, int(made["executionContextId"]))


async def _partial(run: FrameRun, spot: Spot, context: msgspec.Raw) -> str:
    seconds = min(FRAME_SECONDS, run.left * 0.8)
    evaluated(await spot.evaluate(f"{frame_script(run.source)};0", seconds))
    expression = f"eindekss.audit.child({bytes(context).decode()}, {run.options})"
    return str(evaluated(await spot.evaluate(expression, seconds)))

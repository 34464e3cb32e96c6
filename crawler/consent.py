"""Consent banners: found by the hooks of known tools or by their words, and answered as the operator ordered.

One real click on one control, once for each context of a site; nothing else is clicked, and nothing that
would lead to another page or send a form by POST. What was done is told, and whether the banner went.
"""

from __future__ import annotations

import asyncio
import json
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import msgspec

from crawler.bounded import bounded
from crawler.consent_place import Place, frame_found
from crawler.evidence import AuditSettings, Consent, ConsentOutcome, ConsentRecord
from crawler.page_answer import Answer, Loading
from crawler.page_load import load
from crawler.page_settling import settle
from crawler.site_context import SiteContext
from crawler.tab import ScriptError, Tab

GOING = 3.0
"""Seconds that a banner has to go in."""
_POLL = 0.1
_MOST_OTHERS = 10


class _Vendor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    banner: str
    reject: str
    accept: str


class _Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`consent_terms.toml`."""

    subject: tuple[str, ...]
    reject: tuple[str, ...]
    accept: tuple[str, ...]
    neither: tuple[str, ...]
    frame: tuple[str, ...]
    vendor: tuple[_Vendor, ...]


class _Around(msgspec.Struct, frozen=True):
    """js/consent.js's answer: whether the page declares the IAB's TCF, and the selector of a frame laid over
    the page that calls itself a banner.
    """

    tcf: bool
    framed: str


class _Control(msgspec.Struct, frozen=True):
    name: str
    selector: str
    blocked: str
    """Why it may not be clicked; empty where it may."""


class _Banner(msgspec.Struct, frozen=True, kw_only=True):
    """js/consent.js's answer."""

    vendor: str
    selector: str
    text: str
    controls: tuple[_Control, ...]
    reject: str
    """Selector of a known tool's control."""
    accept: str


async def met(tab: Tab, context: SiteContext, settings: AuditSettings, answer: Answer, how: Loading) -> Met:
    """Look for a banner on the page that is shown, and answer it where that was not done in this context.

    Raises:
        TimeoutError, ScriptError, PageLost, playwright.async_api.Error: as `Tab.ask`.
    """
    wish = settings.consent
    if wish is Consent.IGNORE or answer.failure is not None:
        return Met(answer, None)
    page = Place(tab, how)
    place: Place | None = page
    banner, around = await _found(page), await _around(page)
    record = ConsentRecord(
        wish=wish,
        outcome=ConsentOutcome.NOT_FOUND,
        url=answer.final_url,
        on_phone=context.phone,
        tcf=around.tcf,
    )
    if banner is None and around.framed:
        place = await frame_found(tab, how)
        banner = await _in_frame(place, around.framed) if place else None
        record = _not_in_frame(record, around.framed, is_seen=place is not None)
    if banner is None or place is None:
        return Met(answer, record)
    record = msgspec.structs.replace(
        record, vendor=banner.vendor, banner=banner.selector, text=banner.text[:300], reason=""
    )
    if context.banner_met:
        return Met(answer, msgspec.structs.replace(record, outcome=ConsentOutcome.STILL_OPEN))
    return await _answered(tab, context, _Order(banner, wish, record, place), answer, how)


class Met(msgspec.Struct, frozen=True):
    """The page as it is now, and what was done."""

    answer: Answer
    record: ConsentRecord | None


class _Order(msgspec.Struct, frozen=True):
    banner: _Banner
    wish: Consent
    record: ConsentRecord
    place: Place


async def _answered(tab: Tab, context: SiteContext, order: _Order, answer: Answer, how: Loading) -> Met:
    control = _control(order.banner, order.wish)
    others = tuple(one.name for one in order.banner.controls if one != control)[:_MOST_OTHERS]
    record = msgspec.structs.replace(order.record, others=others)
    impossible = ConsentOutcome.NOT_POSSIBLE
    if control is None:
        reason = f"no control says that it {order.wish.value}s"
        return Met(answer, msgspec.structs.replace(record, outcome=impossible, reason=reason))
    record = msgspec.structs.replace(record, selector=control.selector)
    why = control.blocked or await _clicked(tab, order.place, control, how)
    if why:
        reason = f"{control.name[:80]}: {why}"
        return Met(answer, msgspec.structs.replace(record, outcome=impossible, reason=reason))
    context.banner_met = True
    gone = await _went(tab, order.banner, how)
    after = await settle(tab, answer, how)
    if after.final_url.partition("#")[0] != answer.final_url.partition("#")[0]:
        after = await load(tab, answer.final_url, how)
    outcome = ConsentOutcome.GONE if gone else ConsentOutcome.STILL_OPEN
    return Met(after, msgspec.structs.replace(record, outcome=outcome, clicked=control.name))


async def _found(place: Place) -> _Banner | None:
    said = await place.call("banners", msgspec.to_builtins(_terms().vendor))
    found = msgspec.json.decode(said, type=tuple[_Banner, ...])
    known = next((one for one in found if one.vendor), None)
    return known or next((one for one in found if _is_consent(one)), None)


async def _around(place: Place) -> _Around:
    return msgspec.json.decode(await place.call("around", _terms().frame), type=_Around)


async def _in_frame(place: Place, frame: str) -> _Banner | None:
    """The frame's document as a banner, by the frame's selector on the page; None where it is about no
    cookies, or has no control that answers.
    """
    from playwright.async_api import Error

    try:
        whole = msgspec.json.decode(await place.call("whole"), type=tuple[_Banner, ...])
    except (Error, ScriptError, TimeoutError):
        return None  # it is just going, or does not answer
    banner = next((one for one in whole if _is_consent(one)), None)
    return msgspec.structs.replace(banner, selector=frame) if banner else None


def _not_in_frame(record: ConsentRecord, frame: str, *, is_seen: bool) -> ConsentRecord:
    """What is said where the frame has no banner that can be answered."""
    reason = "its frame has no control that answers" if is_seen else "its frame could not be looked into"
    outcome = ConsentOutcome.NOT_POSSIBLE
    return msgspec.structs.replace(record, outcome=outcome, banner=frame, reason=reason)


def _is_consent(banner: _Banner) -> bool:
    """An overlay that is about cookies, with a control that answers it."""
    terms = _terms()
    text = banner.text.lower()
    answers = (one for one in banner.controls if _says(one.name, (*terms.reject, *terms.accept)))
    return any(word in text for word in terms.subject) and next(answers, None) is not None


def _control(banner: _Banner, wish: Consent) -> _Control | None:
    hook = banner.reject if wish is Consent.REJECT else banner.accept
    hooked = next((one for one in banner.controls if hook and one.selector == hook), None)
    return hooked or next((one for one in banner.controls if _does(one.name, wish)), None)


def _does(name: str, wish: Consent) -> bool:
    terms = _terms()
    rejects = _says(name, terms.reject)
    if wish is Consent.REJECT:
        return rejects
    partly = any(word in name.lower() for word in terms.neither)
    return _says(name, terms.accept) and not rejects and not partly


def _says(name: str, words: Iterable[str]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", name.lower()) for word in words)


async def _clicked(tab: Tab, place: Place, control: _Control, how: Loading) -> str:
    """Why it could not be clicked; empty where it was."""
    where = await place.point(control.selector)
    if where is None:
        return "something lies over it"
    clicking = tab.page.mouse.click(where["x"], where["y"])
    await bounded(clicking, how.budget.left, unless=tab.lost)
    return ""


async def _went(tab: Tab, banner: _Banner, how: Loading) -> bool:
    from playwright.async_api import Error

    rounds = int(min(GOING, how.budget.left / 4) / _POLL)
    for _ in range(rounds):
        try:
            if not json.loads(await Place(tab, how).call("shows", banner.selector)):
                return True
        except (Error, ScriptError, TimeoutError):
            pass  # the page may be loading anew
        await asyncio.sleep(_POLL)
    return False


@cache
def _terms() -> _Terms:
    text = files("crawler").joinpath("consent_terms.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Terms)

"""The gate's verdict as the JSON document has it."""

from __future__ import annotations

from datetime import date

import msgspec

from results.ci.baseline import Accepted
from results.ci.items import Item
from results.ci.policy import Asked, Low, Open, Verdict

RESULTS = {0: "passed", 1: "failed", 3: "open"}
"""By the exit code that the command ends with because of the gate."""


class ItemPart(msgspec.Struct, frozen=True):
    """Elements of one form that one rule finds on one page, or an answer."""

    check: str
    rule: str
    url: str
    element: str
    outcome: str
    count: int
    impact: str
    message: str


class EntryPart(msgspec.Struct, frozen=True):
    """An entry of the baseline."""

    check: str
    rule: str
    url: str
    element: str
    outcome: str
    count: int
    reason: str
    owner: str
    expires: date | None


class AcceptedPart(msgspec.Struct, frozen=True):
    """What was found, and the entry that accepts it."""

    item: ItemPart
    entry: EntryPart


class AskedPart(msgspec.Struct, frozen=True):
    """What was asked of some sites."""

    urls: tuple[str, ...]
    fail_below: float | None
    fail_on: tuple[str, ...]
    allow_review: bool


class GatePart(msgspec.Struct, frozen=True):
    """The verdict, by what was asked."""

    result: str
    exit_code: int
    fail_below: float | None
    fail_on: tuple[str, ...]
    allow_review: bool
    by_site: tuple[AskedPart, ...]
    said_on: date | None
    failed: tuple[ItemPart, ...]
    low: tuple[Low, ...]
    open: tuple[ItemPart, ...]
    open_sites: tuple[Open, ...]
    accepted: tuple[AcceptedPart, ...]
    fixed: tuple[EntryPart, ...]
    fewer: tuple[EntryPart, ...]
    expired: tuple[EntryPart, ...]
    unfilled: tuple[EntryPart, ...]
    stale: tuple[EntryPart, ...]


def gate_part(verdict: Verdict | None) -> GatePart | None:
    """The verdict; None where nothing was asked."""
    if verdict is None:
        return None
    accepted = zip(verdict.accepted, verdict.accepted_by, strict=True)
    return GatePart(
        result=RESULTS[verdict.code],
        exit_code=verdict.code,
        fail_below=verdict.policy.fail_below,
        fail_on=tuple(name.text for name in verdict.policy.names),
        allow_review=verdict.policy.allow_review,
        by_site=tuple(map(_asked, verdict.by_site)),
        said_on=verdict.said_on,
        failed=tuple(map(_item, verdict.failed)),
        low=verdict.low,
        open=tuple(map(_item, verdict.open)),
        open_sites=verdict.open_sites,
        accepted=tuple(AcceptedPart(_item(item), _entry(entry)) for item, entry in accepted),
        fixed=tuple(map(_entry, verdict.fixed)),
        fewer=tuple(map(_entry, verdict.fewer)),
        expired=tuple(map(_entry, verdict.expired)),
        unfilled=tuple(map(_entry, verdict.unfilled)),
        stale=tuple(map(_entry, verdict.stale)),
    )


def _asked(asked: Asked) -> AskedPart:
    policy = asked.policy
    return AskedPart(
        urls=asked.urls,
        fail_below=policy.fail_below,
        fail_on=tuple(name.text for name in policy.names),
        allow_review=policy.allow_review,
    )


def _item(item: Item) -> ItemPart:
    return ItemPart(
        check=item.check,
        rule=item.rule,
        url=item.url,
        element=item.element,
        outcome=str(item.outcome),
        count=item.count,
        impact=item.impact,
        message=item.message,
    )


def _entry(entry: Accepted) -> EntryPart:
    return EntryPart(
        check=entry.check,
        rule=entry.rule,
        url=entry.url,
        element=entry.element,
        outcome=str(entry.outcome),
        count=entry.count,
        reason=entry.reason,
        owner=entry.owner,
        expires=entry.expires,
    )

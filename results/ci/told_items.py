"""The items of a run as formats tell them: each with what the gate makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from checks.finding import Outcome
from results.advice.texts import Advice, advice_for_code, advice_for_finding
from results.ci.items import QUESTIONNAIRE, UNEVALUATED, Item, found_items, unevaluated_pages
from results.ci.policy import Verdict
from results.language import Language, language
from results.records import AXE_CHECK, RunRecord


class State(StrEnum):
    """What an item does to the gate; without a gate failures fail and the rest is open."""

    FAILED = "failed"
    OPEN = "open"
    ACCEPTED = "accepted"
    NOTED = "noted"
    """Found, and nothing that the gate was to fail on."""


class Told(msgspec.Struct, frozen=True):
    """An item with its state."""

    item: Item
    state: State


def told_items(run: RunRecord, verdict: Verdict | None) -> Iterator[Told]:
    """All findings and pages without any, site by site; with a gate also the answers that it names."""
    states = _states(verdict)
    seen = set()
    for site in run.sites:
        for item in (*found_items(site), *unevaluated_pages(site)):
            seen.add(_key(item))
            yield Told(item, states.get(_key(item)) or _unnamed(item, verdict))
    for item in (*verdict.failed, *verdict.open, *verdict.accepted) if verdict else ():
        if _key(item) not in seen:
            yield Told(item, states[_key(item)])


def advice(item: Item) -> Advice | None:
    """What to tell of the item's rule; None for a page that was not evaluated, and unknown codes."""
    return advice_of(item.check, item.rule)


def sentence(item: Item) -> str:
    """What is said of an item in the language spoken. axe's messages are English: the title of our own advice
    stands for them elsewhere. Never empty.
    """
    text = advice(item)
    if text and not text.is_general and (not item.message or _is_foreign(item)):
        return text.title
    return item.told or str(item.outcome)


def _is_foreign(item: Item) -> bool:
    return item.check == AXE_CHECK and language() is not Language.EN


def advice_of(check: str, rule: str) -> Advice | None:
    """The same, of a check's rule or (`questionnaire`) a code."""
    if rule == UNEVALUATED:
        return None
    if check == QUESTIONNAIRE:
        return advice_for_code(rule, language())
    return advice_for_finding(check, rule, language())


def site_url(run: RunRecord, item: Item) -> str:
    """The address of the item's site."""
    found = (site.institution.url for site in run.sites if site.position == item.position)
    return next(found, item.url)


def _states(verdict: Verdict | None) -> dict[tuple[str, ...], State]:
    if verdict is None:
        return {}
    groups = ((verdict.accepted, State.ACCEPTED), (verdict.open, State.OPEN), (verdict.failed, State.FAILED))
    return {_key(item): state for items, state in groups for item in items}


def _unnamed(item: Item, verdict: Verdict | None) -> State:
    if verdict is not None:
        return State.NOTED
    return State.FAILED if item.outcome is Outcome.FAILED else State.OPEN


def _key(item: Item) -> tuple[str, ...]:
    return (item.check, *item.key, str(item.outcome))

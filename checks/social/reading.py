"""What readers of networks' answers share: entries sifted into dates, JSON met with suspicion.

A pinned post and a repost say nothing of when the account last posted: they are left out and counted. A
date in the future is rejected, and what holds one proves no account stale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from checks.dates import local_day, parse_instant
from checks.sentences import Said, joined, say, word
from checks.social.posts import Post, PostDates
from checks.social.refusals import Refusal, refusal_of
from crawler.evidence import Fetched

PINNED, REPOST, ANOTHERS = say("pinned"), say("repost"), say("another's")


class Source(msgspec.Struct, frozen=True):
    """A way to learn when an account posted."""

    name: str
    confidence: float
    is_chronological: bool
    """Newest first, and all that the account posts there."""


class Entry(msgspec.Struct, frozen=True):
    """One item of a list."""

    at: datetime | None
    url: str = ""
    left_out: str = ""
    """Why it says nothing of the account's own posting; empty where it does."""


def dates(answer: Fetched, entries: Sequence[Entry], source: Source, timezone: str) -> PostDates:
    """The days of the account's own posts, in the time zone; complete only where nothing speaks against."""
    asked_at = parse_instant(answer.fetched_at)
    dated = [(local_day(one.at, timezone), one) for one in entries if one.at]
    past = [(day, one) for day, one in dated if asked_at is None or day <= local_day(asked_at, timezone)]
    own = [(day, one) for day, one in past if not one.left_out]
    counts = Counter(one.left_out for one in entries if one.left_out)
    counts[say("in the future")] = len(dated) - len(past)
    said = joined(", ", (say("{n} {name}", n=n, name=name) for name, n in counts.items() if n))
    name = say("{name} (left out: {said})", name=source.name, said=said) if said else source.name
    if not own:
        return refused(name, Refusal.NO_POSTS)
    posts = tuple(
        Post(
            day=day,
            source=name,
            confidence=source.confidence,
            url=one.url,
            # Nobody can open what answers to a token; the post itself many can.
            page_url=one.url if answer.plan.credential and one.url else address(answer),
        )
        for day, one in own
    )
    newest_own = max(day for day, _ in own)
    pinned_is_newer = any(one.left_out == PINNED and day > newest_own for day, one in past)
    whole = len(past) == len(entries) and not answer.truncated and not pinned_is_newer
    return PostDates(posts=posts, is_complete=source.is_chronological and whole)


def refused(name: str, refusal: Refusal, said: str = "") -> PostDates:
    """No dates, and why: the reason's own words, those of the answer, and what can be done."""
    words = say(" ({said})", said=_shortened(said)) if said else ""
    problem = say(
        "{name}: {refusal}{words}. {remedy}",
        name=name,
        refusal=word(refusal),
        words=words,
        remedy=refusal.remedy,
    )
    return PostDates(problem=problem, refusal=refusal)


def _shortened(said: str) -> str:
    """What a network says, which may be a whole page; sentences of ours are short."""
    return said if isinstance(said, Said) else said[:200]


def nothing(source: Source, answer: Fetched, document: object, otherwise: str = "") -> PostDates:
    """Why an answer says nothing: its own words, else the failure's."""
    words = object_of(document)
    said = words.get("message") or words.get("error")
    failure = answer.failure
    if not said and failure:
        said = failure.detail or word(failure.reason)
    told = said if isinstance(said, str) else str(said or "")
    refusal = refusal_of(answer)
    if refusal:
        return refused(source.name, refusal, told)
    why = _shortened(told or otherwise or say("the answer holds no posts"))
    problem = say("{name}: {why}", name=source.name, why=why)
    return PostDates(problem=problem, refusal=Refusal.NO_POSTS)


def has_failed(answer: Fetched) -> bool:
    """Whether the answer is none to be read for posts."""
    return answer.failure is not None or (answer.status or 200) >= 400


def address(answer: Fetched) -> str:
    """Where the answer came from."""
    return answer.final_url or answer.plan.url


def document_of(text: str) -> object:
    """The JSON document, or None."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def objects(items: object) -> Iterator[dict[str, Any]]:
    """The objects of an array; of anything else none."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item


def object_of(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}

"""When one article was published, as its page says: markup first, then what a reader sees near the title.

A wrong date is worse than none: sources are asked in order of trust, one that contradicts itself says
nothing, and a date that the page shows without saying what it is counts only beside the title. Order of
evidence: reference social-and-presence, section 4.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import msgspec

from checks import dom
from checks.publication_layout import Said
from checks.publication_sources import (
    beside_the_title,
    json_ld,
    labelled,
    meta,
    microdata,
    named_elements,
    time_elements,
    vague_meta,
    written_day,
)
from checks.sentences import say

EARLIEST = date(1995, 1, 1)
"""Websites have no older articles; an older date is a subject's."""

_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/\-_.]|$)")
_SOURCES: tuple[tuple[Callable[[str], Iterable[Said]], float], ...] = (
    (json_ld, 0.93),
    (meta, 0.93),
    (microdata, 0.9),
    (time_elements, 0.85),
    (labelled, 0.85),
    (named_elements, 0.8),
    (vague_meta, 0.75),
    (beside_the_title, 0.75),
)


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """The day, and where the page says it."""

    day: date
    source: str
    quote: str
    confidence: float


def publication(source: str, url: str = "") -> Publication | None:
    """The publication day of the article that the page `source` (HTML) is; None where it says none
    clearly. `url` is its address.
    """
    in_address = address_day(url) or address_day(dom.canonical(source))
    said = [(one, sure) for read, sure in _SOURCES if (one := _agreed(read(source), in_address))]
    if in_address:
        said.append((Said(in_address, say("the page's address"), url), 0.9))
    if not said:
        return None
    chosen, confidence = said[0]
    chosen = _settled(chosen, [one for one, _ in said[1:]])
    agree = sum(one.day == chosen.day for one, _ in said) - 1
    return Publication(
        day=chosen.day,
        source=chosen.source,
        quote=chosen.quote[:200],
        confidence=min(0.97, confidence + 0.04 * agree),
    )


def address_day(url: str) -> date | None:
    """The day in the path of an address: `/2016/04/02/`."""
    found = _IN_ADDRESS.search(url)
    return written_day("-".join(part.zfill(2) for part in found.groups())) if found else None


def _agreed(found: Iterable[Said], in_address: date | None) -> Said | None:
    """The one day that a source says; of several the local one, or the one that the address has."""
    said = [one for one in found if one.day >= EARLIEST]
    for kept in (said, [one for one in said if one.is_local]):
        if len({one.day for one in kept}) == 1:
            return kept[0]
    return next((one for one in said if one.day == in_address), None)


def _settled(first: Said, others: Sequence[Said]) -> Said:
    """The first source's day, unless others agree on another one. Written in universal time it may be the
    day beside the one that readers had; then a local date tells.
    """
    if not first.is_local:
        for one in others:
            if one.is_local and abs(one.day - first.day) == timedelta(days=1):
                return one
    votes = Counter(one.day for one in others)
    supported = votes.pop(first.day, 0)
    rival, count = votes.most_common(1)[0] if votes else (first.day, 0)
    if count >= 2 and count > supported + 1:
        return next(one for one in others if one.day == rival)
    return first

"""The verdict in a few lines, for people who read a build's log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.evidence import FailureReason
from results.advice import failure_text
from results.ci.baseline import Accepted
from results.ci.items import Item
from results.ci.policy import Open, Verdict
from results.known_sentences import spoken
from results.language import Language, _, decimal, language
from results.terminal import plain

MOST_LINES = 10
"""Of each kind; what is left out is counted."""


def told(verdict: Verdict) -> tuple[str, ...]:
    """Lines without control characters: what failed, what could not be told, what to do with the baseline."""
    return (headline(verdict), *map(plain, _lines(verdict)))


def told_then(verdict: Verdict) -> tuple[str, ...]:
    """The same of a run that was made earlier, with the day."""
    then = _("What the gate said on {day}:").format(day=verdict.said_on or "?")
    return (then, *told(verdict))


def headline(verdict: Verdict) -> str:
    """Whether the gate passed, in a sentence."""
    heads = {0: _("Gate passed."), 1: _("Gate failed."), 3: _("Gate open: not everything named was told.")}
    return heads[verdict.code]


def item_line(item: Item) -> str:
    """`image-alt on https://…: img[src] (3 elements)`."""
    on = _("on")
    told_ = f"{item.rule} {on} {item.url}"
    if item.element:
        told_ += f": {item.element}"
    if item.count > 1:
        told_ += " (" + _("{n} elements").format(n=item.count) + ")"
    if item.check == "questionnaire" and item.message:
        told_ += f" ({item.told[:200]})"
    return told_


def why_open(one: Open) -> str:
    """Why nothing was told, in the language spoken."""
    name, _space, detail = one.why.partition(" ")
    if language() is Language.EN or name not in set(FailureReason):
        return spoken(one.why)
    title = failure_text(FailureReason(name), language()).title
    return f"{title}: {name}" + (f" ({detail})" if detail else "")


def _lines(verdict: Verdict) -> Iterator[str]:
    for low in verdict.low:
        said = _("{url}: {percent} % is below {limit:g} %")
        yield said.format(url=low.url, percent=decimal(low.percent), limit=low.limit)
    yield from _some([_("failed: {item}").format(item=item_line(one)) for one in verdict.failed])
    yield from _some([_("cannot tell: {item}").format(item=item_line(one)) for one in verdict.open])
    yield from _some(
        [_("cannot tell: {what} of {url}: {why}").format(what=one.what, url=one.url, why=why_open(one))
         for one in verdict.open_sites]
    )  # fmt: skip
    yield from _of_baseline(verdict)


def _of_baseline(verdict: Verdict) -> Iterator[str]:
    kinds = (
        (_("not accepted, reason, owner or expiry is missing: {entry}"), verdict.unfilled),
        (_("not accepted any more, expired: {entry}"), verdict.expired),
        (_("fixed, remove from the baseline: {entry}"), verdict.fixed),
        (_("partly fixed, lower the count in the baseline: {entry}"), verdict.fewer),
        (_("stale, no check has this rule: {entry}"), verdict.stale),
    )
    for words, entries in kinds:
        yield from _some([words.format(entry=_entry(one)) for one in entries])
    if verdict.accepted:
        yield _("accepted by the baseline: {n}").format(n=len(verdict.accepted))


def _entry(entry: Accepted) -> str:
    ended = f", {entry.expires}" if entry.expires else ""
    owner = f" ({entry.owner}{ended})" if entry.owner else ""
    on = _("on")
    return f"{entry.rule} {on} {entry.url} {entry.element}".rstrip() + owner


def _some(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield _("… and {n} more of these").format(n=len(lines) - MOST_LINES)

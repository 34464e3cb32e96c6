"""The gate's verdict as the HTML report tells it: what failed, what is accepted, what was fixed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from checks.finding import Outcome
from results.advice.texts import Advice
from results.ci.baseline import Accepted
from results.ci.items import Item
from results.ci.policy import Asked, Low, Open, Policy, Verdict
from results.ci.telling import headline, why_open
from results.ci.told_items import advice_of
from results.language import N_, _, decimal
from results.told import is_known

LINES_SHOWN = 50
"""Of each group; the JSON document has all."""


class GateLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the gate tells."""

    title: str
    """What it is about, in words."""
    rule: str = ""
    url: str = ""
    element: str = ""
    count: int = 1
    said: str = ""
    """What the check or the gate says of it."""
    is_told: bool = False
    """`said` is in the language spoken; else it is English."""
    notes: tuple[str, ...] = ()
    """Why it is accepted, who answers for it, until when."""


class GateGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of one kind; never empty."""

    title: str
    outcome: str
    """Word of the style: `failed`, `cantTell`, `passed`, or empty."""
    count: int
    lines: tuple[GateLine, ...]

    @property
    def left(self) -> int:
        """How many are not shown."""
        return self.count - len(self.lines)


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict with what was asked."""

    headline: str
    outcome: str
    asked: tuple[str, ...]
    """As on the command line; a line for the sites that the same was asked of."""
    said_on: str
    """ISO date; empty where it is not known."""
    groups: tuple[GateGroup, ...]


_OUTCOMES = {0: Outcome.PASSED, 1: Outcome.FAILED, 3: Outcome.CANT_TELL}
_OF_BASELINE = (
    (N_("Not accepted: reason, owner or expiry is missing"), "cantTell", "unfilled"),
    (N_("Not accepted any more: expired"), "cantTell", "expired"),
    (N_("Fixed: remove from the baseline"), "passed", "fixed"),
    (N_("Partly fixed: lower the count in the baseline"), "passed", "fewer"),
    (N_("Stale: no check has this rule"), "", "stale"),
)


def gate_view(verdict: Verdict | None) -> GateView | None:
    """What is told of the verdict, in the language spoken now; None where nothing was asked."""
    if verdict is None:
        return None
    accepted = zip(verdict.accepted, verdict.accepted_by, strict=True)
    of_baseline = (
        _group(_(title), outcome, map(_entry, getattr(verdict, name)))
        for title, outcome, name in _OF_BASELINE
    )
    groups = (
        _group(_("Below the limit"), "failed", map(_low, verdict.low)),
        _group(_("What fails it"), "failed", map(_item, verdict.failed)),
        _group(_("Cannot be told of a whole site"), "cantTell", map(_open, verdict.open_sites)),
        _group(_("Cannot be told"), "cantTell", map(_item, verdict.open)),
        *of_baseline,
        _group(_("Accepted by the baseline"), "", (_item(one, entry) for one, entry in accepted)),
    )
    return GateView(
        headline=headline(verdict),
        outcome=str(_OUTCOMES[verdict.code]),
        asked=tuple(_asked_of(one) for one in verdict.by_site) or (_asked(verdict.policy),),
        said_on=str(verdict.said_on or ""),
        groups=tuple(group for group in groups if group.count),
    )


def _group(title: str, outcome: str, lines: Iterable[GateLine]) -> GateGroup:
    every = tuple(lines)
    return GateGroup(title=title, outcome=outcome, count=len(every), lines=every[:LINES_SHOWN])


def _asked(policy: Policy) -> str:
    named = ",".join(name.text for name in policy.names)
    parts = (
        "" if policy.fail_below is None else f"--fail-below {policy.fail_below:g}",
        f"--fail-on {named}" if named else "",
        "--allow-review" if policy.allow_review else "",
    )
    return " ".join(filter(None, parts))


def _asked_of(one: Asked) -> str:
    return f"{_asked(one.policy)}: {', '.join(one.urls)}"


def _low(one: Low) -> GateLine:
    said = _("{percent} % is below {limit:g} %")
    return GateLine(title=said.format(percent=decimal(one.percent), limit=one.limit), url=one.url)


def _open(one: Open) -> GateLine:
    return GateLine(title=one.what, url=one.url, said=why_open(one), is_told=True)


def _item(item: Item, entry: Accepted | None = None) -> GateLine:
    text = advice_of(item.check, item.rule)
    return GateLine(
        title=_title(text, item.rule),
        rule=item.rule,
        url=item.url,
        element=item.element,
        count=item.count,
        said="" if entry else item.told,
        is_told=is_known(item.message, item.said),
        notes=_why(entry) if entry else (),
    )


def _entry(entry: Accepted) -> GateLine:
    check = entry.check if entry.check.isidentifier() else ""  # it names a file of ours, and is from theirs
    return GateLine(
        title=_title(advice_of(check, entry.rule), entry.rule),
        rule=entry.rule,
        url=entry.url,
        element=entry.element,
        count=entry.count,
        notes=_why(entry),
    )


def _title(text: Advice | None, rule: str) -> str:
    return text.title if text and not text.is_general else rule


def _why(entry: Accepted) -> tuple[str, ...]:
    """Reason, owner and last day, as far as somebody gave them."""
    return tuple(
        filter(
            None,
            (
                _("Reason: {text}").format(text=entry.reason) if entry.reason.strip() else "",
                _("Answers for it: {who}").format(who=entry.owner) if entry.owner.strip() else "",
                _("Holds until {day}").format(day=entry.expires) if entry.expires else "",
            ),
        )
    )

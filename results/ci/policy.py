"""The gate: a pure function from a run, a policy and what is accepted to a verdict.

Nothing that was not evaluated passes: what is named and could not be told leaves the gate open, which ends
the command with 3; a failure, which no further audit can take back, goes before it and ends it with 1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

import msgspec

from checks.finding import Outcome
from checks.judge import CRASHED, SiteJudgement, SiteStatus
from checks.mobile.rules import Rule
from crawler.evidence import HOME
from results.ci.baseline import Accepted, Baseline, Filling, updated
from results.ci.items import (
    UNEVALUATED,
    Item,
    answer_item,
    evaluated_urls,
    found_items,
    merged,
    mobile_items,
    normalised,
    present,
    unevaluated_pages,
)
from results.ci.names import Kind, Name, is_known_rule, known_codes
from results.records import AXE_CHECK, MOBILE, SECOND_ENGINE, RunRecord, SiteRecord

_NOT_EVALUATED = frozenset({SiteStatus.NOT_EVALUABLE, SiteStatus.INTERNAL_ERROR})
_SETTLED = frozenset({Outcome.PASSED, Outcome.INAPPLICABLE})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What fails the gate."""

    fail_below: float | None = None
    """Percent."""
    names: tuple[Name, ...] = ()
    allow_review: bool = False
    """What axe leaves to a person does not keep the gate open. Pages that were not evaluated still do."""

    @property
    def is_asked(self) -> bool:
        """Whether there is a gate at all."""
        return bool(self.names) or self.fail_below is not None


class Low(msgspec.Struct, frozen=True):
    """A percentage below the limit."""

    url: str
    percent: float
    limit: float


class Open(msgspec.Struct, frozen=True):
    """Something named of which nothing can be told for the whole site."""

    url: str
    what: str
    why: str


class Asked(msgspec.Struct, frozen=True):
    """What was asked of some sites."""

    policy: Policy
    urls: tuple[str, ...]
    """Their addresses, in the order of the list."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says, and why."""

    failed: tuple[Item, ...] = ()
    low: tuple[Low, ...] = ()
    open: tuple[Item, ...] = ()
    """Could not be told; accepted ones are not among them."""
    open_sites: tuple[Open, ...] = ()
    expired: tuple[Accepted, ...] = ()
    """Entries whose items are still there: they are among `failed` or `open`."""
    unfilled: tuple[Accepted, ...] = ()
    """Likewise."""
    fixed: tuple[Accepted, ...] = ()
    """Gone from a page that was evaluated: to be removed."""
    fewer: tuple[Accepted, ...] = ()
    """Some of their elements are gone: `count` can be lowered."""
    stale: tuple[Accepted, ...] = ()
    """No check of this version knows the rule."""
    accepted: tuple[Item, ...] = ()
    accepted_by: tuple[Accepted, ...] = ()
    """The entry that accepts each of `accepted`, in the same order."""
    policy: Policy = Policy()
    """What was asked; of nothing where it was not the same of all sites."""
    by_site: tuple[Asked, ...] = ()
    """What was asked of which sites, where it was not the same."""
    said_on: date | None = None
    """By which entries had expired, or not."""

    @property
    def code(self) -> int:
        """0, 1 or 3, as the README's table has it."""
        if self.failed or self.low:
            return 1
        return 3 if self.open or self.open_sites else 0


def verdict(run: RunRecord, policy: Policy, accepted: Baseline | None, today: date) -> Verdict:
    """What the policy says of a run. Pure; `today` decides which entries have expired."""
    named = [item for site in run.sites for item in named_items(site, policy)]
    sorted_out = _SortedOut(accepted or Baseline(), today)
    for item in named:
        sorted_out.take(item)
    there = tuple(item for site in run.sites for item in present(site)) if sorted_out.unseen else ()
    return Verdict(
        failed=tuple(sorted_out.failed),
        open=tuple(sorted_out.open),
        accepted=tuple(sorted_out.accepted),
        accepted_by=tuple(sorted_out.accepted_by),
        policy=policy,
        said_on=today,
        expired=tuple(sorted_out.expired),
        unfilled=tuple(sorted_out.unfilled),
        fewer=tuple(sorted_out.fewer),
        fixed=tuple(
            entry for entry in sorted_out.unseen if _can_be_seen(entry) and _is_gone(entry, run, there)
        ),
        stale=tuple(entry for entry in sorted_out.unseen if not _can_be_seen(entry)),
        low=tuple(_low(run, policy)),
        open_sites=tuple(open_ for site in run.sites for open_ in _open_of(site, run, policy)),
    )


def renewed(run: RunRecord, policy: Policy, accepted: Baseline, today: date, filling: Filling) -> Baseline:
    """The accepted items as `--update-baseline` writes them: without what is fixed or stale, with what is
    found now; what was not evaluated, or not looked at, stays as it is.
    """
    said = verdict(run, policy, accepted, today)
    gone = {(*entry.key, entry.outcome) for entry in (*said.fixed, *said.stale)}
    kept = (entry for entry in accepted.entries if (*entry.key, entry.outcome) not in gone)
    found = [item for site in run.sites for item in named_items(site, policy)]
    covered = (item for item in found if _is_new_or_same(item, accepted))
    return updated(kept, covered, filling)


def named_items(site: SiteRecord, policy: Policy) -> tuple[Item, ...]:
    """The items of a site that the policy names: failed ones, and ones that could not be told."""
    if site.judgement.status in _NOT_EVALUATED:
        return ()
    found = found_items(site)
    every = (item for name in policy.names for item in _meant(site, name, found))
    told = {(item.check, *item.key, item.outcome): item for item in every}
    return tuple(item for item in merged(told.values()) if not _is_allowed(item, policy))


def _is_allowed(item: Item, policy: Policy) -> bool:
    of_engines = item.check in (AXE_CHECK, SECOND_ENGINE)
    return policy.allow_review and of_engines and item.outcome is Outcome.CANT_TELL


def _meant(site: SiteRecord, name: Name, found: tuple[Item, ...]) -> Iterator[Item]:
    if name.kind is Kind.MOBILE:
        yield from mobile_items(site, found)
    elif name.kind is Kind.CODE:
        answer = site.judgement.answer(name.detail)
        if answer is not None and answer.outcome not in _SETTLED:
            yield answer_item(site, answer)
    else:
        yield from filter(name.means, found)
        if name.needs_pages:
            yield from unevaluated_pages(site)


class _SortedOut:
    """Named items by what is accepted of them."""

    def __init__(self, baseline: Baseline, today: date) -> None:
        self._baseline, self._today = baseline, today
        self._seen: set[tuple[str, str, str, Outcome]] = set()
        self.failed: list[Item] = []
        self.open: list[Item] = []
        self.accepted: list[Item] = []
        self.accepted_by: list[Accepted] = []
        self.expired: list[Accepted] = []
        self.unfilled: list[Accepted] = []
        self.fewer: list[Accepted] = []

    @property
    def unseen(self) -> tuple[Accepted, ...]:
        """Entries of which no item was found."""
        return tuple(
            entry for entry in self._baseline.entries if (*entry.key, entry.outcome) not in self._seen
        )

    def take(self, item: Item) -> None:
        entry = self._baseline.of(item)
        if entry is not None:
            self._seen.add((*entry.key, entry.outcome))
            if self._holds(entry, item):
                self.accepted.append(item)
                self.accepted_by.append(entry)
                if item.count < entry.count and item.outcome is entry.outcome:
                    self.fewer.append(entry)
                return
        (self.failed if item.outcome is Outcome.FAILED else self.open).append(item)

    def _holds(self, entry: Accepted, item: Item) -> bool:
        if not entry.is_filled:
            self.unfilled.append(entry)
            return False
        if entry.has_expired(self._today):
            self.expired.append(entry)
            return False
        return item.count <= entry.count


def _is_new_or_same(item: Item, accepted: Baseline) -> bool:
    """Whether an item gets an entry: not where one for its failure covers that it can't be told now."""
    entry = accepted.of(item)
    return entry is None or entry.outcome is item.outcome


def _low(run: RunRecord, policy: Policy) -> Iterator[Low]:
    limit = policy.fail_below
    for site in run.sites if limit is not None else ():
        wcag = site.judgement.wcag
        if wcag is not None and wcag.percent is not None and limit is not None and wcag.percent < limit:
            yield Low(site.institution.url, wcag.percent, limit)


def _open_of(site: SiteRecord, run: RunRecord, policy: Policy) -> Iterator[Open]:
    """What is named of a site and was not looked at."""
    judged = site.judgement
    url = site.institution.url
    if judged.status in _NOT_EVALUATED:
        why = f"{judged.failure.reason} {judged.failure.detail}".strip() if judged.failure else judged.status
        named = [name.text for name in policy.names] + ["--fail-below"] * (policy.fail_below is not None)
        yield Open(url, ", ".join(named), str(why))
        return
    if policy.fail_below is not None and (judged.wcag is None or judged.wcag.percent is None):
        yield Open(url, "--fail-below", "there is no percentage")
    for name in policy.names:
        if name.kind is Kind.CODE and judged.answer(name.detail) is None:
            yield Open(url, name.text, "no check answered it")
        elif name.needs_second_engine and not run.settings.get("second_engine"):
            yield Open(url, name.text, "the second engine did not run: --second-engine")
        elif name.needs_pages and not judged.pages:
            yield Open(url, name.text, "no page was evaluated")
        elif name.kind is Kind.RULE and (crashed := _crashed(judged)):
            yield Open(url, name.text, f"a check broke off: {crashed}")
        elif name.detail in set(Rule) and (judged.mobile is None or judged.mobile.verdict is None):
            yield Open(url, name.text, "the phone's view could not be judged")


def _crashed(judged: SiteJudgement) -> str:
    """Checks that broke off: what they would have found is not known."""
    found = judged.findings.items()
    return ", ".join(sorted(check for check, group in found if any(one.rule == CRASHED for one in group)))


def _can_be_seen(entry: Accepted) -> bool:
    return is_known_rule(entry.rule) or entry.rule == UNEVALUATED


def _is_gone(entry: Accepted, run: RunRecord, there: Collection[Item]) -> bool:
    """Whether the place was looked at, and nothing is there that is it, or that could be it."""
    could_be = (
        item.key == entry.key or item.outcome is not Outcome.FAILED
        for item in there
        if item.url == entry.url and item.rule == entry.rule
    )
    return not any(could_be) and any(_was_looked_at(entry, site, run) for site in run.sites)


def _was_looked_at(entry: Accepted, site: SiteRecord, run: RunRecord) -> bool:
    judged = site.judgement
    if judged.status in _NOT_EVALUATED:
        return False
    is_site = normalised(site.institution.url) == entry.url
    if entry.rule in known_codes() and entry.check != MOBILE:
        answer = judged.answer(entry.rule)
        return is_site and answer is not None and answer.outcome in _SETTLED
    if entry.check == MOBILE:
        at_home = is_site or any(
            entry.url == normalised(page.url) for page in site.pages if HOME in page.roles
        )
        return at_home and judged.mobile is not None and judged.mobile.verdict is not None
    if entry.check == SECOND_ENGINE and not run.settings.get("second_engine"):
        return False
    if entry.check == AXE_CHECK or entry.rule == UNEVALUATED or not is_site:
        return entry.url in evaluated_urls(site)
    return entry.check in judged.versions

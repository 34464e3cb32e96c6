"""Two phone captures of one page as one verdict: a rule that fails in one of them only is out of it."""

from __future__ import annotations

import msgspec

from checks.finding import Finding, Outcome, Unstable
from checks.mobile.notes import sentence
from checks.mobile.rules import Issue, issues
from checks.sentences import say, word
from crawler.evidence import Failure, MobileView


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of a page's issues, and what does not because it comes and goes."""

    broken: tuple[Issue, ...]
    """Of one capture all issues; of two those in both, as the first has them. One that counts in the strict
    verdict only the one time counts only there."""
    unstable: tuple[Issue, ...] = ()
    """Issues that count in `mft/1` in one capture only."""
    strict_unstable: bool = False
    """An issue of any kind is in one capture only."""
    second: MobileView | None = None
    failure: Failure | None = None
    """Why a second capture that was tried can't be compared."""

    @property
    def counting(self) -> tuple[Issue, ...]:
        """The issues that count in `mft/1`."""
        return tuple(issue for issue in self.broken if not issue.strict_only)

    @property
    def is_friendly(self) -> bool | None:
        """None where only unstable issues would decide."""
        if self.counting:
            return False
        return None if self.unstable else True

    @property
    def is_strictly_friendly(self) -> bool | None:
        """The same with any failing tap target counting."""
        if self.broken:
            return False
        return None if self.strict_unstable else True


def compared(first: MobileView, second: MobileView | None, failure: Failure | None = None) -> Compared:
    """Compare rule by rule; the elements may differ."""
    mine = {issue.rule: issue for issue in issues(first)}
    if second is None:
        return Compared(broken=tuple(mine.values()), failure=failure)
    theirs = {issue.rule: issue for issue in issues(second)}
    both = [_both(mine[rule], theirs[rule]) for rule in mine if rule in theirs]
    counts = [{rule for rule, issue in found.items() if not issue.strict_only} for found in (mine, theirs)]
    flipping = counts[0] ^ counts[1]
    return Compared(
        broken=tuple(both),
        unstable=tuple((theirs if rule in counts[1] else mine)[rule] for rule in sorted(flipping)),
        strict_unstable=mine.keys() != theirs.keys(),
        second=second,
    )


def _both(one: Issue, other: Issue) -> Issue:
    return msgspec.structs.replace(one, strict_only=one.strict_only or other.strict_only)


def differences(view: MobileView, found: Compared) -> tuple[Unstable, ...]:
    """The unstable rules with what each capture says of them."""
    first = {issue.rule for issue in issues(view) if not issue.strict_only}
    return tuple(
        Unstable(
            page=view.url,
            rule=issue.rule.value,
            first=Outcome.FAILED if issue.rule in first else Outcome.PASSED,
            second=Outcome.PASSED if issue.rule in first else Outcome.FAILED,
        )
        for issue in found.unstable
    )


def findings(view: MobileView, found: Compared) -> tuple[Finding, ...]:
    """One finding for each unstable rule, one where there was no second capture to compare."""
    unstable = tuple(
        Finding(
            rule=issue.rule.value,
            outcome=Outcome.CANT_TELL,
            page_url=view.url,
            message=say("Unstable, in one of two captures only: {note}", note=sentence(issue)),
            instances=issue.instances,
        )
        for issue in found.unstable
    )
    if found.failure is None:
        return unstable
    message = say(
        "Judged by the first capture alone, the second failed: {reason}.", reason=word(found.failure.reason)
    )
    return (Finding(rule="not-confirmed", outcome=Outcome.CANT_TELL, page_url=view.url, message=message),)

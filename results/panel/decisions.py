"""What an expert decided of one answer, and which value holds in the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from checks.finding import Answer
from results.language import N_


class Verdict(StrEnum):
    """What an expert does with an automatic answer."""

    CONFIRM = "confirm"
    OVERRULE = "overrule"
    OPEN = "open"
    """Looked at and left undecided; decides nothing."""


class Automatic(msgspec.Struct, frozen=True, kw_only=True):
    """The answer that the expert saw."""

    value: int | str | None
    outcome: str
    confidence: float
    judgement: int
    """Id of the judgement that gave it."""


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """One expert's decision on one answer of one site."""

    position: int
    code: str
    expert: str
    verdict: Verdict
    value: int | str | None
    """What was decided; of a `confirm` the automatic value, None for an open one."""
    reason: str
    automatic: Automatic
    source: str
    """File and cell that it came from."""
    decided_at: datetime

    def says_the_same(self, other: Decision) -> bool:
        """Whether importing one after the other changes nothing."""
        return (self.verdict, self.value, self.reason, self.expert) == (
            other.verdict,
            other.value,
            other.reason,
            other.expert,
        )


class Source(StrEnum):
    """Where a final value comes from."""

    AUTOMATIC = "automatic"
    EXPERT = "expert"
    CONFLICT = "conflict"
    """Experts decided differently: nothing holds until they agree."""
    NONE = "none"
    """Nobody could tell."""


SOURCE_WORDS = {
    Source.AUTOMATIC: N_("automatic"),
    Source.EXPERT: N_("expert"),
    Source.CONFLICT: N_("experts disagree"),
    Source.NONE: N_("open"),
}


class Final(msgspec.Struct, frozen=True, kw_only=True):
    """The value that is published, and by whose word."""

    value: int | str | None
    source: Source
    experts: tuple[str, ...] = ()


def final(answer: Answer | None, decisions: Iterable[Decision]) -> Final:
    """Experts over the automatic answer; experts who disagree leave it open, whoever came last.

    `decisions` are the current ones on this answer, at most one an expert. An automatic answer without a
    value is none. M16J of a site that could not be evaluated has one, 4, by the study's own rule: its outcome
    (untested) is what tells it from a low score.
    """
    counting = [one for one in decisions if one.verdict is not Verdict.OPEN]
    names = tuple(sorted(one.expert for one in counting))
    values = list(dict.fromkeys(one.value for one in counting))
    if len(values) == 1:
        return Final(value=values[0], source=Source.EXPERT, experts=names)
    if values:
        return Final(value=None, source=Source.CONFLICT, experts=names)
    if answer is None or answer.value is None:
        return Final(value=None, source=Source.NONE)
    return Final(value=answer.value, source=Source.AUTOMATIC)

"""Counts of one question over institutions: what is not known is counted apart, never as an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

import msgspec

SURE = 0.8
"""Confidence from which an automatic answer counts as sure; `docs/accuracy.md` says how often those hold."""
FEW = 5
"""Of fewer institutions no share is told."""
MOST_UNKNOWN = 0.5
"""Where more than this part is not known, those that are known speak for themselves only."""
NOT_EVALUABLE = 0
"""Stands among M16J's bands for sites that have no percentage: the study's band 4 holds both."""


class State(StrEnum):
    """What is known of an institution's answer."""

    KNOWN = "known"
    CANT_TELL = "cant_tell"
    """The tool or the experts could not agree or decide."""
    NOT_EVALUATED = "not_evaluated"
    """Nobody looked, or the site could not be looked at, or it was not published."""
    NOT_ASKED = "not_asked"
    """The question does not apply."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One institution's final answer to one code."""

    state: State
    value: int | None = None
    """1 of a text or date that is given."""
    confidence: float = 0.0
    by_expert: bool = False
    link: str = ""
    """Where the evidence can be opened."""

    @property
    def is_sure(self) -> bool:
        """Decided by an expert, or by the tool with a confidence of at least 0.8."""
        return self.by_expert or self.confidence >= SURE


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many gave one answer. Percents are None where they are not told; `few` says whether that is why."""

    count: int
    asked: int
    percent: float | None
    """Of all asked, those that are not known among them: at least so many."""
    at_most: float | None
    """Were it the answer of all that are not known."""
    of_known: float | None
    """Of those that are known; None also where they can't speak for the rest."""
    sure: int
    """Of those that gave the answer: decided by an expert, or with a confidence of at least 0.8."""
    mean: float | None
    """Mean confidence of those that the tool answered; None where there are none."""
    cant_tell: int
    not_evaluated: int

    @property
    def unknown(self) -> int:
        """Institutions that were asked, and of which nobody can tell."""
        return self.cant_tell + self.not_evaluated

    @property
    def is_lower_bound(self) -> bool:
        """Whether so many are not known that the share is told as a least one only."""
        return self.unknown > MOST_UNKNOWN * self.asked

    @property
    def is_told(self) -> bool:
        """Not where nobody is known to have said so, and most are not known: that is no zero."""
        return self.percent is not None and (self.count > 0 or not self.is_lower_bound)

    @property
    def few(self) -> bool:
        """Fewer than five asked."""
        return self.asked < FEW


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """The answers to one code."""

    counts: dict[int, int] = msgspec.field(default_factory=dict)
    sure: dict[int, int] = msgspec.field(default_factory=dict)
    """By answer: how many are sure."""
    automatic: dict[int, tuple[int, float]] = msgspec.field(default_factory=dict)
    """By answer: how many the tool gave, and the sum of their confidences."""
    cant_tell: int = 0
    not_evaluated: int = 0
    not_asked: int = 0

    @property
    def known(self) -> int:
        """Institutions with an answer."""
        return sum(self.counts.values())

    @property
    def unknown(self) -> int:
        """Institutions that were asked, and of which nobody can tell."""
        return self.cant_tell + self.not_evaluated

    @property
    def asked(self) -> int:
        """The denominator: all to whom the question applies."""
        return self.known + self.unknown

    def percent(self, count: int) -> float | None:
        """Of all asked; None of fewer than five."""
        return None if self.asked < FEW else 100 * count / self.asked

    def share(self, *values: int) -> Share:
        """Of the institutions with one of the values."""
        count = sum(self.counts.get(value, 0) for value in values)
        automatic = [self.automatic[value] for value in values if value in self.automatic]
        many = sum(number for number, _confidences in automatic)
        return Share(
            count=count,
            asked=self.asked,
            percent=self.percent(count),
            at_most=self.percent(count + self.unknown),
            of_known=100 * count / self.known if self._speaks_for_all else None,
            sure=sum(self.sure.get(value, 0) for value in values),
            mean=sum(confidences for _number, confidences in automatic) / many if many else None,
            cant_tell=self.cant_tell,
            not_evaluated=self.not_evaluated,
        )

    @property
    def _speaks_for_all(self) -> bool:
        """Not where few are known, nor where only one answer was ever told: the rest may be the other."""
        if self.known < FEW or self.unknown > MOST_UNKNOWN * self.asked:
            return False
        return not self.unknown or sum(count > 0 for count in self.counts.values()) > 1


def tally(answers: Iterable[Given]) -> Tally:
    """Counts answers in any order."""
    counts: Counter[int] = Counter()
    states: Counter[State] = Counter()
    sure: Counter[int] = Counter()
    automatic: dict[int, tuple[int, float]] = {}
    for given in answers:
        states[given.state] += 1
        if given.state is not State.KNOWN or given.value is None:
            continue
        counts[given.value] += 1
        sure[given.value] += given.is_sure
        if not given.by_expert:
            many, confidences = automatic.get(given.value, (0, 0.0))
            automatic[given.value] = many + 1, confidences + given.confidence
    return Tally(
        counts=dict(sorted(counts.items())),
        sure=dict(sure),
        automatic=automatic,
        cant_tell=states[State.CANT_TELL],
        not_evaluated=states[State.NOT_EVALUATED],
        not_asked=states[State.NOT_ASKED],
    )

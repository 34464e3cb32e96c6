"""A proposed value with its confidence, reason and evidence, before it becomes the answer to a code."""

from __future__ import annotations

import msgspec

from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell
from checks.finding import Answer, Instance
from checks.sentences import say
from crawler.evidence import Site

_FEWEST_PAGES = 3
_FEW_SEEN = 0.6


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """1 or 0, or None where the evidence does not decide."""

    value: int | None
    reason: str
    confidence: float = 0.0
    evidence: tuple[Instance, ...] = ()

    def answer(self, code: str) -> Answer:
        """The answer to an item of a several-answer question."""
        if self.value is None:
            return cant_tell(code, self.reason, self.evidence)
        return answered(code, self.value, self.confidence, self.reason, self.evidence)


def of_none(site: Site, confidence: float) -> float:
    """The confidence of a `no`: less where hardly a page besides the front page could be read."""
    return confidence if len(evaluable_pages(site)) >= _FEWEST_PAGES else min(confidence, _FEW_SEEN)


def looked_at(url: str, pages: int) -> Instance:
    """What a `no` stands on at least."""
    return Instance(
        url=url, message=say("{pages} pages of the site were looked at, this one among them", pages=pages)
    )

"""What a check concludes: answers to the questionnaire, and findings with their instances."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from checks.sentences import Parts, again, keep_parts
from crawler.evidence import Failure, Rect


class Outcome(StrEnum):
    """EARL 1.0 outcome values (W3C Note, section 2.7)."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a page's picture in which an element shows; both boxes in pixels of the whole picture as
    `Blob.width` counts them, which are CSS pixels.
    """

    picture: str
    """Digest in the evidence store."""
    width: float
    """Of the whole picture."""
    area: Rect
    """What to cut out."""
    element: Rect
    """What to outline, as far as the picture has it."""


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """One place on a page that a person can open and see."""

    url: str
    selector: str = ""
    snippet: str = ""
    """HTML or quoted text, as found; data, never markup of ours."""
    message: str = ""
    rect: Rect | None = None
    on_phone: bool = False
    """Seen by the phone's pass: `rect` is in its page."""
    clip: Clip | None = None
    """Set on the evidence of answers by `checks.clips`, where the page's picture shows the element."""
    said: Parts = msgspec.UNSET
    """The parts of `message`, where it is a sentence of ours; set by giving one."""

    def __post_init__(self) -> None:
        """Keep the parts of the message."""
        keep_parts(self, "message")

    @property
    def sentence(self) -> str:
        """The message with its parts, to be put into another sentence."""
        return again(self.message, self.said)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found on a page (or on the site, where `page_url` is empty)."""

    rule: str
    """axe rule id, mobile rule name, or the check's own name for it."""
    outcome: Outcome
    page_url: str = ""
    criteria: tuple[str, ...] = ()
    """WCAG success criteria (`1.1.1`)."""
    impact: str = ""
    message: str = ""
    help_url: str = ""
    instances: tuple[Instance, ...] = ()
    said: Parts = msgspec.UNSET
    """The parts of `message`, where it is a sentence of ours; set by giving one."""

    def __post_init__(self) -> None:
        """Keep the parts of the message."""
        keep_parts(self, "message")

    @property
    def sentence(self) -> str:
        """The message with its parts, to be put into another sentence."""
        return again(self.message, self.said)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The proposed answer to one code. `value` is null when cantTell or inapplicable."""

    code: str
    outcome: Outcome
    value: int | str | None = None
    """The study's number; 1 or 0 for an item of a several-answer question; text; ISO date."""
    confidence: float = 1.0
    """0 to 1: the check's estimate, set against labelled sites in docs/accuracy.md (table of bins); 0 where
    there is no value (`judge` sees to it)."""
    reason: str = ""
    """Why, in one sentence; always there for cantTell, inapplicable and untested."""
    evidence: tuple[Instance, ...] = ()
    """For `no` answers: the candidates considered and rejected."""
    said: Parts = msgspec.UNSET
    """The parts of `reason`; set by giving a sentence, unset in answers of before there were any."""

    def __post_init__(self) -> None:
        """Keep the parts of the reason."""
        keep_parts(self, "reason")

    @property
    def sentence(self) -> str:
        """The reason with its parts, to be put into another sentence."""
        return again(self.reason, self.said)


class CriterionCount(msgspec.Struct, frozen=True):
    """Elements of one success criterion, over all pages that carry the score."""

    sc: str
    passed: int
    failed: int
    review: int


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How sure the percentage is; percents, two decimals, None where it can't be told."""

    lower: float | None = None
    """With every item that needs review taken as not met."""
    upper: float | None = None
    """With every item that needs review taken as met."""
    interval_low: float | None = None
    """95 % t interval with finite-population factor; from 10 random pages."""
    interval_high: float | None = None
    reliable: bool = False
    """True from 30 random pages, and for a census."""
    uncertain: bool = False
    """An interval or bound crosses a band's limit."""
    other_band: int | None = None


class Unstable(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that two captures of a page decide differently: out of the score, or of the verdict."""

    page: str
    rule: str
    criteria: tuple[str, ...] = ()
    first: Outcome
    second: Outcome


class WcagMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """M16J in detail. Percent, band and points are null where eindekss itself failed."""

    formula: str
    target: str
    scope: str
    percent: float | None = None
    band: int | None = None
    points: int | None = None
    pages_evaluated: int = 0
    pages_sampled: int = 0
    population: int | None = None
    seed: int | None = None
    axe_version: str = ""
    bounds: Bounds = Bounds()
    criteria: tuple[CriterionCount, ...] = ()
    alternatives: dict[str, float] = msgspec.field(default_factory=dict)
    """Percent by the other formulas, from the same pages."""
    home_percent: float | None = None
    structured_percent: float | None = None
    failure: Failure | None = None
    """Why there is no percentage: the site's doing (band 4), or its being unstable or ours (no band)."""
    pinned_from: str = ""
    """The earlier run whose random pages were audited again, else empty."""
    pinned_pages: int = 0
    """Random pages that were in that run's sample too."""
    pages_confirmed: int = 0
    """Pages that carry the score and whose second capture could be compared."""
    unstable: tuple[Unstable, ...] = ()
    """On the pages that carry the score; the first hundred."""
    unstable_count: int = 0
    """All of them."""


class MobileIssue(msgspec.Struct, frozen=True):
    """A failed rule, named as in Google's Mobile-Friendly Test API (searchconsole v1)."""

    rule: str
    instances: int


class MobileMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """M17J in detail, by specification `mft/1`."""

    specification: str = "mft/1"
    verdict: str | None = None
    """MOBILE_FRIENDLY, NOT_MOBILE_FRIENDLY, or None."""
    test_status: str = "COMPLETE"
    """COMPLETE, PAGE_UNREACHABLE or INTERNAL_ERROR."""
    detail: str = ""
    issues: tuple[MobileIssue, ...] = ()
    strict_verdict: str | None = None
    """With any failing tap target counting."""
    notes: dict[str, str] = msgspec.field(default_factory=dict)
    """Why it is not friendly, by language (`lv`, `en`), one sentence a reason; empty where it is."""
    confirmed: bool = False
    """A second capture could be compared."""
    unstable: tuple[Unstable, ...] = ()
    """Rules that fail in one capture only."""


class PageMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """What a check says of one page's score; `url` is the one asked for."""

    url: str
    percent: float | None = None
    failure: Failure | None = None


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """All that one check says of one site."""

    answers: tuple[Answer, ...] = ()
    findings: tuple[Finding, ...] = ()
    wcag: WcagMeasure | None = None
    mobile: MobileMeasure | None = None
    pages: tuple[PageMeasure, ...] = ()

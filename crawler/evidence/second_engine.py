"""What the second engine said of one page, reduced: neither passes nor more than a score of places a rule."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crawler.evidence.failure import Failure


class Policy(StrEnum):
    """What the engine's rule set makes of a rule."""

    VIOLATION = "VIOLATION"
    RECOMMENDATION = "RECOMMENDATION"


class Certainty(StrEnum):
    """How sure the engine is of one result."""

    FAIL = "FAIL"
    POTENTIAL = "POTENTIAL"
    MANUAL = "MANUAL"


class SecondEngineNode(msgspec.Struct, frozen=True):
    """A place where a rule did not pass."""

    key: str
    """Ancestry path, in the form of `AxeElement.key`: the same element has the same path."""
    selector: str = ""
    snippet: str = ""
    """The element's own tag and beginning of text, at most 300 characters."""
    message: str = ""


class SecondEngineRule(msgspec.Struct, frozen=True, kw_only=True):
    """All results of one rule that have the same reason, policy and certainty."""

    id: str
    reason: str
    """The engine's code of the message (`Fail_1`)."""
    policy: Policy
    certainty: Certainty
    count: int
    """Places in all, of which `nodes` holds the first 20 of each frame."""
    nodes: tuple[SecondEngineNode, ...] = ()


class SecondEngineResult(msgspec.Struct, frozen=True, kw_only=True):
    """The second engine over all frames of a page."""

    engine: str
    version: str
    rules: tuple[SecondEngineRule, ...] = ()
    """In the order of id, reason, policy and certainty."""
    frames_untested: tuple[str, ...] = ()
    """Addresses of visible frames in which it could not run."""
    failure: Failure | None = None
    """Why there is no result; the page's other evidence stands."""

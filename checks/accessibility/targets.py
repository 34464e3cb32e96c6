"""Conformance targets: which success criteria count, and which axe rules count for them.

Criteria are those of W3C's WCAG 2.0 (2008), 2.1 (2018) and 2.2 (2023), levels A and AA; AAA is dropped.
4.1.1 Parsing is in no target: WCAG 2.2 removed it and axe's duplicate-id rules are obsolete.
"""

from __future__ import annotations

import re

import msgspec

from checks.errors import UnknownTargetError
from crawler.evidence import AxeRule

LEVELS: dict[str, dict[str, tuple[str, ...]]] = {
    "2.0": {
        "A": (
            *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.3.1", "1.3.2", "1.3.3", "1.4.1", "1.4.2"),
            *("2.1.1", "2.1.2", "2.2.1", "2.2.2", "2.3.1", "2.4.1", "2.4.2", "2.4.3", "2.4.4"),
            *("3.1.1", "3.2.1", "3.2.2", "3.3.1", "3.3.2", "4.1.1", "4.1.2"),
        ),
        "AA": (
            *("1.2.4", "1.2.5", "1.4.3", "1.4.4", "1.4.5", "2.4.5", "2.4.6", "2.4.7"),
            *("3.1.2", "3.2.3", "3.2.4", "3.3.3", "3.3.4"),
        ),
    },
    "2.1": {
        "A": ("2.1.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4"),
        "AA": ("1.3.4", "1.3.5", "1.4.10", "1.4.11", "1.4.12", "1.4.13", "4.1.3"),
    },
    "2.2": {
        "A": ("3.2.6", "3.3.7"),
        "AA": ("2.4.11", "2.5.7", "2.5.8", "3.3.8"),
    },
}
"""Success criteria by the version that brought them and their level."""

DROPPED = "4.1.1"

_CRITERION_TAG = re.compile(r"wcag([1-4])([1-9])([1-9][0-9]?)")
_NOT_NORMATIVE = frozenset({"experimental", "deprecated", "best-practice"})


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is measured against."""

    id: str
    title: str
    criteria: frozenset[str]
    tags: frozenset[str]
    """axe's version and level tags; a rule has exactly one, and it must be among these."""

    def criteria_of(self, rule: AxeRule) -> tuple[str, ...]:
        """The target's criteria that a rule tests, in order; empty where the rule does not count."""
        tags = frozenset(rule.tags)
        if not tags & self.tags or tags & _NOT_NORMATIVE:
            return ()
        mapped = {sc for sc in map(criterion, rule.tags) if sc in self.criteria}
        return tuple(sorted(mapped, key=in_order))


def criterion(tag: str) -> str | None:
    """The success criterion that an axe tag names: `wcag1410` is 1.4.10; None for any other tag."""
    found = _CRITERION_TAG.fullmatch(tag)
    return ".".join(found.groups()) if found else None


def in_order(sc: str) -> tuple[int, ...]:
    """Sort key, so that 1.4.10 stands after 1.4.9."""
    return tuple(map(int, sc.split(".")))


def _criteria(*versions: str) -> frozenset[str]:
    return frozenset(
        sc for version in versions for level in LEVELS[version].values() for sc in level if sc != DROPPED
    )


_TAGS_20 = frozenset({"wcag2a", "wcag2aa"})
_TAGS_21 = _TAGS_20 | {"wcag21a", "wcag21aa"}

DEFAULT = "wcag20-aa"

TARGETS: dict[str, Target] = {
    target.id: target
    for target in (
        Target(id=DEFAULT, title="WCAG 2.0 AA", criteria=_criteria("2.0"), tags=_TAGS_20),
        Target(id="wcag21-aa", title="WCAG 2.1 AA", criteria=_criteria("2.0", "2.1"), tags=_TAGS_21),
        Target(
            id="wcag22-aa",
            title="WCAG 2.2 AA",
            criteria=_criteria("2.0", "2.1", "2.2"),
            tags=_TAGS_21 | {"wcag22a", "wcag22aa"},
        ),
        # EN 301 549 V3.2.1 clauses 9.1 to 9.4 are WCAG 2.1 A and AA, criterion by criterion; the rest of
        # clause 9 (9.5 notes AAA, 9.6 the conformance requirements) adds no success criterion.
        Target(
            id="en301549",
            title="EN 301 549 V3.2.1, clause 9",
            criteria=_criteria("2.0", "2.1"),
            tags=_TAGS_21,
        ),
    )
}


def target(target_id: str) -> Target:
    """The target of that id. Raises UnknownTargetError."""
    try:
        return TARGETS[target_id]
    except KeyError:
        known = ", ".join(TARGETS)
        raise UnknownTargetError(f"unknown target {target_id!r}; there are {known}") from None

"""Whether two results may be set beside each other as a change, or were made by different rules.

Percentages of different formulas, targets, scopes or axe versions differ though the site does not
(docs/accuracy.md: the three formulas put the same real sites into different bands). Whoever shows two
results together asks here first and prints the reason.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from checks.sentences import joined, say

_WCAG = "wcag_percentage"


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """By what a result was made."""

    formula: str
    target: str
    scope: str
    """`homepage` or `sample`: which pages carry the percentage."""
    axe_version: str
    confirm: bool = False
    """Whether second captures were asked for."""
    checks: dict[str, int] = msgspec.field(default_factory=dict)
    """Version of every check, by id."""
    terms: str = ""
    """Hash of the term tables, which the other checks read."""
    news_days: int = 14
    """How old the newest news may be."""
    chosen: str = "all"
    """Which pages were wanted: the patterns and the sitemap of the settings, in words."""
    consent: str = "ignore"
    """What was done with consent banners."""
    access: str = "public"
    """What was sent beyond what the public sends: names, never values."""


_UNKNOWN = say("unknown")
_Part = tuple[str, Callable[[Basis], str]]
_SCOPE: _Part = (say("scope"), lambda basis: basis.scope)
_CAPTURES: _Part = (say("captures of a page"), lambda basis: "2" if basis.confirm else "1")
_TERMS: _Part = (say("term tables"), lambda basis: basis.terms[:12])
_GROUND: tuple[_Part, ...] = (
    _SCOPE,
    (say("pages wanted"), lambda basis: basis.chosen),
    (say("consent banners"), lambda basis: basis.consent),
    (say("access"), lambda basis: basis.access),
)
"""What every answer rests on."""
_PARTS: tuple[_Part, ...] = (
    (say("formula"), lambda basis: basis.formula),
    (say("target"), lambda basis: basis.target),
    *_GROUND,
    ("axe-core", lambda basis: basis.axe_version),
    _CAPTURES,
    (say("check {check}", check=_WCAG), lambda basis: _version(basis, _WCAG)),
)
_PARTS_OF: dict[str, tuple[_Part, ...]] = {
    "mobile_friendliness": (*_GROUND, _CAPTURES),
    "news": (*_GROUND, _TERMS, (say("days that news are new"), lambda basis: str(basis.news_days))),
}
_PARTS_OF_OTHERS = (*_GROUND, _TERMS)


def why_not_comparable(one: Basis, other: Basis) -> str:
    """Why two WCAG percentages may not be compared: each part that differs, as `formula criteria-met/1
    against sc-mean/1`; empty where they may. An axe version that is not known is not the same as any.
    """
    return _differing(_PARTS, one, other)


def _differing(parts: tuple[_Part, ...], one: Basis, other: Basis) -> str:
    named = ((name, part(one) or _UNKNOWN, part(other) or _UNKNOWN) for name, part in parts)
    differing = (
        say("{name} {mine} against {theirs}", name=name, mine=mine, theirs=theirs)
        for name, mine, theirs in named
        if mine != theirs or mine == _UNKNOWN
    )
    return joined("; ", differing)


def why_answers_differ(one: Basis, other: Basis) -> str:
    """What else changed between two judgements, so that an answer may differ though the site does not:
    versions of the other checks, the term tables, how old news may be. Empty where nothing did.
    """
    ids = sorted({*one.checks, *other.checks} - {_WCAG})
    changed = [
        say(
            "{name} {mine} against {theirs}",
            name=check,
            mine=_version(one, check),
            theirs=_version(other, check),
        )
        for check in ids
        if _version(one, check) != _version(other, check)
    ]
    if one.terms != other.terms:
        changed.append(say("other term tables"))
    if one.news_days != other.news_days:
        changed.append(
            say("news of {mine} against {theirs} days", mine=one.news_days, theirs=other.news_days)
        )
    return joined("; ", changed)


def why_answer_not_comparable(check: str, one: Basis, other: Basis) -> str:
    """Why two answers of the check of that id may not be compared, as `why_not_comparable`. What an answer
    rests on besides its check: of the percentage the rules, of the phone's verdict the pages measured and how
    often, of every other the pages that there are to read and the words known.
    """
    if check == _WCAG:
        return why_not_comparable(one, other)
    return _differing((*_PARTS_OF.get(check, _PARTS_OF_OTHERS), _version_part(check)), one, other)


def _version_part(check: str) -> _Part:
    return (say("check {check}", check=check), lambda basis: _version(basis, check))


def _version(basis: Basis, check: str) -> str:
    return str(basis.checks[check]) if check in basis.checks else _UNKNOWN

"""What `--fail-on` may name, and which items a name means."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

import msgspec

from checks.accessibility.second_engine import PREFIX
from checks.accessibility.violations import NOT_CONFIRMED
from checks.check import all_checks
from checks.judge import CRASHED
from checks.mobile.rules import Rule
from results.advice.texts import advice_for_check, rule_ids
from results.ci.items import Item
from results.errors import ResultsError
from results.language import N_, Language
from results.records import AXE_CHECK, SECOND_ENGINE
from results.spoken_errors import SpokenError

IMPACTS = ("minor", "moderate", "serious", "critical")
"""axe's, from the least."""
_OF_RULE = "rule:"
_BESIDE = {"target-size", "resource-issues", "frame-tested", NOT_CONFIRMED, CRASHED}
"""Names of findings that no text of advice has."""
BANDS = {"highest": "95.01", "high": "85", "medium": "70"}
"""Lowest percentage of each of the study's bands that has one."""


class UnknownNameError(ResultsError):
    """The gate is to fail on something that nobody looks at."""

    is_usage = True
    remedy = (
        "Legal are violation, violation:minor|moderate|serious|critical, second-engine, mobile, rule:NAME "
        "(an axe rule such as rule:image-alt, a mobile rule, or a check's own), and codes such as M08_7."
    )


class Kind(StrEnum):
    """What a name means."""

    VIOLATION = "violation"
    SECOND_ENGINE = "second-engine"
    MOBILE = "mobile"
    RULE = "rule"
    CODE = "code"


class Name(msgspec.Struct, frozen=True):
    """One thing that the gate fails on."""

    text: str
    """As it was given."""
    kind: Kind
    detail: str = ""
    """The least impact, the rule or the code."""

    @property
    def needs_pages(self) -> bool:
        """Whether a page that axe did not look at leaves it open."""
        return self.kind is Kind.VIOLATION or (self.kind is Kind.RULE and self.detail in rule_ids())

    @property
    def needs_second_engine(self) -> bool:
        """Whether it is found by the second engine only."""
        return self.kind is Kind.SECOND_ENGINE or (self.kind is Kind.RULE and self.detail.startswith(PREFIX))

    def means(self, item: Item) -> bool:
        """Whether a finding's item is meant. Mobile verdicts and codes are not findings."""
        match self.kind:
            case Kind.VIOLATION:
                return item.check == AXE_CHECK and self._weighs(item.impact)
            case Kind.SECOND_ENGINE:
                return item.check == SECOND_ENGINE
            case Kind.RULE:
                return item.rule == self.detail
            case _:
                return False

    def _weighs(self, impact: str) -> bool:
        """What has no impact, such as frames that axe could not look into, may be of any."""
        if not self.detail or impact not in IMPACTS:
            return True
        return IMPACTS.index(impact) >= IMPACTS.index(self.detail)


def names(texts: Iterable[str]) -> tuple[Name, ...]:
    """Each name once; several may be given in one text, with commas. Raises UnknownNameError."""
    every = (part.strip() for text in texts for part in text.split(","))
    return tuple(_name(text) for text in dict.fromkeys(every) if text)


def least_percent(text: str) -> float:
    """The percentage that `--fail-below` asks for: a band's lowest, or the number given.

    Raises UnknownNameError for anything else.
    """
    try:
        percent = float(BANDS.get(text, text).removesuffix("%").strip())
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise UnknownNameError(
            N_("--fail-below takes {names} or a percentage, not '{text}'."),
            names=", ".join(BANDS),
            text=text[:80],
        )
    return percent


@cache
def known_rules() -> frozenset[str]:
    """Every rule that a check of this version may find, but the second engine's, which are many."""
    codes = {code for check in all_checks() for code in check.codes}
    topics = {topic for check in all_checks() for topic in advice_for_check(check.id, Language.EN)}
    return frozenset(rule_ids() | set(Rule) | _BESIDE | (topics - codes))


def is_known_rule(rule: str) -> bool:
    """Whether some check of this version can find it."""
    return rule in known_rules() or rule.startswith(PREFIX) or rule in known_codes()


@cache
def known_codes() -> frozenset[str]:
    """Every code that a check of this version answers."""
    return frozenset(code for check in all_checks() for code in check.codes)


def _name(text: str) -> Name:
    head, _, impact = text.partition(":")
    if head == Kind.VIOLATION and (not impact or impact in IMPACTS):
        return Name(text, Kind.VIOLATION, impact)
    if text in (Kind.SECOND_ENGINE, Kind.MOBILE):
        return Name(text, Kind(text))
    rule = text.removeprefix(_OF_RULE)
    if text.startswith(_OF_RULE) and (rule in known_rules() or rule.startswith(PREFIX)):
        return Name(text, Kind.RULE, rule)
    if text in known_codes():
        return Name(text, Kind.CODE, text)
    raise UnknownNameError(N_("Nothing is called '{text}'.{near}"), text=text[:80], near=_near(text))


def _near(text: str) -> SpokenError | str:
    """A sentence of its own, for the message; empty where nothing is near."""
    legal = [Kind.VIOLATION, Kind.SECOND_ENGINE, Kind.MOBILE, *known_codes()]
    legal += [f"{_OF_RULE}{rule}" for rule in known_rules()]
    found = difflib.get_close_matches(text, legal, n=3, cutoff=0.6)
    return SpokenError(N_(" Did you mean {names}?"), names=", ".join(found)) if found else ""

"""Advice on rules and checks, read from TOML files that a translator can edit.

`rules.toml`, `criteria.toml` and `general.toml` stand beside this module; the text of a check stands in
`checks/advice/<check id>.toml`, so that a new check touches nothing of ours. Every topic has both languages,
or its file is not read at all.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from checks.accessibility.second_engine import PREFIX
from checks.check import all_checks
from results.language import Language

ANY_OF_SECOND_ENGINE = f"{PREFIX}*"
"""Topic for every rule of the second engine that has none of its own."""
_ACCESSIBILITY = "wcag_percentage"
"""The check whose findings are axe's rules."""


class Advice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to tell of one rule or answer, in one language. Plain text; `example` is code."""

    title: str
    """The problem, or what was asked, in a few words."""
    who: str
    """Whom it hurts, and how."""
    mend: str
    passes: str = ""
    """When our own check says yes; empty of axe's rules."""
    example: str = ""
    is_general: bool = False
    """There was no text for this rule, and this is what can be said of any."""


class General(StrEnum):
    """Topics of `general.toml`."""

    UNKNOWN_RULE = "unknown-rule"
    CHECK_FAILED = "check-failed"
    UNSTABLE = "unstable"
    REVIEW = "review"


class Topic(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One topic of a file; `example` is for both languages."""

    lv: Advice
    en: Advice
    example: str = ""

    def told(self, lang: Language) -> Advice:
        advice = {Language.LV: self.lv, Language.EN: self.en}[lang]
        return msgspec.structs.replace(advice, example=(advice.example or self.example).strip("\n"))


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A success criterion in one language."""

    name: str
    asks: str
    """What it asks, in short and in our own words."""


class _Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lv: Criterion
    en: Criterion


def advice_for_rule(rule_id: str, lang: Language) -> Advice:
    """Advice on an axe rule; general advice (`is_general`) where we have no text for it."""
    topic = _beside("rules").get(rule_id)
    return topic.told(lang) if topic else general_advice(General.UNKNOWN_RULE, lang)


def advice_for_check(check_id: str, lang: Language) -> Mapping[str, Advice]:
    """All topics of a check: its codes, and the rules of its findings, by name; empty where it has none."""
    return {name: topic.told(lang) for name, topic in _of_check(check_id).items()}


def advice_for_code(code: str, lang: Language) -> Advice | None:
    """Advice on the answer to a code; None for a code that no check here answers."""
    topic = _of_check(_owners().get(code, "")).get(code)
    return topic.told(lang) if topic else None


def advice_for_finding(check_id: str, rule: str, lang: Language) -> Advice:
    """Advice on a rule as a check's findings name it; general advice where we have no text for it.

    Of the WCAG check the rules are axe's; the second engine's have one text for all.
    """
    topics = _of_check(check_id)
    if topic := topics.get(rule) or (topics.get(ANY_OF_SECOND_ENGINE) if rule.startswith(PREFIX) else None):
        return topic.told(lang)
    if rule == General.CHECK_FAILED:
        return general_advice(General.CHECK_FAILED, lang)
    if check_id == _ACCESSIBILITY:
        return advice_for_rule(rule, lang)
    return general_advice(General.UNKNOWN_RULE, lang)


def general_advice(topic: General, lang: Language) -> Advice:
    """What can be told of any rule in that case."""
    return msgspec.structs.replace(_beside("general")[topic].told(lang), is_general=True)


def criterion(sc: str, lang: Language) -> Criterion | None:
    """Name and meaning of a success criterion (`1.4.3`) of level A or AA; None for any other.

    The Latvian names are ours: W3C has authorised no Latvian translation.
    """
    found = _criteria().get(sc)
    return {Language.LV: found.lv, Language.EN: found.en}[lang] if found else None


def criterion_name(sc: str, lang: Language) -> str | None:
    """Its name alone."""
    found = criterion(sc, lang)
    return found.name if found else None


def rule_ids() -> frozenset[str]:
    """The axe rules that have a text."""
    return frozenset(_beside("rules"))


def criteria() -> frozenset[str]:
    """The success criteria that have a name."""
    return frozenset(_criteria())


@cache
def _beside(name: str) -> Mapping[str, Topic]:
    return topics_of(files("results").joinpath("advice", f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _of_check(check_id: str) -> Mapping[str, Topic]:
    file = files("checks").joinpath("advice", f"{check_id}.toml")
    return topics_of(file.read_text(encoding="utf-8")) if file.is_file() else {}


def topics_of(text: str) -> Mapping[str, Topic]:
    """Raises msgspec.ValidationError where a topic lacks a language or a text."""
    return msgspec.convert(tomllib.loads(text), dict[str, Topic])


@cache
def _criteria() -> Mapping[str, _Criterion]:
    text = files("results").joinpath("advice", "criteria.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, _Criterion])


@cache
def _owners() -> Mapping[str, str]:
    """The check that answers each code."""
    return {code: check.id for check in all_checks() for code in check.codes}

"""What a check is, and how all of them are found: one file, one module-level `CHECK`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

import msgspec

import checks
from checks.finding import CheckResult
from crawler.evidence import Plan, Site


class JudgementSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What may be chosen when judging, without observing again."""

    formula: str = "criteria-met/1"
    target: str = "wcag20-aa"
    news_days: int = 14
    """How old the newest item of news may be and the section still be current."""


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What one of our own codes asks, in a few words; the study's codes have the study's words."""

    lv: str
    en: str
    is_text: bool = False
    """The value is free text; otherwise 1 (yes) or 0 (no)."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """A check: data about it, a pure `judge`, and at will a pure `plan`.

    `judge` gets all evidence of one site and answers each of `codes` exactly once; missing evidence is
    `untested`, undecidable evidence `cantTell`. `plan` gets the evidence so far and says what to observe
    next; it is asked again after every round until it has nothing new.
    """

    id: str
    """Equals the module's name."""
    version: int
    """Raised by one with every change that can change an answer."""
    codes: tuple[str, ...]
    title: str
    basis: str
    """Clause, study code or paper that the check stands on."""
    judge: Callable[[Site, JudgementSettings], CheckResult]
    plan: Callable[[Site], tuple[Plan, ...]] | None = None
    labels: dict[str, Label] = msgspec.field(default_factory=dict)
    """Wording of our own codes among `codes`, by code."""


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check in the package `checks`, sorted by id. A new file is found by being there."""
    found = []
    for module in pkgutil.walk_packages(checks.__path__, prefix="checks."):
        check = getattr(importlib.import_module(module.name), "CHECK", None)
        if isinstance(check, Check):
            found.append(check)
    return tuple(sorted(found, key=lambda check: check.id))


@cache
def own_labels() -> dict[str, Label]:
    """The wording of every code of ours that a check here answers, by code. Not to be changed."""
    return {code: label for check in all_checks() for code, label in check.labels.items()}

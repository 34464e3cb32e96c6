"""What a failure or a skipped address means and what to do about it, in Latvian and English.

The English remedy of a failure is `Failure.remedy`, which the terminal shows too; `failures.toml` has the
rest.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from crawler.evidence import Failure, FailureReason, SkipReason
from results.language import Language


class FailureText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In one language: what happened, in a few words, and what the reader can do about it."""

    title: str
    mend: str


class _Title(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The English of a failure: its remedy stands beside the reason."""

    title: str


class _FailureTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lv: FailureText
    en: _Title


class _SkipTexts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    lv: FailureText
    en: FailureText


class _Texts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`failures.toml`."""

    failure: Mapping[FailureReason, _FailureTexts]
    skip: Mapping[SkipReason, _SkipTexts]


def failure_text(reason: FailureReason, lang: Language) -> FailureText:
    """Title and remedy of a failure; every reason has them."""
    texts = _texts().failure[reason]
    if lang is Language.LV:
        return texts.lv
    return FailureText(title=texts.en.title, mend=Failure(reason).remedy)


def skip_text(reason: SkipReason, lang: Language) -> FailureText:
    """Title and remedy of a skipped address; every reason has them."""
    texts = _texts().skip[reason]
    return texts.lv if lang is Language.LV else texts.en


def failure_reasons() -> frozenset[FailureReason]:
    """The failure reasons that have a text."""
    return frozenset(_texts().failure)


def skip_reasons() -> frozenset[SkipReason]:
    """The skip reasons that have a text."""
    return frozenset(_texts().skip)


@cache
def _texts() -> _Texts:
    text = files("results").joinpath("advice", "failures.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Texts)

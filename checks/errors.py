"""Errors of `checks`: misuse and broken data, never what a site does (those are `Failure` values)."""

from __future__ import annotations


class ChecksError(Exception):
    """Root of the errors that `checks` raises."""


class UnknownFormulaError(ChecksError):
    """No scoring formula has this id."""


class UnknownTargetError(ChecksError):
    """No conformance target has this id."""


class UnknownCodeError(ChecksError):
    """The questionnaire has no such code."""


class InvalidQuestionnaireError(ChecksError):
    """The questionnaire's table contradicts itself."""


class InvalidAnswerError(ChecksError):
    """A check's answers break the questionnaire's or the contract's rules."""


class DuplicateCodeError(ChecksError):
    """Two checks answer the same code."""

"""What to tell a webmaster, in Latvian and English: of axe rules, of checks, of failures."""

from results.advice.failures import FailureText, failure_text, skip_text
from results.advice.texts import (
    Advice,
    Criterion,
    General,
    advice_for_check,
    advice_for_code,
    advice_for_finding,
    advice_for_rule,
    criterion,
    criterion_name,
    general_advice,
)

__all__ = [
    "Advice",
    "Criterion",
    "FailureText",
    "General",
    "advice_for_check",
    "advice_for_code",
    "advice_for_finding",
    "advice_for_rule",
    "criterion",
    "criterion_name",
    "failure_text",
    "general_advice",
    "skip_text",
]

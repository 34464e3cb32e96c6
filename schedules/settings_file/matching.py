"""Which sites a `[[url]]` table is for: the pattern language of `crawler.patterns`, over whole addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from crawler.patterns import EXPRESSION, compiled
from crawler.urls import normalise
from results.language import _

_BEGINNINGS = ("http://", "https://")


def examined(pattern: str) -> str:
    """The pattern, which can match an address.

    Raises:
        ValueError: it is empty, no regular expression, or begins like no address.
    """
    compiled(pattern)
    literal = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    if not pattern.startswith(EXPRESSION) and not any(
        literal.startswith(one) or one.startswith(literal) for one in _BEGINNINGS
    ):
        raise ValueError(_("a whole address is matched, so the pattern begins with https://, http:// or *"))
    return pattern


def matches(patterns: Iterable[str], url: str) -> bool:
    """Whether one of the patterns matches an address as it was given, as it is normalised, or with its
    percent-encoding read.
    """
    given = url.strip()
    normal = normalise(given) or given
    forms = (given, normal, unquote(normal))
    return any(compiled(pattern).search(form) for pattern in patterns for form in forms)

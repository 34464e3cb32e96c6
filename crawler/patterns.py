"""Which addresses an operator wants, by patterns over path and query.

A pattern is a glob over the whole of path and query (`/lv/zinas/*`; `*` is any text, slashes too, `?` any one
character, `[ab]` one of them), or, after `re:`, a regular expression searched in it (`re:/\\d{4}/`). Both
are tried on the address as sent and with its percent-encoding read, so `/ziņas/*` is as good as
`/zi%C5%86as/*`. Case counts.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from urllib.parse import unquote

from crawler.evidence.crawl import SkipReason
from crawler.evidence.settings import AuditSettings
from crawler.urls import normalise, parse

EXPRESSION = "re:"


def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to be searched with.

    Raises:
        ValueError: it is empty or no regular expression.
    """
    if not pattern.removeprefix(EXPRESSION).strip():
        raise ValueError("a pattern is not empty")
    if not pattern.startswith(EXPRESSION):
        return re.compile(rf"\A{fnmatch.translate(pattern)}")
    try:
        return re.compile(pattern.removeprefix(EXPRESSION))
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error


class Patterns:
    """The patterns of an audit: where some include, only what one of them matches is wanted; what one
    excludes is not.
    """

    def __init__(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> None:
        """Take patterns that `compiled` takes."""
        self._include = tuple(map(compiled, include))
        self._exclude = tuple(map(compiled, exclude))

    @classmethod
    def of(cls, settings: AuditSettings) -> Patterns:
        """Those of the settings."""
        return cls(settings.include, settings.exclude)

    def leaves_out(self, url: str) -> SkipReason | None:
        """Why a URL, normalised or not, is not wanted; None where it is, or is no http(s) URL."""
        if not (self._include or self._exclude) or (normal := normalise(url)) is None:
            return None
        address = parse(normal)
        sent = f"{address.path}?{address.query}" if address.query else address.path
        forms = (sent, unquote(sent))
        if _any(self._exclude, forms):
            return SkipReason.EXCLUDED
        return None if not self._include or _any(self._include, forms) else SkipReason.NOT_INCLUDED


def _any(patterns: tuple[re.Pattern[str], ...], forms: tuple[str, str]) -> bool:
    return any(pattern.search(form) for pattern in patterns for form in forms)

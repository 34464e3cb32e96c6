"""What axe-core found on one page, reduced: text may go, never rule, element key, outcome."""

from __future__ import annotations

import msgspec

from crawler.evidence.rect import Rect


class AxeElement(msgspec.Struct, frozen=True):
    """An element that some rule looked at."""

    key: str
    """Ancestry path from axe (`ancestry: true`), frames and shadow hosts joined by ` >>> `; unique on
    the page and comparable between captures of the same DOM."""
    selector: str = ""
    """axe's own short selector, frames joined by ` >>> `; kept where a rule failed or needs review."""
    snippet: str = ""
    """Outer HTML, cut by axe; kept where a rule failed or needs review."""
    rect: Rect | None = None
    """Where it stands; kept as the selector is, for elements with an area in the page's own document."""


class AxeNode(msgspec.Struct, frozen=True):
    """An element that fails a rule or needs review."""

    element: int
    """Index into `AxeResult.elements`."""
    impact: str = ""
    message: str = ""
    """axe's failure summary, in one line."""


class AxeRule(msgspec.Struct, frozen=True, kw_only=True):
    """One axe rule that applied to the page. An element is in at most one of the three lists."""

    id: str
    tags: tuple[str, ...]
    impact: str = ""
    help: str = ""
    help_url: str = ""
    passed: tuple[int, ...] = ()
    """Indexes into `AxeResult.elements`."""
    failed: tuple[AxeNode, ...] = ()
    review: tuple[AxeNode, ...] = ()
    """axe's `incomplete`: a person has to look."""
    error: str = ""
    """The rule broke off: cantTell for this rule, whatever the lists hold."""


class AxeResult(msgspec.Struct, frozen=True, kw_only=True):
    """axe-core over all frames of a page."""

    version: str
    tags: tuple[str, ...]
    """The `runOnly` tags asked for."""
    elements: tuple[AxeElement, ...] = ()
    rules: tuple[AxeRule, ...] = ()
    """Rules with at least one element or an error; sorted by id."""
    inapplicable: tuple[str, ...] = ()
    """Ids of rules that ran and found nothing to look at."""
    frames_tested: int = 1
    frames_untested: tuple[str, ...] = ()
    """Addresses of visible frames in which axe could not run."""

"""How many pages checks may have captured on one site: no check can eat an audit."""

from __future__ import annotations

from collections.abc import Container

from crawler.evidence import StructuredPage, VisitPage


class AskedPages:
    """Lets pages through in the order of asking until the cap is reached, and notes the others."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._let_through: set[str] = set()
        self._left_out: dict[StructuredPage, None] = {}

    @property
    def left_out(self) -> tuple[StructuredPage, ...]:
        """Every page that was refused, once for each role."""
        return tuple(self._left_out)

    def give_back(self, url: str) -> None:
        """Take a page off the count that proved to be none."""
        self._let_through.discard(url)

    def allow(self, plan: VisitPage, captured: Container[str]) -> bool:
        """Whether the page may be visited; one that is captured already costs nothing."""
        if plan.url in captured or plan.url in self._let_through:
            return True
        if len(self._let_through) >= self._cap:
            self._left_out[StructuredPage(plan.url, plan.role)] = None
            return False
        self._let_through.add(plan.url)
        return True

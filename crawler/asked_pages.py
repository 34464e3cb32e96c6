"""How many pages checks may have captured on one site: no check can eat an audit."""

from __future__ import annotations

from collections.abc import Container

from crawler.evidence import Replaced, StructuredPage, VisitPage
from crawler.frontier import LeavesOut, nothing


class AskedPages:
    """Lets pages through in the order of asking until the cap is reached, and notes the others."""

    def __init__(self, cap: int, leaves_out: LeavesOut = nothing) -> None:
        """`leaves_out` says of an address why it is not wanted."""
        self._cap, self._leaves_out = cap, leaves_out
        self._unwanted: dict[str, Replaced] = {}
        self._let_through: set[str] = set()
        self._left_out: dict[StructuredPage, None] = {}

    @property
    def left_out(self) -> tuple[StructuredPage, ...]:
        """Every page that was refused, once for each role."""
        return tuple(self._left_out)

    @property
    def unwanted(self) -> tuple[Replaced, ...]:
        """Every page that was asked for and is not wanted, and why."""
        return tuple(self._unwanted.values())

    def give_back(self, url: str) -> None:
        """Take a page off the count that proved to be none."""
        self._let_through.discard(url)

    def allow(self, plan: VisitPage, captured: Container[str]) -> bool:
        """Whether the page may be visited; one that is captured already costs nothing."""
        if plan.url in captured or plan.url in self._let_through:
            return True
        if why := self._leaves_out(plan.url):
            self._unwanted[plan.url] = Replaced(plan.url, why.value)
            return False
        if len(self._let_through) >= self._cap:
            self._left_out[StructuredPage(plan.url, plan.role)] = None
            return False
        self._let_through.add(plan.url)
        return True

"""What came of loading a page, and the time there is for it."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

from crawler.browser_failures import Guard
from crawler.evidence import Failure

QUIET_CAP = 3.0
LOAD_SHARE = 0.6
"""Of a page's time, the part that loading may take; the rest is for measuring."""
LOAD_CAP = 45.0
HTML_TYPES = ("text/html", "application/xhtml+xml")


class Budget:
    """Time left for one page, in seconds: from now, or from `begin` on where that is called."""

    def __init__(self, seconds: float) -> None:
        self.started = time.monotonic()
        self.total = seconds
        self.begun = False

    def begin(self) -> None:
        """The page has its first tab: what it waited for that was not its own time."""
        if not self.begun:
            self.started, self.begun = time.monotonic(), True

    @property
    def left(self) -> float:
        """Never negative."""
        return max(0.0, self.started + self.total - time.monotonic())

    @property
    def load_left(self) -> float:
        """What loading may still take."""
        share = min(self.total * LOAD_SHARE, LOAD_CAP)
        return max(0.0, self.started + share - time.monotonic())


class Answer(NamedTuple):
    """What the server said, and how far the page came."""

    final_url: str = ""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = ""
    redirects: tuple[str, ...] = ()
    load_event: bool = True
    failure: Failure | None = None

    def known(self) -> dict[str, Any]:
        """Fields of the evidence, as far as there is an answer."""
        return {name: value for name, value in self._asdict().items() if value or name != "final_url"}


class Loading(NamedTuple):
    """What loading needs besides the tab and the address."""

    budget: Budget
    max_body: int
    guard: Guard | None = None
    quiet_cap: float = QUIET_CAP

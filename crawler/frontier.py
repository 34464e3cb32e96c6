"""What the crawl has seen, what it will fetch next, and what it leaves, with the reason."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable

import msgspec

from crawler.evidence.crawl import Skipped, SkipReason
from crawler.media_types import document_type_of_path
from crawler.traps import Traps, has_session, without_session
from crawler.urls import SiteScope, identity, parse

_MOST_SKIPPED = 2000
_MOST_OF_A_REASON = 400
_MOST_WAITING = 100_000


LeavesOut = Callable[[str], SkipReason | None]
"""Asked of each address of the site: why it is not wanted, or None."""


def nothing(_: str) -> SkipReason | None:
    """Leave nothing out."""
    return None


class Candidate(msgspec.Struct, frozen=True):
    """A URL to fetch. `rank` orders: the depth, but later for what can wait."""

    url: str
    depth: int
    rank: int
    found_on: str = ""


class SkipLog:
    """Skipped URLs: each reason counted in full, and kept up to a cap."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kept: list[Skipped] = []

    def add(self, url: str, reason: SkipReason, found_on: str = "") -> None:
        """Record one."""
        self.counts[reason.value] += 1
        if len(self.kept) < _MOST_SKIPPED and self.counts[reason.value] <= _MOST_OF_A_REASON:
            self.kept.append(Skipped(url, reason, found_on))


class Frontier:
    """Candidates by (rank, order of discovery); each page once, whatever its scheme, `www.` or session."""

    def __init__(
        self, scope: SiteScope, traps: Traps, max_depth: int, leaves_out: LeavesOut = nothing
    ) -> None:
        self.skips = SkipLog()
        self.documents: Counter[str] = Counter()
        self.too_deep: list[str] = []
        self._scope = scope
        self._traps = traps
        self._max_depth = max_depth
        self._leaves_out = leaves_out
        self._seen: set[str] = set()
        self._heap: list[tuple[int, int, Candidate]] = []
        self._order = 0

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_rank(self) -> int | None:
        """Rank of the next candidate, or None where there is none."""
        return self._heap[0][0] if self._heap else None

    def pop(self) -> Candidate:
        """The next candidate. Raises IndexError where there is none."""
        return heapq.heappop(self._heap)[2]

    def mark_seen(self, url: str) -> bool:
        """Note a page as known; False where it was already."""
        key = identity(url)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def add(self, url: str, found: Candidate, *, listed: bool = False) -> None:
        """Take in a normalised URL found on (or, `listed`, named beside) a page already fetched."""
        clean = without_session(url)
        if not self.mark_seen(clean):
            return
        address = parse(clean)
        if not self._scope.has(address):
            self.skips.add(clean, SkipReason.OUT_OF_SCOPE, found.url)
            return
        if unwanted := self._leaves_out(clean):
            self.skips.add(clean, unwanted, found.url)
            return
        if has_session(url):
            self.skips.add(url, SkipReason.SESSION_ID, found.url)
        if kind := document_type_of_path(address.path):
            self.documents[kind] += 1
            self.skips.add(clean, SkipReason.DOCUMENT, found.url)
        else:
            self._add_page(clean, found, listed=listed)

    def _add_page(self, url: str, found: Candidate, *, listed: bool) -> None:
        verdict = self._traps.judge(url, listed=listed)
        if verdict.reason is not None:
            self.skips.add(url, verdict.reason, found.url)
            return
        depth = found.depth + 1
        if depth > self._max_depth:
            self.skips.add(url, SkipReason.TOO_DEEP, found.url)
            self.too_deep.append(url)
        elif len(self._heap) >= _MOST_WAITING:
            self.skips.add(url, SkipReason.PAGE_CAP, found.url)
        else:
            rank = max(found.rank + 1, self._max_depth + 1 if verdict.can_wait else 0)
            self._order += 1
            heapq.heappush(
                self._heap, (rank, self._order, Candidate(url, depth, rank, "" if listed else found.url))
            )

    def drain(self, reason: SkipReason) -> list[str]:
        """Skip all that still waits, in order; their URLs."""
        left = []
        while self._heap:
            candidate = self.pop()
            self.skips.add(candidate.url, reason, candidate.found_on)
            left.append(candidate.url)
        return left

"""Takes a site's random sample page by page: what proves to be no page is replaced by the next drawn."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from crawler.evidence import HOME, RANDOM, FailureReason, Page, Replaced, Sample, StructuredPage
from crawler.frontier import LeavesOut
from crawler.sample import draw
from crawler.urls import SiteScope, directory, identity

_NO_PAGE = frozenset(
    {FailureReason.NOT_HTML, FailureReason.DOWNLOAD, FailureReason.HTTP_404, FailureReason.OUT_OF_SCOPE}
)


def no_page(page: Page, scope: SiteScope) -> str:
    """Why what was captured is no page of the site: gone, no HTML, led elsewhere. Empty where it is one, and
    where the capture failed so that nobody can say.
    """
    if page.failure is not None:
        return page.failure.reason if page.failure.reason in _NO_PAGE else ""
    if page.status in {404, 410}:
        return FailureReason.HTTP_404
    if "html" not in page.content_type:
        return FailureReason.NOT_HTML
    return "" if scope.contains(page.final_url) else FailureReason.OUT_OF_SCOPE


def without(pinned: Sample, leaves_out: LeavesOut) -> Sample:
    """An earlier sample without the random pages that are not wanted now."""
    return replace(pinned, random=tuple(url for url in pinned.random if not leaves_out(url)))


def chosen(sample: Sample) -> tuple[StructuredPage, ...]:
    """The pages that the checks had chosen."""
    return tuple(one for one in sample.structured if one.role not in {HOME, RANDOM})


class SampleDrawing:
    """WCAG-EM 1.0 step 3.b over a population of URLs.

    Ask for `next_batch` and `take` what came of it, until a batch is empty. A page that fails (time-out,
    server error) stays in the sample with its reason: leaving it out would make the sample kinder than
    the site. An address that is no page of the site (not HTML, gone, led elsewhere, a page that is in
    already) is replaced.

    Pages of an earlier sample come first where one is given, as far as they are in scope; the rest, and
    what replaces them, is drawn. Such a sample is as random as the earlier one was: pages that are new
    since are under-represented in it.
    """

    def __init__(
        self,
        population: Sequence[str],
        scope: SiteScope,
        *,
        pages: int,
        seed: int,
        pinned: Sample | None = None,
    ) -> None:
        """Draw the order once; `pages` are wanted."""
        self._pinned_from = pinned.pinned_from if pinned else ""
        self._pinned_random = len(pinned.random) if pinned else 0
        first = tuple(url for url in (pinned.random if pinned else ()) if scope.contains(url))
        self._pinned = frozenset(first)
        self._order = (*first, *(url for url in draw(population, seed) if url not in self._pinned))
        self._scope, self._pages, self._seed = scope, pages, seed
        self._next = 0
        self._seen: set[str] = set()
        self._random: list[str] = []
        self._replaced: list[Replaced] = []

    @property
    def wanted(self) -> int:
        """Pages that will be in the sample if none has to be replaced."""
        return min(self._pages, len(self._order))

    def next_batch(self) -> tuple[str, ...]:
        """The addresses to capture next; empty when there are enough, or no more."""
        batch = self._order[self._next : self._next + self._pages - len(self._random)]
        self._next += len(batch)
        return batch

    def take(self, pages: Sequence[Page]) -> None:
        """Sort out the pages captured for the last batch, in its order."""
        for page in pages:
            why = self._no_page(page)
            if why:
                self._replaced.append(Replaced(page.url, why))
            else:
                self._random.append(page.url)

    def sample(self, structured: Sequence[StructuredPage]) -> Sample:
        """The sample as far as it was taken."""
        return Sample(
            seed=self._seed,
            population=len(self._order),
            requested=self._pages,
            random=tuple(self._random),
            structured=tuple(structured),
            replaced=tuple(self._replaced),
            pinned_from=self._pinned_from,
            overlap=len(self._pinned.intersection(self._random)),
            pinned_random=self._pinned_random,
        )

    def _no_page(self, page: Page) -> str:
        why = no_page(page, self._scope)
        return why if why or page.failure is not None else self._duplicate(page)

    def _duplicate(self, page: Page) -> str:
        """The same address, or a directory and its index page that show the same."""
        keys = {identity(page.final_url)}
        if page.text:
            keys.add(f"{directory(page.final_url)}\n{page.title}\n{page.text}")
        if keys & self._seen:
            return "duplicate"
        self._seen |= keys
        return ""

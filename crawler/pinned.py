"""The structured pages of an earlier run, looked at again: which are gone, how many are still the same."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from crawler.evidence import Page, Replaced, Sample, StructuredPage
from crawler.sampling import chosen, no_page
from crawler.urls import SiteScope, identity


class PinnedPages:
    """Those of one site. `lost` are the ones that are gone, and why."""

    def __init__(self) -> None:
        self.sample: Sample | None = None
        """The earlier sample, once its pages were asked for again."""
        self.lost: list[Replaced] = []

    def overlap(self, sample: Sample, structured: Iterable[StructuredPage]) -> Sample:
        """The new sample, with how many of its structured pages are those of the earlier one."""
        if self.sample is None:
            return sample
        before = {one.url for one in chosen(self.sample)}
        kept = before.intersection(one.url for one in structured)
        return replace(
            sample,
            pinned_from=self.sample.pinned_from,
            structured_overlap=len(kept),
            pinned_structured=len(before),
            lost=tuple(self.lost),
        )


def gone(page: Page, scope: SiteScope, home: Page | None) -> str:
    """Why a page can't be what it was in the earlier run: it is no page of the site any more (WCAG-EM 1.0
    step 3: as for the random pages), or shows the home page now. Empty where it can.
    """
    if why := no_page(page, scope):
        return why
    shows_home = home and page.failure is None and identity(page.final_url) == identity(home.final_url)
    return "duplicate" if shows_home else ""

"""All that was observed of one institution's site: the only thing that checks read."""

from __future__ import annotations

import msgspec

from crawler.evidence.access import ConsentRecord, LoginRecord
from crawler.evidence.crawl import Crawl
from crawler.evidence.failure import Failure
from crawler.evidence.institution import Institution
from crawler.evidence.mobile import MobileView
from crawler.evidence.page import Page
from crawler.evidence.plan import Confirmation, Fetched, SearchProbe
from crawler.evidence.sample import Sample
from crawler.evidence.settings import AuditSettings

HOME = "home"
"""Role of the page at the institution's own address."""
RANDOM = "random"
"""Role of the pages that carry the score in scope `sample`."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence of one site in one run; large texts are inside, pictures are blobs in the store."""

    institution: Institution
    settings: AuditSettings
    started_at: str
    """ISO 8601 in UTC; the checks' clock is `captured_at`."""
    captured_at: str
    """ISO 8601 in UTC, when observing ended."""
    tools: dict[str, str] = msgspec.field(default_factory=dict)
    """Versions: eindekss, python, playwright, chromium, axe-core, user_agent."""
    crawl: Crawl | None = None
    sample: Sample | None = None
    pages: tuple[Page, ...] = ()
    mobile: tuple[MobileView, ...] = ()
    observations: tuple[SearchProbe | Fetched | Confirmation, ...] = ()
    login: LoginRecord | None = None
    """Where the settings order one, and it worked."""
    consent: tuple[ConsentRecord, ...] = ()
    """Consent banners that were met, one a page and device; one record where none was."""
    failure: Failure | None = None
    """Set where the audit of the whole site broke off; what was observed until then is kept."""

    @property
    def home(self) -> Page | None:
        """The page at the institution's address, if it was tried."""
        return next((page for page in self.pages if HOME in page.roles), None)

    def with_role(self, role: str) -> tuple[Page, ...]:
        """Pages captured under a role, in order of capture."""
        return tuple(page for page in self.pages if role in page.roles)

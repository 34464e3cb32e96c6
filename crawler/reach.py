"""How far one site's audit reaches: which addresses are wanted, and the session that it has."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.evidence import AuditSettings, ConsentOutcome, ConsentRecord, MobileView, Page, SkipReason
from crawler.frontier import LeavesOut
from crawler.instruments import Instruments
from crawler.login import Session
from crawler.logout import is_logout
from crawler.patterns import Patterns
from crawler.site_context import SiteContext


def wanting(settings: AuditSettings) -> LeavesOut:
    """Says why an address is not wanted: by the settings' patterns, and, logged in, where it logs out."""
    patterns = Patterns.of(settings)

    def leaves_out(url: str) -> SkipReason | None:
        if settings.login is not None and is_logout(url):
            return SkipReason.LOGOUT
        return patterns.leaves_out(url)

    return leaves_out


def banners(seen: Iterable[Page | MobileView]) -> tuple[ConsentRecord, ...]:
    """The consent banners that were met; where there was none, one record that says so."""
    records = [one.consent for one in seen if one.consent is not None]
    there = [one for one in records if one.outcome is not ConsentOutcome.NOT_FOUND]
    return tuple(there or records[:1])


def session_of(instruments: Instruments, desktop: SiteContext, phone: SiteContext) -> Session | None:
    """The session that the settings order; nobody is logged in yet."""
    settings = instruments.settings
    if settings.login is None:
        return None
    return Session(
        settings.login,
        instruments.access,
        (desktop, phone),
        timeout=settings.timeout,
        guard=instruments.guard,
        max_body=settings.max_body,
        clock=instruments.clock,
    )

"""Where networks are asked: interfaces that answer to the operator's token, and public pages.

A plan names an interface; its token is in the environment, and only the crawler reads it, when it asks.
"""

from __future__ import annotations

import msgspec

from crawler.evidence.settings import AuditSettings


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """One interface, or the host of public pages."""

    name: str
    """As plans and settings name it."""
    base: str
    """Address without the last slash, unless the settings name another."""
    variable: str = ""
    """Environment variable that holds the token; empty: it takes none."""
    parameter: str = ""
    """Query parameter that takes the token; empty: the header `Authorization: Bearer`."""

    def address(self, settings: AuditSettings) -> str:
        """Where it is in an audit with these settings, without the last slash."""
        return settings.interfaces.get(self.name, self.base).rstrip("/")


X = Interface(name="x", base="https://api.x.com", variable="EINDEKSS_X_TOKEN")
GRAPH = Interface(
    name="graph",
    base="https://graph.facebook.com",
    variable="EINDEKSS_GRAPH_TOKEN",
    parameter="access_token",
)
"""Facebook's pages, and Instagram's business discovery."""
THREADS = Interface(
    name="threads",
    base="https://graph.threads.net",
    variable="EINDEKSS_THREADS_TOKEN",
    parameter="access_token",
)
FACEBOOK_PAGE = Interface(name="facebook_page", base="https://www.facebook.com")
X_PAGE = Interface(name="x_page", base="https://syndication.twitter.com")
THREADS_PAGE = Interface(name="threads_page", base="https://www.threads.com")
TIKTOK_PAGE = Interface(name="tiktok_page", base="https://www.tiktok.com")
INTERFACES = {one.name: one for one in (X, GRAPH, THREADS, FACEBOOK_PAGE, X_PAGE, THREADS_PAGE, TIKTOK_PAGE)}

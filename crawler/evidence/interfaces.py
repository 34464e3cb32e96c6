"""Networks' interfaces that answer only to the operator's token: where they are and how they take it.

A plan names one; the token itself is in the environment, and only the crawler reads it, when it asks.
"""

from __future__ import annotations

import msgspec

from crawler.evidence.settings import AuditSettings


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """One interface."""

    name: str
    """As plans and settings name it."""
    base: str
    """Address without the last slash, unless the settings name another."""
    variable: str
    """Environment variable that holds the token."""
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
INTERFACES = {one.name: one for one in (X, GRAPH, THREADS)}

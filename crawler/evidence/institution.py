"""The institution whose site is audited."""

from __future__ import annotations

from typing import Any

import msgspec


class SeenPost(msgspec.Struct, frozen=True, kw_only=True):
    """The newest post of an account, as a person saw it (`--social-posts`)."""

    network: str
    """As in `checks.social.references.Network`."""
    profile: str
    """Address of the account; may be empty where the network is Facebook or X."""
    day: str
    """ISO date of the post."""
    source: str
    """Who saw it, or where it can be seen: a name, an address."""
    seen: str = ""
    """ISO date of the day on which the person looked; empty where that is not known."""


class Institution(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the list of institutions; only `url` is required."""

    url: str
    """As given by the user."""
    name: str = ""
    registration_number: str = ""
    abbreviation: str = ""
    kind: str = ""
    """`ministry` or `institution` where known."""
    sector: str = ""
    language: str = ""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts beyond the registrable site that belong to it."""
    segments: tuple[str, ...] = ()
    """Groups of clients that it serves, or others that the list counts it to."""
    social_profiles: tuple[str, ...] = ()
    """Addresses of its social media profiles, where the list knows them."""
    numbers: dict[str, float] = msgspec.field(default_factory=dict)
    """What quintiles are made of: services, employees, documents."""
    website_of: str = ""
    """First website of the same institution, where this is another one: it is audited apart, and its answers
    are not the institution's. Empty: the first, or the only one.
    """
    social_posts: tuple[SeenPost, ...] = ()
    """What persons saw of its accounts, where no program is told."""
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
    """Further columns of the list, kept for cross-tabulation."""
    own_settings: dict[str, Any] = msgspec.field(default_factory=dict)
    """Fields of `AuditSettings`, as JSON has them, that hold for its audit in place of the run's; kept with
    the run's tasks, so that a resumed run goes on as it began.
    """

    @property
    def title(self) -> str:
        """The name, or the address where there is none; both where it is another website than the first."""
        if self.name and self.website_of:
            return f"{self.name} – {self.url}"
        return self.name or self.url

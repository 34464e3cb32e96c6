"""The institution whose site is audited."""

from __future__ import annotations

import msgspec


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
    attributes: dict[str, str] = msgspec.field(default_factory=dict)
    """Further columns of the list, kept for cross-tabulation."""

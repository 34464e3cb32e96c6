"""How a run is carried out: stored with it, so that whoever resumes it does it in the same way."""

from __future__ import annotations

from typing import Any

import msgspec


class RunPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Retries, hours, and the runs that this one leans on. Times are seconds."""

    retries: int = 1
    """How often a site that could not be evaluated is tried again, where that may help."""
    retry_pause: float = 10.0
    """Between two attempts at a site, at least."""
    retry_for: float = 0.0
    """After these, for how long a site is tried again, ever more seldom; 0: not at all."""
    window: str = ""
    """`20:00-06:00`: nothing new is begun outside it; empty: always."""
    timezone: str = "Europe/Riga"
    """Of the window."""
    held: bool = False
    """Paused by hand: the window does not open it again."""
    compared_with: str = ""
    """Id of the run whose answers this one's are compared with."""
    sample_from: str = ""
    """Id of the run whose sample is audited again."""
    max_not_evaluable: float = 10.0
    """Percent of sites that may be not evaluable before the run is not to be published."""

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> RunPolicy:
        """The policy as stored; what an older version did not store has its default."""
        return msgspec.convert(stored or {}, cls)

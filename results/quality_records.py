"""What the gate after a run found, as it is stored with the run."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing about a run's results that a person should look at."""

    kind: str
    """`incomplete`, `empty`, `constant`, `not_evaluable`, `versions`, `crashed`."""
    said: str
    """In a sentence."""
    blocks: bool = True
    """Whether the run is not to be published because of it; else it is only to be looked at."""
    code: str = ""
    """The answer's, where it is about one."""


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on a whole run."""

    examined_at: datetime
    institutions: int
    """That the run was to audit."""
    results: int
    """That it has a result of."""
    not_evaluable: int
    limit_percent: float
    """Most of them that may be not evaluable."""
    complaints: tuple[Complaint, ...] = ()

    @property
    def is_publishable(self) -> bool:
        """Whether nothing blocks."""
        return not any(one.blocks for one in self.complaints)

    @property
    def verdict(self) -> str:
        """One line: `Not to be published: …`, or that nothing speaks against it."""
        blocking = [one.said for one in self.complaints if one.blocks]
        return (
            f"Not to be published: {'; '.join(blocking)}."
            if blocking
            else "Nothing speaks against publishing."
        )

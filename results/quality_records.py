"""What the gate after a run found, as it is stored with the run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from results.language import Language, _, speaking
from results.written import number


def _plainly(value: str | float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """One thing about a run's results that a person should look at."""

    kind: str
    """`incomplete`, `empty`, `constant`, `not_evaluable`, `versions`, `crashed`, `settings`."""
    said: str
    """In a sentence."""
    blocks: bool = True
    """Whether the run is not to be published because of it; else it is only to be looked at."""
    code: str = ""
    """The answer's, where it is about one."""
    message: str = ""
    """What is said, for the catalogue, with a `{name}` for each of the values; empty in older verdicts."""
    values: dict[str, str | int | float] = msgspec.field(default_factory=dict)

    @classmethod
    def of(
        cls,
        kind: str,
        message: str,
        values: Mapping[str, str | float],
        *,
        blocks: bool = True,
        code: str = "",
    ) -> Complaint:
        """A complaint from a message marked by `N_`: kept in English, and so that it can be told in others.
        `code` is one of the values.
        """
        known = {"code": code, **values} if code else dict(values)
        said = message.format(**{name: _plainly(value) for name, value in known.items()})
        return cls(kind=kind, said=said, blocks=blocks, code=code, message=message, values=known)

    def told(self) -> str:
        """`said` in the language spoken; in English where an older version noted it."""
        if not self.message:
            return self.said
        told = {name: one if isinstance(one, str) else number(one) for name, one in self.values.items()}
        return _(self.message).format(**told)


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
        """One line for logs: `Not to be published: …`, or that nothing speaks against it."""
        with speaking(Language.EN):
            return self.told()

    def told(self) -> str:
        """The same in the language spoken."""
        blocking = [one.told() for one in self.complaints if one.blocks]
        if blocking:
            return _("Not to be published: {reasons}.").format(reasons="; ".join(blocking))
        return _("Nothing speaks against publishing.")

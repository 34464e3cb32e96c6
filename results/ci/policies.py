"""Several policies for the sites of one run, their verdicts told as one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from msgspec.structs import replace

from results.ci.policy import Asked, Policy, Verdict
from results.records import RunRecord

_EACH = ("failed", "low", "open", "open_sites", "accepted", "accepted_by")
_ENTRIES = ("expired", "unfilled", "fixed", "fewer", "stale")
"""Those of a file that two policies share are told once."""


def joined(run: RunRecord, said: Sequence[tuple[RunRecord, Verdict]]) -> Verdict:
    """The verdict on a run, from those on parts of it, each by one policy; at least one."""
    if len(said) == 1 and len(said[0][0].sites) == len(run.sites):
        return said[0][1]
    found: dict[str, Any] = {name: _all(said, name) for name in _EACH}
    entries: dict[str, Any] = {name: tuple(dict.fromkeys(_all(said, name))) for name in _ENTRIES}
    policies = [one.policy for _, one in said]
    return replace(
        Verdict(**found, **entries),
        policy=policies[0] if len(policies) == 1 else Policy(),
        said_on=said[0][1].said_on,
        by_site=tuple(Asked(one.policy, _urls(part)) for part, one in said),
    )


def _all(said: Sequence[tuple[RunRecord, Verdict]], name: str) -> tuple[Any, ...]:
    return tuple(chain.from_iterable(getattr(one, name) for _, one in said))


def _urls(part: RunRecord) -> tuple[str, ...]:
    return tuple(site.institution.url for site in part.sites)

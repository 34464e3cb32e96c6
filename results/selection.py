"""Which run and which site a user means."""

from __future__ import annotations

from collections.abc import Sequence

from results.errors import AmbiguousRunError, RunNotFoundError
from results.language import N_
from results.records import RunSummary

_NAMED = 5
"""Runs that a message names at most."""


def choose_run(runs: Sequence[RunSummary], wanted: str | None) -> str:
    """The id of the run that `wanted` means: an id, a name (the newest that has it), or the beginning of
    either; None is the newest. `runs` are the newest first.
    """
    if not runs:
        raise RunNotFoundError(N_("The database holds no run."))
    if wanted is None:
        return runs[0].id
    exact = [run for run in runs if wanted in (run.id, run.name)]
    if exact:
        return exact[0].id
    begun = [run for run in runs if run.id.startswith(wanted) or run.name.startswith(wanted)]
    if not begun or not wanted:
        raise RunNotFoundError(
            N_("No run is called {wanted!r}; there are {names}."), wanted=wanted, names=_names(runs)
        )
    if len(begun) > 1:
        raise AmbiguousRunError(
            N_("{n} runs begin with {wanted!r}: {names}."), n=len(begun), wanted=wanted, names=_names(begun)
        )
    return begun[0].id


def same_address(stored: str, wanted: str) -> bool:
    """Whether a user who types `wanted` means the site given as `stored`: the same address, whatever the
    case of its host and a last slash; without a scheme, any scheme. Neither need be a valid address.
    """
    if "://" not in wanted:
        stored = stored.partition("://")[2] or stored
    return _comparable(stored) == _comparable(wanted)


def _comparable(address: str) -> tuple[str, str]:
    scheme, separator, rest = address.rpartition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}{separator}{host}".lower(), path.rstrip("/")


def _names(runs: Sequence[RunSummary]) -> str:
    names = [f"{run.id} ({run.name})" if run.name else run.id for run in runs[:_NAMED]]
    return ", ".join(names) + (", …" if len(runs) > _NAMED else "")

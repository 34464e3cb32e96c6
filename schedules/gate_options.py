"""Options of the gate that `check` and `run` share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from results.ci import baseline
from results.ci.baseline import Baseline, Filling
from results.ci.names import least_percent, names
from results.ci.policies import joined
from results.ci.policy import Policy, Verdict, renewed, verdict
from results.commands import stop
from results.errors import ResultsError
from results.language import N_, _
from results.records import RunRecord
from schedules.errors import InputError

_PANEL = "When to fail"


class GateWish(msgspec.Struct, frozen=True, kw_only=True):
    """When the command fails, and what is accepted."""

    policy: Policy = Policy()
    baseline: Path | None = None
    update: bool = False
    filling: Filling = Filling()


class SiteGate(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of some of a run's sites."""

    wish: GateWish
    positions: frozenset[int]
    """Their places in the list, which no address that is stored otherwise than given can lose."""

    def part(self, run: RunRecord) -> RunRecord:
        """The run with these sites alone."""
        return replace(run, sites=tuple(one for one in run.sites if one.position in self.positions))


def gate_wish(  # noqa: PLR0913  (each option of the command line is an argument)
    *,
    fail_below: Annotated[
        str | None,
        typer.Option(
            metavar="BAND|PERCENT",
            help="Fail below highest (95.01), high (85), medium (70), or a percentage.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME,...",
            help="Fail on violation[:IMPACT], second-engine, mobile, rule:NAME, and codes such as M08_7.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    allow_review: Annotated[
        bool,
        typer.Option(
            "--allow-review",
            help="What an engine leaves to a person does not keep the gate open.",
            rich_help_panel=_PANEL,
        ),
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            dir_okay=False,
            help="Accepted items, JSON or TOML; without --fail-on of violations.",
            rich_help_panel=_PANEL,
        ),
    ] = None,
    update_baseline: Annotated[
        bool,
        typer.Option("--update-baseline", help="Write what is found to the file.", rich_help_panel=_PANEL),
    ] = False,
    accept_reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Reason of new entries.", rich_help_panel=_PANEL)
    ] = "",
    accept_owner: Annotated[
        str, typer.Option(metavar="TEXT", help="Who answers for new entries.", rich_help_panel=_PANEL)
    ] = "",
    accept_until: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="Last day of new entries.", rich_help_panel=_PANEL)
    ] = "",
) -> GateWish:
    """When the command fails; ends it with 2 where a name is none of those that there are."""
    try:
        wanted = fail_on or (["violation"] if baseline else [])
        policy = Policy(
            fail_below=None if fail_below is None else least_percent(fail_below),
            names=names(wanted),
            allow_review=allow_review,
        )
    except ResultsError as error:
        stop(error)
    filling = Filling(reason=accept_reason, owner=accept_owner, expires=_day(accept_until))
    return GateWish(policy=policy, baseline=baseline, update=update_baseline, filling=filling)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        said = _("'{text}' is no date").format(text=text[:40])
        raise typer.BadParameter(said, param_hint="--accept-until") from error


def accepted_before(gates: Iterable[SiteGate]) -> dict[Path, Baseline]:
    """What the files accept, by file; nothing where --update-baseline makes one. To be read before an audit,
    not after it.

    Raises:
        BaselineError: a file is missing, or no baseline.
        InputError: there is none to update.
    """
    wishes = [gate.wish for gate in gates]
    if any(one.update for one in wishes) and not any(one.baseline for one in wishes):
        raise InputError(N_("--update-baseline has no file: name it with --baseline"))
    return {one.baseline: _accepted(one, one.baseline) for one in wishes if one.baseline}


def _accepted(wish: GateWish, path: Path) -> Baseline:
    return Baseline() if wish.update and not path.exists() else baseline.read(path)


def judged(run: RunRecord, gates: Sequence[SiteGate], accepted: Mapping[Path, Baseline]) -> Verdict | None:
    """The verdict, None where nothing was asked; with --update-baseline by the files as written now."""
    asked = [gate for gate in gates if gate.wish.policy.is_asked]
    if not asked:
        return None
    today = datetime.now(tz=UTC).date()
    known = dict(accepted)
    for gate in asked:
        wish = gate.wish
        if wish.update and wish.baseline is not None:
            # Several policies may share a file: what one of them wrote, the next one keeps.
            known[wish.baseline] = renewed(
                gate.part(run), wish.policy, known[wish.baseline], today, wish.filling
            )
    for path in {gate.wish.baseline for gate in asked if gate.wish.update}:
        if path is not None:
            baseline.write(known[path], path)
    return joined(run, [_said(gate, gate.part(run), known, today) for gate in asked])


def _said(
    gate: SiteGate, part: RunRecord, known: Mapping[Path, Baseline], today: date
) -> tuple[RunRecord, Verdict]:
    path = gate.wish.baseline
    return part, verdict(part, gate.wish.policy, known[path] if path else None, today)

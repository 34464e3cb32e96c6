"""Options of the gate that `check` and `run` share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from results.ci import baseline
from results.ci.baseline import Baseline, Filling
from results.ci.names import least_percent, names
from results.ci.policy import Policy, Verdict, renewed, verdict
from results.commands import stop
from results.errors import ResultsError
from results.records import RunRecord

_PANEL = "When to fail"


class GateWish(msgspec.Struct, frozen=True, kw_only=True):
    """When the command fails, and what is accepted."""

    policy: Policy = Policy()
    baseline: Path | None = None
    update: bool = False
    filling: Filling = Filling()


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
    if update_baseline and baseline is None:
        raise typer.BadParameter("name the file with --baseline", param_hint="--update-baseline")
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
        raise typer.BadParameter(f"'{text[:40]}' is no date", param_hint="--accept-until") from error


def accepted_before(wish: GateWish) -> Baseline | None:
    """What the file accepts; nothing where --update-baseline makes it. Raises BaselineError: to be read
    before an audit, not after it.
    """
    if wish.baseline is None:
        return None
    if wish.update and not wish.baseline.exists():
        return Baseline()
    return baseline.read(wish.baseline)


def judged(run: RunRecord, wish: GateWish, accepted: Baseline | None) -> Verdict | None:
    """The verdict, None where nothing was asked; with --update-baseline by the file as written now."""
    if not wish.policy.is_asked:
        return None
    today = datetime.now(tz=UTC).date()
    if wish.update and wish.baseline is not None:
        accepted = renewed(run, wish.policy, accepted or Baseline(), today, wish.filling)
        baseline.write(accepted, wish.baseline)
    return verdict(run, wish.policy, accepted, today)

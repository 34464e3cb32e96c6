"""The command `prune`: evidence retention by policy."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from results import wording
from results.commands import DEFAULT_DATABASE, USAGE, stop
from results.errors import ResultsError
from results.language import N_, _, decimal
from results.pruning import Policy, Pruned, prune
from results.rejudging import DatabaseOption
from results.store import Store

_AGE = re.compile(r"(\d{1,6})([dw])")
_DAYS = {"d": 1, "w": 7}
_NOTHING_SAID = N_("Say what to keep: --keep 4 (runs of each name or schedule), --older-than 400d, or both.")


def mount(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="prune")(prune_evidence)


def prune_evidence(
    *,
    keep: Annotated[
        int | None,
        typer.Option(
            "--keep", min=1, help="Finished runs of each name or schedule that keep their evidence."
        ),
    ] = None,
    older_than: Annotated[
        str, typer.Option(metavar="DAYS", help="Only runs older than this: 400d, 60w.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Remove the stored pages and pictures of old runs. Answers, findings and quotes are kept for ever."""
    policy = Policy(keep=keep, older_than=_age(older_than))
    if policy == Policy():
        sys.stderr.write(f"{_(_NOTHING_SAID)}\n")
        raise typer.Exit(USAGE)
    try:
        store = Store.open(database, create=False)
        try:
            done = prune(store, policy, datetime.now(UTC), dry_run=dry_run)
        finally:
            store.close()
    except ResultsError as error:
        stop(error)
    sys.stdout.write(f"{told(done, dry_run=dry_run)}\n")


def told(done: Pruned, *, dry_run: bool) -> str:
    """What went, or would go, in a few lines."""
    pieces = wording.counted(done.removed, "piece")
    went, stay = _megabytes(done.removed_bytes), _megabytes(done.kept_bytes)
    would, did = _("Would remove"), _("Removed")
    rest = _("of evidence, {went}; {kept} stay, {stay}.").format(went=went, kept=done.kept, stay=stay)
    lines = [f"{would if dry_run else did} {pieces} {rest}"]
    if done.runs:
        said = _("Of the runs: {runs}. Answers, findings and quotes are kept.")
        lines.append(said.format(runs=", ".join(done.runs)))
    if done.young:
        pieces = wording.counted(done.young, "piece")
        said = _("{pieces} more go later: younger than a day, or than the oldest audit under way.")
        lines.append(said.format(pieces=pieces))
    return "\n".join(lines)


def _age(text: str) -> timedelta | None:
    if not text:
        return None
    found = _AGE.fullmatch(text)
    if found is None:
        raise typer.BadParameter(
            _("{text} is no age; one looks like 400d or 60w").format(text=repr(text)),
            param_hint="--older-than",
        )
    return timedelta(days=int(found[1]) * _DAYS[found[2]])


def _megabytes(count: int) -> str:
    return f"{decimal(count / 1_000_000, 1)} MB"

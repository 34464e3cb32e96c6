"""The commands `check`, `run` and `doctor`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from checks.check import JudgementSettings
from crawler.evidence import AuditSettings, Scope
from results.ci.policy import Verdict
from results.ci.telling import told
from results.commands import USAGE, require_writable, write_run
from results.gate_verdicts import keep_verdict
from results.judging import judgement_settings
from results.language import N_, _
from results.models import RunState
from results.records import RunRecord
from results.run_policy import RunPolicy
from results.store import Store
from results.work_records import Priority
from schedules.carrying import carried, errors_told, say, tell_rest
from schedules.detached import left_to_workers
from schedules.doctor import examine
from schedules.errors import InputError
from schedules.gate_options import GateWish, accepted_before, gate_wish, judged
from schedules.lean_options import lean_wish
from schedules.logs import LogWish, log_wish, logging_as
from schedules.metrics import NOWHERE, MetricsWish, metrics_wish
from schedules.options import Again, Wish, audit_settings, taking, wish
from schedules.picking import Pick, of_file, pick, picked_from
from schedules.policy_options import run_policy
from schedules.reach_options import Reach, of_one_site, reach
from schedules.runner import RunRequest, carry_out, exit_code, worst
from schedules.settings_file.by_url import OwnOf, own_of
from schedules.social_posts import SocialPostsOption, seen
from schedules.sources import Source, from_urls, read_lines, read_stdin
from schedules.taken_over import LeanWish, anew, leaning

_AT_ONCE = RunPolicy(retries=0)
"""Who waits for an answer gets the first one."""
_ALONE = LeanWish()
"""An audit that has nothing to do with earlier ones."""


def mount(app: typer.Typer) -> None:
    """Add this package's commands."""
    for command in (check, run, doctor):
        app.command()(command)


_PARTS: dict[str, Callable[..., Any]] = {
    "settings": audit_settings,
    "judging": judgement_settings,
    "wanted": wish,
    "logs": log_wish,
    "gate": gate_wish,
    "reached": reach,
}


@taking(_PARTS, scope=Scope.HOMEPAGE)
def check(  # noqa: PLR0913  (each part of the command line is an argument)
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="URL...", help="Each a site of its own.")
    ] = None,
    *,
    urls_from: Annotated[str | None, typer.Option(metavar="FILE|-", help="URLs, one a line.")] = None,
    social_posts: SocialPostsOption = None,
    settings: AuditSettings,
    judging: JudgementSettings,
    wanted: Wish,
    logs: LogWish,
    gate: GateWish,
    reached: Reach,
    context: typer.Context,
    again: Again,
) -> None:
    """Audit sites and say what to mend."""
    settings = reached.applied(settings)
    request = RunRequest(settings=settings, judging=judging, policy=_AT_ONCE, priority=Priority.INTERACTIVE)
    with logging_as(logs):
        _audit(
            lambda: seen(_listed(urls or [], urls_from), social_posts, settings),
            request,
            _told_by(wanted, logs),
            own=own_of(context, again, gate),
        )


@taking(
    _PARTS | {"policy": run_policy, "who": pick, "metrics": metrics_wish, "lean": lean_wish},
    scope=Scope.SAMPLE,
)
def run(  # noqa: PLR0913  (each part of the command line is an argument)
    institutions: Annotated[
        Path | None,
        typer.Argument(metavar="INSTITUTIONS.csv|xlsx", help="`url` is required. Left out: the registry."),
    ] = None,
    *,
    name: Annotated[str, typer.Option(help="Name of the run, to find it again.")],
    sample_from: Annotated[
        str, typer.Option(metavar="RUN", help="Audit that run's random pages again, by its seed and --pages.")
    ] = "",
    social_posts: SocialPostsOption = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Make the run, and leave it to `eindekss worker`.")
    ] = False,
    settings: AuditSettings,
    judging: JudgementSettings,
    wanted: Wish,
    logs: LogWish,
    gate: GateWish,
    policy: RunPolicy,
    who: Pick,
    metrics: MetricsWish,
    lean: LeanWish,
    reached: Reach,
    context: typer.Context,
    again: Again,
) -> None:
    """Audit a list of institutions, or those of the registry, as one run."""
    settings = reached.applied(settings)
    request = RunRequest(
        settings=settings, judging=judging, name=name, sample_from=sample_from, policy=policy
    )
    with logging_as(logs):
        told = _told_by(wanted, logs)
        _audit(
            lambda: seen(picked_from(of_file(who, institutions), wanted.database), social_posts, settings),
            request,
            told,
            metrics,
            detach=detach,
            lean=lean,
            own=own_of(context, again, gate),
        )


def _told_by(wanted: Wish, logs: LogWish) -> Wish:
    """Progress is told once: a log that tells it takes the place of the display."""
    return replace(wanted, quiet=wanted.quiet or logs.tells_progress)


def doctor() -> None:
    """Say what is there, which versions, and what is missing."""
    examination = examine(os.environ)
    sys.stdout.write(examination.text())
    raise typer.Exit(0 if examination.is_well else USAGE)


def _listed(urls: list[str], urls_from: str | None) -> Source:
    lines: Iterable[str] = ()
    if urls_from is not None:
        lines = read_stdin() if urls_from == "-" else read_lines(Path(urls_from))
    source = from_urls(urls, lines, "standard input" if urls_from == "-" else urls_from or "")
    if not source.institutions:
        raise InputError(N_("no URL to audit: give one, or a list with --urls-from FILE"))
    return source


def _audit(
    read: Callable[[], Source],
    request: RunRequest,
    wanted: Wish,
    metrics: MetricsWish = NOWHERE,
    *,
    detach: bool = False,
    lean: LeanWish = _ALONE,
    own: OwnOf,
) -> None:
    """Audit what `read` gives, as `request` and the file's `[[url]]` say, or leave it to workers."""
    with errors_told():
        for output in (wanted.output, *(path for _, path in wanted.also)):
            require_writable(output)
        source = read()
        applied = own(source.institutions, request.settings)
        request = replace(request, settings=applied.settings, institutions=applied.institutions)
        gates = applied.gates
        accepted = accepted_before(gates)
        if detach and any(gate.wish.policy.is_asked for gate in gates):
            raise InputError(N_("workers know of no gate: leave --fail-on, --fail-below and --baseline out"))
        of_one_site(request.settings, request.institutions)
        for problem in source.problems:
            say(str(problem))
        if source.without_website:
            left = _("{n} institutions of the registry have no website and are left out.")
            say(left.format(n=source.without_website))
        store = Store.open(wanted.database, evidence=wanted.evidence)
        try:
            wished = leaning(request, store, lean)
            for url in anew(wished):
                drawn = _("{url}: not sampled in run {run}, its pages are drawn")
                say(drawn.format(url=url, run=wished.sample_from))
            if detach:
                say(left_to_workers(wished, store))
                return
            done = carried(
                lambda means: carry_out(wished, means),
                store,
                wished.settings,
                sites=len(wished.institutions),
                own=wished.own_settings,
                quiet=wanted.quiet,
                metrics=metrics,
            )
            verdict = judged(done.run, gates, accepted)
            for format_, output in ((wanted.format, wanted.output), *wanted.also):
                write_run(done.run, format_, output, store, verdict)
            _keep(done.run, verdict, store)
            tell_rest(done)
        finally:
            store.close()
    for line in told(verdict) if verdict else ():
        say(line)
    code = worst(
        exit_code(done.run, had_bad_input=bool(source.problems), require_quality=lean.require_quality),
        verdict.code if verdict else 0,
    )
    if code:
        raise typer.Exit(code)


def _keep(run: RunRecord, verdict: Verdict | None, store: Store) -> None:
    """What the gate says of a part of a run is not what it says of the run."""
    if verdict is not None and run.state is RunState.FINISHED:
        keep_verdict(store.engine, run.id, verdict, datetime.now(UTC))

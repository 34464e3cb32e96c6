"""The commands `rescore` and `explain`: both read stored evidence only, without the network."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from checks import terms
from checks.accessibility import formulas, targets
from checks.accessibility.explain import Explanation, Gain, PageExplanation, explain
from checks.check import JudgementSettings, all_checks
from checks.errors import ChecksError
from checks.judge import judge
from results import wording
from results.commands import DEFAULT_DATABASE, USAGE, stop
from results.errors import ResultsError
from results.records import JudgementRecord
from results.store import Store
from results.terminal import quoted

_MOST_GAINS = 15
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id or name of a run, or its beginning.")]
FormulaOption = Annotated[str, typer.Option(help="criteria-met/1, sc-mean/1 or pooled-nodes/1.")]
TargetOption = Annotated[str, typer.Option(help="wcag20-aa, wcag21-aa, wcag22-aa or en301549.")]
DatabaseOption = Annotated[str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")]
DEFAULTS = JudgementSettings()


def mount(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="rescore")(rescore)
    app.command(name="explain")(explain_site)


def rescore(
    run: RunArgument,
    *,
    formula: FormulaOption = DEFAULTS.formula,
    target: TargetOption = DEFAULTS.target,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Judge a run's stored evidence again, beside the judgement it has; the new one is then shown."""
    settings = _settings(formula, target)
    store = _opened(database)
    try:
        run_id = store.find_run(run)
        before = store.load_run(run_id)
        judged_by = JudgementRecord(
            settings=settings,
            checks={check.id: check.version for check in all_checks()},
            terms=terms.hash(),
            axe_version=before.judgement.axe_version,
            created_at=datetime.now(UTC),
        )
        number = store.rejudge(run_id, lambda site: judge(site, settings, terms=terms.hash()), judged_by)
        after = store.load_run(run_id)
    except ResultsError as error:
        stop(error)
    finally:
        store.close()
    table = Table(title=f"Run {run_id}, judgement {number} ({settings.formula}, {settings.target})")
    old = f"{before.judgement.settings.formula}, {before.judgement.settings.target}"
    for heading in ("Site", f"before ({old})", "now"):
        table.add_column(heading, overflow="fold")
    for one, other in zip(before.sites, after.sites, strict=True):
        table.add_row(
            quoted(one.institution.url),
            wording.score(one.judgement.wcag),
            wording.score(other.judgement.wcag),
        )
    Console(highlight=False).print(table)


def explain_site(
    run: RunArgument,
    site: Annotated[str, typer.Argument(metavar="SITE", help="Address of a site in the run.")],
    *,
    formula: FormulaOption = DEFAULTS.formula,
    target: TargetOption = DEFAULTS.target,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Show how a site's percentage came about, and what one fix would gain."""
    settings = _settings(formula, target)
    store = _opened(database)
    try:
        run_id = store.find_run(run)
        (record, *_) = store.load_run(run_id, site=site).sites
        explanation = explain(store.load_evidence(run_id, record.position), settings)
    except ResultsError as error:
        stop(error)
    finally:
        store.close()
    Console(highlight=False).print(explanation_view(explanation))


def explanation_view(explanation: Explanation) -> RenderableType:
    """Pages with their criteria, then gains by criterion and by rule."""
    total = "none" if explanation.percent is None else f"{explanation.percent} %"
    return Group(
        Text(f"{explanation.formula}, {explanation.target}: {total}"),
        _pages(explanation.pages),
        _gains("Mending one criterion everywhere", explanation.by_criterion),
        _gains("Mending one axe rule everywhere", explanation.by_rule),
    )


def _pages(pages: tuple[PageExplanation, ...]) -> Table:
    table = Table(title="Pages (* carries the score)")
    for heading in ("Page", "%", "Met", "Not met (failing elements)", "To review"):
        table.add_column(heading, overflow="fold")
    for page in pages:
        table.add_row(
            quoted(f"{'* ' if page.carries_score else ''}{page.url}"),
            page.failure.reason if page.failure else "–" if page.percent is None else str(page.percent),
            ", ".join(one.sc for one in page.criteria if one.is_met),
            ", ".join(f"{one.sc} ({one.failed})" for one in page.criteria if one.failed),
            ", ".join(one.sc for one in page.criteria if one.is_open),
        )
    return table


def _gains(title: str, gains: tuple[Gain, ...]) -> Table:
    table = Table(title=title)
    for heading in ("What", "Pages", "Elements", "Gain", "Then", "Band"):
        table.add_column(heading, overflow="fold")
    for gain in gains[:_MOST_GAINS]:
        numbers = (str(gain.pages), str(gain.elements), f"+{gain.gain}", f"{gain.percent} %", str(gain.band))
        table.add_row(quoted(gain.name), *numbers)
    return table


def _settings(formula: str, target: str) -> JudgementSettings:
    """Ends the command with 2 where there is no such formula or target."""
    try:
        formulas.formula(formula)
        targets.target(target)
    except ChecksError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(USAGE) from error
    return JudgementSettings(formula=formula, target=target)


def _opened(database: str) -> Store:
    try:
        return Store.open(database, create=False)
    except ResultsError as error:
        stop(error)

"""The commands `rescore` and `explain`: both read stored evidence only, without the network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from checks import terms
from checks.accessibility import bands, formulas, targets
from checks.accessibility.comparable import why_answers_differ, why_not_comparable
from checks.accessibility.explain import Explanation, Gain, PageExplanation, explain
from checks.check import JudgementSettings, all_checks
from checks.finding import Bounds
from checks.judge import judge
from results import measure_wording, wording
from results.commands import DEFAULT_DATABASE, stop
from results.errors import ResultsError
from results.gate import examine_run
from results.judging import FormulaOption, NewsDaysOption, TargetOption, chosen
from results.language import _, decimal
from results.records import JudgementRecord, RunRecord
from results.store import Store
from results.terminal import quoted
from results.told import spoken

_MOST_GAINS = 15
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="Id or name of a run, or its beginning.")]
DatabaseOption = Annotated[str, typer.Option("--db", envvar="EINDEKSS_DB", help="Database URL or path.")]


def mount(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="rescore")(rescore)
    app.command(name="explain")(explain_site)


def rescore(
    run: RunArgument,
    *,
    formula: FormulaOption = None,
    target: TargetOption = None,
    news_days: NewsDaysOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Judge a run's stored evidence again, beside the judgement it has; the new one is then shown.

    What is not chosen stays as in the judgement shown before.
    """
    store = _opened(database)
    try:
        run_id = store.find_run(run)
        before = store.load_run(run_id)
        settings = chosen(formula, target, before.judgement.settings, news_days=news_days)
        judged_by = JudgementRecord(
            settings=settings,
            checks={check.id: check.version for check in all_checks()},
            terms=terms.hash(),
            axe_version=before.judgement.axe_version,
            created_at=datetime.now(UTC),
        )
        store.rejudge(run_id, lambda site: judge(site, settings, terms=terms.hash()), judged_by)
        if before.quality is not None:
            examine_run(store.engine, run_id, datetime.now(UTC))
        after = store.load_run(run_id)
    except ResultsError as error:
        stop(error)
    finally:
        store.close()
    Console(highlight=False).print(rescored_view(before, after))


def rescored_view(before: RunRecord, after: RunRecord) -> RenderableType:
    """Two judgements of one run side by side, and whether they may be compared."""
    table = Table(title=quoted(_("Run {run} judged again").format(run=after.id)), title_justify="left")
    table.add_column(_("Site"), overflow="fold")
    for name, run in ((_("before"), before), (_("now"), after)):
        table.add_column(f"{name}: {_judgement_name(run)}", overflow="fold")
    for one, other in zip(before.sites, after.sites, strict=True):
        scores = (measure_wording.score(one.judgement.wcag), measure_wording.score(other.judgement.wcag))
        table.add_row(quoted(one.institution.url), *scores)
    judged = after.judgement
    shown = _("Shown from now on: judgement {number} of {all}.").format(number=judged.number, all=judged.of)
    old = _("`eindekss show {run} --judgement {number}` shows the one before.").format(
        run=after.id, number=before.judgement.number
    )
    return Group(table, Text(comparison(before, after)), Text(f"{shown} {old}"))


def comparison(before: RunRecord, after: RunRecord) -> str:
    """Whether the results of two judgements may be set beside each other, in a sentence or two."""
    reason = why_not_comparable(before.basis, after.basis)
    others = why_answers_differ(before.basis, after.basis)
    first = _("Percentages are comparable.")
    if reason:
        first = _("Percentages are not comparable: {reason}.").format(reason=spoken(reason))
    second = _("Other answers are not comparable: {reason}.").format(reason=spoken(others)) if others else ""
    return f"{first} {second}".rstrip()


def _judgement_name(run: RunRecord) -> str:
    settings = run.judgement.settings
    days = (
        ""
        if settings.news_days == JudgementSettings().news_days
        else _(", news of {n} days").format(n=settings.news_days)
    )
    judged = _("judgement {number}").format(number=run.judgement.number)
    return f"{judged} ({settings.formula}, {settings.target}{days})"


def explain_site(
    run: RunArgument,
    site: Annotated[str, typer.Argument(metavar="SITE", help="Address of a site in the run.")],
    *,
    formula: FormulaOption = None,
    target: TargetOption = None,
    database: DatabaseOption = DEFAULT_DATABASE,
) -> None:
    """Show how a site's percentage came about, and what one fix would gain.

    What is not chosen is as in the judgement that the run shows.
    """
    store = _opened(database)
    try:
        found = store.load_run(store.find_run(run), site=site)
        settings = chosen(formula, target, found.judgement.settings)
        evidence = store.load_evidence(found.id, found.sites[0].position)
    except ResultsError as error:
        stop(error)
    finally:
        store.close()
    explanation = explain(evidence, settings)
    Console(highlight=False).print(explanation_view(explanation, evidence.institution.url))
    if settings != found.judgement.settings:
        asked = JudgementSettings(formula=settings.formula, target=settings.target)
        Console(highlight=False).print(Text(_other_than_shown(found, asked)))


def _other_than_shown(run: RunRecord, asked: JudgementSettings) -> str:
    said = _(
        "The run shows {judgement}: not comparable with {other} above. `eindekss rescore` stores the latter."
    )
    return said.format(judgement=_judgement_name(run), other=f"{asked.formula}, {asked.target}")


def explanation_view(explanation: Explanation, url: str) -> RenderableType:
    """The result, the pages with their criteria, then gains by criterion and by rule."""
    gains = (
        (_("Mending one criterion on all pages"), _("Fails by"), explanation.by_criterion),
        (
            _("Mending one axe rule on all pages (with: fails the same criteria too)"),
            _("Fails"),
            explanation.by_rule,
        ),
    )
    return Group(
        quoted(url),
        Text(_result(explanation), "bold"),
        Text(
            _("A page's percentage: {formula}.").format(
                formula=_(formulas.formula(explanation.formula).title)
            )
        ),
        _pages(explanation.pages),
        *(_gains(title, related, found) for title, related, found in gains if found),
    )


def _result(explanation: Explanation) -> str:
    """`49.43 % by criteria-met/1 for WCAG 2.0 AA, mean of 8 pages: band 4, 0 points. Band 3 …`."""
    by = _("by {formula} for {target}").format(
        formula=explanation.formula, target=targets.target(explanation.target).title
    )
    if explanation.percent is None or explanation.band is None:
        none = _("No percentage")
        return f"{none} {by}. {wording.failure_sentence(explanation.failure)}"
    pages = wording.counted(sum(page.carries_score for page in explanation.pages), "page")
    points = measure_wording.points(explanation.band)
    mean = _("mean of {pages}").format(pages=pages)
    first = f"{measure_wording.percent(explanation.percent)} {by}, {mean}: {points}."
    parts = (first, _doubt(explanation.bounds))
    return " ".join(part for part in (*parts, _next(explanation.next_band)) if part)


def _doubt(bounds: Bounds) -> str:
    """What else the band could be, and by which percentages."""
    if not bounds.uncertain:
        return ""
    ranges = (
        (_("open items"), bounds.lower, bounds.upper),
        (_("95 % interval"), bounds.interval_low, bounds.interval_high),
    )
    told = ", ".join(
        _("{name} {low} to {high} %").format(name=name, low=decimal(low), high=decimal(high))
        for name, low, high in ranges
        if low is not None and high is not None and low != high
    )
    said = _("Uncertain, it may be band {band}").format(band=bounds.other_band)
    return f"{said}{f' ({told})' if told else ''}."


def _next(following: bands.NextBand | None) -> str:
    if following is None:
        return _("There is no better band.")
    said = _("Band {band} ({points} points) begins at {begins} %: {missing} percentage points are missing.")
    return said.format(
        band=following.band,
        points=bands.points(following.band),
        begins=decimal(following.percent),
        missing=decimal(following.missing),
    )


def _pages(pages: tuple[PageExplanation, ...]) -> Table:
    table = Table(title=_("Pages (* carries the score)"), title_justify="left")
    for heading in (
        _("Page"),
        "%",
        _("Met"),
        _("Not met: failing elements, rules"),
        _("To review"),
        _("Unstable"),
    ):
        table.add_column(heading, overflow="fold")
    for page in pages:
        table.add_row(
            quoted(page.url),
            _percent(page),
            _met(page),
            Text("\n").join(map(quoted, _failing(page))),
            ", ".join(one.sc for one in page.criteria if one.is_open and not one.unstable),
            _unstable(page),
        )
    return table


def _percent(page: PageExplanation) -> str:
    if page.failure:
        return str(page.failure.reason)
    if page.percent is None:
        return "–"
    return f"{decimal(page.percent)}{' *' if page.carries_score else ''}"


def _unstable(page: PageExplanation) -> str:
    """The criteria that two captures decide differently; `?` where there was only one to go by."""
    if not page.confirmed:
        return "?" if page.carries_score else ""
    return ", ".join(one.sc for one in page.criteria if one.unstable)


def _met(page: PageExplanation) -> str:
    met = ", ".join(one.sc for one in page.criteria if one.is_met)
    return (
        _("{met} of {scored}: {names}").format(met=page.met, scored=page.scored, names=met)
        if page.scored
        else ""
    )


def _failing(page: PageExplanation) -> list[str]:
    return [
        f"{one.sc}: {one.failed}, {', '.join(page.failing_rules(one.sc))}"
        for one in page.criteria
        if one.failed
    ]


def _gains(title: str, related: str, gains: tuple[Gain, ...]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in (_("What"), related, _("Pages"), _("Elements"), _("Gain"), _("Then"), _("Band")):
        table.add_column(heading, overflow="fold")
    for gain in gains[:_MOST_GAINS]:
        numbers = (
            str(gain.pages),
            str(gain.elements),
            f"+{decimal(gain.gain)}",
            measure_wording.percent(gain.percent),
            str(gain.band),
        )
        table.add_row(quoted(gain.name), quoted(_related(gain)), *numbers)
    if len(gains) > _MOST_GAINS:
        table.caption = _("… and {n} more that gain no more than these.").format(n=len(gains) - _MOST_GAINS)
    return table


def _related(gain: Gain) -> str:
    """What it goes with; of a rule also what has to be mended with it before a criterion is met."""
    together = " " + _("(with {rules})").format(rules=", ".join(gain.held_by)) if gain.held_by else ""
    return ", ".join(gain.related) + together


def _opened(database: str) -> Store:
    try:
        return Store.open(database, create=False)
    except ResultsError as error:
        stop(error)

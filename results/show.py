"""A run as tables on a terminal. Everything that a site wrote is printed as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checks.finding import Answer, Finding, Outcome
from crawler.evidence import FailureReason, SkipReason
from results import measure_wording, wording
from results.access_words import access_sentences
from results.advice import advice_for_finding, failure_text, skip_text
from results.document import wording as label
from results.language import Language, _, decimal, language
from results.records import AXE_CHECK, MOBILE, SECOND_ENGINE, RunRecord, RunSummary, SiteRecord
from results.rule_totals import RuleTotal, impact, rule_totals, second_totals
from results.terminal import plain, quoted
from results.told import message, reason, spoken
from results.written import minute, number

_WORST = 5
"""Violations shown of a site; the documents have all."""
_STYLES = {
    Outcome.PASSED: "green",
    Outcome.FAILED: "red",
    Outcome.CANT_TELL: "yellow",
    Outcome.INAPPLICABLE: "dim",
    Outcome.UNTESTED: "dim",
}
_STATUS_STYLES = {
    "evaluated": "green",
    "partly_evaluated": "yellow",
    "not_evaluable": "red",
    "internal_error": "bold red",
}


def run_view(run: RunRecord) -> RenderableType:
    """A table per site, then, where there are several, an overview."""
    parts: list[RenderableType] = [site_table(site) for site in run.sites]
    if len(run.sites) != 1:
        parts.append(overview(run))
    return Group(*parts, _footer(run))


def overview(run: RunRecord) -> Table:
    """One line a site."""
    table = Table(title=_titled(_("Overview"), run.name), title_justify="left", expand=False)
    table.add_column(_("Institution"), overflow="fold", ratio=3)
    table.add_column(_("Status"), overflow="fold", ratio=2)
    for heading in (_("WCAG %"), _("Band"), _("Points")):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(_("Mobile"), overflow="fold", ratio=2)
    for site in run.sites:
        table.add_row(quoted(wording.title(site)), _status(site), *_numbers(site), _mobile_verdict(site))
    return table


def runs_table(runs: tuple[RunSummary, ...]) -> Table:
    """The list of runs, the newest first."""
    table = Table(title=_("Runs"), title_justify="left")
    for heading in (_("Id"), _("Name"), _("State"), _("Started (UTC)")):
        table.add_column(heading, overflow="fold")
    table.add_column(_("Sites"), justify="right")
    for run in runs:
        cells = (wording.state_word(run.state), minute(run.started_at), number(run.sites))
        table.add_row(quoted(run.id), quoted(run.name), *cells)
    return table


def site_table(site: SiteRecord) -> Table:
    """All that is said of a site: status, measures, answers, worst violations, what was skipped."""
    table = Table(title=_site_title(site), title_justify="left", show_header=False, expand=True)
    table.add_column(_("What"), ratio=2, overflow="fold")
    table.add_column(_("Result"), ratio=3, overflow="fold")
    table.add_column(_("Detail"), ratio=4, overflow="fold")
    sections = (_measures, _answers, _violations, _others, _unstable, _left_out)
    for section in sections:
        for row in section(site):
            table.add_row(*(Text(cell) if isinstance(cell, str) else cell for cell in row))
        table.add_section()
    return table


_Row = tuple[RenderableType, RenderableType, RenderableType]


def _measures(site: SiteRecord) -> Iterator[_Row]:
    judged = site.judgement
    yield _("Status"), _status(site), quoted(wording.failure_sentence(judged.failure))
    wcag = judged.wcag
    name = _("Accessibility") + (f" ({wcag.target}, {wcag.formula})" if wcag else "")
    yield (
        plain(name),
        Text(measure_wording.score(wcag), "bold"),
        measure_wording.certainty(wcag) if wcag else "",
    )
    if told := measure_wording.beside(wcag):
        yield _("Beside the percentage"), "", told
    yield _("On a phone"), _mobile_verdict(site), quoted(measure_wording.mobile_reasons(judged.mobile))
    if site.sample:
        yield (
            _("Pages audited again"),
            quoted(_("those of run {run}").format(run=site.sample.pinned_from)),
            spoken(site.sample.words),
        )


def _answers(site: SiteRecord) -> Iterator[_Row]:
    for answer in site.judgement.answers:
        sure = f" ({wording.sure(answer.confidence)})" if answer.value is not None else ""
        sure += wording.change(site.judgement.changes, answer.code)
        outcome = Text(wording.outcome(answer.outcome) + sure, _STYLES[answer.outcome])
        yield _question(answer), outcome, _given(answer)


def _question(answer: Answer) -> Text:
    return Text.assemble((plain(answer.code), "bold"), f" {label(answer.code, None)}".rstrip())


def _given(answer: Answer) -> Text:
    """The answer in the study's words, then why."""
    parts = (plain(wording.given(answer)), plain(reason(answer)))
    return Text("\n".join(part for part in parts if part))


def _violations(site: SiteRecord) -> Iterator[_Row]:
    totals = rule_totals(site, Outcome.FAILED)
    for total in totals[:_WORST]:
        criteria = ", ".join(total.criteria)
        name = Text.assemble("✗ ", (plain(total.rule), "bold"), f" ({criteria})" if criteria else "")
        yield name, f"{impact(total.impact)}: {total.extent}", quoted(_title(total))
    if len(totals) > _WORST:
        yield f"… {wording.counted(len(totals) - _WORST, 'more rule')}", "", _("all in the documents")
    review = rule_totals(site, Outcome.CANT_TELL)
    if review:
        yield _("To be reviewed by a person"), wording.counted(len(review), "rule"), _names(review)
    kinds = (
        (_("Second engine, beside the percentage"), Outcome.FAILED),
        (_("Second engine, to be reviewed"), Outcome.CANT_TELL),
    )
    for what, outcome in kinds:
        if second := second_totals(site, outcome):
            yield what, wording.counted(len(second), "rule"), _names(second)


def _title(total: RuleTotal) -> str:
    """What axe-core asks for, in its English; else the title of our own advice."""
    text = advice_for_finding(AXE_CHECK, total.rule, language())
    return message(total.findings[0]) if language() is Language.EN or text.is_general else text.title


def _others(site: SiteRecord) -> Iterator[_Row]:
    """Findings of other checks by rule; the phone's stand with its verdict, the second engine's above."""
    by_rule: dict[tuple[str, Outcome], list[Finding]] = {}
    for check, found in site.other_findings:
        if check == MOBILE or (check == SECOND_ENGINE and found.outcome is not Outcome.UNTESTED):
            continue
        by_rule.setdefault((found.rule, found.outcome), []).append(found)
    for (rule, outcome), every in sorted(by_rule.items()):
        pages = len({found.page_url for found in every if found.page_url})
        extent = f" {wording.on_pages(pages)}" if pages else ""
        told = Text(f"{wording.outcome(outcome)}{extent}", _STYLES[outcome])
        yield Text.assemble(_("Also: "), (plain(rule), "bold")), told, quoted(message(every[0]))


def _unstable(site: SiteRecord) -> Iterator[_Row]:
    """Rules that two captures decide differently."""
    wcag, mobile = site.judgement.wcag, site.judgement.mobile
    every = (*(wcag.unstable if wcag else ()), *(mobile.unstable if mobile else ()))
    for one in every[:_WORST]:
        said = _("first {first}, then {second}").format(
            first=wording.outcome(one.first), second=wording.outcome(one.second)
        )
        yield Text.assemble(f"~ {_('unstable')}: ", (plain(one.rule), "bold")), said, quoted(one.page)
    if len(every) > _WORST:
        yield "…", _("{n} more").format(n=len(every) - _WORST), _("all in the documents")


def _names(totals: tuple[RuleTotal, ...]) -> Text:
    return quoted(", ".join(total.rule for total in totals))


def _left_out(site: SiteRecord) -> Iterator[_Row]:
    failed = [page for page in site.pages if page.failure]
    for page in failed[:_WORST]:
        yield _("Page not evaluated"), quoted(page.url), quoted(wording.failure_sentence(page.failure))
    if len(failed) > _WORST:
        yield "…", wording.counted(len(failed) - _WORST, "more page"), _("all in the documents")
    for told, where in access_sentences(site)[:_WORST]:
        yield _("Access"), quoted(where), quoted(told)
    if site.crawl and site.crawl.failed:
        reasons = Counter(str(one.failure.reason) for one in site.crawl.failed)
        counted = ", ".join(
            f"{failure_text(FailureReason(why), language()).title}: {many}"
            for why, many in reasons.most_common()
        )
        yield _("Addresses without a page"), wording.counted(len(site.crawl.failed), "URL"), counted
    if site.skipped_counts:
        left = ", ".join(
            f"{skip_text(SkipReason(why), language()).title}: {many}"
            for why, many in site.skipped_counts.items()
        )
        yield _("Addresses left out"), wording.counted(sum(site.skipped_counts.values()), "URL"), left


def _status(site: SiteRecord) -> Text:
    status = str(site.judgement.status)
    return Text(wording.status(status), _STATUS_STYLES[status])


def _mobile_verdict(site: SiteRecord) -> Text:
    return Text(measure_wording.mobile_verdict(site.judgement.mobile))


def _numbers(site: SiteRecord) -> tuple[str, str, str]:
    wcag = site.judgement.wcag
    if wcag is None:
        return "–", "–", "–"
    percent = "–" if wcag.percent is None else decimal(wcag.percent)
    return percent, str(wcag.band or "–"), "–" if wcag.points is None else str(wcag.points)


def _site_title(site: SiteRecord) -> Text:
    address = plain(site.institution.url)
    name = plain(site.institution.name)
    return Text.assemble((name or address, "bold"), f"  {address}" if name else "")


def _titled(title: str, name: str) -> Text:
    return Text(f"{title}: {plain(name)}" if name else title, "bold")


def _footer(run: RunRecord) -> RenderableType:
    how = _("Run {run} {state}.").format(run=plain(run.id), state=wording.state(run.state))
    said = f"{how} {wording.judged_by(run)} {wording.coverage()}"
    noted = [Text(plain(line), "bold") for line in wording.run_notes(run)]
    return Padding(Group(*noted, Text(said, "dim")), (1, 0, 0, 0))

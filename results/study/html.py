"""The study's report as one HTML file: charts and tables, accessible, asking nothing of the network."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from results.advice import FailureText, failure_text
from results.language import _, language
from results.site_text import is_web_address
from results.study import wording
from results.study.bars import Bar, chart
from results.study.report import ShownFigure, StudyReport
from results.study.respondents import Respondent
from results.study.tally import FEW, SURE
from results.terminal import plain

COLUMNS = 5
"""Groups beside each other in one cross-table: more would not fit on paper."""


def study_html(report: StudyReport) -> str:
    """The file, in the language spoken now."""
    return (
        _environment()
        .get_template("study.html")
        .render(
            report=report,
            heading=_("Report of run {name}").format(name=plain(report.run.name) or report.run.id),
            language=language().value,
            words=wording,
            charts={one.figure.id: _chart(one) for one in report.figures},
            rules=reading_rules(report),
            columns=COLUMNS,
            failure=_failure,
        )
    )


def _failure(one: Respondent) -> FailureText | None:
    """Why the site could not be evaluated, and what to do about it."""
    return failure_text(one.failure.reason, language()) if one.failure else None


def reading_rules(report: StudyReport) -> tuple[str, ...]:
    """What the numbers mean, for the head of the report and the workbook's method sheet."""
    rules = [
        _("A share is of all institutions that the question is asked of, those not known among them."),
        _("Not known is neither yes nor no: the true share lies between the share and “at most”."),
        _(
            "Not known is what nobody could tell (“cannot tell”: also where experts disagree) and what was "
            "not evaluated or not published."
        ),
        _(
            "The share of those known is left out where it could mislead: fewer than {few} known, more than "
            "half not known, or only one answer known."
        ).format(few=FEW),
        _("Of fewer than {few} institutions no share is told: “too few”.").format(few=FEW),
        _("Sure: decided by an expert, or by the tool with a confidence of at least {sure}.").format(
            sure=str(SURE).replace(".", ",") if language().value == "lv" else SURE
        ),
        _("An expert's decision holds over the tool's answer."),
    ]
    if report.other_websites:
        rules.append(
            _("Only first websites count; {n} further websites are left out.").format(n=report.other_websites)
        )
    return tuple(rules)


def _chart(figure: ShownFigure) -> Markup:
    shown = [one for one in figure.lines if one.share.percent is not None]
    if not shown:
        return Markup("<p>{}</p>").format(_("Too few institutions for a chart."))
    bars = [
        Bar(
            label=one.words,
            number=wording.percent(one.share.percent) if one.share.is_told else "?",
            share=(one.share.percent or 0) / 100,
            unknown=0.0 if figure.figure.has_parts else one.share.unknown / one.share.asked,
        )
        for one in shown
    ]
    if figure.figure.has_parts:
        bars.append(_unknown(figure))
    said = "; ".join(f"{bar.label}: {bar.number}" for bar in bars)
    key = _("Solid: share of all asked. Hatched: not known. “?”: hardly anything is known.")
    return chart(f"chart-{figure.figure.id}", figure.title, f"{key} {said}.", bars) + Markup(
        '<p class="small">{}</p>'
    ).format(key)


def _unknown(figure: ShownFigure) -> Bar:
    """The last part of a whole: of whom it is not known."""
    share = figure.lines[0].share
    unknown = share.unknown / share.asked
    return Bar(label=_("Not known"), number=wording.percent(100 * unknown), share=0.0, unknown=unknown)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("results"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["web_address"] = is_web_address
    environment.globals["_"] = _
    return environment


def _finalize(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

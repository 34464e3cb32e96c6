"""A run as one HTML file: accessible, self-contained, asking nothing of the network.

Everything that a site wrote is escaped and stripped of control characters; its addresses become links only
where they are http or https; a content security policy in the file forbids every request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from checks.finding import Answer, Finding, Instance
from crawler.evidence import HOME, Site
from results import measure_wording, wording
from results.access_words import access_sentences
from results.advice import criterion_name
from results.ci.policy import Verdict
from results.document import english
from results.document import wording as label
from results.language import Language, _, chosen, decimal, language, named, ngettext, speaking
from results.pictures import Pictures, Stored
from results.records import RunRecord
from results.report_answers import PLACES_SHOWN, source_words
from results.report_gate import gate_view
from results.report_reading import reading, roles
from results.report_view import answer_anchor, site_view
from results.rule_totals import impact
from results.site_text import is_web_address
from results.terminal import plain
from results.told import is_known, message, reason

FULL_SITES = 3
"""A report of more sites tells less of each: no advice, no elements of axe's rules in pictures."""
Evidence = Callable[[int], Site | None]
"""Evidence of the site at that place of the run; None where it is gone."""


def html_report(
    run: RunRecord,
    screenshot: Stored | None = None,
    evidence: Evidence | None = None,
    lang: Language | None = None,
    verdict: Verdict | None = None,
) -> str:
    """The report. `screenshot` gives a stored picture by its digest (nothing where it is gone); with it, the
    tops of home pages and clips of the places that answers point at are embedded. With `evidence` a report
    of few sites also says what each fix brings, and shows every failing element and the phone. `verdict` is
    the gate's, where there was one.

    It speaks `lang`, else the language that somebody chose, else that of the first site where it is one of
    ours, else English.
    """
    kept = evidence if evidence and len(run.sites) <= FULL_SITES else None
    with speaking(lang or chosen() or _of_site(run, evidence)):
        return _rendered(run, Pictures(screenshot) if screenshot else None, kept, verdict)


def _rendered(
    run: RunRecord, pictures: Pictures | None, evidence: Evidence | None, verdict: Verdict | None
) -> str:
    is_full = len(run.sites) <= FULL_SITES
    return (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            heading=plain(run.name) or _heading(run),
            views=[
                site_view(
                    number,
                    site,
                    run.judgement.settings,
                    pictures,
                    evidence(site.position) if evidence else None,
                    is_full=is_full,
                )
                for number, site in enumerate(run.sites, start=1)
            ],
            gate=gate_view(verdict),
            limit=PLACES_SHOWN,
            is_alone=len(run.sites) == 1 and plain(run.name) in {"", plain(wording.title(run.sites[0]))},
            lang=str(language()),
        )
    )


def _heading(run: RunRecord) -> str:
    if len(run.sites) == 1:
        return _("Audit of {site}").format(site=plain(wording.title(run.sites[0])))
    return _("Audit of several sites: {n}").format(n=len(run.sites))


def _of_site(run: RunRecord, evidence: Evidence | None) -> Language:
    """The language of the first site: as the list has it, as its home page says, or by its domain."""
    if not run.sites:
        return Language.EN
    first = run.sites[0]
    if listed := named(first.institution.language):
        return listed
    observed = evidence(first.position) if evidence else None
    pages = observed.pages if observed else ()
    told = next((page.lang for page in pages if HOME in page.roles), "")
    if told:
        return named(told) or Language.EN
    host = urlsplit(first.institution.url).hostname or ""
    return named(host.rpartition(".")[2]) or Language.EN


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("results"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]  # i18n adds it
    environment.policies["ext.i18n.trimmed"] = True
    environment.tests["web_address"] = is_web_address
    environment.filters["plain"] = plain  # for what stands within a message: that is finished markup
    environment.globals.update(
        anchor=answer_anchor,
        words=wording,
        measures=measure_wording,
        impact=impact,
        label=label,
        english=english,
        decimal=decimal,
        criterion=_criterion,
        access=access_sentences,
        said=_said,
        source=source_words,
        reading=reading,
        roles=roles,
    )
    return environment


def _said(of: Answer | Instance | Finding) -> Markup:
    """A reason or message in the language spoken; marked where there is but the English."""
    stored = of.reason if isinstance(of, Answer) else of.message
    told = reason(of) if isinstance(of, Answer) else message(of)
    lang = "" if is_known(stored, of.said) else ' lang="en"'
    return Markup(f"<bdi{lang}>{{}}</bdi>").format(plain(told))  # noqa: S704 - the text is escaped by format


def _criterion(sc: str) -> str:
    return criterion_name(sc, language()) or ""


def _finalize(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

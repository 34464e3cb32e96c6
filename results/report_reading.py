"""What the words, names and numbers of a report mean, for who opens one for the first time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checks.finding import Outcome
from crawler.evidence import HOME, RANDOM, Scope
from results import measure_wording, wording
from results.language import N_, _
from results.records import RunRecord, SiteRecord

JUDGEMENT = "judgement"
"""Anchor of what a judgement is."""
_OUTCOMES = {
    Outcome.PASSED: N_("what was asked is there, or as it should be"),
    Outcome.FAILED: N_("it is missing, or wrong"),
    Outcome.CANT_TELL: N_("the tool looked and could not decide; a person has to"),
    Outcome.UNTESTED: N_("the tool did not look, and says why; it counts neither as yes nor as no"),
    Outcome.INAPPLICABLE: N_("the question does not concern this site"),
}
_ROLES = {HOME: N_("home page"), RANDOM: N_("drawn at random")}


Entry = tuple[str, str, str]
"""Anchor, term and explanation."""


def reading(run: RunRecord) -> Iterator[Entry]:
    """In the language spoken now; only of what the report has."""
    settings = run.judgement.settings
    name = _("This way of counting is called {formula}; percentages of another are not comparable.")
    meaning = measure_wording.meaning(settings.formula, settings.target)
    yield "percentage", _("Percentage"), f"{meaning} {name.format(formula=settings.formula)}".strip()
    if others := sorted({name for site in run.sites for name in _beside(site)}):
        yield "others", ", ".join(others), _of_others(others, settings.target)
    yield "bands", _("Bands and points"), measure_wording.bands_briefly()
    yield "not-evaluable", wording.status("not_evaluable"), _of_low()
    yield "pages", _("Which pages count"), _of_pages(str(run.settings.get("scope", "")))
    yield "sure", _("How sure an answer is"), _of_confidence()
    if run.settings.get("confirm"):
        yield "unstable", _("Unstable"), _of_captures()
    yield from ((str(outcome), wording.outcome(outcome), _(said)) for outcome, said in _OUTCOMES.items())
    yield "codes", _("Codes such as M08_7"), _of_codes()
    if run.judgement.of > 1:
        yield JUDGEMENT, _("Judgement"), _of_judgements(run)
    if any(site.decisions for site in run.sites):
        yield "experts", _("Experts"), _of_experts()


def _beside(site: SiteRecord) -> Iterable[str]:
    return site.judgement.wcag.alternatives if site.judgement.wcag else ()


def _of_others(names: Iterable[str], target: str) -> str:
    said = (f"{name}: {measure_wording.meaning(name, target)}" for name in names)
    return " ".join((_("Other ways of counting the same pages; they decide nothing."), *said))


def _of_pages(scope: str) -> str:
    if scope == Scope.HOMEPAGE:
        return _("Only the home page was audited; other pages of the site may be better or worse.")
    return _(
        "The percentage is that of pages drawn at random from the whole site. A 95 % interval says how far "
        "chance reaches: of a hundred such intervals about 95 hold the percentage of all pages. The home "
        "page and the pages that single questions need are audited beside them."
    )


def _of_low() -> str:
    return _(
        "A site that cannot be evaluated for a reason that lies in the site gets the study's lowest band and "
        "0 points, with the reason. Where eindekss itself failed there is no band, and no points are lost."
    )


def _of_confidence() -> str:
    return _(
        "“82 % sure” is the tool's estimate of how likely the answer is right; the places listed with it let "
        "you see for yourself."
    )


def _of_captures() -> str:
    return _(
        "What counts for the percentage and for the phone is loaded and tested twice. What differs counts "
        "neither for nor against the site."
    )


def _of_experts() -> str:
    return _(
        "An expert's decision holds over the tool's answer; where experts disagree nothing holds until they "
        "agree. Percentages are always the tool's."
    )


def _of_codes() -> str:
    return _(
        "They are the names of the study's questions. Names in small letters with a dot are questions of "
        "eindekss's own; nobody gets points for them."
    )


def _of_judgements(run: RunRecord) -> str:
    judgement = run.judgement
    return _(
        "The audited pages are kept, so that they can be judged again when rules or checks change, without "
        "visiting the site. Each time is a judgement; this report shows number {number} of {all}, of {day}."
    ).format(number=judgement.number, all=judgement.of, day=f"{judgement.created_at:%Y-%m-%d}")


def roles(names: tuple[str, ...]) -> str:
    """Why a page was audited: as the home page, drawn at random, or for a question."""
    said = (_(_ROLES[one]) if one in _ROLES else _("for single questions") for one in names)
    return ", ".join(dict.fromkeys(said))

"""What text, HTML and tables say in words of a run, a site and an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checks.finding import Answer, Outcome
from checks.judge import Changes
from crawler.evidence import Failure
from results.advice import failure_text
from results.document import wording as label
from results.language import N_, _, language, ngettext
from results.records import RunRecord, SiteRecord
from results.written import day

_STATUS = {
    "evaluated": N_("✓ evaluated"),
    "partly_evaluated": N_("◐ partly evaluated"),
    "not_evaluable": N_("✗ could not be evaluated"),
    "internal_error": N_("! eindekss failed; to be repeated"),
}
_OUTCOME = {
    Outcome.PASSED: N_("✓ passed"),
    Outcome.FAILED: N_("✗ failed"),
    Outcome.CANT_TELL: N_("? cannot tell"),
    Outcome.INAPPLICABLE: N_("– not applicable"),
    Outcome.UNTESTED: N_("· not tested"),
}
"""A sign and a word: colour alone tells nothing to many."""
STATUSES = tuple(_STATUS)
"""In the order in which exports number them."""
_NAMED = 10
"""Institutions without a result that a run's notes name; the JSON has all."""


def extent(elements: int, pages: int) -> str:
    """`12 elements on 3 pages`."""
    return f"{counted(elements, 'element')} {on_pages(pages)}"


def on_pages(number: int) -> str:
    """`on 3 pages`."""
    return ngettext("on {n} page", "on {n} pages", number).format(n=number)


_COUNTED: dict[str, Callable[[int], str]] = {
    "answer": lambda n: ngettext("{n} answer", "{n} answers", n),
    "criterion": lambda n: ngettext("{n} criterion", "{n} criteria", n),
    "element": lambda n: ngettext("{n} element", "{n} elements", n),
    "more page": lambda n: ngettext("{n} more page", "{n} more pages", n),
    "more rule": lambda n: ngettext("{n} more rule", "{n} more rules", n),
    "page": lambda n: ngettext("{n} page", "{n} pages", n),
    "piece": lambda n: ngettext("{n} piece", "{n} pieces", n),
    "place": lambda n: ngettext("{n} place", "{n} places", n),
    "random page": lambda n: ngettext("{n} random page", "{n} random pages", n),
    "rule": lambda n: ngettext("{n} rule", "{n} rules", n),
    "site": lambda n: ngettext("{n} site", "{n} sites", n),
    "unstable rule result": lambda n: ngettext("{n} unstable rule result", "{n} unstable rule results", n),
    "URL": lambda n: ngettext("{n} URL", "{n} URLs", n),
}


def counted(number: int, thing: str) -> str:
    """`1 page`, `2 pages`; the things are those of the table above."""
    return _COUNTED[thing](number).format(n=number)


def status(name: str) -> str:
    """A sign and a word for a site's status."""
    return _(_STATUS[name])


def status_word(name: str) -> str:
    """The word alone; a status that this version does not know as it is."""
    return status(name).partition(" ")[2] if name in STATUSES else name


_KINDS = {"ministry": N_("Ministry"), "institution": N_("Institution")}


def kind_word(kind: str) -> str:
    """An institution's kind in words; the list's own word where it is none of ours."""
    return _(_KINDS[kind]) if kind in _KINDS else kind


_STATE = {
    "running": N_("is running, or its program was killed"),
    "paused": N_("is paused; what is not done is still open"),
    "finished": N_("finished"),
    "cancelled": N_("was cancelled; what was done is kept"),
    "interrupted": N_("was interrupted; what was done is kept"),
    "failed": N_("failed"),
}


def state(name: str) -> str:
    """How a run stands."""
    return _(_STATE[name])


_STATE_WORD = {
    "running": N_("running"),
    "paused": N_("paused"),
    "finished": N_("finished"),
    "interrupted": N_("interrupted"),
    "cancelled": N_("cancelled"),
    "failed": N_("failed"),
    "waiting": N_("waiting"),
    "leased": N_("under way"),
    "done": N_("done"),
}


def state_word(name: str) -> str:
    """The state of a run or of a task in a word, for tables."""
    return _(_STATE_WORD[name])


def outcome(of: Outcome) -> str:
    """A sign and a word for an outcome."""
    return _(_OUTCOME[of])


def outcome_word(of: Outcome) -> str:
    """The word alone, for tables that are sorted and filtered by it."""
    return outcome(of).partition(" ")[2]


def coverage() -> str:
    """What automatic tests can and cannot say."""
    return _(
        "Automatic tests find only a part of all accessibility barriers; what they cannot decide "
        "is listed as to be reviewed by a person."
    )


def title(site: SiteRecord) -> str:
    """The institution's name, or its address where it has none; both for a further website."""
    return site.institution.title


def given(answer: Answer) -> str:
    """The answer: its number with the study's words (`2 Nav`; `1 yes` for an item), a text, or nothing."""
    if not isinstance(answer.value, int):
        return answer.value or ""
    words = label(answer.code, answer.value)
    if not words or words == label(answer.code, None):
        words = {0: _("no"), 1: _("yes")}.get(answer.value, "")
    return f"{answer.value} {words}".rstrip()


def said(answer: Answer) -> str:
    """The answer in words alone, for who knows no codes: `yes`, `Nav`; the number where there are none."""
    words = given(answer)
    return words.partition(" ")[2] or words if isinstance(answer.value, int) else words


def judged_by(run: RunRecord) -> str:
    """By what the results shown were made, and which of several judgements that is."""
    judgement = run.judgement
    settings = judgement.settings
    by = _("Judged by {formula} for {target}, axe-core {axe}.") if judgement.axe_version else ""
    said = (by or _("Judged by {formula} for {target}.")).format(
        formula=settings.formula, target=settings.target, axe=judgement.axe_version
    )
    if judgement.of <= 1:
        return said
    one_of = _("This is judgement {number} of {all}.").format(number=judgement.number, all=judgement.of)
    return f"{said} {one_of}"


def run_notes(run: RunRecord) -> tuple[str, ...]:
    """What is to be known of a whole run before its results are used: the gate's verdict where it is not to
    be published, or that there is none, who is missing, and that its evidence was pruned.
    """
    notes = [run.quality.told()] if run.quality and not run.quality.is_publishable else []
    if run.is_unexamined:
        notes.append(unexamined())
    complaints = run.quality.complaints if run.quality else ()
    differing = [one.told() for one in complaints if one.kind == "settings"]
    notes += [_("Settings differ by site: {what}.").format(what=said) for said in differing]
    if run.open:
        missing = _first([one.institution.title for one in run.open])
        notes.append(_("Without a final result: {names}.").format(names=missing))
    if run.later_failures:
        said = _("A later audit saw less, and the earlier result stands: {what}.")
        told = [f"{one.institution.title} ({one.failure.reason})" for one in run.later_failures]
        notes.append(said.format(what=_first(told)))
    if run.pruned_at:
        said = _("Its evidence was pruned on {day}; it can't be judged again.")
        notes.append(said.format(day=day(run.pruned_at)))
    return tuple(notes)


def unexamined() -> str:
    """What is said of a finished run that has no verdict of the gate's."""
    return _("Its results were not looked at by the quality gate.")


def _first(names: Sequence[str]) -> str:
    named, more = names[:_NAMED], len(names[_NAMED:])
    return ", ".join([*named, _("{n} more").format(n=more)] if more else named)


_CHANGED = {
    "confirmed": N_("confirmed"),
    "unstable": N_("unstable"),
    "unconfirmed": N_("unconfirmed"),
}


def change(changes: Changes | None, code: str) -> str:
    """`, changed since run … (confirmed)` of an answer that became better or worse; else empty."""
    state = changes.codes.get(code) if changes else None
    if not changes or not state:
        return ""
    said = _(_CHANGED[state])
    if state == "unconfirmed" and changes.failure:
        said += _(": the second audit failed, {reason}").format(reason=changes.failure.reason)
    return _(", changed since run {run} ({state})").format(run=changes.since, state=said)


def failure_sentence(failure: Failure | None) -> str:
    """`The server refuses: http_403 (HTTP 403). What to do`; empty where nothing failed."""
    if failure is None:
        return ""
    detail = f" ({failure.detail})" if failure.detail else ""
    text = failure_text(failure.reason, language())
    return f"{text.title}: {failure.reason}{detail}. {text.mend}"


def sure(confidence: float) -> str:
    """`82 % sure`."""
    return _("{percent} % sure").format(percent=f"{100 * confidence:.0f}")


def words(name: str) -> str:
    """`robots_disallowed` as `robots disallowed`."""
    return name.replace("_", " ")

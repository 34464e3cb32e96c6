"""All checks over one site's evidence: every code answered once, whatever a check does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import reduce
from itertools import chain, zip_longest

import msgspec

from checks import questionnaire
from checks.accessibility import formulas, targets
from checks.check import Check, JudgementSettings, all_checks
from checks.clips import clipped
from checks.errors import DuplicateCodeError, InvalidAnswerError
from checks.finding import (
    Answer,
    CheckResult,
    Finding,
    MobileMeasure,
    Outcome,
    PageMeasure,
    WcagMeasure,
)
from checks.remember import forget
from checks.reservations import reserved
from checks.sentences import Said, quoted, say
from crawler.evidence import (
    Confirmation,
    ConfirmMobile,
    ConfirmPage,
    Failure,
    FailureReason,
    Fetched,
    FetchResource,
    Plan,
    SearchProbe,
    Site,
    SubmitSearch,
    VisitPage,
)

DEFAULTS = JudgementSettings()

CRASHED = "check-failed"
"""Rule of the finding that records a check that broke off."""

_DECIDED = frozenset({Outcome.PASSED, Outcome.FAILED})
_NO_VALUE = frozenset({Outcome.CANT_TELL, Outcome.INAPPLICABLE})


class SiteStatus(StrEnum):
    """What became of a site's audit."""

    EVALUATED = "evaluated"
    PARTLY_EVALUATED = "partly_evaluated"
    """There is a percentage, but a page of the sample, the home page or a check failed."""
    NOT_EVALUABLE = "not_evaluable"
    INTERNAL_ERROR = "internal_error"


class ChangeState(StrEnum):
    """Whether an answer that differs from an earlier run's is known to do so."""

    CONFIRMED = "confirmed"
    """A second audit of the site in the same run gave it again."""
    UNSTABLE = "unstable"
    """The second audit gave another: the answer was made cantTell, both values are its evidence."""
    UNCONFIRMED = "unconfirmed"
    """No second audit has been made yet, or it could not see it."""


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What became better or worse since an earlier run, and whether that was seen twice."""

    since: str
    """Id of the run compared with."""
    codes: dict[str, ChangeState] = msgspec.field(default_factory=dict)
    """By code; `accessibility.percent` is the percentage itself."""
    failure: Failure | None = None
    """Why the second audit could not see all of them; None where it did, or is still to come."""


class SiteJudgement(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that all checks say of one site."""

    status: SiteStatus
    failure: Failure | None = None
    """Why there is no percentage, or what ended the audit early."""
    answers: tuple[Answer, ...] = ()
    """Each code once; in the questionnaire's order, our own codes after it."""
    findings: dict[str, tuple[Finding, ...]] = msgspec.field(default_factory=dict)
    """By check id."""
    wcag: WcagMeasure | None = None
    mobile: MobileMeasure | None = None
    pages: tuple[PageMeasure, ...] = ()
    settings: JudgementSettings = DEFAULTS
    versions: dict[str, int] = msgspec.field(default_factory=dict)
    """Version of every check that judged, by id."""
    terms: str = ""
    """Hash of the term tables, as the caller gives it."""
    changes: Changes | None = None
    """Since the run compared with; None where none was."""

    def answer(self, code: str) -> Answer | None:
        """The answer to a code, or None where no check answers it."""
        return next((answer for answer in self.answers if answer.code == code), None)


def judge(
    site: Site,
    settings: JudgementSettings = DEFAULTS,
    checks: Sequence[Check] | None = None,
    *,
    terms: str = "",
) -> SiteJudgement:
    """Judge a site's evidence with all checks (or the given ones).

    A check that crashes, or whose answers break the rules, gets its codes answered cantTell and a finding;
    the others are judged all the same. Raises DuplicateCodeError and UnknownCodeError for checks that cannot
    be judged together, UnknownFormulaError or UnknownTargetError for settings that name none.
    """
    checks = all_checks() if checks is None else checks
    require_codes(checks)
    formulas.formula(settings.formula)
    targets.target(settings.target)
    try:
        results = {check.id: _judged(check, site, settings) for check in checks}
        answers = clipped(site, reserved(site, _answers(result.answers for result in results.values())))
    finally:
        forget()
    wcag = next((result.wcag for result in results.values() if result.wcag), None)
    pages = tuple(page for result in results.values() for page in result.pages)
    status, failure = _status(site, wcag, list(results.values()))
    return SiteJudgement(
        status=status,
        failure=failure,
        answers=answers,
        findings={check_id: result.findings for check_id, result in results.items()},
        wcag=wcag,
        mobile=next((result.mobile for result in results.values() if result.mobile), None),
        pages=pages,
        settings=settings,
        versions={check.id: check.version for check in checks},
        terms=terms,
    )


def plans(site: Site, checks: Sequence[Check] | None = None) -> tuple[Plan, ...]:
    """What the checks want observed next: each plan once, without what was observed.

    They come in turns, first each check's first, so that a cap on pages leaves no check without any.
    A planner that crashes plans nothing; `judge` records it.
    """
    checks = all_checks() if checks is None else checks
    turns = zip_longest(*(_planned(check, site)[0] for check in checks))
    wanted = dict.fromkeys(plan for plan in chain.from_iterable(turns) if plan is not None)
    return tuple(plan for plan in wanted if not _is_observed(plan, site))


def require_codes(checks: Iterable[Check]) -> None:
    """Raise DuplicateCodeError where a code has two checks, UnknownCodeError where it is nobody's."""
    owners: dict[str, str] = {}
    for check in checks:
        for code in check.codes:
            if not questionnaire.is_own(code):
                questionnaire.entry(code)
            if code in owners:
                raise DuplicateCodeError(f"{code} is answered by {owners[code]} and by {check.id}")
            owners[code] = check.id


def _planned(check: Check, site: Site) -> tuple[tuple[Plan, ...], Finding | None]:
    try:
        return (check.plan(site) if check.plan else (), None)
    except Exception as error:  # noqa: BLE001 - one check's bug must not end the audit of a site
        return ((), _crash(say("planner failed: {described}", described=_described(error))))


def _is_observed(plan: Plan, site: Site) -> bool:
    match plan:
        case VisitPage():
            return any(
                plan.url in (page.url, page.final_url) and plan.role in page.roles for page in site.pages
            )
        case SubmitSearch():
            return any(isinstance(seen, SearchProbe) and seen.plan == plan for seen in site.observations)
        case FetchResource():
            return any(isinstance(seen, Fetched) and seen.plan == plan for seen in site.observations)
        case ConfirmPage() | ConfirmMobile():
            return any(isinstance(seen, Confirmation) and seen.plan == plan for seen in site.observations)


def _judged(check: Check, site: Site, settings: JudgementSettings) -> CheckResult:
    """One check's result, or one that tells of its crash."""
    try:
        result = check.judge(site, settings)
        _require_valid(check, result)
    except Exception as error:  # noqa: BLE001 - one check's bug must not cost the other answers
        reason = say("check failed: {described}", described=_described(error))
        answers = tuple(
            Answer(code=code, outcome=Outcome.CANT_TELL, confidence=0.0, reason=reason)
            for code in check.codes
        )
        result = CheckResult(answers=answers, findings=(_crash(reason),))
    _, crash = _planned(check, site)
    return msgspec.structs.replace(result, findings=(*result.findings, crash)) if crash else result


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def _crash(reason: str) -> Finding:
    return Finding(rule=CRASHED, outcome=Outcome.CANT_TELL, message=reason)


def _require_valid(check: Check, result: CheckResult) -> None:
    """Raise InvalidAnswerError unless each code is answered once, by the questionnaire's rules."""
    codes = [answer.code for answer in result.answers]
    if sorted(codes) != sorted(check.codes):
        raise InvalidAnswerError(f"{check.id} answers {codes}, not each of {list(check.codes)} once")
    for answer in result.answers:
        problem = _problem(answer)
        if problem:
            raise InvalidAnswerError(f"{answer.code}: {problem}")


def _problem(answer: Answer) -> str:
    """What is wrong with an answer; empty where nothing is."""
    if answer.outcome in _NO_VALUE and answer.value is not None:
        return f"{answer.outcome.value} with the value {answer.value!r}"
    if answer.outcome in _DECIDED and answer.value is None:
        return f"{answer.outcome.value} without a value"
    if answer.outcome not in _DECIDED and not answer.reason:
        return f"{answer.outcome.value} without a reason"
    if questionnaire.is_own(answer.code):
        return ""
    return _problem_with_value(answer)


def _problem_with_value(answer: Answer) -> str:
    entry = questionnaire.entry(answer.code)
    if not entry.allows(answer.value):
        return f"the questionnaire does not allow the value {answer.value!r}"
    if isinstance(answer.value, int) and answer.outcome in _DECIDED:
        expected = questionnaire.outcome(answer.code, answer.value)
        if answer.outcome is not expected:
            return f"the value {answer.value} is {expected.value}, not {answer.outcome.value}"
    return ""


def _answers(groups: Iterable[tuple[Answer, ...]]) -> tuple[Answer, ...]:
    """All answers in order, those that were not to be asked made inapplicable.

    Conditions look back in the questionnaire, so one pass in its order settles chains of them.
    """
    settled: dict[str, Answer] = {}
    every = (answer for group in groups for answer in group)
    for answer in sorted(every, key=lambda one: questionnaire.position(one.code)):
        settled[answer.code] = _sure_of_nothing(_asked(answer, settled))
    return tuple(settled.values())


def _sure_of_nothing(answer: Answer) -> Answer:
    """Without a value there is nothing to be sure of: the confidence is 0, whatever the check said."""
    return msgspec.structs.replace(answer, confidence=0.0) if answer.value is None else answer


def _asked(answer: Answer, before: dict[str, Answer]) -> Answer:
    """The answer, or inapplicable where the codes it depends on are answered and none has the value."""
    if questionnaire.is_own(answer.code):
        return answer
    conditions = questionnaire.entry(answer.code).only_if
    given = [before[condition.code] for condition in conditions if condition.code in before]
    if len(given) < len(conditions) or not conditions or any(one.value is None for one in given):
        return answer
    if any(one.value == condition.value for one, condition in zip(given, conditions, strict=True)):
        return answer
    wanted = reduce(_or, (quoted(f"{condition.code}={condition.value}") for condition in conditions))
    reason = say("asked only if {wanted}", wanted=wanted)
    return Answer(code=answer.code, outcome=Outcome.INAPPLICABLE, reason=reason)


def _or(one: Said, other: Said) -> Said:
    return say("{one} or {other}", one=one, other=other)


def _status(
    site: Site, wcag: WcagMeasure | None, results: Sequence[CheckResult]
) -> tuple[SiteStatus, Failure | None]:
    """The site's status. The percentage decides; where no check gave one, how the audit ended."""
    crashes = [one for result in results for one in result.findings if one.rule == CRASHED]
    failure = wcag.failure if wcag else site.failure
    if failure is None and wcag is None and crashes:
        failure = Failure(FailureReason.INTERNAL_ERROR, crashes[0].message)
    if failure:
        ours = failure.reason.is_ours
        return (SiteStatus.INTERNAL_ERROR if ours else SiteStatus.NOT_EVALUABLE), failure
    incomplete = site.failure or crashes or (wcag and _misses_pages(wcag))
    if not incomplete:
        return SiteStatus.EVALUATED, None
    lost = (page.failure for result in results for page in result.pages if page.failure)
    return SiteStatus.PARTLY_EVALUATED, site.failure or next(lost, None)


def _misses_pages(wcag: WcagMeasure) -> bool:
    return wcag.home_percent is None or wcag.pages_evaluated < wcag.pages_sampled

"""standard.phone_hours: whether the site says at which hours the phone is answered.

Working hours alone don't say that the phone is answered then: with a phone number on the same
page that is cantTell.
"""

from __future__ import annotations

from checks import terms
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult
from checks.hours import working_hours_words
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from checks.standard.contact_pages import contacts_failed, in_order, sureness
from checks.standard.people import phones_in
from checks.standard.told_hours import PHONE, is_general, shown, told_hours
from checks.standard.verdicts import looked, not_there, there
from crawler.evidence import Site

CODE = "standard.phone_hours"
_LONGEST = 400


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.phone_hours: 1 they are said, 0 they are not."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    told = list(told_hours(site))
    if named := [one for one in told if one.is_phone]:
        alone = [one for one in named if not one.is_reception]
        reason = say(
            "“{snippet}” gives hours beside a phone.", snippet=(alone or named)[0].instance().snippet[:200]
        )
        return there(CODE, 0.88 if alone else 0.7, reason, shown((*alone, *named)))
    if words := _in_working_hours(site):
        reason = say(
            "“{text}” says that the phone is answered in working hours.", text=words[0].block.text[:200]
        )
        return there(CODE, 0.75, reason, [one.instance() for one in words])
    rejected = shown(told, say("rejected: not said to be the phone's"))[:8]
    if failure := contacts_failed(site):
        unseen = say("The contacts page could not be looked at: {failure}.", failure=failure)
        return cant_tell(CODE, unseen, [*rejected, looked(site)])
    opening = [one for one in told if one.is_reception or is_general(site, one)]
    if any(phones_in(one.page.text) for one in opening):
        reason = say("There are hours and a phone number, but nothing says that the phone is answered then.")
        return cant_tell(CODE, reason, rejected)
    reason = say("No hours for the phone are on the pages that were read.")
    return not_there(CODE, sureness(site, 0.8), reason, [*rejected, looked(site)])


def _in_working_hours(site: Site) -> list[Found]:
    """Short pieces of text that say "in working hours" of a phone, without telling which."""
    pieces = (Found(page, block) for page in in_order(site)[:2] for block in blocks(page))
    return [one for one in pieces if _says_in_working_hours(one.block.text)]


def _says_in_working_hours(text: str) -> bool:
    is_said = len(text) <= _LONGEST and bool(working_hours_words(text))
    return is_said and terms.match_long(PHONE, text) is not None


CHECK = Check(
    id="phone_hours",
    version=2,
    codes=(CODE,),
    title="Hours at which the phone is answered",
    basis="client service standard of the Data State Inspectorate, clause 24",
    judge=judge,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē norādīts, kad var zvanīt pa tālruni",
            en="The site says at which hours the phone is answered",
        )
    },
)

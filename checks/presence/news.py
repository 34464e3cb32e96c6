"""M08_6: whether the news section is current in all of the site's languages.

The newest day of each language is read from feeds, JSON-LD, `time` elements and written dates of the
section and the front page; days of events and days that lie ahead are no news. Current means: not older
than 14 days at the end of the run's day in its time zone. The judgement's setting `news_days` sets another
number, the column of that name in the list of institutions one for that institution.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.presence.news_feeds import feed_plans
from checks.presence.news_sections import (
    Age,
    News,
    news_by_language,
    section_plans,
    undecided,
)
from checks.sentences import joined, say, word
from crawler.evidence import Plan, Site

CODE = "M08_6"
_NOT = frozenset({Age.STALE, Age.NO_SECTION})


def plan(site: Site) -> tuple[Plan, ...]:
    """Feeds, and the news section of every language version."""
    return (*feed_plans(site), *section_plans(site)) if site.home else ()


def judge(site: Site, settings: JudgementSettings) -> CheckResult:
    """Answers M08_6: 1 current in all languages, 0 not in one of them."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site, days_allowed(site, settings)),))


def days_allowed(site: Site, settings: JudgementSettings) -> int:
    """How many days old the newest item may be."""
    given = site.institution.attributes.get("news_days", "").strip()
    return int(given) if given.isdecimal() and 0 < int(given) < 1000 else settings.news_days


def _answer(site: Site, days: int) -> Answer:
    found = news_by_language(site, days)
    if not found:
        reason = say("No page has enough text to count as a version of the site in a language.")
        return cant_tell(CODE, reason)
    evidence = [one for news in found for one in news.evidence]
    said = joined("; ", (news.said() for news in found))
    if not_current := [news for news in found if news.age in _NOT]:
        which = joined(
            ", ", (say("{code} ({age})", code=news.code, age=word(news.age)) for news in not_current)
        )
        reason = say(
            "Not current (within {days} days) in: {which}. {said}.", days=days, which=which, said=said
        )
        return answered(CODE, 0, _sure_of_no(not_current), reason, _first(not_current, evidence))
    if any(news.age is not Age.CURRENT for news in found):
        return cant_tell(CODE, say("How old the news are can't be told: {said}.", said=said), evidence)
    if promised := undecided(site):
        which = joined(
            "; ", (say("{code} {state}", code=one.code, state=word(one.state)) for one in promised)
        )
        reason = say(
            "A version that the site promises was not looked at: {which}. {said}.", which=which, said=said
        )
        return cant_tell(CODE, reason, [*evidence, *(one.instance() for one in promised)])
    reason = say("Current (within {days} days) in every language: {said}.", days=days, said=said)
    return answered(CODE, 1, min(_sure_of_yes(news) for news in found), reason, evidence)


def _first(not_current: Sequence[News], evidence: Sequence[Instance]) -> list[Instance]:
    """Evidence of the languages that decide before that of the others."""
    deciding = [one for news in not_current for one in news.evidence]
    return [*deciding, *(one for one in evidence if one not in deciding)]


def _sure_of_no(not_current: Sequence[News]) -> float:
    stale = [news for news in not_current if news.age is Age.STALE]
    if any(len(news.items) >= 5 or news.items[0].source == "feed" for news in stale):
        return 0.88
    return 0.75


def _sure_of_yes(news: News) -> float:
    """By the newest item's source; a single date may be of something else."""
    if news.items[0].source == "feed":
        return 0.93
    if len(news.items) == 1:
        return 0.65
    return 0.85 if news.items[0].source == "date in the text" else 0.9


CHECK = Check(
    id="news",
    version=1,
    codes=(CODE,),
    title="News current in all languages",
    basis="e-index 2017, M08 item 6; reference social-and-presence 4",
    judge=judge,
    plan=plan,
)

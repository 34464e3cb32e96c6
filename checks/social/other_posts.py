"""social.latest_posts: the latest post in networks besides Facebook and X, wherever it can be learnt.

Mastodon, Bluesky, Telegram, YouTube and Flickr tell it openly, Instagram and Threads by the operator's
token, TikTok's page where the settings ask for best effort, any network by what a person saw. A post of 14
days or less proves one account fresh, and that is enough. Old is answered only where every account of these
networks told all its posts, newest first. Everything else stays open, with the reason.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from checks.answers import MOST_EVIDENCE, cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.dates import is_older, local_day, parse_instant
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.sentences import joined, say
from checks.social.feeds import answers_by_plan, identity
from checks.social.feeds import requests as adapters_requests
from checks.social.latest_post import DAYS
from checks.social.open_feeds import requests as open_requests
from checks.social.other_accounts import CLOSED, KnownAccount, known_accounts
from checks.social.other_networks import NAMES
from checks.social.posts import Post, newest
from checks.social.profiles import looked_at
from crawler.evidence import Plan, Site

CODE = "social.latest_posts"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one account's posts."""

    account: KnownAccount
    latest: Post | None
    is_complete: bool
    problem: str

    @property
    def text(self) -> str:
        """`mastodon 2026-11-20`."""
        return f"{self.account.network} {self.latest.day.isoformat()}" if self.latest else ""

    def _problem(self) -> str:
        return say("{name}: {problem}", name=NAMES[self.account.network], problem=self.problem)

    def instance(self) -> Instance:
        """The latest post, or the account with what kept it from being told."""
        if self.latest:
            return self.latest.instance()
        return Instance(url=self.account.url, message=self._problem())


def plan(site: Site) -> tuple[Plan, ...]:
    """What to ask of the networks for the institution's own accounts."""
    if unobserved(site, CODE):
        return ()
    asked = answers_by_plan(site)
    openly = (request for request in open_requests(site) if identity(request) not in asked)
    return (*openly, *adapters_requests(site, CLOSED))


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers each network with the day of its latest post: passed where one is of 14 days or less."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    now = parse_instant(site.captured_at) or datetime.min.replace(tzinfo=UTC)
    zone = site.settings.timezone
    told = [_told(account, local_day(now, zone)) for account in known_accounts(site)]
    if not told:
        reason = say("No account in a network that tells its posts is known from the site.")
        return cant_tell(CODE, reason, looked_at(site))
    fresh = [one.latest for one in told if one.latest and not is_older(one.latest.day, now, DAYS, zone)]
    if fresh:
        best = max(fresh, key=lambda post: (post.confidence, post.day))
        reason = say("A post of {day}, by {source}.", day=best.day.isoformat(), source=best.source)
        return _known(Outcome.PASSED, told, best.confidence, reason)
    old = [one.latest for one in told if one.latest and one.is_complete]
    if len(old) == len(told):
        last = max(old, key=lambda post: post.day)
        reason = say(
            "Every list is complete; the latest post is of {day}, by {source}.",
            day=last.day.isoformat(),
            source=last.source,
        )
        return _known(Outcome.FAILED, told, min(post.confidence for post in old), reason)
    why = joined(" ", map(_why_open, told))
    reason = say("No post of {days} days or less was seen. {why}", days=DAYS, why=why)
    return cant_tell(CODE, reason, [one.instance() for one in told])


def _told(account: KnownAccount, today: date) -> Told:
    latest = newest((post for source in account.sources for post in source.posts), today)
    problems = dict.fromkeys(source.problem for source in account.sources if source.problem)
    lasts = (newest(source.posts, today) for source in account.sources if source.is_complete)
    problem = joined(" ", problems) or ("" if latest else say("its dates lie in the future."))
    return Told(
        account=account,
        latest=latest,
        is_complete=latest is not None and any(one and one.day >= latest.day for one in lasts),
        problem=problem,
    )


def _known(outcome: Outcome, told: list[Told], confidence: float, reason: str) -> Answer:
    return Answer(
        code=CODE,
        outcome=outcome,
        value="; ".join(one.text for one in told if one.latest),
        confidence=confidence,
        reason=reason,
        evidence=tuple(one.instance() for one in told)[:MOST_EVIDENCE],
    )


def _why_open(one: Told) -> str:
    name = NAMES[one.account.network]
    if one.latest is None:
        return say("{name}: {problem}", name=name, problem=one.problem)
    rest = say("nothing newer") if one.is_complete else say("a newer one may exist")
    seen = say(
        "{name}: the newest seen is of {day} ({source}), {rest}.",
        name=name,
        day=one.latest.day.isoformat(),
        source=one.latest.source,
        rest=rest,
    )
    return joined(" ", filter(None, (seen, one.problem)))


CHECK = Check(
    id="other_posts",
    version=2,
    codes=(CODE,),
    title="Latest posts in other social networks",
    basis="e-index 2017, K11M (two weeks, as for Facebook and X); reference social-and-presence 1.3-1.14",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Pēdējais ieraksts citos sociālajos tīklos, kur to var uzzināt",
            en="The latest post in other social networks where it can be learnt",
            is_text=True,
        )
    },
)

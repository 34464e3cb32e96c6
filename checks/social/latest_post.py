"""K11M_FB_2/_3, K11M_TW_2 and K11m_TW_3: the latest post, and whether it is older than two weeks.

A post of 14 days or less proves the account fresh, from whatever source. Only a complete list, newest
first, proves it stale. Everything else stays open, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import msgspec

from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.dates import is_older, local_day, parse_instant
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import joined, say
from checks.social.feeds import MOST_ACCOUNTS, fetched_dates, handles, requests
from checks.social.manual import manual_dates, records
from checks.social.networks import Network
from checks.social.posts import Post, PostDates, newest
from checks.social.profiles import looked_at, own_accounts
from checks.social.site_posts import site_posts
from crawler.evidence import Plan, Site

DAYS = 14
OLDER, NOT_OLDER = 1, 2
CODES = {
    Network.FACEBOOK: ("K11M_FB_2", "K11M_FB_3"),
    Network.X: ("K11M_TW_2", "K11m_TW_3"),
}
_WALL = {
    Network.FACEBOOK: say("Facebook shows posts only to those who log in"),
    Network.X: say("X shows posts in their order only to those who log in"),
}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one account's posts."""

    latest: Post | None
    is_complete: bool
    """The latest is the latest of a complete list."""
    is_older: bool
    has_account: bool
    problems: tuple[str, ...] = ()


def plan(site: Site) -> tuple[Plan, ...]:
    """The operator's feeds, the networks' interfaces, and public pages where the settings ask for them."""
    return requests(site, CODES)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers the date of the latest post and 1 older, 2 not older, for both networks."""
    given = [answer for network in CODES for answer in _answers(site, network)]
    return CheckResult(answers=tuple(given))


def look(site: Site, network: Network) -> Seen:
    """The latest post by the site's pages, the network, the operator's feed, and what persons saw."""
    now = parse_instant(site.captured_at) or datetime.min.replace(tzinfo=UTC)
    today = local_day(now, site.settings.timezone)
    known = own_accounts(site, network)
    on_site = PostDates(posts=site_posts(site, {account.reference.identity for account in known}))
    manual = manual_dates(site, records(site, network), known[0].url if known else "")
    told = [fetched_dates(site, network, handle) for handle in handles(site, network)]
    sources = (on_site, *(one for of_account in told for one in of_account), manual)
    latest = newest((post for source in sources for post in source.posts), today)
    is_whole = _last_of_all(manual, latest, today) or (
        len(known) <= MOST_ACCOUNTS and all(map(_is_complete, told)) and _last_of_any(told, latest, today)
    )
    return Seen(
        latest=latest,
        has_account=bool(known),
        is_complete=is_whole,
        is_older=latest is None or is_older(latest.day, now, DAYS, site.settings.timezone),
        problems=tuple(dict.fromkeys(source.problem for source in sources if source.problem)),
    )


def _is_complete(of_account: Sequence[PostDates]) -> bool:
    return any(source.is_complete for source in of_account)


def _last_of_any(told: Sequence[Sequence[PostDates]], latest: Post | None, today: date) -> bool:
    """Whether one of the complete lists ends with the latest post known: another source had none newer."""
    return any(_last_of_all(source, latest, today) for of_account in told for source in of_account)


def _last_of_all(source: PostDates, latest: Post | None, today: date) -> bool:
    last = newest(source.posts, today) if source.is_complete else None
    return last is not None and latest is not None and last.day >= latest.day


def _answers(site: Site, network: Network) -> tuple[Answer, ...]:
    date_code, age_code = CODES[network]
    seen = look(site, network)
    if seen.latest and (seen.is_complete or not seen.is_older):
        return _told(seen.latest, seen, date_code, age_code)
    if missing := unobserved(site, date_code, age_code):
        return missing
    reason = _why_open(network, seen)
    evidence = [seen.latest.instance()] if seen.latest else _accounts_or_pages(site, network)
    return cant_tell(date_code, reason, evidence), cant_tell(age_code, reason, evidence)


def _accounts_or_pages(site: Site, network: Network) -> list[Instance]:
    """Where a person can look: the institution's accounts, else the pages on which none is linked."""
    known = own_accounts(site, network)
    accounts = [Instance(url=one.url, message=say("its account, whose posts were not seen")) for one in known]
    return accounts or looked_at(site)


def _told(latest: Post, seen: Seen, date_code: str, age_code: str) -> tuple[Answer, Answer]:
    evidence = [latest.instance()]
    reason = say(
        "The latest post known is of {day}, by {source}.", day=latest.day.isoformat(), source=latest.source
    )
    sure_of_date = latest.confidence if seen.is_complete else 0.7
    return (
        answered(date_code, latest.day.isoformat(), sure_of_date, reason, evidence),
        answered(age_code, OLDER if seen.is_older else NOT_OLDER, latest.confidence, reason, evidence),
    )


def _why_open(network: Network, seen: Seen) -> str:
    if seen.latest:
        known = say(
            "The newest post seen is of {day} ({source})",
            day=seen.latest.day.isoformat(),
            source=seen.latest.source,
        )
        why = joined(" ", seen.problems) or say("{wall}.", wall=_WALL[network])
        return say("{known}, but a newer one may exist. {why}", known=known, why=why)
    if seen.problems:
        return say("No date: {problems}", problems=joined(" ", seen.problems))
    if not seen.has_account:
        return say("No account of the institution is known from the site.")
    return say("{wall}, the site shows none of them, and no feed was given.", wall=_WALL[network])


CHECK = Check(
    id="latest_post",
    version=3,
    codes=tuple(code for pair in CODES.values() for code in pair),
    title="Latest post in social networks",
    basis="e-index 2017, K11M; reference social-and-presence 0.5, 1.14",
    judge=judge,
    plan=plan,
)

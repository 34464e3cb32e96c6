"""What a person saw of an account and wrote down (`--social-posts`): the newest post, by whom or where.

It fills what no program is told. A fresh day proves the account fresh. An old one proves it old only where
the person looked on the day of the audit; it never stands against a newer post that was found otherwise,
and of two that agree the other source is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from checks.addresses import key
from checks.dates import local_day, parse_instant
from checks.sentences import say
from checks.social.networks import Network
from checks.social.posts import Post, PostDates
from crawler.evidence import SeenPost, Site

_SURE = 0.9
"""Below an interface's own list: persons misread dates, too."""


def records(site: Site, network: Network) -> tuple[SeenPost, ...]:
    """What was seen in a network."""
    return tuple(one for one in site.institution.social_posts if one.network == network)


def manual_dates(site: Site, known: Iterable[SeenPost], profile: str = "") -> PostDates:
    """The dates of records; `profile` is the account's address where a record names none."""
    posts = [(one, post) for one in known if (post := _post(site, one, profile))]
    newest = max((post.day for _, post in posts), default=None)
    on_the_day = any(post.day == newest and one.seen == _run_day(site) for one, post in posts)
    return PostDates(posts=tuple(post for _, post in posts), is_complete=on_the_day)


def _post(site: Site, one: SeenPost, profile: str) -> Post | None:
    try:
        day = date.fromisoformat(one.day)
    except ValueError:
        return None
    looked = say(", looked at on {seen}", seen=one.seen) if one.seen else ""
    return Post(
        day=day,
        source=say("manual: {source}{looked}", source=one.source[:200], looked=looked),
        confidence=_SURE,
        url=one.source if key(one.source) else one.profile,
        page_url=key(one.source) or key(one.profile) or profile or site.institution.url,
    )


def _run_day(site: Site) -> str:
    now = parse_instant(site.captured_at) or datetime.min.replace(tzinfo=UTC)
    return local_day(now, site.settings.timezone).isoformat()

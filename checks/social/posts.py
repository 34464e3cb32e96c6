"""Dates of an account's posts, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import msgspec

from checks.dates import local_day
from checks.finding import Instance
from checks.sentences import say
from checks.social.networks import Network
from checks.social.refusals import Refusal

_SNOWFLAKE_EPOCH_MS = 1288834974657
"""X counts the milliseconds in its ids from here (November 2010); older ids carry no time."""
_FIRST_SNOWFLAKE = 1 << 40


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """One post with its day in the audit's time zone."""

    day: date
    source: str
    """In words: how the date is known."""
    confidence: float
    """That the post is the account's own and of that day."""
    url: str = ""
    page_url: str = ""
    """Where the evidence stands."""
    selector: str = ""

    def instance(self) -> Instance:
        """The post as evidence that a person can open."""
        return Instance(
            url=self.page_url or self.url,
            selector=self.selector,
            snippet=self.url,
            message=say("{day}: {source}", day=self.day.isoformat(), source=self.source),
        )


class PostDates(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says."""

    posts: tuple[Post, ...] = ()
    is_complete: bool = False
    """Newest first and nothing left out: only then an old newest post proves that none is newer."""
    problem: str = ""
    """Why it says nothing, and what can be done about it."""
    refusal: Refusal | None = None
    """The same in a name."""


def newest(posts: Iterable[Post], today: date) -> Post | None:
    """The newest post that is not in the future: a pinned old one stands first in many lists."""
    past = [post for post in posts if post.day <= today]
    return max(past, key=lambda post: (post.day, post.confidence), default=None)


def instant_of_id(network: Network, post_id: str) -> datetime | None:
    """When a post was made, from its id: X's snowflakes (id >> 22, milliseconds) and TikTok's ids
    (id >> 32, seconds). None for ids that carry no time, and for other networks.
    """
    if not (post_id.isascii() and post_id.isdigit() and len(post_id) <= 20):
        return None
    number = int(post_id)
    try:
        if network is Network.X and number >= _FIRST_SNOWFLAKE:
            return datetime.fromtimestamp(((number >> 22) + _SNOWFLAKE_EPOCH_MS) / 1000, UTC)
        if network is Network.TIKTOK and number >> 32:
            return datetime.fromtimestamp(number >> 32, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return None


def day_of_id(network: Network, post_id: str, timezone: str) -> date | None:
    """The day of `instant_of_id` in a time zone."""
    made = instant_of_id(network, post_id)
    return local_day(made, timezone) if made else None

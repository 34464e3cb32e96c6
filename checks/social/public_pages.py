"""Networks' public pages, read as best they go (reference social-and-presence 1.1, 1.2, 1.5, 1.6).

Nobody documents them: shapes are those that public programs read, none was recorded from a network. They
show a choice of posts in an order of their own, so they may prove an account fresh and never old.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from checks import dom
from checks.sentences import say
from checks.social.networks import Network, classify
from checks.social.posts import PostDates, instant_of_id
from checks.social.reading import (
    ANOTHERS,
    PINNED,
    REPOST,
    Entry,
    Source,
    address,
    dates,
    document_of,
    has_failed,
    object_of,
    objects,
    refused,
)
from checks.social.refusals import Refusal, refusal_of
from crawler.evidence import Fetched

_LITTLE = 0.6
_FACEBOOK = Source(say("Facebook's public page"), _LITTLE, False)
_X = Source(say("X's embedded timeline"), _LITTLE, False)
_THREADS = Source(say("Threads' public page"), _LITTLE, False)
_TIKTOK = Source(say("TikTok's embedded profile"), _LITTLE, False)
_DEEPEST = 60
_MOST_OBJECTS = 20_000
_LAST_SEGMENT = re.compile(r"@?([\w.%-]+)/?(?:\?.*)?$")


def read_facebook(answer: Fetched, timezone: str) -> PostDates:
    """Scripts of `application/json` that hold `timeline_list_feed_units`: nodes with `creation_time` and
    `post_id`. A page without them is the shell that those who are not logged in get.
    """
    scripts = (text for text in _json_scripts(answer) if "timeline_list_feed_units" in text)
    feeds = (
        edge
        for text in scripts
        for one in _everywhere(document_of(text))
        for edge in objects(object_of(one.get("timeline_list_feed_units")).get("edges"))
    )
    entries = [_facebook_post(node) for edge in feeds if (node := object_of(edge.get("node")))]
    return _read(answer, entries, _FACEBOOK, timezone)


def _facebook_post(node: dict[str, Any]) -> Entry:
    kind = PINNED if any("profile_pinned_post" in one for one in _everywhere(node)) else ""
    return Entry(_moment(node.get("creation_time")), str(node.get("wwwURL", "")), kind)


def read_x(answer: Fetched, timezone: str) -> PostDates:
    """`__NEXT_DATA__`: `props.pageProps.timeline.entries[].content.tweet`, dated by the id. It lists posts by
    how they are liked.
    """
    tweets = (
        object_of(object_of(item.get("content")).get("tweet"))
        for text in _json_scripts(answer)
        for item in objects(_inside(document_of(text), "props", "pageProps", "timeline").get("entries"))
    )
    entries = [_tweet(tweet, _asked_for(answer)) for tweet in tweets if tweet]
    return _read(answer, entries, _X, timezone)


def _inside(document: object, *names: str) -> dict[str, Any]:
    for name in names:
        document = object_of(document).get(name)
    return object_of(document)


def _tweet(tweet: dict[str, Any], handle: str) -> Entry:
    number = str(tweet.get("id_str", ""))
    writer = str(object_of(tweet.get("user")).get("screen_name", ""))
    kind = "" if writer.casefold() == handle else ANOTHERS
    if tweet.get("retweeted_status") is not None:
        kind = REPOST
    return Entry(instant_of_id(Network.X, number), f"https://x.com/{writer}/status/{number}", kind)


def read_threads(answer: Fetched, timezone: str) -> PostDates:
    """Scripts of `application/json`: objects `post` with `code` and `taken_at`, by `user.username`."""
    posts = (
        object_of(one.get("post"))
        for text in _json_scripts(answer)
        if "taken_at" in text
        for one in _everywhere(document_of(text))
    )
    entries = [_thread(post, _asked_for(answer)) for post in posts if post.get("code")]
    return _read(answer, entries, _THREADS, timezone)


def _thread(post: dict[str, Any], handle: str) -> Entry:
    writer = str(object_of(post.get("user")).get("username", ""))
    url = f"https://www.threads.com/@{writer}/post/{post.get('code')}"
    return Entry(_moment(post.get("taken_at")), url, "" if writer.casefold() == handle else ANOTHERS)


def read_tiktok(answer: Fetched, timezone: str) -> PostDates:
    """Links to the account's videos, dated by their ids."""
    links = (one.get("href", "") for one in dom.tree(answer.body).iter("a")) if answer.body else ()
    found = [reference for href in links if (reference := classify(href)) and reference.post_id]
    entries = [
        Entry(
            instant_of_id(Network.TIKTOK, one.post_id),
            f"{one.url}/video/{one.post_id}",
            "" if one.handle.casefold() == _asked_for(answer) else ANOTHERS,
        )
        for one in found
        if one.network is Network.TIKTOK
    ]
    return _read(answer, entries, _TIKTOK, timezone)


def _read(answer: Fetched, entries: list[Entry], source: Source, timezone: str) -> PostDates:
    if refusal := refusal_of(answer):
        said = answer.failure.detail if answer.failure else ""
        return refused(source.name, refusal, said)
    if not entries:
        return refused(source.name, Refusal.LOGIN_WALL, say("no posts on {address}", address=address(answer)))
    return dates(answer, entries, source, timezone)


def _json_scripts(answer: Fetched) -> Iterator[str]:
    if has_failed(answer) or not answer.body:
        return
    for script in dom.tree(answer.body).iter("script"):
        if script.get("type") == "application/json":
            yield script.text or ""


def _everywhere(document: object) -> Iterator[dict[str, Any]]:
    """Every object of a document, however deep; at most so many, for what lies there is others' doing."""
    waiting: list[tuple[object, int]] = [(document, 0)]
    seen = 0
    while waiting and seen < _MOST_OBJECTS:
        one, depth = waiting.pop()
        if isinstance(one, dict):
            seen += 1
            yield one
        if depth < _DEEPEST and isinstance(one, dict | list):
            below: Iterable[object] = one.values() if isinstance(one, dict) else one
            waiting.extend((inner, depth + 1) for inner in below)


def _moment(seconds: object) -> datetime | None:
    """Unix seconds from this network's time; None for anything else."""
    if not isinstance(seconds, int) or not 1_000_000_000 <= seconds < 10_000_000_000:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _asked_for(answer: Fetched) -> str:
    """The handle in the address that was asked for, folded."""
    found = _LAST_SEGMENT.search(answer.plan.url)
    return found[1].casefold() if found else ""

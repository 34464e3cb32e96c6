"""How networks' own interfaces write posts and refusals (reference social-and-presence 1.1, 1.2, 1.4, 1.5).

Shapes are those of the networks' documentation; none was recorded from a network. X API v2: `data`, `meta`,
`errors`, problem documents. Graph, Instagram and Threads: `data`, `error` with Meta's codes.
"""

from __future__ import annotations

from typing import Any

from checks.dates import parse_instant
from checks.sentences import say, word
from checks.social.networks import Network
from checks.social.posts import PostDates, instant_of_id
from checks.social.reading import (
    REPOST,
    Entry,
    Source,
    dates,
    document_of,
    has_failed,
    object_of,
    objects,
    refused,
)
from checks.social.refusals import Refusal, graph_refusal, refusal_of, x_refusal
from crawler.evidence import Fetched

_SURE = 0.95
_X = Source("X API v2", _SURE, True)
_X_FEED = Source(say("the operator's feed in the form of X API v2"), _SURE, True)
_FACEBOOK = Source(say("Facebook's Graph API"), _SURE, True)
_FACEBOOK_FEED = Source(say("the operator's feed in the form of Facebook's Graph API"), _SURE, True)
_INSTAGRAM = Source(say("Instagram's business discovery"), _SURE, True)
_THREADS = Source(say("Threads' API"), _SURE, True)


def read_x_user(answer: Fetched, _timezone: str) -> PostDates:
    """`/2/users/by/username/:name`: no dates, and a refusal where it names no account."""
    return PostDates() if x_user_id(answer) else _x_refused(_X, answer)


def x_user_id(answer: Fetched) -> str:
    """`data.id` of that answer; empty where it gives none."""
    found = str(object_of(object_of(document_of(answer.body)).get("data")).get("id", ""))
    return found if found.isascii() and found.isdigit() and not has_failed(answer) else ""


def read_x_timeline(answer: Fetched, timezone: str) -> PostDates:
    """`/2/users/:id/tweets`: `data[].created_at`, else the time in `data[].id`; newest first. Reposts are
    `referenced_tweets` of type `retweeted`.
    """
    source = _X if answer.plan.credential else _X_FEED
    data = object_of(document_of(answer.body)).get("data")
    if has_failed(answer) or not isinstance(data, list):
        return _x_refused(source, answer)
    return dates(answer, [_tweet(item) for item in objects(data)], source, timezone)


def _tweet(item: dict[str, Any]) -> Entry:
    number = str(item.get("id", ""))
    at = parse_instant(str(item.get("created_at", ""))) or instant_of_id(Network.X, number)
    is_repost = any(one.get("type") == "retweeted" for one in objects(item.get("referenced_tweets")))
    return Entry(at, f"https://x.com/i/status/{number}", REPOST if is_repost else "")


def _x_refused(source: Source, answer: Fetched) -> PostDates:
    document = object_of(document_of(answer.body))
    errors = [*objects(document.get("errors"))]
    if not errors and document.get("title"):
        errors = [document]
    said = str(errors[0].get("detail") or errors[0].get("title")) if errors else ""
    meant = x_refusal(errors[0]) if errors else None
    if object_of(document.get("meta")).get("result_count") == 0 and not has_failed(answer):
        return refused(source.name, Refusal.NO_POSTS)
    return _said(source, answer, meant, said)


def read_facebook(answer: Fetched, timezone: str) -> PostDates:
    """`/{page}/posts`: `data[].created_time`, newest first. What has a `parent_id` is another's, shared."""
    source = _FACEBOOK if answer.plan.credential else _FACEBOOK_FEED
    data = object_of(document_of(answer.body)).get("data")
    if has_failed(answer) or not isinstance(data, list):
        return _graph_refused(source, answer)
    entries = [
        Entry(
            parse_instant(str(item.get("created_time", ""))),
            str(item.get("permalink_url", "")),
            REPOST if item.get("parent_id") else "",
        )
        for item in objects(data)
    ]
    return dates(answer, entries, source, timezone)


def read_instagram(answer: Fetched, timezone: str) -> PostDates:
    """`business_discovery.media.data[].timestamp`; of accounts for business and creators only."""
    discovered = object_of(object_of(document_of(answer.body)).get("business_discovery"))
    data = object_of(discovered.get("media")).get("data")
    if has_failed(answer) or not isinstance(data, list):
        is_empty = bool(discovered) and not has_failed(answer)
        return refused(_INSTAGRAM.name, Refusal.NO_POSTS) if is_empty else _graph_refused(_INSTAGRAM, answer)
    return dates(answer, [_media(item) for item in objects(data)], _INSTAGRAM, timezone)


def read_threads(answer: Fetched, timezone: str) -> PostDates:
    """`/profile_posts`: `data[].timestamp`; `media_type` REPOST_FACADE is a repost."""
    data = object_of(document_of(answer.body)).get("data")
    if has_failed(answer) or not isinstance(data, list):
        return _graph_refused(_THREADS, answer)
    return dates(answer, [_media(item) for item in objects(data)], _THREADS, timezone)


def _media(item: dict[str, Any]) -> Entry:
    is_repost = item.get("media_type") == "REPOST_FACADE" or bool(item.get("reposted_post"))
    at = parse_instant(str(item.get("timestamp", "")))
    return Entry(at, str(item.get("permalink", "")), REPOST if is_repost else "")


def _graph_refused(source: Source, answer: Fetched) -> PostDates:
    error = object_of(object_of(document_of(answer.body)).get("error"))
    meant = graph_refusal(error) if error else None
    return _said(source, answer, meant, str(error.get("message", "")))


def _said(source: Source, answer: Fetched, meant: Refusal | None, said: str) -> PostDates:
    """What the answer's document means, else its failure, else that it is no answer."""
    refusal = refusal_of(answer)
    if meant in {None, Refusal.FEED_DOWN} and refusal:
        meant = refusal
    if not said and answer.failure:
        said = answer.failure.detail or word(answer.failure.reason)
    if not said and answer.truncated:
        said = say("the answer is cut off")
    if not said:
        is_json = document_of(answer.body) is not None
        said = say("the answer holds no data") if is_json else say("the answer is no whole JSON document")
    return refused(source.name, meant or Refusal.FEED_DOWN, said)

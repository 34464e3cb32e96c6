"""Adapters: which address to ask for an account's posts, and how to read the documented answer.

Asking and reading are apart, so that reading is pure. Without credentials of ours the operator names the
address of a feed in the list of institutions (`facebook_feed`, `twitter_feed`): a relay that answers as
the network's own documented interface does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from checks.addresses import key
from checks.dates import local_day, parse_instant
from checks.social.networks import Network
from checks.social.posts import Post, PostDates, instant_of_id
from crawler.evidence import Fetched, FetchResource, Site


class Adapter(msgspec.Struct, frozen=True, kw_only=True):
    """One way to learn when an account posted."""

    network: Network
    name: str
    requests: Callable[[Site], tuple[FetchResource, ...]]
    """What to ask; empty where the adapter can't be used for the site."""
    parse: Callable[[Fetched, str], PostDates]
    """Reads one answer; the second argument is the time zone."""


def fetched_dates(site: Site, network: Network) -> tuple[PostDates, ...]:
    """What the network's adapters were answered."""
    asked = {
        request: adapter
        for adapter in ADAPTERS
        if adapter.network is network
        for request in adapter.requests(site)
    }
    return tuple(
        asked[one.plan].parse(one, site.settings.timezone)
        for one in site.observations
        if isinstance(one, Fetched) and one.plan in asked
    )


def _operator_feed(attribute: str) -> Callable[[Site], tuple[FetchResource, ...]]:
    def requests(site: Site) -> tuple[FetchResource, ...]:
        url = key(site.institution.attributes.get(attribute, ""))
        purpose = f"latest_post: {attribute}"
        if not url:
            return ()
        return (FetchResource(url=url, purpose=purpose, accept="application/json", is_for_programs=True),)

    return requests


def read_graph_posts(answer: Fetched, timezone: str) -> PostDates:
    """Facebook Graph API, `/{page-id}/posts`: `data[].created_time`, newest first (reference 1.1)."""
    made = [
        (parse_instant(str(item.get("created_time", ""))), str(item.get("permalink_url", "")))
        for item in _items(answer)
    ]
    return _dates(answer, made, "the operator's feed in the form of Facebook's Graph API /posts", timezone)


def read_x_timeline(answer: Fetched, timezone: str) -> PostDates:
    """X API v2, `/2/users/:id/tweets`: `data[].created_at`, or the time in `data[].id`; newest first.
    Reposts (`referenced_tweets` of type `retweeted`) are left out (reference 1.2).
    """
    made = [
        (
            parse_instant(str(item.get("created_at", "")))
            or instant_of_id(Network.X, str(item.get("id", ""))),
            f"https://x.com/i/status/{item.get('id', '')}",
        )
        for item in _items(answer)
        if not _is_repost(item)
    ]
    return _dates(answer, made, "the operator's feed in the form of X API v2 /2/users/:id/tweets", timezone)


def _is_repost(item: dict[str, Any]) -> bool:
    references = item.get("referenced_tweets") or ()
    return any(isinstance(one, dict) and one.get("type") == "retweeted" for one in references)


def _items(answer: Fetched) -> Iterator[dict[str, Any]]:
    document = _document(answer)
    data = document.get("data") if document else None
    for item in data if isinstance(data, list) else ():
        if isinstance(item, dict):
            yield item


def _document(answer: Fetched) -> dict[str, Any] | None:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _dates(answer: Fetched, made: list[tuple[datetime | None, str]], source: str, timezone: str) -> PostDates:
    if problem := _problem(answer):
        return PostDates(problem=f"{source}: {problem}")
    posts = tuple(
        Post(
            day=local_day(at, timezone),
            source=source,
            confidence=0.95,
            url=url,
            page_url=answer.final_url or answer.plan.url,
        )
        for at, url in made
        if at is not None
    )
    if not posts:
        return PostDates(problem=f"{source}: it holds no dated post")
    return PostDates(posts=posts, is_complete=len(posts) == len(made))


def _problem(answer: Fetched) -> str:
    if answer.failure:
        return answer.failure.detail or str(answer.failure.reason)
    document = _document(answer)
    if document is None or answer.truncated:
        return "the answer is no whole JSON document"
    error = document.get("error")
    if isinstance(error, dict):
        return str(error.get("message", "the interface reports an error"))[:200]
    if "data" not in document:
        return str(document.get("detail") or document.get("title") or "the answer holds no data")[:200]
    return ""


ADAPTERS = (
    Adapter(
        network=Network.FACEBOOK,
        name="facebook_feed",
        requests=_operator_feed("facebook_feed"),
        parse=read_graph_posts,
    ),
    Adapter(
        network=Network.X, name="twitter_feed", requests=_operator_feed("twitter_feed"), parse=read_x_timeline
    ),
)

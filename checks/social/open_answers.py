"""How networks that answer without credentials write their posts (reference social-and-presence 1.3-1.11).

A pinned post and a repost say nothing of when the account last posted: they are left out and counted. A
date in the future is rejected, and what holds one proves no account stale.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from lxml import etree  # type: ignore[import-untyped]  # it has no stubs

from checks import dom
from checks.dates import local_day, parse_date, parse_instant
from checks.social.posts import Post, PostDates
from crawler.evidence import Fetched

PINNED, REPOST = "pinned", "repost"
_NO_GUESTS = "!no-unauthenticated"
"""Bluesky's label of accounts that ask not to be shown to those who are not logged in."""


class _Source(msgspec.Struct, frozen=True):
    name: str
    confidence: float
    is_chronological: bool
    """Newest first, and all that the account posts there."""


class _Entry(msgspec.Struct, frozen=True):
    at: datetime | None
    url: str = ""
    left_out: str = ""


_STATUSES = _Source("Mastodon's list of statuses", 0.95, True)
_BLUESKY = _Source("Bluesky's getAuthorFeed", 0.95, True)
_TELEGRAM = _Source("Telegram's public preview", 0.85, True)
_YOUTUBE = _Source("YouTube's feed of videos", 0.9, False)  # its community posts are not in the feed
_FLICKR = _Source("Flickr's feed of public photos", 0.9, True)


def read_mastodon(answer: Fetched, timezone: str) -> PostDates:
    """`accounts/:id/statuses`: an array with `created_at` and, in boosts, `reblog`; or `accounts/lookup`
    with `last_status_at`, a day that may be a boost's.
    """
    document = _document(answer)
    if isinstance(document, dict) and "last_status_at" in document and not _failed(answer):
        return _last_status(answer, document)
    if not isinstance(document, list) or _failed(answer):
        return _nothing(_STATUSES, answer, document)
    entries = [
        _Entry(
            parse_instant(str(item.get("created_at"))),
            str(item.get("url") or ""),
            REPOST if item.get("reblog") else "",
        )
        for item in _objects(document)
    ]
    return _dates(answer, entries, _STATUSES, timezone)


def _last_status(answer: Fetched, account: dict[str, Any]) -> PostDates:
    day = parse_date(str(account.get("last_status_at")))
    if day is None:
        return PostDates(problem="Mastodon's account names no day of a last status")
    source = "Mastodon's last_status_at, which may be a boost's"
    url = str(account.get("url") or "")
    post = Post(day=day, source=source, confidence=0.7, url=url, page_url=_address(answer))
    return PostDates(posts=(post,))


def account_id(answer: Fetched) -> str:
    """The number that Mastodon's `accounts/lookup` gives; empty where it gives none."""
    document = _document(answer)
    found = str(document.get("id", "")) if isinstance(document, dict) and not _failed(answer) else ""
    return found if found.isascii() and found.isalnum() else ""


def read_bluesky(answer: Fetched, timezone: str) -> PostDates:
    """`app.bsky.feed.getAuthorFeed`: `feed[].post`. The client writes `createdAt`, the server `indexedAt`:
    the earlier one counts, so that a date written ahead makes no post newer.
    """
    document = _document(answer)
    feed = document.get("feed") if isinstance(document, dict) else None
    if not isinstance(feed, list) or _failed(answer):
        return _nothing(_BLUESKY, answer, document)
    entries = [_bluesky_entry(item) for item in _objects(feed)]
    if any(_asks_for_no_guests(item) for item in _objects(feed)):
        return PostDates(problem=f"{_BLUESKY.name}: the account asks not to be shown without logging in")
    return _dates(answer, entries, _BLUESKY, timezone)


def _bluesky_entry(item: dict[str, Any]) -> _Entry:
    post, reason = _object(item.get("post")), str(_object(item.get("reason")).get("$type", ""))
    said = (_object(post.get("record")).get("createdAt"), post.get("indexedAt"))
    times = [at for text in said if (at := parse_instant(str(text)))]
    kind = REPOST if "reasonRepost" in reason else PINNED if "reasonPin" in reason else ""
    handle, number = (
        _object(post.get("author")).get("handle", ""),
        str(post.get("uri", "")).rpartition("/")[2],
    )
    return _Entry(min(times, default=None), f"https://bsky.app/profile/{handle}/post/{number}", kind)


def _asks_for_no_guests(item: dict[str, Any]) -> bool:
    labels = _object(_object(item.get("post")).get("author")).get("labels")
    is_own = not item.get("reason")
    return is_own and any(one.get("val") == _NO_GUESTS for one in _objects(labels))


def read_telegram(answer: Fetched, timezone: str) -> PostDates:
    """`t.me/s/NAME`: messages, the newest last. The time of a message stands in its date link; other `time`
    elements hold lengths of videos. Without messages it is a private, missing or personal account.
    """
    messages = dom.tree(answer.body).find_class("tgme_widget_message") if not _failed(answer) else []
    entries = [
        _telegram_entry(one)
        for one in messages
        if one.get("data-post") and "service_message" not in one.get("class", "").split()
    ]
    if not entries:
        return _nothing(_TELEGRAM, answer, None, "it shows no messages")
    return _dates(answer, entries, _TELEGRAM, timezone)


def _telegram_entry(message: dom.Element) -> _Entry:
    links = message.find_class("tgme_widget_message_date")
    stamps = [one.get("datetime", "") for link in links for one in link.iter("time")]
    is_forwarded = bool(message.find_class("tgme_widget_message_forwarded_from"))
    at = parse_instant(stamps[-1]) if stamps else None
    return _Entry(at, f"https://t.me/{message.get('data-post')}", REPOST if is_forwarded else "")


def read_youtube(answer: Fetched, timezone: str) -> PostDates:
    """`feeds/videos.xml`: Atom, `entry/published`. It has answered 404 for channels that exist, for days
    (reference 1.3), so that says nothing of the channel.
    """
    if answer.status == 404:
        return PostDates(problem=f"{_YOUTUBE.name} answered 404, as it has for channels that exist")
    entries = list(_atom_entries(answer.body)) if not _failed(answer) else []
    if not entries:
        return _nothing(_YOUTUBE, answer, None, "it holds no video")
    return _dates(answer, entries, _YOUTUBE, timezone)


def _atom_entries(body: str) -> Iterator[_Entry]:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.encode("utf-8", errors="replace").lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for entry in root.iter("{*}entry") if root is not None else ():
        link = entry.find("{*}link")
        url = link.get("href", "") if link is not None else ""
        yield _Entry(parse_instant(entry.findtext("{*}published") or ""), url)


def read_flickr(answer: Fetched, timezone: str) -> PostDates:
    """`photos_public.gne`: `items[].published`; `date_taken` is the camera's and says nothing."""
    document = _document(answer)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or _failed(answer):
        return _nothing(_FLICKR, answer, document)
    entries = [
        _Entry(parse_instant(str(item.get("published"))), str(item.get("link", "")))
        for item in _objects(items)
    ]
    return _dates(answer, entries, _FLICKR, timezone)


def _dates(answer: Fetched, entries: Sequence[_Entry], source: _Source, timezone: str) -> PostDates:
    asked_at = parse_instant(answer.fetched_at)
    dated = [(local_day(one.at, timezone), one) for one in entries if one.at]
    past = [(day, one) for day, one in dated if asked_at is None or day <= local_day(asked_at, timezone)]
    own = [(day, one) for day, one in past if not one.left_out]
    counts = Counter(one.left_out for one in entries if one.left_out)
    counts["in the future"] = len(dated) - len(past)
    said = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    name = f"{source.name} (left out: {said})" if said else source.name
    if not own:
        return PostDates(problem=f"{name}: it holds no dated post of the account's own")
    posts = tuple(
        Post(day=day, source=name, confidence=source.confidence, url=one.url, page_url=_address(answer))
        for day, one in own
    )
    newest_own = max(day for day, _ in own)
    pinned_is_newer = any(one.left_out == PINNED and day > newest_own for day, one in past)
    whole = len(past) == len(entries) and not answer.truncated and not pinned_is_newer
    return PostDates(posts=posts, is_complete=source.is_chronological and whole)


def _nothing(source: _Source, answer: Fetched, document: object, otherwise: str = "") -> PostDates:
    """Why the answer says nothing: its own words, else the failure's."""
    words = _object(document)
    said = words.get("message") or words.get("error")
    if not said and answer.failure:
        said = answer.failure.detail or str(answer.failure.reason)
    return PostDates(problem=f"{source.name}: {str(said or otherwise or 'the answer holds no posts')[:200]}")


def _failed(answer: Fetched) -> bool:
    return answer.failure is not None or (answer.status or 200) >= 400


def _address(answer: Fetched) -> str:
    return answer.final_url or answer.plan.url


def _document(answer: Fetched) -> object:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _objects(items: object) -> Iterator[dict[str, Any]]:
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield item


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""How networks that answer without credentials write their posts (reference social-and-presence 1.3-1.11).

What is left out and counted, and when a list is complete, `checks.social.reading` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it has no stubs

from checks import dom
from checks.dates import parse_date, parse_instant
from checks.sentences import say
from checks.social.posts import Post, PostDates
from checks.social.reading import (
    PINNED,
    REPOST,
    Entry,
    Source,
    address,
    dates,
    document_of,
    has_failed,
    nothing,
    object_of,
    objects,
)
from crawler.evidence import Fetched

_NO_GUESTS = "!no-unauthenticated"
"""Bluesky's label of accounts that ask not to be shown to those who are not logged in."""


_STATUSES = Source(say("Mastodon's list of statuses"), 0.95, True)
_BLUESKY = Source(say("Bluesky's getAuthorFeed"), 0.95, True)
_TELEGRAM = Source(say("Telegram's public preview"), 0.85, True)
_YOUTUBE = Source(say("YouTube's feed of videos"), 0.9, False)  # its community posts are not in the feed
_FLICKR = Source(say("Flickr's feed of public photos"), 0.9, True)


def read_mastodon(answer: Fetched, timezone: str) -> PostDates:
    """`accounts/:id/statuses`: an array with `created_at` and, in boosts, `reblog`; or `accounts/lookup`
    with `last_status_at`, a day that may be a boost's.
    """
    document = document_of(answer.body)
    if isinstance(document, dict) and "last_status_at" in document and not has_failed(answer):
        return _last_status(answer, document)
    if not isinstance(document, list) or has_failed(answer):
        return nothing(_STATUSES, answer, document)
    entries = [
        Entry(
            parse_instant(str(item.get("created_at"))),
            str(item.get("url") or ""),
            REPOST if item.get("reblog") else "",
        )
        for item in objects(document)
    ]
    return dates(answer, entries, _STATUSES, timezone)


def _last_status(answer: Fetched, account: dict[str, Any]) -> PostDates:
    day = parse_date(str(account.get("last_status_at")))
    if day is None:
        return PostDates(problem=say("Mastodon's account names no day of a last status"))
    source = say("Mastodon's last_status_at, which may be a boost's")
    url = str(account.get("url") or "")
    post = Post(day=day, source=source, confidence=0.7, url=url, page_url=address(answer))
    return PostDates(posts=(post,))


def account_id(answer: Fetched) -> str:
    """The number that Mastodon's `accounts/lookup` gives; empty where it gives none."""
    document = document_of(answer.body)
    found = str(document.get("id", "")) if isinstance(document, dict) and not has_failed(answer) else ""
    return found if found.isascii() and found.isalnum() else ""


def read_bluesky(answer: Fetched, timezone: str) -> PostDates:
    """`app.bsky.feed.getAuthorFeed`: `feed[].post`. The client writes `createdAt`, the server `indexedAt`:
    the earlier one counts, so that a date written ahead makes no post newer.
    """
    document = document_of(answer.body)
    feed = document.get("feed") if isinstance(document, dict) else None
    if not isinstance(feed, list) or has_failed(answer):
        return nothing(_BLUESKY, answer, document)
    entries = [_bluesky_entry(item) for item in objects(feed)]
    if any(_asks_for_no_guests(item) for item in objects(feed)):
        return PostDates(
            problem=say("{name}: the account asks not to be shown without logging in", name=_BLUESKY.name)
        )
    return dates(answer, entries, _BLUESKY, timezone)


def _bluesky_entry(item: dict[str, Any]) -> Entry:
    post, reason = object_of(item.get("post")), str(object_of(item.get("reason")).get("$type", ""))
    said = (object_of(post.get("record")).get("createdAt"), post.get("indexedAt"))
    times = [at for text in said if (at := parse_instant(str(text)))]
    kind = REPOST if "reasonRepost" in reason else PINNED if "reasonPin" in reason else ""
    handle, number = (
        object_of(post.get("author")).get("handle", ""),
        str(post.get("uri", "")).rpartition("/")[2],
    )
    return Entry(min(times, default=None), f"https://bsky.app/profile/{handle}/post/{number}", kind)


def _asks_for_no_guests(item: dict[str, Any]) -> bool:
    labels = object_of(object_of(item.get("post")).get("author")).get("labels")
    is_own = not item.get("reason")
    return is_own and any(one.get("val") == _NO_GUESTS for one in objects(labels))


def read_telegram(answer: Fetched, timezone: str) -> PostDates:
    """`t.me/s/NAME`: messages, the newest last. The time of a message stands in its date link; other `time`
    elements hold lengths of videos. Without messages it is a private, missing or personal account.
    """
    messages = dom.tree(answer.body).find_class("tgme_widget_message") if not has_failed(answer) else []
    entries = [
        _telegram_entry(one)
        for one in messages
        if one.get("data-post") and "service_message" not in one.get("class", "").split()
    ]
    if not entries:
        return nothing(_TELEGRAM, answer, None, say("it shows no messages"))
    return dates(answer, entries, _TELEGRAM, timezone)


def _telegram_entry(message: dom.Element) -> Entry:
    links = message.find_class("tgme_widget_message_date")
    stamps = [one.get("datetime", "") for link in links for one in link.iter("time")]
    is_forwarded = bool(message.find_class("tgme_widget_message_forwarded_from"))
    at = parse_instant(stamps[-1]) if stamps else None
    return Entry(at, f"https://t.me/{message.get('data-post')}", REPOST if is_forwarded else "")


def read_youtube(answer: Fetched, timezone: str) -> PostDates:
    """`feeds/videos.xml`: Atom, `entry/published`. It has answered 404 for channels that exist, for days
    (reference 1.3), so that says nothing of the channel.
    """
    if answer.status == 404:
        return PostDates(
            problem=say("{name} answered 404, as it has for channels that exist", name=_YOUTUBE.name)
        )
    entries = list(_atom_entries(answer.body)) if not has_failed(answer) else []
    if not entries:
        return nothing(_YOUTUBE, answer, None, say("it holds no video"))
    return dates(answer, entries, _YOUTUBE, timezone)


def _atom_entries(body: str) -> Iterator[Entry]:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body.encode("utf-8", errors="replace").lstrip(), parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    for entry in root.iter("{*}entry") if root is not None else ():
        link = entry.find("{*}link")
        url = link.get("href", "") if link is not None else ""
        yield Entry(parse_instant(entry.findtext("{*}published") or ""), url)


def read_flickr(answer: Fetched, timezone: str) -> PostDates:
    """`photos_public.gne`: `items[].published`; `date_taken` is the camera's and says nothing."""
    document = document_of(answer.body)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list) or has_failed(answer):
        return nothing(_FLICKR, answer, document)
    entries = [
        Entry(parse_instant(str(item.get("published"))), str(item.get("link", ""))) for item in objects(items)
    ]
    return dates(answer, entries, _FLICKR, timezone)

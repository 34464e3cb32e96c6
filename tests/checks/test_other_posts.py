"""Bodies here are written by hand after the documented shapes (reference social-and-presence 1.3-1.11): no
network was asked for them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.social.open_answers import (
    read_bluesky,
    read_flickr,
    read_mastodon,
    read_telegram,
    read_youtube,
)
from checks.social.open_feeds import requests
from checks.social.other_posts import judge, plan
from checks.social.posts import PostDates
from crawler.evidence import Failure, FailureReason, Fetched, FetchResource, Institution, Place, Site
from tests.checks.build import HOME_URL, NOW, link, page, site

ZONE = "Europe/Riga"
MASTODON = "https://mastodon.social/@iestade"
BLUESKY = "https://bsky.app/profile/iestade.gov.lv"
AUTHOR_FEED = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
LOOKUP = "https://mastodon.social/api/v1/accounts/lookup?acct=iestade"
STATUSES = (
    "https://mastodon.social/api/v1/accounts/42/statuses?exclude_reblogs=true&exclude_replies=true&limit=20"
)


def a_site(*accounts: str, **more: Any) -> Site:
    return site(page(links=tuple(link("Konts", url, Place.FOOTER) for url in accounts)), **more)


def fetched(body: str | object = "", plan: FetchResource | None = None, **more: Any) -> Fetched:
    asked = plan or FetchResource(url="https://network.example/", purpose="test")
    text = body if isinstance(body, str) else json.dumps(body)
    defaults: dict[str, Any] = {"status": 200, "body": text, "fetched_at": NOW}
    return Fetched(plan=asked, **(defaults | more))


def days(dates: PostDates) -> list[str]:
    return [post.day.isoformat() for post in dates.posts]


def answer(observed: Site) -> Answer:
    (given,) = judge(observed, JudgementSettings()).answers
    return given


def asked(observed: Site, *bodies: object) -> Site:
    """The site after its plans were answered with the bodies, in their order."""
    answers = tuple(
        fetched(body, wanted)
        for wanted, body in zip(plan(observed), bodies, strict=True)
        if isinstance(wanted, FetchResource)
    )
    return site(*observed.pages, observations=(*observed.observations, *answers))


def post(created: str, indexed: str, reason: str = "", labels: tuple[str, ...] = ()) -> dict[str, Any]:
    author = {"handle": "iestade.gov.lv", "labels": [{"val": value} for value in labels]}
    item: dict[str, Any] = {
        "post": {
            "uri": "at://did:plc:aaaa/app.bsky.feed.post/3k",
            "author": author,
            "record": {"createdAt": created},
            "indexedAt": indexed,
        }
    }
    return item | ({"reason": {"$type": f"app.bsky.feed.defs#{reason}"}} if reason else {})


def status(at: str, reblog: object = None) -> dict[str, Any]:
    return {"id": "1", "created_at": at, "url": f"{MASTODON}/1", "reblog": reblog}


def message(at: str, number: int = 1, css: str = "", inside: str = "") -> str:
    return (
        f'<div class="tgme_widget_message {css}" data-post="iestade/{number}">{inside}'
        f'<a class="tgme_widget_message_date"><time datetime="{at}">10:00</time></a></div>'
    )


def atom(*published: str) -> str:
    entries = (f"<entry><title>A</title><published>{at}</published></entry>" for at in published)
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'


@pytest.mark.parametrize(
    ("account", "url"),
    [
        (MASTODON, LOOKUP),
        (
            BLUESKY,
            f"{AUTHOR_FEED}?actor=iestade.gov.lv&filter=posts_no_replies&limit=20",
        ),
        ("https://t.me/iestade", "https://t.me/s/iestade"),
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        ),
        (
            "https://www.flickr.com/photos/12345678@N00/",
            "https://api.flickr.com/services/feeds/photos_public.gne?id=12345678%40N00&format=json&nojsoncallback=1",
        ),
    ],
)
def test_an_own_account_is_asked_for_where_its_network_documents_it(account: str, url: str) -> None:
    (wanted,) = requests(a_site(account))
    assert wanted.url == url


@pytest.mark.parametrize(
    "account",
    [
        "https://www.youtube.com/@iestade",
        "https://www.flickr.com/photos/iestade/",
        "https://www.instagram.com/iestade",
        "https://www.facebook.com/iestade",
    ],
)
def test_what_no_open_interface_tells_is_not_asked(account: str) -> None:
    assert requests(a_site(account)) == ()


def test_others_accounts_are_not_asked_for() -> None:
    links = (link("Ministrija", "https://bsky.app/profile/ministrija.gov.lv", Place.MAIN, visible=False),)
    assert requests(site(page(links=links))) == ()


@pytest.mark.parametrize("copy", ["http://127.0.0.1:8000/", "http://localhost:8000/", "http://[::1]:80/"])
def test_a_copy_of_a_site_sends_nobody_to_the_networks(copy: str) -> None:
    home = page(copy, roles=("home",), links=(link("Bluesky", BLUESKY, Place.FOOTER),))
    observed = site(home, institution=Institution(url=copy))
    assert requests(observed) == ()
    assert "a copy asks no network" in answer(observed).reason


def test_mastodons_statuses_are_asked_for_by_the_number_of_the_lookup() -> None:
    looked_up = asked(a_site(MASTODON), {"id": "42", "last_status_at": "2025-11-19"})
    (wanted,) = plan(looked_up)
    assert isinstance(wanted, FetchResource)
    assert wanted.url == STATUSES
    told = asked(looked_up, [status("2025-10-01T08:00:00.000Z")])
    assert plan(told) == ()
    # The statuses leave boosts out, which last_status_at may count.
    assert (answer(told).outcome, answer(told).value) == (Outcome.FAILED, "mastodon 2025-10-01")


def test_mastodons_last_status_proves_fresh_where_statuses_are_refused_and_never_old() -> None:
    refused = {"error": "This API requires an authenticated user"}
    fresh = asked(asked(a_site(MASTODON), {"id": "42", "last_status_at": "2025-11-19"}), refused)
    assert (answer(fresh).outcome, answer(fresh).confidence) == (Outcome.PASSED, 0.7)
    old = asked(asked(a_site(MASTODON), {"id": "42", "last_status_at": "2025-09-19"}), refused)
    assert answer(old).outcome is Outcome.CANT_TELL


def test_a_number_that_is_none_leads_to_no_second_request() -> None:
    assert plan(asked(a_site(MASTODON), {"id": "../../x", "last_status_at": None})) == ()


def test_boosts_pins_and_reposts_are_left_out_and_counted() -> None:
    boosted = read_mastodon(
        fetched([status("2025-11-19T08:00:00Z"), status("2025-11-19T08:00:00Z", {"id": "9"})]), ZONE
    )
    assert days(boosted) == ["2025-11-19"]
    assert "left out: 1 repost" in boosted.posts[0].source
    old = post("2025-10-01T08:00:00Z", "2025-10-01T08:00:00Z")
    feed = [
        post("2025-09-01T08:00:00Z", "2025-09-01T08:00:00Z", "reasonPin"),
        post("2025-11-19T08:00:00Z", "2025-11-19T08:00:00Z", "reasonRepost"),
        old,
    ]
    read = read_bluesky(fetched({"feed": feed}), ZONE)
    assert (days(read), read.is_complete) == (["2025-10-01"], True)
    assert "1 pinned, 1 repost" in read.posts[0].source
    newer_pin = post("2025-11-19T08:00:00Z", "2025-11-19T08:00:00Z", "reasonPin")
    assert not read_bluesky(fetched({"feed": [newer_pin, old]}), ZONE).is_complete


def test_on_bluesky_the_earlier_of_the_clients_and_the_servers_time_counts() -> None:
    ahead = read_bluesky(fetched({"feed": [post("2025-12-24T08:00:00Z", "2025-10-01T08:00:00Z")]}), ZONE)
    backdated = read_bluesky(fetched({"feed": [post("2020-01-01T08:00:00Z", "2025-11-19T08:00:00Z")]}), ZONE)
    assert (days(ahead), days(backdated)) == (["2025-10-01"], ["2020-01-01"])


def test_a_bluesky_account_that_wants_no_guests_is_not_read() -> None:
    feed = [post("2025-11-19T08:00:00Z", "2025-11-19T08:00:00Z", labels=("!no-unauthenticated",))]
    read = read_bluesky(fetched({"feed": feed}), ZONE)
    assert read.posts == ()
    assert "asks not to be shown" in read.problem


def test_telegrams_messages_are_dated_by_their_own_link() -> None:
    video = '<time datetime="2025-11-20T00:00:42+00:00">0:42</time>'
    body = "".join(
        (
            message("2025-10-01T22:30:00+00:00", 1, inside=video),
            message("2025-11-18T10:00:00+00:00", 2, css="service_message"),
            message("2025-11-18T10:00:00+00:00", 3, inside='<a class="tgme_widget_message_forwarded_from">'),
        )
    )
    read = read_telegram(fetched(f"<html><body>{body}</body></html>"), ZONE)
    assert days(read) == ["2025-10-02"]
    assert "1 repost" in read.posts[0].source


def test_a_channel_without_a_preview_says_nothing() -> None:
    read = read_telegram(
        fetched("<html><body><p>If you have Telegram, you can contact</p></body></html>"), ZONE
    )
    assert (read.posts, read.is_complete) == ((), False)
    assert "no messages" in read.problem


def test_youtubes_feed_proves_fresh_and_never_old_and_its_404_means_nothing() -> None:
    fresh = read_youtube(fetched(atom("2025-10-01T08:00:00+00:00", "2025-11-18T08:00:00+00:00")), ZONE)
    assert (max(days(fresh)), fresh.is_complete) == ("2025-11-18", False)
    gone = read_youtube(fetched("", status=404, failure=Failure(FailureReason.HTTP_404, "404")), ZONE)
    assert "channels that exist" in gone.problem


def test_flickr_is_dated_by_publication_not_by_the_camera() -> None:
    item = {"link": "x", "date_taken": "2025-11-19T08:00:00-08:00", "published": "2025-10-01T08:00:00Z"}
    read = read_flickr(fetched({"items": [item]}), ZONE)
    assert (days(read), read.is_complete) == (["2025-10-01"], True)


@pytest.mark.parametrize("reader", [read_mastodon, read_bluesky, read_telegram, read_youtube, read_flickr])
@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{}", "[1, null]", '{"feed": [], "items": []}', "<html>Log in</html>", "<feed>"],
)
def test_an_answer_without_posts_is_a_problem_and_never_an_old_account(reader: Any, body: str) -> None:
    read = reader(fetched(body), ZONE)
    assert read.problem
    assert (read.posts, read.is_complete) == ((), False)


def test_a_date_in_the_future_is_rejected_and_the_list_proves_nothing_old() -> None:
    read = read_mastodon(fetched([status("2026-01-01T08:00:00Z"), status("2025-10-01T08:00:00Z")]), ZONE)
    assert (days(read), read.is_complete) == (["2025-10-01"], False)
    assert "1 in the future" in read.posts[0].source


@pytest.mark.parametrize(("at", "outcome"), [("2025-11-05T22:30", "passed"), ("2025-11-05T21:30", "failed")])
def test_the_fourteenth_day_ends_in_riga(at: str, outcome: str) -> None:
    body = {"feed": [post(f"{at}:00Z", f"{at}:00Z")]}
    assert answer(asked(a_site(BLUESKY), body)).outcome == outcome


def test_one_fresh_account_is_enough_and_one_silent_leaves_old_open() -> None:
    old = {"feed": [post("2025-10-01T08:00:00Z", "2025-10-01T08:00:00Z")]}
    both = a_site(BLUESKY, "https://t.me/iestade")
    fresh = answer(asked(both, old, message("2025-11-18T10:00:00+00:00")))
    assert (fresh.outcome, fresh.value) == (Outcome.PASSED, "bluesky 2025-10-01; telegram 2025-11-18")
    silent = answer(asked(both, old, "<p>private</p>"))
    assert (silent.outcome, silent.value) == (Outcome.CANT_TELL, None)
    assert "Telegram's public preview: it shows no messages" in silent.reason


def test_without_captures_nothing_is_asked() -> None:
    assert (plan(site()), answer(site()).outcome) == ((), Outcome.UNTESTED)


def test_the_operators_address_is_asked_instead() -> None:
    given = Institution(url=HOME_URL, attributes={"youtube_feed": "https://relay.example/v.xml"})
    (wanted,) = requests(a_site("https://www.youtube.com/@iestade", institution=given))
    assert wanted.url == "https://relay.example/v.xml"

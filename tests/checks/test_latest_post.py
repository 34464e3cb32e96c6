from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TypeGuard

import msgspec
import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.social.latest_post import judge, plan
from checks.social.networks import Network
from checks.social.posts import instant_of_id
from crawler.evidence import (
    Failure,
    FailureReason,
    Fetched,
    FetchResource,
    Institution,
    Link,
    Page,
    Place,
    Plan,
    SeenPost,
    Site,
)
from tests.checks.build import HOME_URL, NOW, link, page, site

FACEBOOK = "https://www.facebook.com/iestade"
X = "https://x.com/iestade"
FEED = "https://relay.example/posts"


def answers(observed: Site) -> dict[str, Answer]:
    given = judge(observed, JudgementSettings()).answers
    assert [answer.code for answer in given] == ["K11M_FB_2", "K11M_FB_3", "K11M_TW_2", "K11m_TW_3"]
    return {answer.code: answer for answer in given}


def x_id(at: datetime) -> int:
    """An id as X makes them, for a post of that moment."""
    return (int(at.timestamp() * 1000) - 1288834974657) << 22


def home(*links: Link, html: str = "<body></body>") -> Page:
    accounts = (link("Facebook", FACEBOOK, Place.FOOTER), link("X", X, Place.FOOTER))
    return page(links=(*accounts, *links), html=html)


def tweet(day: int, month: int = 11, hour: int = 9, account: str = "iestade") -> Link:
    made = x_id(datetime(2025, month, day, hour, tzinfo=UTC))
    return link("Ieraksts", f"https://twitter.com/{account}/status/{made}", Place.MAIN)


def is_of_feed(wanted: Plan) -> TypeGuard[FetchResource]:
    return isinstance(wanted, FetchResource) and wanted.url == FEED


def fed(network: str, body: str, **more: object) -> Site:
    institution = Institution(url=HOME_URL, attributes={network: FEED})
    (wanted,) = (one for one in plan(site(home(), institution=institution)) if is_of_feed(one))
    defaults: dict[str, object] = {"status": 200, "final_url": FEED, "body": body}
    answer = Fetched(plan=wanted, fetched_at=NOW, **(defaults | more))
    return site(home(), institution=institution, observations=(answer,))


def test_an_x_id_is_decoded_to_the_moment_of_its_post() -> None:
    made = instant_of_id(Network.X, "1460323737035677698")
    assert made is not None
    assert made.replace(microsecond=0) == datetime(2021, 11, 15, 19, 8, 5, tzinfo=UTC)


def test_a_tiktok_id_is_decoded_to_within_a_minute() -> None:
    # A comment's id and create_time, as TikTok gave them; videos have ids of the same make.
    made = instant_of_id(Network.TIKTOK, "7217494551149101851")
    assert made is not None
    assert abs(made.timestamp() - 1680453949) < 60


@pytest.mark.parametrize("post_id", ["", "20", "9" * 30, "²", "abc"])
def test_other_ids_carry_no_time(post_id: str) -> None:
    assert instant_of_id(Network.X, post_id) is None


def test_a_fresh_post_by_its_id_proves_the_account_fresh() -> None:
    given = answers(site(home(tweet(3), tweet(12))))
    assert given["K11M_TW_2"].value == "2025-11-12"
    assert (given["K11m_TW_3"].value, given["K11m_TW_3"].outcome) == (2, Outcome.PASSED)
    assert "the time in the id" in given["K11M_TW_2"].reason


def test_an_old_post_on_the_site_proves_nothing() -> None:
    given = answers(site(home(tweet(1, month=9))))
    assert given["K11m_TW_3"].value is None
    assert "a newer one may exist" in given["K11m_TW_3"].reason
    assert given["K11m_TW_3"].evidence[0].message.startswith("2025-09-01")


def test_another_accounts_post_says_nothing_of_this_one() -> None:
    given = answers(site(home(tweet(12, account="ministrija"))))
    assert given["K11M_TW_2"].value is None


def test_a_post_in_the_future_is_rejected() -> None:
    given = answers(site(home(tweet(3), tweet(25))))
    assert given["K11M_TW_2"].value is None or given["K11M_TW_2"].value == "2025-11-03"
    assert given["K11m_TW_3"].value is None


@pytest.mark.parametrize(("day", "hour", "expected"), [(6, 0, 2), (5, 22, 2), (5, 21, None)])
def test_the_fourteenth_day_ends_in_riga(day: int, hour: int, expected: int | None) -> None:
    given = answers(site(home(tweet(day, hour=hour))))
    assert given["K11m_TW_3"].value == expected


def feed_block(*posts: tuple[str, str]) -> str:
    blocks = (
        f'<div class="post"><a href="{FACEBOOK}/posts/{number}">Lasīt</a>{stamp}</div>'
        for number, stamp in enumerate(stamps for stamps, _ in posts)
    )
    return f"<html><body><main>{''.join(blocks)}</main></body></html>"


@pytest.mark.parametrize(
    "stamp",
    [
        '<time datetime="2025-11-18T08:00:00+02:00">otrdien</time>',
        '<time datetime="2025-11-18">18.11.</time>',
        "<time>2025. gada 18. novembrī</time>",
        '<span class="post-date">18.11.2025.</span>',
        '<abbr data-utime="1763452800">pirms 2 dienām</abbr>',
    ],
)
def test_a_date_beside_a_post_in_the_sites_own_feed_counts(stamp: str) -> None:
    html = feed_block((stamp, ""), ("<time datetime='2025-10-01'></time>", ""))
    links = tuple(link("Lasīt", f"{FACEBOOK}/posts/{n}", Place.MAIN) for n in range(2))
    given = answers(site(home(*links, html=html)))
    assert given["K11M_FB_2"].value == "2025-11-18"
    assert given["K11M_FB_3"].value == 2


def test_a_date_elsewhere_on_the_page_is_not_the_posts() -> None:
    block = f'<div><a href="{FACEBOOK}/posts/1">A</a><a href="{FACEBOOK}/posts/2">B</a></div>'
    html = f"<html><body>{block}<time datetime='2025-11-18'></time></body></html>"
    links = (link("A", f"{FACEBOOK}/posts/1", Place.MAIN), link("B", f"{FACEBOOK}/posts/2", Place.MAIN))
    assert answers(site(home(*links, html=html)))["K11M_FB_2"].value is None


def test_without_any_source_the_login_wall_is_said() -> None:
    given = answers(site(home()))
    assert given["K11M_FB_3"].outcome is Outcome.CANT_TELL
    assert "log in" in given["K11M_FB_3"].reason


def test_without_an_account_that_is_said() -> None:
    assert "No account" in answers(site(page()))["K11M_FB_2"].reason


def graph(*created: str) -> str:
    """A body made by hand after the documented fields of Graph API /posts."""
    return json.dumps({"data": [{"id": f"1_{n}", "created_time": at} for n, at in enumerate(created)]})


def test_an_operators_feed_proves_fresh_and_stale() -> None:
    fresh = answers(fed("facebook_feed", graph("2025-11-19T10:00:00+0000", "2025-11-01T10:00:00+0000")))
    assert (fresh["K11M_FB_2"].value, fresh["K11M_FB_3"].value) == ("2025-11-19", 2)
    stale = answers(fed("facebook_feed", graph("2025-10-01T10:00:00+0000")))
    assert (stale["K11M_FB_2"].value, stale["K11M_FB_3"].value) == ("2025-10-01", 1)
    assert stale["K11M_FB_3"].outcome is Outcome.FAILED
    assert "operator's feed" in stale["K11M_FB_3"].reason


def test_a_feed_whose_first_item_is_pinned_is_read_by_its_newest() -> None:
    given = answers(fed("facebook_feed", graph("2025-01-01T10:00:00+0000", "2025-11-19T10:00:00+0000")))
    assert given["K11M_FB_2"].value == "2025-11-19"


def test_reposts_are_no_posts_of_the_account_and_ids_date_where_created_at_lacks() -> None:
    own = x_id(datetime(2025, 10, 1, tzinfo=UTC))
    repost = {
        "id": "1",
        "created_at": "2025-11-19T08:00:00.000Z",
        "referenced_tweets": [{"type": "retweeted", "id": "2"}],
    }
    given = answers(fed("twitter_feed", json.dumps({"data": [repost, {"id": str(own), "text": "x"}]})))
    assert (given["K11M_TW_2"].value, given["K11m_TW_3"].value) == ("2025-10-01", 1)


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        ('{"error": {"message": "(#10) To use Page Public Content Access", "code": 10}}', {}, "(#10)"),
        ("<html>Log in</html>", {}, "no whole JSON"),
        ('{"data": []}', {}, "no dated post"),
        ('{"error": {"message": "Session has expired", "code": 190}}', {}, "Session has expired"),
        (graph("2025-11-19T10:00:00+0000")[:-3], {"truncated": True}, "cut off"),
        ("", {"failure": Failure(FailureReason.TIMEOUT, "no answer in 20 s")}, "no answer in 20 s"),
        ('{"data": [1, null, {"created_time": 5}]}', {}, "no dated post"),
    ],
)
def test_a_feed_that_says_nothing_leaves_it_open_with_the_reason(body: str, more: dict, said: str) -> None:
    given = answers(fed("facebook_feed", body, **more))
    assert given["K11M_FB_2"].value is None
    assert said in given["K11M_FB_2"].reason


def test_feeds_are_asked_once_and_only_where_they_are_addresses() -> None:
    assert not [one for one in plan(fed("facebook_feed", graph())) if is_of_feed(one)]
    wrong = Institution(url=HOME_URL, attributes={"facebook_feed": "file:///etc/passwd"})
    assert {one.credential for one in plan(site(home(), institution=wrong))} == {"graph", "x"}


SEEN_AT = "https://www.facebook.com/iestade/posts/9"


def by_hand(day: str, source: str = SEEN_AT, seen: str = "") -> dict[str, Answer]:
    record = SeenPost(network="facebook", profile="", day=day, source=source, seen=seen)
    return answers(site(home(), institution=Institution(url=HOME_URL, social_posts=(record,))))


def test_a_day_that_a_person_saw_proves_fresh_and_alone_never_old() -> None:
    fresh = by_hand("2025-11-18")
    assert (fresh["K11M_FB_2"].value, fresh["K11M_FB_3"].value) == ("2025-11-18", 2)
    assert fresh["K11M_FB_2"].evidence[0].url == SEEN_AT
    assert fresh["K11m_TW_3"].value is None
    old = by_hand("2025-09-01")["K11M_FB_3"]
    assert old.value is None
    assert f"2025-09-01 (manual: {SEEN_AT})" in old.reason


def test_who_looked_on_the_day_of_the_audit_proves_old() -> None:
    # 20 November 10:00 in UTC is that day in Riga, too.
    assert by_hand("2025-09-01", seen="2025-11-20")["K11M_FB_3"].value == 1
    assert by_hand("2025-09-01", seen="2025-11-19")["K11M_FB_3"].value is None


def test_who_saw_it_is_shown_with_the_accounts_address() -> None:
    evidence = by_hand("2025-11-18", "A. Bērziņa")["K11M_FB_3"].evidence[0]
    assert evidence.url == FACEBOOK
    assert "manual: A. Bērziņa" in evidence.message


def test_what_a_person_saw_stands_against_no_newer_post_and_names_no_equal_one() -> None:
    record = SeenPost(network="x", profile="", day="2025-09-01", source="A. B.", seen="2025-11-20")
    institution = Institution(url=HOME_URL, social_posts=(record,))
    newer = answers(site(home(tweet(5, hour=21)), institution=institution))["K11m_TW_3"]
    assert newer.value is None
    assert "2025-11-05" in newer.reason
    equal = msgspec.structs.replace(record, day="2025-11-12")
    both = site(home(tweet(12)), institution=Institution(url=HOME_URL, social_posts=(equal,)))
    assert "the time in the id" in answers(both)["K11M_TW_2"].reason


@pytest.mark.parametrize("day", ["18.11.2025", "2025-12-24"])
def test_a_day_that_is_none_or_lies_in_the_future_is_no_date(day: str) -> None:
    given = by_hand(day)["K11M_FB_3"]
    assert given.value is None
    assert "log in" in given.reason


def test_no_capture_is_untested() -> None:
    assert {answer.outcome for answer in answers(site()).values()} == {Outcome.UNTESTED}

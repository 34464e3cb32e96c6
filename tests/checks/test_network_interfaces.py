"""Bodies here are written by hand: those of interfaces after the networks' documentation, those of public
pages after what public programs read (reference social-and-presence 1.1-1.6). No network was asked for them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.social import latest_post, other_posts
from checks.social.official_answers import read_facebook, read_instagram, read_threads, read_x_timeline
from checks.social.official_answers import read_x_user as read_user
from checks.social.posts import PostDates
from checks.social.public_pages import read_facebook as read_facebook_page
from checks.social.public_pages import read_threads as read_threads_page
from checks.social.public_pages import read_tiktok as read_tiktok_page
from checks.social.public_pages import read_x as read_x_page
from checks.social.refusals import Refusal
from crawler.evidence import (
    AuditSettings,
    Failure,
    FailureReason,
    Fetched,
    FetchResource,
    Institution,
    Place,
    Plan,
    SeenPost,
    Site,
    http_failure,
)
from tests.checks.build import HOME_URL, NOW, link, page, site

ZONE = "Europe/Riga"
FACEBOOK, X = "https://www.facebook.com/iestade", "https://x.com/iestade"
INSTAGRAM, THREADS = "https://www.instagram.com/iestade", "https://www.threads.com/@iestade"
OLD_POSTS = ("2025-10-01T22:30:00+0000", "2025-09-01T08:00:00+0000")
TIKTOK = "https://www.tiktok.com/@iestade"
RETWEETED = [{"type": "retweeted", "id": "2"}]
WITH_ACCOUNT = AuditSettings(seed=1, instagram_account="178414")
BEST_EFFORT = AuditSettings(seed=1, best_effort_social=True)
GRAPH_URL = "https://graph.facebook.com/v26.0"
INSTAGRAM_FIELDS = quote(
    "business_discovery.username(iestade){media_count,media.limit(20){timestamp,permalink}}", safe=""
)
THREADS_FIELDS = "id,media_type,permalink,timestamp"


def a_site(*accounts: str, settings: AuditSettings = WITH_ACCOUNT, **more: Any) -> Site:
    links = tuple(link("Konts", url, Place.FOOTER) for url in accounts)
    return site(page(links=links), settings=settings, **more)


def answer_to(plan: Plan, body: object, status: int = 200, **more: Any) -> Fetched:
    assert isinstance(plan, FetchResource)
    failure = http_failure(status)
    text = body if isinstance(body, str) else json.dumps(body)
    defaults: dict[str, Any] = {"status": status, "body": text, "failure": failure, "fetched_at": NOW}
    return Fetched(plan=plan, **(defaults | more))


def read(
    reader: Any, body: object, status: int = 200, url: str = "https://network.example/iestade"
) -> PostDates:
    plan = FetchResource(url=url, purpose="test", credential="graph")
    found: PostDates = reader(answer_to(plan, body, status), ZONE)
    return found


def planned(observed: Site, check: Any = latest_post) -> list[FetchResource]:
    return [one for one in check.plan(observed) if isinstance(one, FetchResource)]


def asked(observed: Site, *bodies: object, check: Any = latest_post) -> Site:
    """The site after what it plans was answered with the bodies, in their order."""
    new = tuple(map(answer_to, planned(observed, check), bodies))
    return msgspec.structs.replace(observed, observations=(*observed.observations, *new))


def given(observed: Site, check: Any = latest_post) -> dict[str, Answer]:
    return {one.code: one for one in check.judge(observed, JudgementSettings()).answers}


def posts(*times: str, key: str = "created_time", **more: object) -> dict[str, Any]:
    return {"data": [{key: at} | more for at in times], "paging": {"cursors": {"after": "A"}}}


def x_id(at: datetime) -> str:
    return str((int(at.timestamp() * 1000) - 1288834974657) << 22)


def days(dates: PostDates) -> list[str]:
    return [post.day.isoformat() for post in dates.posts]


def test_each_interface_is_asked_as_documented_with_the_name_of_its_token() -> None:
    first = planned(a_site(FACEBOOK, X))
    others = planned(a_site(INSTAGRAM, THREADS), other_posts)
    assert [(one.url, one.credential) for one in (*first, *others)] == [
        (f"{GRAPH_URL}/iestade/posts?fields=created_time,permalink_url,parent_id&limit=20", "graph"),
        ("https://api.x.com/2/users/by/username/iestade", "x"),
        (
            f"{GRAPH_URL}/178414?fields={INSTAGRAM_FIELDS}",
            "graph",
        ),
        (
            f"https://graph.threads.net/v1.0/profile_posts?username=iestade&fields={THREADS_FIELDS}&limit=20",
            "threads",
        ),
    ]
    assert all(one.is_for_programs for one in (*first, *others))


def test_xs_posts_are_asked_for_once_the_name_gave_the_number() -> None:
    known = asked(a_site(X), {"data": {"id": "2244994945", "username": "iestade"}})
    (wanted,) = planned(known)
    assert wanted.url == (
        "https://api.x.com/2/users/2244994945/tweets?tweet.fields=created_at,referenced_tweets"
        "&exclude=retweets,replies&max_results=20"
    )
    old = {"data": [{"id": "1", "created_at": "2025-10-01T08:00:00.000Z"}], "meta": {"result_count": 1}}
    stale = given(asked(known, old))
    assert (stale["K11M_TW_2"].value, stale["K11m_TW_3"].value) == ("2025-10-01", 1)


def test_a_copy_asks_no_interface_unless_the_settings_name_another_address() -> None:
    copy = page("http://127.0.0.1:8000/", roles=("home",), links=(link("F", FACEBOOK, Place.FOOTER),))
    institution = Institution(url="http://127.0.0.1:8000/")
    moved = AuditSettings(seed=1, interfaces={"graph": "http://127.0.0.1:9000"})
    assert planned(site(copy, institution=institution)) == []
    (wanted,) = planned(site(copy, institution=institution, settings=moved))
    assert wanted.url.startswith("http://127.0.0.1:9000/v26.0/iestade/posts")


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        (read_facebook, posts(*OLD_POSTS)),
        (read_x_timeline, posts("2025-10-01T22:30:00.000Z", "2025-09-01T08:00:00.000Z", key="created_at")),
        (
            read_instagram,
            {
                "business_discovery": {"media_count": 2, "media": posts(*OLD_POSTS, key="timestamp")},
                "id": "1",
            },
        ),
        (read_threads, posts(*OLD_POSTS, key="timestamp")),
    ],
)
def test_a_whole_list_is_read_in_the_runs_time_zone(reader: Any, body: object) -> None:
    found = read(reader, body)
    assert (days(found), found.is_complete) == (["2025-10-02", "2025-09-01"], True)


def test_the_evidence_is_the_post_which_a_person_can_open() -> None:
    post = f"{FACEBOOK}/posts/9"
    fresh = asked(a_site(FACEBOOK), posts("2025-11-18T08:00:00+0000", permalink_url=post))
    assert given(fresh)["K11M_FB_3"].evidence[0].url == post


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        (read_facebook, posts("2025-11-18T08:00:00+0000", parent_id="1_2")),
        (read_x_timeline, posts("2025-11-18T08:00:00Z", key="created_at", referenced_tweets=RETWEETED)),
        (read_threads, posts("2025-11-18T08:00:00+0000", key="timestamp", media_type="REPOST_FACADE")),
    ],
)
def test_reposts_are_told_apart_and_counted(reader: Any, body: object) -> None:
    found = read(reader, body)
    assert (found.posts, found.refusal) == ((), Refusal.NO_POSTS)
    assert "left out: 1 repost" in found.problem


def test_a_date_in_the_future_is_rejected_and_the_list_proves_nothing_old() -> None:
    found = read(read_facebook, posts("2026-03-01T08:00:00+0000", "2025-10-01T08:00:00+0000"))
    assert (days(found), found.is_complete) == (["2025-10-01"], False)
    assert "1 in the future" in found.posts[0].source


def graph_error(code: int, message: str = "Words of the network") -> dict[str, Any]:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}}


@pytest.mark.parametrize("reader", [read_facebook, read_instagram, read_threads])
@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        (190, 401, Refusal.TOKEN_REFUSED),
        (190, 400, Refusal.TOKEN_REFUSED),
        (10, 400, Refusal.PERMISSION_MISSING),
        (200, 403, Refusal.PERMISSION_MISSING),
        (4, 400, Refusal.QUOTA_USED),
        (80002, 429, Refusal.QUOTA_USED),
        (110, 400, Refusal.UNKNOWN_ACCOUNT),
        (803, 404, Refusal.UNKNOWN_ACCOUNT),
        (2, 500, Refusal.FEED_DOWN),
        (None, 200, Refusal.FEED_DOWN),
    ],
)
def test_metas_errors_are_told_apart(reader: Any, code: int, status: int, expected: Refusal) -> None:
    found = read(reader, graph_error(code), status)
    assert (found.posts, found.is_complete, found.refusal) == ((), False, expected)
    assert "Words of the network" in found.problem
    assert expected.remedy in found.problem


NOT_FOUND = {
    "errors": [
        {
            "value": "iestade",
            "detail": "Could not find user with username: [iestade].",
            "title": "Not Found Error",
            "resource_type": "user",
            "parameter": "username",
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }
    ]
}
SUSPENDED = {
    "errors": [
        {
            "resource_type": "user",
            "title": "Forbidden",
            "detail": "User has been suspended: [iestade].",
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }
    ]
}


def problem(status: int, title: str) -> dict[str, Any]:
    return {"title": title, "type": "about:blank", "status": status, "detail": title}


@pytest.mark.parametrize("reader", [read_user, read_x_timeline])
@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (problem(401, "Unauthorized"), 401, Refusal.TOKEN_REFUSED),
        (problem(403, "Client Forbidden"), 403, Refusal.PERMISSION_MISSING),
        (problem(402, "CreditsDepleted"), 402, Refusal.QUOTA_USED),
        (problem(429, "Too Many Requests"), 429, Refusal.QUOTA_USED),
        (NOT_FOUND, 200, Refusal.UNKNOWN_ACCOUNT),
        (SUSPENDED, 200, Refusal.UNKNOWN_ACCOUNT),
        ("", 429, Refusal.QUOTA_USED),
        ("<html>Log in</html>", 200, Refusal.FEED_DOWN),
    ],
)
def test_xs_errors_are_told_apart(reader: Any, body: object, status: int, expected: Refusal) -> None:
    found = read(reader, body, status)
    assert (found.posts, found.is_complete, found.refusal) == ((), False, expected)
    assert expected.remedy in found.problem


@pytest.mark.parametrize(
    "reader",
    [
        read_user,
        read_x_timeline,
        read_facebook,
        read_instagram,
        read_threads,
        read_facebook_page,
        read_x_page,
        read_threads_page,
        read_tiktok_page,
    ],
)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 5000,
        '{"data": [1, null, {"created_time": 5, "timestamp": []}]}',
        '{"errors": [], "error": 1}',
        '<script type="application/json">{"timeline_list_feed_units": [1]}</script>',
    ],
)
def test_whatever_comes_is_a_refusal_and_never_an_old_account(reader: Any, body: str) -> None:
    found = read(reader, body)
    assert (found.posts, found.is_complete) == ((), False)
    assert found.refusal


def test_without_a_token_the_answer_says_so_and_what_to_do() -> None:
    observed = a_site(FACEBOOK, INSTAGRAM)
    for check, code in ((latest_post, "K11M_FB_3"), (other_posts, "social.latest_posts")):
        refused = tuple(
            Fetched(
                plan=one,
                fetched_at=NOW,
                failure=Failure(FailureReason.NO_CREDENTIALS, "EINDEKSS_GRAPH_TOKEN is not set"),
            )
            for one in planned(observed, check)
        )
        answer = given(msgspec.structs.replace(observed, observations=refused), check)[code]
        assert answer.outcome is Outcome.CANT_TELL
        assert "no credentials (EINDEKSS_GRAPH_TOKEN is not set)" in answer.reason
        assert "--social-posts" in answer.reason


def test_without_an_account_of_the_operators_instagram_is_not_asked() -> None:
    observed = a_site(INSTAGRAM, settings=AuditSettings(seed=1))
    assert planned(observed, other_posts) == []
    assert (
        "EINDEKSS_INSTAGRAM_ACCOUNT is not set" in given(observed, other_posts)["social.latest_posts"].reason
    )


def test_instagram_and_threads_prove_fresh_and_old() -> None:
    observed = a_site(INSTAGRAM, THREADS)
    old = {"business_discovery": {"media": posts("2025-10-01T08:00:00+0000", key="timestamp")}}
    stale = asked(observed, old, posts("2025-10-05T08:00:00+0000", key="timestamp"), check=other_posts)
    assert given(stale, other_posts)["social.latest_posts"].outcome is Outcome.FAILED
    fresh = asked(observed, old, posts("2025-11-15T08:00:00+0000", key="timestamp"), check=other_posts)
    answer = given(fresh, other_posts)["social.latest_posts"]
    assert (answer.outcome, answer.value) == (Outcome.PASSED, "instagram 2025-10-01; threads 2025-11-15")


def test_old_is_told_only_where_every_account_of_the_institution_told_all() -> None:
    second = "https://www.facebook.com/iestade.nodala"
    both = a_site(FACEBOOK, second)
    old = posts("2025-10-01T08:00:00+0000")
    assert given(asked(both, old, old))["K11M_FB_3"].value == 1
    assert given(asked(both, old, graph_error(10)))["K11M_FB_3"].value is None
    assert given(asked(both, old, posts("2025-11-18T08:00:00+0000")))["K11M_FB_3"].value == 2


def test_what_a_person_saw_fills_networks_that_tell_no_program() -> None:
    profile = "https://www.linkedin.com/company/iestade"
    seen = SeenPost(network="linkedin", profile=profile, day="2025-11-18", source="A. B.")
    institution = Institution(url=HOME_URL, social_posts=(seen,))
    answer = given(a_site(profile, institution=institution), other_posts)["social.latest_posts"]
    assert (answer.outcome, answer.value) == (Outcome.PASSED, "linkedin 2025-11-18")
    assert "manual: A. B." in answer.reason
    old = msgspec.structs.replace(seen, day="2025-10-01", seen="2025-11-20")
    of_old = Institution(url=HOME_URL, social_posts=(old,))
    assert (
        given(a_site(profile, institution=of_old), other_posts)["social.latest_posts"].outcome
        is Outcome.FAILED
    )


def script(document: object) -> str:
    return f'<html><body><script type="application/json">{json.dumps(document)}</script></body></html>'


FRESH, OLD = 1763452800, 1700000000
"""18 November 2025; 14 November 2023."""


def facebook_page(*nodes: dict[str, Any]) -> str:
    units = {"edges": [{"node": node} for node in nodes]}
    return script({"require": [[{"data": {"node": {"timeline_list_feed_units": units}}}]]})


def test_facebooks_page_tells_pins_apart_and_proves_nothing_old() -> None:
    body = facebook_page(
        {"creation_time": FRESH, "post_id": "1", "extra": {"profile_pinned_post": {}}},
        {"creation_time": OLD, "post_id": "2", "wwwURL": f"{FACEBOOK}/posts/2"},
    )
    found = read(read_facebook_page, body)
    assert (days(found), found.is_complete) == (["2023-11-15"], False)
    assert "1 pinned" in found.posts[0].source
    shell = read(read_facebook_page, "<html><title>Log in</title></html>")
    assert shell.refusal is Refusal.LOGIN_WALL


def test_xs_timeline_counts_the_accounts_own_posts_only() -> None:
    def entry(day: int, writer: str, **more: object) -> dict[str, Any]:
        made = x_id(datetime(2025, 11, day, 9, tzinfo=UTC))
        return {
            "type": "tweet",
            "content": {"tweet": {"id_str": made, "user": {"screen_name": writer}} | more},
        }

    entries = [entry(12, "Iestade"), entry(18, "cits"), entry(19, "iestade", retweeted_status={})]
    body = script({"props": {"pageProps": {"timeline": {"entries": entries}}}})
    found = read(read_x_page, body)
    assert (days(found), found.is_complete) == (["2025-11-12"], False)


def test_threads_and_tiktoks_pages_date_posts_of_the_account() -> None:
    def post(writer: str, at: int) -> dict[str, Any]:
        return {"post": {"code": "DAbcdefghij", "taken_at": at, "user": {"username": writer}}}

    threads = read(read_threads_page, script([[post("iestade", FRESH), post("cits", FRESH + 99)]]))
    assert (days(threads), threads.is_complete) == (["2025-11-18"], False)
    assert threads.posts[0].url == "https://www.threads.com/@iestade/post/DAbcdefghij"
    videos = "".join(f'<a href="{TIKTOK}/video/{at << 32}">v</a>' for at in (OLD, FRESH))
    tiktok = read(read_tiktok_page, f"<html><body>{videos}</body></html>", url=f"{TIKTOK}")
    assert sorted(days(tiktok)) == ["2023-11-15", "2025-11-18"]


def test_public_pages_are_read_only_where_the_settings_say_so_and_under_robots_txt() -> None:
    accounts = (FACEBOOK, X, THREADS, TIKTOK)
    off = a_site(*accounts)
    on = a_site(*accounts, settings=BEST_EFFORT)

    def pages(observed: Site) -> list[FetchResource]:
        every = (*planned(observed), *planned(observed, other_posts))
        return [one for one in every if not one.credential]

    assert pages(off) == []
    assert [one.url for one in pages(on)] == [
        "https://www.facebook.com/iestade/",
        "https://syndication.twitter.com/srv/timeline-profile/screen-name/iestade",
        "https://www.threads.com/@iestade",
        "https://www.tiktok.com/embed/@iestade",
    ]
    assert not any(one.is_for_programs for one in pages(on))


def test_a_public_page_proves_fresh_with_little_confidence_and_an_old_one_nothing() -> None:
    observed = a_site(FACEBOOK, settings=BEST_EFFORT)
    fresh = asked(observed, graph_error(10), facebook_page({"creation_time": FRESH, "post_id": "1"}))
    answer = given(fresh)["K11M_FB_3"]
    assert (answer.value, answer.confidence) == (2, 0.6)
    old = asked(observed, graph_error(10), facebook_page({"creation_time": OLD, "post_id": "1"}))
    assert given(old)["K11M_FB_3"].value is None
    assert "the token lacks the permission" in given(old)["K11M_FB_3"].reason

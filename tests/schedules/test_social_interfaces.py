"""The whole command against interfaces on this machine: who is asked, what is answered, that no token stays.

Answers are written by hand after the networks' documentation; no network was asked for them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import typer
import zstandard

from crawler.evidence import Scope
from schedules.options import audit_settings
from tests.crawler.page_server import Handler, Route, serving
from tests.schedules.site_server import Call, call, html, run_all

TOKENS = {
    "EINDEKSS_X_TOKEN": "AAAAx%2Fsecret|of=x",
    "EINDEKSS_GRAPH_TOKEN": "EAAG/secret+of~graph",
    "EINDEKSS_THREADS_TOKEN": "THAAsecretofthreads",
}
ACCOUNTS = {
    "Facebook": "https://www.facebook.com/iestade",
    "X": "https://x.com/iestade",
    "Instagram": "https://www.instagram.com/iestade",
    "Threads": "https://www.threads.com/@iestade",
}


def ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S+0000")


def day(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).date().isoformat()


def interface(asked: list[tuple[str, str]]) -> dict[str, Route]:
    """Facebook is 30 days old, X is refused, Instagram 40, Threads 20; each repeats what it was sent."""

    def answering(body: object, status: int = 200) -> Route:
        def route(handler: Handler) -> None:
            asked.append((handler.path, handler.headers.get("Authorization", "")))
            echo = {"paging": {"next": f"http://graph.example{handler.path}"}, "sent": asked[-1][1]}
            said = json.dumps({**dict(body), **echo} if isinstance(body, dict) else body)
            handler.answer(said, status=status, kind="application/json")

        return route

    return {
        "/v26.0/iestade/posts": answering({"data": [{"created_time": ago(30)}]}),
        "/v26.0/178414": answering({"business_discovery": {"media": {"data": [{"timestamp": ago(40)}]}}}),
        "/v1.0/profile_posts": answering({"data": [{"timestamp": ago(20)}]}),
        "/2/users/by/username/iestade": answering({"title": "Unauthorized", "status": 401}, 401),
    }


def site() -> dict[str, Route]:
    links = "".join(f'<a href="{url}">{name}</a> ' for name, url in ACCOUNTS.items())
    body = html("Iestāde", f"<footer>Seko mums: {links}</footer>")
    return {"/": lambda handler: handler.answer(body)}


def test_tokens_are_used_and_never_kept_and_the_off_switch_asks_nobody(tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    posts = tmp_path / "posts.csv"
    with serving(site()) as one, serving(interface(asked)) as networks:
        posts.write_text(f"url,network,profile,date,source\n{one.url},twitter,,{day(3)},A. Bērziņa\n")
        options = (
            "check", f"{one.url}/", "-vv", "--allow-private", "--no-confirm", "--format", "json",
            "--instagram-account", "178414", "--social-posts", str(posts),
            *(f"--interface={name}={elsewhere(networks.url)}" for name in ("x", "graph", "threads")),
        )  # fmt: skip
        ran = run_all(
            {
                "asked": Call((*options, "--db", str(tmp_path / "a" / "a.db")), TOKENS),
                "off": Call((*options, "--no-third-party", "--db", str(tmp_path / "b.db")), TOKENS),
                "bad": call("check", one.url, "--db", tmp_path / "c.db", EINDEKSS_X_TOKEN="two words of x"),
            }
        )
    answers = ran["asked"].sites[0]["answers"]
    assert (answers["K11M_FB_2"]["value"][:10], answers["K11M_FB_3"]["value"]) == (day(30), 1)
    assert (answers["K11M_TW_2"]["value"], answers["K11m_TW_3"]["value"]) == (day(3), 2)
    assert answers["social.latest_posts"]["value"] == f"instagram {day(40)}; threads {day(20)}"
    assert answers["social.latest_posts"]["outcome"] == "failed"
    assert ran["asked"].sites[0]["institution"]["social_posts"][0]["source"] == "A. Bērziņa"
    off = ran["off"].sites[0]["answers"]
    assert "--no-third-party" in off["K11M_FB_3"]["reason"]
    assert "--no-third-party" in off["social.latest_posts"]["reason"]

    assert ran["bad"].code == 2
    assert "EINDEKSS_X_TOKEN holds no token" in ran["bad"].err
    assert "two words" not in ran["bad"].err

    sent = {urlsplit(path).path: (parse_qs(urlsplit(path).query), header) for path, header in asked}
    assert len(asked) == len(sent) == 4  # once each, and none by the run with the switch
    assert sent["/2/users/by/username/iestade"][1] == f"Bearer {TOKENS['EINDEKSS_X_TOKEN']}"
    assert sent["/v26.0/iestade/posts"][0]["access_token"] == [TOKENS["EINDEKSS_GRAPH_TOKEN"]]
    assert sent["/v1.0/profile_posts"][0]["access_token"] == [TOKENS["EINDEKSS_THREADS_TOKEN"]]

    kept = b"".join(content(file) for file in tmp_path.rglob("*") if file.is_file())
    said = kept + "".join(one.out + one.err for one in ran.values()).encode()
    assert b"business_discovery" in said  # what was kept can be read here
    for token in TOKENS.values():
        for written in (token, quote(token, safe=""), json.dumps(token)[1:-1], token.replace("/", r"\/")):
            assert written.encode() not in said


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"interface": ["y=https://relay.example"]}, "none of x, graph, threads"),
        ({"interface": ["x=http://relay.example"]}, "https only"),
        ({"interface": ["x"]}, "https only"),
        ({"instagram_account": "iestade"}, "digits only"),
    ],
)
def test_addresses_that_may_carry_no_token_are_refused(chosen: dict[str, Any], said: str) -> None:
    with pytest.raises(typer.BadParameter, match=said):
        audit_settings(scope=Scope.HOMEPAGE, **chosen)


def elsewhere(url: str) -> str:
    """Another host than the site's, on this machine."""
    return url.replace("127.0.0.1", "localhost")


def content(file: Path) -> bytes:
    """A file's bytes; evidence is kept compressed."""
    data = file.read_bytes()
    if data[:4] != b"\x28\xb5\x2f\xfd":
        return data
    return zstandard.ZstdDecompressor().decompressobj().decompress(data)

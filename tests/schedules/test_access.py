"""The whole command against a site that wants a header, a cookie, a password or a login, and one beside it
that must be sent none of it. The site says everything back; nothing of it may be kept.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote

import pytest

from tests.crawler.page_server import Handler, PageServer, Route, serving
from tests.schedules.site_server import Call, html, run, run_all
from tests.schedules.test_social_interfaces import content

SECRETS = {
    "SITE_KEY": "hdr-Kx81/lapa%2Fzz&q",
    "SITE_COOKIE": "ck-93hd82Hslv0",
    "SITE_PASS": "parbaude:P@ss/w0rd&Zz",
    "SITE_USER": "lietotajs-77",
    "SITE_WORD": 'slepens "vards" & 99',
}
SESSION = "sess-8d7f6g5h4j3k2l1"


class Heard:
    """What both servers were sent."""

    def __init__(self) -> None:
        self.headers: list[tuple[str, str, dict[str, str]]] = []
        self.posted: list[tuple[str, str]] = []
        self.ended = 0

    def note(self, where: str, handler: Handler) -> dict[str, str]:
        given = {name.lower(): value for name, value in handler.headers.items()}
        self.headers.append((where, handler.path, given))
        return given


def echo(given: dict[str, str]) -> str:
    """What a careless page shows of a request, written in many ways."""
    said = " ".join(given.get(name, "") for name in ("x-key", "cookie", "authorization"))
    return (
        f"<p>{escape(said)}</p><a href='/0?from={quote(said, safe='')}'>Atpakaļ</a>"
        f"<script>const said = {json.dumps(said)};</script><p>{base64.b64encode(said.encode()).decode()}</p>"
    )


def third_party(heard: Heard) -> dict[str, Route]:
    def heard_by(handler: Handler) -> None:
        heard.note("other", handler)
        handler.answer("", kind="text/css")

    return {"/look.css": heard_by, "/away": heard_by, "/frame": heard_by}


def site(heard: Heard, other: PageServer, *, wants: tuple[str, ...]) -> dict[str, Route]:
    def page(title: str, body: str = "") -> Route:
        def route(handler: Handler) -> None:
            given = heard.note("site", handler)
            if not all(given.get(name) for name in wants):
                handler.answer(html("Aizliegts"), status=403)
                return
            rest = f"<link rel=stylesheet href='{other.localhost}/look.css'>{echo(given)}"
            handler.answer(html(title, body + rest))

        return route

    def away(handler: Handler) -> None:
        heard.note("site", handler)
        handler.answer("", status=302, headers={"Location": f"{other.localhost}/away"})

    links = "".join(f"<p><a href='/{n}'>Lapa {n}</a></p>" for n in range(2))
    links += f"<p><a href='/prom'>Prom</a></p><iframe src='{other.localhost}/frame' title=Citur></iframe>"
    return {"/": page("Novads", links), "/prom": away} | {f"/{n}": page(f"Lapa {n}") for n in range(2)}


def written(secret: str) -> Iterator[bytes]:
    for form in (
        secret,
        quote(secret),
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        escape(secret),
        base64.b64encode(secret.encode()).decode().rstrip("=")[:-1],
    ):
        yield form.encode()


def kept_in(folder: Path) -> bytes:
    """All bytes that the audit left; evidence unpacked."""
    return b"".join(content(file) for file in folder.rglob("*") if file.is_file())


def no_secret_in(said: bytes, secrets: dict[str, str]) -> None:
    for name, secret in secrets.items():
        for form in written(secret):
            assert form not in said, name


def test_secrets_reach_the_site_and_nobody_else_and_nothing_keeps_them(tmp_path: Path) -> None:
    heard = Heard()
    with serving() as other, serving() as one:
        other.routes = third_party(heard)
        one.routes = site(heard, other, wants=("x-key", "cookie", "authorization"))
        ran = run(
            Call(
                (
                    "check", f"{one.url}/", "-vv", "--allow-private", "--scope", "sample", "--format", "json",
                    "--pages", "2", "--structured-pages", "1",
                    "--header", "X-Key: env:SITE_KEY", "--cookie", "pass=env:SITE_COOKIE",
                    # Opens the other server to the guard, which is none of the targets.
                    "--interface", f"x={other.localhost}",
                    "--basic-auth", "env:SITE_PASS", "--db", str(tmp_path / "a.db"),
                ),
                SECRETS,
            )
        )  # fmt: skip
    assert ran.code == 0, ran.err
    assert {page["status"] for page in ran.sites[0]["pages"] if not page["failure"]} == {200}
    assert ran.sites[0]["crawl"]["fetched"] >= 3
    to_site = [given for where, path, given in heard.headers if where == "site" and path == "/"]
    assert all(given["x-key"] == SECRETS["SITE_KEY"] for given in to_site)
    assert all("pass=ck-93hd82Hslv0" in given["cookie"] for given in to_site)
    elsewhere = [(path, given) for where, path, given in heard.headers if where == "other"]
    assert {path for path, _ in elsewhere} >= {"/look.css", "/frame"}
    assert not [given for _, given in elsewhere if {"x-key", "cookie", "authorization"} & given.keys()]

    said = kept_in(tmp_path) + (ran.out + ran.err).encode()
    assert b"[redacted]" in said
    no_secret_in(said, {name: SECRETS[name] for name in ("SITE_KEY", "SITE_COOKIE", "SITE_PASS")})
    no_secret_in(said, {"password": SECRETS["SITE_PASS"].partition(":")[2]})
    assert b"env:SITE_KEY" in said  # what was recorded is the name
    pictures = [
        file for file in tmp_path.rglob("*") if file.is_file() and file.read_bytes()[:2] == b"\xff\xd8"
    ]
    assert pictures == []


LOGIN = """
start = "{url}/login"
submit = "#go"
fields = [
    {{ selector = "#user", value = "env:SITE_USER" }},
    {{ selector = "#word", value = "env:SITE_WORD" }},
]
[success]
{success}
"""


def members_only(heard: Heard, *, lose_after: int = 10**6, action: str = "/session") -> dict[str, Route]:
    """A site behind a login; every session ends after so many pages."""
    sessions: dict[str, int] = {}

    def form(handler: Handler) -> None:
        body = (
            f"<form method=post action='{action}'><label>Vārds <input id=user name=user></label>"
            "<label>Parole <input id=word name=word type=password></label>"
            "<button id=go>Ieiet</button></form>"
        )
        handler.answer(html("Ieeja", body))

    def begin(handler: Handler) -> None:
        text = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        heard.posted.append((handler.path, text))
        given = {name: values[0] for name, values in parse_qs(text).items()}
        if given != {"user": SECRETS["SITE_USER"], "word": SECRETS["SITE_WORD"]}:
            handler.answer(html("Nepareizi"), status=401)
            return
        key = f"{SESSION}{len(sessions)}"
        sessions[key] = 0
        handler.answer(
            "", status=303, headers={"Location": "/", "Set-Cookie": f"sid={key}; HttpOnly; Path=/"}
        )

    def page(title: str, body: str = "") -> Route:
        def route(handler: Handler) -> None:
            key = handler.headers.get("Cookie", "").partition("sid=")[2].partition(";")[0]
            sessions[key] = sessions.get(key, 10**9) + 1
            if sessions[key] > lose_after:
                handler.answer("", status=302, headers={"Location": "/login"})
                return
            handler.answer(html(title, f"{body}<p>{key}</p><a class=out href='/logout'>Iziet</a>"))

        return route

    def end(handler: Handler) -> None:
        heard.ended += 1
        sessions.clear()
        handler.answer(html("Iziets"))

    links = "".join(f"<p><a href='/{n}'>Lapa {n}</a></p>" for n in range(3))
    pages = {"/": page("Dalībnieki", links)} | {f"/{n}": page(f"Lapa {n}") for n in range(3)}
    return pages | {"/login": form, "/session": begin, "/logout": end}


def logging_in(url: str, folder: Path, name: str, success: str = 'selector = "a.out"') -> Call:
    file = folder / f"{name}.toml"
    file.write_text(LOGIN.format(url=url, success=success), encoding="utf-8")
    return Call(
        (
            "check", f"{url}/", "-vv", "--allow-private", "--scope", "sample", "--no-confirm",
            "--format", "json", "--timeout", "15", "--login", str(file), "--db", str(folder / f"{name}.db"),
        ),
        SECRETS,
    )  # fmt: skip


def test_a_login_is_done_once_as_ordered_and_leaves_no_trace_of_who(tmp_path: Path) -> None:
    heards = {name: Heard() for name in ("well", "lost", "never", "off")}
    with serving() as well, serving() as lost, serving() as never, serving() as off:
        well.routes = members_only(heards["well"])
        lost.routes = members_only(heards["lost"], lose_after=5)
        never.routes = members_only(heards["never"])
        off.routes = members_only(heards["off"], action=f"{well.localhost}/session")
        ran = run_all(
            {
                "well": logging_in(well.url, tmp_path, "well", 'url = "/"'),
                "lost": logging_in(lost.url, tmp_path, "lost"),
                "never": logging_in(never.url, tmp_path, "never", 'selector = "#nowhere"'),
                "off": logging_in(off.url, tmp_path, "off"),
            },
            at_once=2,
        )
    assert ran["well"].code == 0, ran["well"].err
    site = ran["well"].sites[0]
    assert {page["final_url"] for page in site["pages"]} == {
        f"{well.url}/",
        *(f"{well.url}/{n}" for n in range(3)),
    }
    assert len(heards["well"].posted) == 1
    assert (heards["well"].ended, site["skipped_counts"]["logout"]) == (0, 1)
    assert len(site["login"]["logged_in_at"]) == 1

    assert len(heards["lost"].posted) == 2
    codes = {str(page["failure"]["reason"]) for page in ran["lost"].sites[0]["pages"] if page["failure"]}
    assert codes == {"login_failed"}

    for name in ("never", "off"):
        assert ran[name].code == 3
        assert ran[name].sites[0]["status"] == "not_evaluable"
        assert ran[name].sites[0]["failure"]["reason"] == "login_failed"
    assert heards["off"].posted == []

    said = kept_in(tmp_path) + "".join(one.out + one.err for one in ran.values()).encode()
    no_secret_in(said, {name: SECRETS[name] for name in ("SITE_USER", "SITE_WORD")})
    assert SESSION.encode() not in said


def test_what_is_no_order_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('start = "https://a.example/"\nsubmit = "#go"\nfields = []\n[success]\nurl = "/"\n')
    value = tmp_path / "value.toml"
    value.write_text(
        LOGIN.format(url="https://a.example", success='url="/"').replace("env:SITE_WORD", "klajs-vards")
    )
    db = ("--db", str(tmp_path / "x.db"))
    ran = run_all(
        {
            "literal": Call(("check", "https://a.example/", "--header", "X-Key: klajs-vards", *db)),
            "unset": Call(("check", "https://a.example/", "--cookie", "a=env:NOT_SET_AT_ALL", *db)),
            "short": Call(("check", "https://a.example/", "--basic-auth", "env:S", *db), {"S": "a:klajs"}),
            "two": Call(
                ("check", "https://a.example/", "https://b.example/", "--basic-auth", "env:S", *db),
                {"S": "a:klajs-vards"},
            ),
            "file": Call(("check", "https://a.example/", "--login", str(bad), *db)),
            "value": Call(("check", "https://a.example/", "--login", str(value), *db)),
        }
    )
    assert {one.code for one in ran.values()} == {2}, {name: one.err for name, one in ran.items()}
    assert "env:NAME" in ran["literal"].err
    assert "NOT_SET_AT_ALL is not set" in ran["unset"].err
    assert "S holds less than 8 characters" in ran["short"].err
    assert "one site" in ran["two"].err
    assert "`start` is a whole URL" in " ".join(ran["file"].err.split())
    assert "env:NAME" in ran["value"].err
    assert not [name for name, one in ran.items() if "klajs" in one.out + one.err]


def test_a_database_keeps_names_of_variables_only(tmp_path: Path) -> None:
    with serving({"/": lambda handler: handler.answer(html("Novads"))}) as one:
        file = tmp_path / "a.db"
        ran = run(
            Call(
                ("check", f"{one.url}/", "--allow-private", "--no-confirm", "--header", "X-Key: env:SITE_KEY",
                 "--header", "Accept-Language: en", "--db", str(file)),
                SECRETS,
            )
        )  # fmt: skip
    assert ran.code == 0, ran.err
    with sqlite3.connect(file) as database:
        (settings,) = database.execute("select settings from run").fetchone()
    assert json.loads(settings)["headers"] == {"X-Key": "env:SITE_KEY", "Accept-Language": "en"}


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)

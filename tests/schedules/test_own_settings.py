"""One run of two sites, each with its own `[[url]]`: how it is reached, its gate, and what is told of it."""

from __future__ import annotations

from pathlib import Path

from tests.crawler.page_server import Handler, PageServer, serving
from tests.schedules.site_server import call, html, run, run_all
from tests.schedules.test_access import kept_in, no_secret_in

KEY = "hdr-Kx81/lapa%2Fzz"
CONFIG = """
[check]
fail-on = "rule:image-alt"

[[url]]
match = "{one}/*"
header = "X-Key: env:ONE_KEY"
exclude = "/arhivs/*"
rate = 50
baseline = "one.json"

[[url]]
match = "{two}/*"
timeout = 20
fail-on = "rule:label"
"""


def keep(site: PageServer, keys: list[str]) -> None:
    """A site that writes down with which key it was asked, and has a picture without a text."""

    def route(handler: Handler) -> None:
        keys.append(handler.headers.get("X-Key", ""))
        links = "<p><a href='/arhivs/1'>Arhīvs</a></p><img src='/a.png'>"
        handler.answer(html("Novads", links if handler.path == "/" else ""))

    site.routes = {"/": route, "/arhivs/1": route}


def test_each_site_of_a_run_has_its_own_settings_and_gate_and_they_are_told(tmp_path: Path) -> None:
    keys: dict[str, list[str]] = {"one": [], "two": []}
    config, db = tmp_path / "eindekss.toml", tmp_path / "runs.db"
    with serving() as one, serving() as two:
        keep(one, keys["one"])
        keep(two, keys["two"])
        config.write_text(CONFIG.format(one=one.url, two=two.url))
        ran = run(
            call(
                "check", f"{one.url}/", f"{two.url}/", "--config", config, "--db", db, "--format", "json",
                "--allow-private", "--no-confirm", "--no-third-party", "--rate", "100",
                "--structured-pages", "0", "--update-baseline", "--accept-reason", "old",
                "--accept-owner", "me", "--accept-until", "2099-12-31", ONE_KEY=KEY,
            )
        )  # fmt: skip
        asked = {"one": [path for _, path in one.asked], "two": [path for _, path in two.asked]}
    assert ran.code == 0, ran.err
    assert set(keys["one"]) == {KEY}
    assert set(keys["two"]) == {""}
    assert ("/arhivs/1" in asked["one"], "/arhivs/1" in asked["two"]) == (False, True)

    mine, other = (site["institution"]["own_settings"] for site in ran.sites)
    assert mine == {"headers": {"X-Key": "env:ONE_KEY"}, "exclude": ["/arhivs/*"]}  # --rate was nearer
    assert other == {"timeout": 20.0}
    gate = ran.document["gate"]
    assert [one["fail_on"] for one in gate["by_site"]] == [["rule:image-alt"], ["rule:label"]]
    assert [(one["item"]["rule"], one["entry"]["owner"]) for one in gate["accepted"]] == [("image-alt", "me")]
    (complaint,) = (one for one in ran.document["run"]["quality"]["complaints"] if one["kind"] == "settings")
    assert complaint["said"].endswith(": exclude, headers, timeout")

    later = run_all(
        {
            "json": call("show", "--db", db, "--format", "json"),
            "text": call("show", "--db", db),
        },
        at_once=2,
    )
    assert later["json"].document["gate"] == gate
    assert "Gate passed." in later["text"].out
    assert "Settings differ by site" in later["text"].out
    assert "Settings of its own: exclude, headers" in later["text"].out
    no_secret_in(kept_in(tmp_path) + (ran.out + ran.err).encode(), {"ONE_KEY": KEY})

"""Which pages an audit takes in: those of a sitemap, and those that patterns leave."""

from __future__ import annotations

from pathlib import Path

from tests.crawler.page_server import Route, serving
from tests.schedules.site_server import call, page, run_all


def sitemap(*paths: str) -> Route:
    def route(handler: object) -> None:
        host = handler.headers["Host"]  # type: ignore[attr-defined]  # a Handler
        listed = "".join(f"<url><loc>http://{host}{path}</loc></url>" for path in paths)
        text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{listed}</urlset>'
        handler.answer(text, kind="application/xml")  # type: ignore[attr-defined]

    return route


def test_a_sitemap_and_patterns_say_which_pages_are_scored_and_what_is_left_out_is_told(
    tmp_path: Path,
) -> None:
    links = "".join(f"<p><a href='/{name}'>{name}</a></p>" for name in ("a/1", "a/2", "b/1", "c"))
    routes = {"/": page("Novads", links), "/sitemap.xml": sitemap("/a/1", "/b/1", "/a/2.pdf")}
    routes |= {f"/{name}": page(f"Lapa {name}") for name in ("a/1", "a/2", "b/1", "c")}
    routes |= {"/nothing.xml": sitemap("/gone.pdf")}
    base = (
        "--allow-private",
        "--no-confirm",
        "--format",
        "json",
        "--structured-pages",
        "0",
        "--exclude",
        "/b/*",
    )
    with serving(routes) as one:
        ran = run_all(
            {
                "listed": call("check", f"{one.url}/", *base, "--sitemap", "--db", tmp_path / "a.db"),
                "nothing": call(
                    "check", f"{one.url}/", *base, "--sitemap-url", "/nothing.xml", "--db", tmp_path / "b.db"
                ),
            },
            at_once=2,
        )
    assert ran["listed"].code == 0, ran["listed"].err
    site = ran["listed"].sites[0]
    assert [
        one["url"].rpartition(":")[2].partition("/")[2] for one in site["pages"] if "random" in one["roles"]
    ] == ["a/1"]
    assert (site["wcag"]["scope"], site["wcag"]["population"]) == ("sample", 1)
    assert site["skipped_counts"]["excluded"] == 1
    assert [one["reason"] for one in site["skipped"] if one["url"].endswith("/b/1")] == ["excluded"]
    assert not [path for _, path in one.asked if path == "/b/1"]
    settings = ran["listed"].document["run"]["settings"]
    assert (settings["sitemap"], settings["exclude"], settings["scope"]) == ("", ["/b/*"], "sample")

    assert ran["nothing"].code == 3
    assert ran["nothing"].sites[0]["failure"]["reason"] == "no_sitemap"
    assert ran["nothing"].sites[0]["status"] == "not_evaluable"

"""Each check within 50 ms on a page of 1 MB (issue 4), with room for a machine that is busy."""

from __future__ import annotations

import sys
import time

import pytest

from checks.addresses import evaluable_pages
from checks.check import Check, all_checks
from checks.dom import tree
from checks.judge import DEFAULTS, judge
from checks.remember import MOST, once_a_page
from crawler.evidence import Page, Place
from tests.checks.build import field, form, link, page, site

LINKS = 1500
SECONDS = 0.05
OWN = {"latest_post", "participation", "profiles", "search", "services_links", "structured_pages"}
OWN |= {"activity_fields", "audiences", "languages", "news"}
OWN |= {one.id for one in all_checks() if any(code.startswith("standard.") for code in one.codes)}
OWN |= {one.id for one in all_checks() if one.judge.__module__.startswith("checks.participation.")}
OWN |= {
    one.id
    for one in all_checks()
    if one.judge.__module__.startswith(("checks.contacts.", "checks.services.", "checks.social."))
}


def large_page(key: int) -> Page:
    """A megabyte with many links, unlike any page that a check has seen."""
    texts = [f"Ministrija paziņo par jaunu kārtību {key}-{number}" for number in range(LINKS)]
    links = [link(text, f"/zinas/{key}/{number}", Place.MAIN) for number, text in enumerate(texts)]
    posts = [link("x", f"https://www.facebook.com/iestade/posts/{n}", Place.MAIN) for n in range(30)]
    account = link("f", "https://www.facebook.com/iestade", Place.FOOTER)
    blocks = (f'<div><a href="{one.href}">{one.text}</a><p>{"teksts " * 80}</p></div>' for one in links)
    feed = (f'<li><a href="{one.href}">x</a><time datetime="2025-11-02"></time></li>' for one in posts)
    html = f"<html><body>{''.join(blocks)}<ul>{''.join(feed)}</ul></body></html>"
    assert len(html) > 900_000
    search = form(field("q", "search"), action="/search")
    return page(links=(*links, *posts, account), html=html, forms=(search,), text="vārds " * 3000)


@pytest.mark.parametrize("check", [one for one in all_checks() if one.id in OWN], ids=lambda one: one.id)
def test_a_megabyte_is_judged_in_fifty_milliseconds(check: Check) -> None:
    check.judge(site(page()), DEFAULTS)  # term tables are read once a process
    times = []
    for round_of in range(5):
        observed = site(large_page(round_of))
        evaluable_pages(observed)  # is worked out once a page for all checks
        started = time.process_time()
        check.judge(observed, DEFAULTS)
        times.append(time.process_time() - started)
    assert min(times) < SECONDS, times


def test_a_page_is_worked_out_once_and_old_pages_are_forgotten() -> None:
    seen: list[str] = []

    @once_a_page
    def note(one: Page, extra: str) -> str:
        seen.append(one.url + extra)
        return extra

    first = page("/0")
    assert [note(first, "a"), note(first, "a"), note(first, "b")] == ["a", "a", "b"]
    assert len(seen) == 2
    for number in range(MOST):
        note(page(f"/{number}"), "a")
    note(first, "a")
    assert len(seen) == 2 + MOST + 1


def test_what_was_worked_out_of_a_site_is_forgotten_when_it_is_judged() -> None:
    observed = site(page(html="<html><body><p>Ministrija</p></body></html>", text="Ministrija"))
    parsed = tree(observed.pages[0].html)
    assert tree(observed.pages[0].html) is parsed
    held = sys.getrefcount(observed.pages[0])
    judge(observed)
    assert tree(observed.pages[0].html) is not parsed
    after = sys.getrefcount(observed.pages[0])
    assert after == held, "nothing else holds the page"

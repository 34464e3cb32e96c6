"""How long each check takes on pages of 1 MB: the issue's limit is 50 ms.

    .venv/bin/python -m bench.checks_speed [--rounds 5] [--check ID …]

Two pages: `markup`, where links and elements are most of it, and `text`, where 600 KB are words that no page
before had. Each check gets a page of its own in each round, parsed anew: in an audit that is done once a page
for all checks. The least of the rounds is told, in processor time.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from bench.accuracy_sites import table
from checks import terms
from checks.addresses import evaluable_pages
from checks.check import Check, all_checks
from checks.judge import DEFAULTS
from crawler.evidence import AuditSettings, Institution, Link, Page, Place, Site

URL = "http://iestade.example/"
LIMIT = 50.0
"""Milliseconds (issue 4)."""
_SYLLABLES = tuple(first + second for first in "bdgklmnprstvzšļ" for second in ("a", "i"))


def main() -> None:
    """Print milliseconds by check and page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--check", action="append")
    chosen = options.parse_args()
    checks = [one for one in all_checks() if not chosen.check or one.id in chosen.check]
    kinds = {"markup": markup, "text": text}
    spent: dict[tuple[str, str], list[float]] = {(kind, one.id): [] for kind in kinds for one in checks}
    for check in checks:
        check.judge(_site(text(0, 20)), DEFAULTS)
    for turn in range(1, chosen.rounds + 1):
        for kind, make in kinds.items():
            for check_id, seconds in _round(checks, make, turn):
                spent[kind, check_id].append(seconds)
    least = {one.id: [min(spent[kind, one.id]) * 1000 for kind in kinds] for one in checks}
    slowest = sorted(least, key=lambda check: -max(least[check]))
    rows = [[check, *(f"{cell:.1f}" for cell in least[check])] for check in slowest]
    print(table(["check", *(f"{kind}, ms" for kind in kinds)], rows))
    over = [check for check in slowest if max(least[check]) > LIMIT]
    print(f"\nover {LIMIT:.0f} ms: {', '.join(over) or 'none'}")


def _round(checks: Sequence[Check], make: Callable[[int], Page], turn: int) -> Iterator[tuple[str, float]]:
    for number, check in enumerate(checks):
        site = _site(make(turn * 1000 + number))
        evaluable_pages(site)  # once a page for all checks
        started = time.process_time()
        check.judge(site, DEFAULTS)
        yield check.id, time.process_time() - started


def markup(key: int) -> Page:
    """A megabyte of 1,500 links with teasers."""
    texts = [f"Ministrija paziņo par jaunu kārtību {key}-{n}" for n in range(1500)]
    links = [_link(said, f"/zinas/{key}/{n}") for n, said in enumerate(texts)]
    teaser = f'<p class="teaser">{"teksts " * 80}</p>'
    rows = (f'<div class="row"><a href="{one.href}">{one.text}</a>{teaser}</div>' for one in links)
    return _page("".join(rows), links, "vārds " * 3000)


def text(key: int, paragraphs: int = 1400) -> Page:
    """A megabyte of which 600 KB are words: paragraphs under headings, 20,000 words that no page had before,
    and among them every word of the term tables.
    """
    words = [_word(key * 20_000 + n) for n in range(20_000)]
    words[::9] = (_terms() * 20)[: len(words[::9])]
    shuffled = random.Random(key).sample(words, len(words))
    pieces = []
    for n in range(paragraphs):
        start = n * 7919 % (len(words) - 60)
        heading = f"<h2>{shuffled[start]} {shuffled[start + 1]}</h2>" if n % 7 == 0 else ""
        attributes = f'class="par-{n}" style="margin: 0; padding: {n % 9}px" data-key="{"x" * 150}"'
        pieces.append(f"{heading}<div {attributes}><p>{' '.join(shuffled[start : start + 60])}.</p></div>")
    links = [_link(" ".join(shuffled[n : n + 3]), f"/par/{key}/{n}") for n in range(300)]
    return _page("".join(pieces), links, " ".join(shuffled)[:20_000])


@cache
def _terms() -> list[str]:
    every = (table for name in terms.concepts() for table in terms.tables(name).values())
    return sorted(
        {word for table in every for term in (*table.stems, *table.phrases) for word in term.split()}
    )


def _word(n: int) -> str:
    syllables, left = [], n + 31
    while left:
        left, at = divmod(left, len(_SYLLABLES))
        syllables.append(_SYLLABLES[at])
    return "".join(syllables)


def _link(words: str, path: str) -> Link:
    return Link(href=f"http://iestade.example{path}", text=words, place=Place.MAIN, selector="a")


def _page(body: str, links: Sequence[Link], plain: str) -> Page:
    html = f"<html lang=lv><head><title>Iestāde</title></head><body>{body}</body></html>"
    return Page(
        url=URL,
        final_url=URL,
        captured_at="2026-01-02T12:00:00+00:00",
        roles=("home",),
        status=200,
        content_type="text/html",
        html=html,
        title="Iestāde",
        lang="lv",
        text=plain,
        text_length=len(plain),
        element_count=5000,
        links=tuple(links),
    )


def _site(page: Page) -> Site:
    return Site(
        institution=Institution(url=URL, name="Iestāde"),
        settings=AuditSettings(seed=1),
        started_at=page.captured_at,
        captured_at=page.captured_at,
        pages=(page,),
    )


if __name__ == "__main__":
    main()

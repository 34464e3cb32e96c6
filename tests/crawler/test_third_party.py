"""With third parties ruled out no host off the site is asked, whatever checks plan."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256

from msgspec.structs import replace

from crawler.axe import load_axe
from crawler.chromium import find_chromium
from crawler.evidence import (
    AuditSettings,
    Blob,
    FailureReason,
    FetchResource,
    Institution,
    Plan,
    SearchProbe,
    Site,
    SubmitSearch,
    VisitPage,
)
from crawler.instruments import open_instruments
from crawler.visit import Visit, visiting
from tests.crawler.page_server import PageServer, serving

SETTINGS = AuditSettings(seed=1, timeout=20, rate=200, allow_private=True)
PAGE = "<!doctype html><html lang=en><title>Page</title><h1>Page</h1><p>Text"


def a_blob(content: bytes, media_type: str) -> Blob:
    return Blob(sha256(content).hexdigest(), media_type, len(content))


@asynccontextmanager
async def visit_of(base: str, *, third_party: bool, others: str) -> AsyncIterator[Visit]:
    chromium = find_chromium(os.environ)
    assert chromium is not None, "make setup finds or fetches one"
    async with (
        open_instruments(
            replace(SETTINGS, third_party=third_party),
            (base, others),
            chromium=chromium,
            axe=load_axe(os.environ),
            save_blob=a_blob,
            clock=lambda: datetime.now(UTC),
        ) as instruments,
        visiting(Institution(url=base), instruments, lambda *_: None) as visit,
    ):
        yield visit


def plans(base: str) -> tuple[Plan, ...]:
    return (
        VisitPage(f"{base}/page", "services"),
        SubmitSearch(
            page_url=f"{base}/page",
            form_selector="form",
            field_selector="input",
            url_template=f"{base}/search?q={{query}}",
            word="page",
            token="xqzvkw",
        ),
        FetchResource(url=f"{base}/feed", purpose="test"),
    )


async def observed(one: PageServer, other: PageServer, *, third_party: bool) -> Site:
    async with visit_of(f"{one.url}/", third_party=third_party, others=other.localhost) as visit:
        await visit.carry_out(plans(other.localhost))
        return visit.evidence()


async def test_the_switch_keeps_all_three_kinds_of_plans_from_other_hosts() -> None:
    routes = {path: lambda handler: handler.answer(PAGE) for path in ("/", "/page", "/search", "/feed")}
    with serving(routes) as one, serving(routes) as other:
        off = await observed(one, other, third_party=False)
        assert other.asked == []
        on = await observed(one, other, third_party=True)
        assert {path.partition("?")[0] for _, path in other.asked} >= {"/page", "/search", "/feed"}
    reasons = [off.pages[0].failure, *(failure_of(seen) for seen in off.observations)]
    assert [failure and failure.reason for failure in reasons] == [FailureReason.THIRD_PARTY_OFF] * 3
    assert on.pages[0].failure is None


def failure_of(seen: object) -> object:
    return seen.for_word.failure if isinstance(seen, SearchProbe) else seen.failure  # type: ignore[attr-defined]

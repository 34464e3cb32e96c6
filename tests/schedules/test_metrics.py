from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.browser import Browser, Start
from crawler.evidence import (
    AuditSettings,
    Confirmation,
    ConfirmPage,
    Failure,
    FailureReason,
    Institution,
    MobileView,
    Page,
    Site,
)
from results.errors import DatabaseLockedError
from schedules.errors import SettingsError
from schedules.metrics import Metrics, MetricsWish, metrics_wish
from tests.crawler.observed_pages import SETTINGS, chromium
from tests.crawler.page_server import serving
from tests.schedules.site_server import Ran, call, html, run, small_site

URL = "http://a.example/"
T0, T1 = "2026-01-02T10:00:00+00:00", "2026-01-02T10:00:07+00:00"
LOST = Failure(FailureReason.TIMEOUT, "60 s")


def a_site(failure: Failure | None = None) -> Site:
    return Site(
        institution=Institution(url=URL),
        settings=AuditSettings(seed=1),
        started_at=T0,
        captured_at=T1,
        pages=(
            Page(url=URL, captured_at=T1, seconds={"load": 0.7, "axe": 0.2}),
            Page(url=f"{URL}x", captured_at=T1, failure=LOST, seconds={"load": 60.0}),
        ),
        mobile=(MobileView(url=URL, captured_at=T1, seconds={"load": 0.4}),),
        observations=(Confirmation(plan=ConfirmPage(URL), captured_at=T1),),
        failure=failure,
    )


def scraped(url: str) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = httpx.get(url, trust_env=False)
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def named(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return f"eindekss_{name}", frozenset(labels.items())


def test_what_was_counted_is_scraped() -> None:
    browser = Browser(chromium(), SETTINGS)
    browser.started[Start.FIRST] = 1
    metrics = Metrics(lambda: {"waiting": 3, "leased": 1})
    metrics.take(browser, a_site(), ended="done", status="evaluated")
    browser.started[Start.DIED] = 2
    metrics.take(browser, a_site(LOST), ended="again", status="not_evaluable")
    with metrics.served(MetricsWish(port=0)) as port:
        seen = scraped(f"http://127.0.0.1:{port}/metrics")
    assert seen[named("tasks", state="waiting")] == 3
    assert seen[named("sites_total", ended="done", status="evaluated")] == 1
    assert seen[named("sites_total", ended="again", status="not_evaluable")] == 1
    assert seen[named("captures_total", device="desktop")] == 4
    assert seen[named("captures_total", device="phone")] == 2
    assert seen[named("captures_total", device="again")] == 2
    assert seen[named("failures_total", what="desktop", reason="timeout")] == 2
    assert seen[named("failures_total", what="site", reason="timeout")] == 1
    assert seen[named("browser_starts_total", why="first")] == 1
    assert seen[named("browser_starts_total", why="died")] == 2
    assert seen[named("stage_seconds_count", stage="desktop_load")] == 4
    assert seen[named("stage_seconds_sum", stage="desktop_load")] == pytest.approx(121.4)
    assert seen[named("stage_seconds_bucket", stage="desktop_axe", le="0.25")] == 2
    assert seen[named("site_seconds_sum")] == 14
    assert seen["process_resident_memory_bytes", frozenset()] > 1e7


def test_a_database_that_does_not_answer_costs_only_its_numbers() -> None:
    def locked() -> Mapping[str, int]:
        raise DatabaseLockedError("locked")

    metrics = Metrics(locked)
    metrics.take(Browser(chromium(), SETTINGS), a_site(), ended="done")
    with metrics.served(MetricsWish(port=0)) as port:
        seen = scraped(f"http://127.0.0.1:{port}/")
    assert named("captures_total", device="phone") in seen
    assert not [name for name, _ in seen if name == "eindekss_tasks"]


def test_two_workers_in_one_process_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    one.take(Browser(chromium(), SETTINGS), a_site(), ended="done")
    with one.served(MetricsWish(port=0)) as first, other.served(MetricsWish(port=0)) as second:
        assert named("site_seconds_count") in scraped(f"http://127.0.0.1:{first}/")
        assert scraped(f"http://127.0.0.1:{second}/")[named("site_seconds_count")] == 0


def test_nothing_is_served_unasked_and_a_port_in_use_is_told() -> None:
    with Metrics().served(metrics_wish()) as port:
        assert port is None
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wish = metrics_wish(metrics_port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match="give another --metrics-port"), Metrics().served(wish):
            pass


def test_it_listens_on_this_machine_only() -> None:
    assert metrics_wish(metrics_port=0).address == "127.0.0.1"


def test_a_run_is_scraped_while_it_goes_on(tmp_path: Path) -> None:
    slow = {"/": lambda asked: (time.sleep(1.5), asked.answer(html("Lēna")))[0]}
    with serving(small_site(1)) as quick, serving(slow) as late, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        listed = tmp_path / "sites.csv"
        listed.write_text(f"url\n{quick.url}\n{late.url}\n", encoding="utf-8")
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(
                run,
                call("run", listed, "--name", "m", "--allow-private", "--rate", 500, "--no-confirm",
                     "--scope", "homepage", "--db", f"sqlite:///{tmp_path}/r.sqlite3", "--quiet",
                     "--metrics-port", port),
            )  # fmt: skip
            seen = waited_for(running, f"http://127.0.0.1:{port}/metrics")
            done = running.result()
    assert done.code == 0, done.err
    assert seen[named("captures_total", device="desktop")] >= 1
    assert seen[named("browser_starts_total", why="first")] == 1
    assert seen[named("tasks", state="done")] == 1
    assert seen[named("tasks", state="leased")] == 1


def waited_for(running: Future[Ran], url: str) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    """The first scrape that knows of a site that ended."""
    while not running.done():
        with contextlib.suppress(httpx.ConnectError):
            seen = scraped(url)
            if seen[named("site_seconds_count")]:
                return seen
        time.sleep(0.1)
    raise AssertionError(running.result().err)

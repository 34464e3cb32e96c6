"""Exit codes, robots.txt, egress, doctor: what the command does where something is not as it should be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

from results.document import schema
from tests.crawler.page_server import Handler, PageServer, serving
from tests.schedules.site_server import Call, Ran, call, html, page, redirect, run, run_all, small_site, text

AXE = Path(__file__).parents[2] / "crawler" / "vendor" / "axe.min.js"
DELAY = 1.5


class Results(dict[str, Ran]):
    closed: PageServer
    inner: PageServer
    moments: list[tuple[str, float]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    folder = tmp_path_factory.mktemp("failures")
    other_axe = folder / "axe.js"
    source = AXE.read_text(encoding="utf-8")
    other_axe.write_text(source.replace("4.14.1", "4.14.0"), encoding="utf-8")
    moments: list[tuple[str, float]] = []

    def timed(handler: Handler) -> None:
        moments.append((handler.path, time.monotonic()))
        handler.answer(html("Novads"))

    shut = small_site() | {"/robots.txt": text("User-agent: *\nDisallow: /\n")}
    slow = {"/": timed, "/robots.txt": text(f"User-agent: *\nCrawl-delay: {DELAY}\n")}
    with (
        serving(shut) as closed,
        serving(shut) as ignored,
        serving({"/": page("Cits")}) as inner,
        serving(slow) as patient,
    ):
        embeds = {
            "/": page(
                "Novads", f"<iframe title=x src='{inner.url}/frame'></iframe><img alt='' src='{inner.url}/i'>"
            ),
            "/moved": redirect(f"{inner.url}/moved"),
        }
        with serving(embeds) as outer:

            def audit(name: str, *more: object, **environ: str) -> Call:
                shared = ("--allow-private", "--rate", 100, "--format", "json", "--db", folder / f"{name}.db")
                return Call(call("check", *more, *shared).arguments, environ)

            results = Results(
                run_all(
                    {
                        "several": audit("several", f"{outer.url}/", "not a url", f"{outer.url}/moved"),
                        "closed": audit("closed", f"{closed.url}/"),
                        "ignored": audit("ignored", f"{ignored.url}/", "--robots", "ignore"),
                        "delayed": audit("delayed", f"{patient.url}/", EINDEKSS_AXE=str(other_axe)),
                        "private": call(
                            "check", f"{outer.url}/", "--format", "json", "--db", folder / "private.db"
                        ),
                        "no chromium": audit("none", f"{outer.url}/", EINDEKSS_CHROMIUM="/nonexistent"),
                        "no axe": audit("no-axe", f"{outer.url}/", EINDEKSS_AXE="/nonexistent"),
                    }
                )
            )
            results.closed, results.inner, results.moments = closed, inner, moments
            yield results


def test_a_malformed_address_among_good_ones_is_told_with_2(ran: Results) -> None:
    good, malformed, _ = ran["several"].sites
    assert (ran["several"].code, good["status"]) == (2, "evaluated")
    assert (malformed["url"], malformed["status"]) == ("not a url", "not_evaluable")
    assert malformed["failure"]["reason"] == "invalid_url"
    assert "argument: 'not a url' is no http or https URL" in ran["several"].err
    jsonschema.validate(ran["several"].document, schema())


def test_only_the_target_named_is_opened(ran: Results) -> None:
    assert ran["several"].sites[2]["failure"]["reason"] == "address_refused"
    assert ran.inner.asked == []


def test_a_private_address_is_refused_unless_allowed(ran: Results) -> None:
    site = ran["private"].sites[0]
    # Who audits can open it, the institution can't: it costs nobody points.
    assert (ran["private"].code, site["status"], site["failure"]["reason"]) == (
        4,
        "internal_error",
        "address_refused",
    )
    assert site["wcag"]["points"] is None


def test_a_robots_txt_that_shuts_all_is_respected_and_said(ran: Results) -> None:
    site = ran["closed"].sites[0]
    assert (ran["closed"].code, site["status"]) == (3, "not_evaluable")
    assert site["failure"]["reason"] == "robots_disallowed"
    assert {path for _, path in ran.closed.asked} == {"/robots.txt"}


def test_a_robots_txt_may_be_ignored_and_that_is_recorded(ran: Results) -> None:
    assert (ran["ignored"].code, ran["ignored"].sites[0]["status"]) == (0, "evaluated")
    assert ran["ignored"].document["run"]["settings"]["robots"] == "ignore"


def test_crawl_delay_lies_between_captures_and_requests(ran: Results) -> None:
    times = [moment for path, moment in ran.moments if path == "/"]
    assert len(times) >= 3
    # A request's way through guard and browser is not always equally long, on a busy machine least of all.
    assert min(later - earlier for earlier, later in pairwise(times)) > DELAY / 4
    assert times[-1] - times[0] > (len(times) - 1) * DELAY * 0.8


def test_the_version_of_another_axe_stands_beside_the_score(ran: Results) -> None:
    versions = ran["delayed"].document["run"]["versions"]
    assert (versions["axe-core"], versions["axe-core overridden"]) == ("4.14.0", "true")
    assert ran["delayed"].sites[0]["wcag"]["axe_version"] == "4.14.0"


@pytest.mark.parametrize("name", ["no chromium", "no axe"])
def test_a_missing_tool_is_a_matter_of_settings(ran: Results, name: str) -> None:
    assert (ran[name].code, ran[name].out) == (2, "")
    assert "doctor" in ran[name].err or "EINDEKSS_AXE" in ran[name].err


def test_doctor_says_what_is_there_and_what_is_missing(tmp_path: Path) -> None:
    said = run_all(
        {
            "well": call("doctor"),
            "none": call("doctor", EINDEKSS_CHROMIUM="/nonexistent"),
        }
    )
    assert (said["well"].code, "MISSING" in said["well"].out) == (0, False)
    for name in ("python", "playwright", "chromium", "axe-core", "database"):
        assert f" {name} " in said["well"].out
    assert said["none"].code == 2
    assert "make setup" in said["none"].out
    assert "EINDEKSS_CHROMIUM" in said["none"].out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "http://a.lv", "--pages", "many"], "--pages"),
        (["check"], "no URL"),
        (["check", "--urls-from", "/nonexistent"], "/nonexistent"),
        (["run", "README.md", "--name", "x"], "no column 'url'"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_is_wrong(arguments: list[str], told: str) -> None:
    done = run(call(*arguments))
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_a_fault_of_ours_ends_with_4_and_one_line() -> None:
    broken = "import cli\ndef fail(): raise RuntimeError('\\x1b[31mkaput')\ncli.app = fail\ncli.main()"
    done = run(Call((), command=(Call(()).command[0], "-c", broken)))
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("eindekss failed: RuntimeError: kaput.")

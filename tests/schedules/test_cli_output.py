"""What goes where: standard output, standard error, files, the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from results.document import schema
from tests.crawler.page_server import serving
from tests.schedules.site_server import Call, Ran, call, page, redirect, run, run_all, silent, small_site

RED = "[red]virsraksts[/red] \x1b[31mkrāsains\x1b]0;logs\x07 \u202eapgriezts\u202c \x9b2J"


class Results(dict[str, Ran]):
    folder: Path
    site: str


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Results]:
    folder = tmp_path_factory.mktemp("output")
    trick = {
        "/": page(
            f"Novads {RED}", f"<img src='/a.png' data-t='{RED}'><a href='/{'[b]x[/b]'}?a=%1b[31m'>{RED}</a>"
        ),
        "/deep/page": page("Dziļi"),
        "/moved": redirect("/deep/page"),
    }
    with serving(small_site(8)) as site, serving(trick) as tricky, serving({"/": silent}) as mute:
        options = ("--allow-private", "--rate", 100, "--no-confirm")

        def audit(url: str, name: str, *more: object) -> Call:
            return call("check", url, *options, "--db", folder / f"{name}.db", *more)

        (folder / "list.csv").write_text(f"\ufeffurl;name\n{site.url}/;Novads, kas ir\n", encoding="utf-8")
        listed = f"\ufeff# saraksts\n\n{site.url}/\n  # cits\n".encode()
        (folder / "list.txt").write_bytes(listed)
        sample = ("--scope", "sample", "--pages", 3, "--seed", 7, "--format", "json")
        results = Results(
            run_all(
                {
                    "good": audit(f"{site.url}/", "good", "--format", "json"),
                    "first": audit(f"{site.url}/", "first", *sample),
                    "second": audit(f"{site.url}/", "second", *sample, "--quiet"),
                    "mute": audit(f"{mute.url}/", "mute", "--timeout", 2, "--format", "json"),
                    "file": audit(
                        f"{site.url}/", "file", "--output", folder / "a" / "r.json", "--format", "json"
                    ),
                    "text": audit(f"{tricky.url}/", "tricky"),
                    "deep": audit(f"{tricky.url}/moved", "deep", "--format", "json"),
                    "listed": call(
                        "check",
                        "--urls-from",
                        folder / "list.txt",
                        *options,
                        "--format",
                        "json",
                        "--db",
                        folder / "listed.db",
                    ),
                    "piped": call(
                        "check",
                        "--urls-from",
                        "-",
                        *options,
                        "--format",
                        "json",
                        "--db",
                        folder / "piped.db",
                        stdin=listed,
                    ),
                    "named": call(
                        "run",
                        folder / "list.csv",
                        "--name",
                        "vilnis",
                        *options,
                        *sample,
                        "--db",
                        folder / "named.db",
                    ),
                }
            )
        )
        results.folder, results.site = folder, f"{site.url}/"
        yield results


def test_a_good_site_is_audited_with_0(ran: Results) -> None:
    assert (ran["good"].code, ran["good"].sites[0]["status"]) == (0, "evaluated")
    assert ran["good"].sites[0]["wcag"]["percent"] == 100
    assert ran["good"].document["run"]["settings"]["scope"] == "homepage"


@pytest.mark.parametrize("name", ["good", "first", "mute", "deep", "listed", "piped", "named"])
def test_standard_output_is_the_document_and_nothing_else(ran: Results, name: str) -> None:
    jsonschema.validate(ran[name].document, schema())


def test_a_silent_site_is_not_evaluable_with_3(ran: Results) -> None:
    site = ran["mute"].sites[0]
    assert (ran["mute"].code, site["status"], site["failure"]["reason"]) == (3, "not_evaluable", "timeout")
    assert (site["wcag"]["percent"], site["wcag"]["band"], site["wcag"]["points"]) == (None, 4, 0)


def test_progress_is_plain_lines_on_standard_error(ran: Results) -> None:
    lines = ran["first"].err.splitlines()
    assert lines[0].endswith(f"0/1 sites: {ran.site}: home page")
    assert "1/1 sites" in lines[-1]
    assert lines[-1].endswith("done (evaluated)")
    assert "\x1b" not in ran["first"].err


def test_quiet_says_nothing(ran: Results) -> None:
    assert (ran["second"].code, ran["second"].err) == (0, "")


def test_output_goes_to_the_file_alone(ran: Results) -> None:
    assert (ran["file"].code, ran["file"].out) == (0, "")
    written = json.loads((ran.folder / "a" / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(written, schema())


def test_the_same_seed_draws_the_same_pages(ran: Results) -> None:
    first, second = (
        [page["url"] for page in ran[name].sites[0]["pages"] if "random" in page["roles"]]
        for name in ("first", "second")
    )
    assert len(first) == 3
    assert first == second


def test_the_page_measured_is_the_one_given_after_redirects(ran: Results) -> None:
    site = ran["deep"].sites[0]
    (measured,) = [page for page in site["pages"] if page["wcag_percent"] is not None]
    assert measured["url"].endswith("/moved")
    assert measured["final_url"].endswith("/deep/page")
    assert site["wcag"]["pages_evaluated"] == 1


def test_lists_are_read_from_a_file_and_from_standard_input(ran: Results) -> None:
    for name in ("listed", "piped"):
        assert (ran[name].code, [site["url"] for site in ran[name].sites]) == (0, [ran.site])


def test_a_named_run_of_a_list_keeps_the_institution(ran: Results) -> None:
    assert ran["named"].code == 0
    assert ran["named"].document["run"]["name"] == "vilnis"
    assert ran["named"].sites[0]["institution"]["name"] == "Novads, kas ir"


def test_show_gives_the_very_document_of_the_run(ran: Results) -> None:
    shown = run(call("show", "vilnis", "--db", ran.folder / "named.db", "--format", "json"))
    assert (shown.code, shown.err) == (0, "")
    assert shown.document == ran["named"].document


def test_what_a_site_writes_reaches_the_terminal_as_text(ran: Results) -> None:
    shown = run(call("show", "--db", ran.folder / "tricky.db", "--format", "text"))
    for said in (ran["text"].out, ran["text"].err, shown.out):
        assert said
        assert not {"\x1b", "\x9b", "\x07", "\u202e", "\u202c"} & set(said)


def test_the_document_keeps_what_a_site_writes_as_data(ran: Results) -> None:
    shown = run(call("show", "--db", ran.folder / "tricky.db", "--format", "json"))
    assert "\u202e" in json.dumps(shown.document, ensure_ascii=False)
    assert "\\u001b[31m" in shown.out
    jsonschema.validate(shown.document, schema())

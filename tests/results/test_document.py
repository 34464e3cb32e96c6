from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, ValidationError

from checks.judge import judge
from crawler.evidence import AuditSettings
from results.document import document, english, schema, to_json, wording
from results.models import RunState
from results.records import RunRecord, SiteRecord
from results.store import Store
from tests.results import samples
from tests.results.strategies import values_of

DOCS = Path(__file__).parents[2] / "docs" / "json.md"


def strict(part: Any) -> Any:
    """The schema with every key that it does not name refused."""
    if isinstance(part, list):
        return [strict(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {key: strict(value) for key, value in part.items()}
    if "required" in part and "properties" in part:
        closed["additionalProperties"] = False
    return closed


VALIDATOR = Draft202012Validator(strict(schema()), format_checker=Draft202012Validator.FORMAT_CHECKER)


def as_json(run: RunRecord) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(to_json(run))
    return decoded


@pytest.fixture
def found(store: Store) -> dict[str, Any]:
    return as_json(samples.fill(store))


def test_the_schema_is_a_schema_that_names_every_key_as_required() -> None:
    Draft202012Validator.check_schema(schema())
    for name, part in objects(schema()):
        assert set(part["required"]) == set(part["properties"]), name


def objects(part: Any, name: str = "$") -> list[tuple[str, dict[str, Any]]]:
    if isinstance(part, list):
        return [found for item in part for found in objects(item, name)]
    if not isinstance(part, dict):
        return []
    below = [found for key, value in part.items() for found in objects(value, f"{name}.{key}")]
    return [(name, part), *below] if "required" in part else below


def test_a_run_fits_the_schema_and_has_no_key_beyond_it(found: dict[str, Any]) -> None:
    VALIDATOR.validate(found)


def test_the_document_from_the_store_is_the_one_made_at_run_time(store: Store) -> None:
    run = samples.fill(store)
    assert document(store.load_run(run.id)) == document(run)
    assert as_json(store.load_run(run.id)) == as_json(run)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(values_of(AuditSettings))
def test_any_settings_fit_the_schema(chosen: AuditSettings) -> None:
    run = RunRecord(
        id="a",
        name="",
        state=RunState.RUNNING,
        started_at=samples.STARTED,
        finished_at=None,
        versions={},
        settings=msgspec.to_builtins(chosen),
        judgement=samples.JUDGED_BY,
    )
    VALIDATOR.validate(as_json(run))


def test_what_the_real_checks_say_fits_the_schema(store: Store) -> None:
    run = samples.fill(store)
    sites = [samples.site(), samples.unreachable()]
    records = tuple(SiteRecord.of(place, site, judge(site)) for place, site in enumerate(sites))
    judged = as_json(msgspec.structs.replace(run, sites=records))
    VALIDATOR.validate(judged)
    assert "M16J" in judged["sites"][0]["answers"]


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("schema_version",), 2),
        (("run", "started_at"), None),
        (("sites", 0, "status"), "fine"),
        (("sites", 0, "wcag", "points"), 7),
        (("sites", 0, "wcag", "percent"), 101),
        (("sites", 0, "wcag", "bounds"), None),
        (("sites", 0, "answers", "K11M_FB", "value"), 2),
        (("sites", 0, "answers", "M05", "value"), None),
        (("sites", 0, "answers", "M05", "outcome"), "no"),
        (("sites", 0, "pages", 0, "violations", 0, "criteria"), ["SC 1.1.1"]),
        (("sites", 0, "skipped", 0), {"url": "https://a.example"}),
    ],
)
def test_the_schema_refuses_what_is_wrong(
    found: dict[str, Any], path: tuple[str | int, ...], wrong: object
) -> None:
    part: Any = found
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = wrong
    with pytest.raises(ValidationError):
        Draft202012Validator(schema()).validate(found)


def test_keys_of_later_versions_are_allowed(found: dict[str, Any]) -> None:
    found["sites"][0]["later"] = {"a": 1}
    Draft202012Validator(schema()).validate(found)


def test_an_evaluated_site_is_told_as_the_issue_has_it(found: dict[str, Any]) -> None:
    site = found["sites"][0]
    assert site["url"] == samples.URL
    assert site["wcag"]["percent"] == 87.5
    assert site["wcag"]["criteria"] == [{"sc": "1.1.1", "passed": 3, "failed": 1, "review": 2}]
    assert site["mobile"]["issues"] == [{"rule": "TAP_TARGETS_TOO_CLOSE", "instances": 3}]
    home, news = site["pages"]
    assert (home["wcag_percent"], news["wcag_percent"]) == (87.5, None)
    assert [rule["rule"] for rule in home["violations"]] == ["image-alt"]
    assert len(home["violations"][0]["nodes"]) == 25
    assert [rule["rule"] for rule in home["needs_review"]] == ["color-contrast"]
    assert news["failure"] == {
        "reason": "http_404",
        "detail": "HTTP 404",
        "remedy": "The page does not exist: correct the address or restore the page.",
    }
    assert [one["reason"] for one in site["skipped"]] == ["robots_disallowed", "not_http"]
    assert [one["rule"] for one in site["findings"]] == ["TAP_TARGETS_TOO_CLOSE"]


def test_answers_carry_the_studys_number_and_words(found: dict[str, Any]) -> None:
    answers = found["sites"][0]["answers"]
    assert (answers["M16J"]["value"], answers["M16J"]["label"]) == (2, "Augsta atbilstība [85-95%]")
    assert (answers["M08_7"]["value"], answers["M08_7"]["label"]) == (1, "Meklētājs tīmekļvietnes ietvaros")
    assert answers["M05"]["label"] == "Nav"
    assert answers["M05"]["question"] == "Tīmekļa vietnē ir saites uz sniedzamajiem pakalpojumiem"
    assert answers["K11M_TW_2"]["value"] == "2017-11-20"
    assert (answers["K11M_FB"]["value"], answers["K11M_FB"]["outcome"]) == (None, "cantTell")
    assert answers["contact.email"]["label"] == ""
    assert answers["M08_7"]["evidence"][0]["snippet"] == "<a onclick='x()'>Meklēt</a>"


def test_our_own_codes_have_the_words_of_their_check_in_both_languages() -> None:
    code = "standard.price_list"
    assert wording(code, 1) == wording(code, None) == "Tīmekļvietnē ir maksas pakalpojumu cenrādis"
    assert english(code) == "The site has a price list"
    assert english("M05") == ""


def test_what_the_site_caused_costs_points_and_what_we_caused_does_not(found: dict[str, Any]) -> None:
    unreachable, ours = found["sites"][1:]
    assert unreachable["status"] == "not_evaluable"
    assert [unreachable["wcag"][key] for key in ("percent", "band", "points")] == [None, 4, 0]
    assert unreachable["wcag"]["failure"]["reason"] == "unknown_host"
    assert (ours["status"], ours["wcag"], ours["failure"]["reason"]) == ("internal_error", None, "disk_full")


def test_a_code_of_another_version_has_no_words() -> None:
    assert wording("X99", 1) == ""


def test_every_key_of_the_schema_is_documented() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name, part in objects(schema()):
        for key, value in part["properties"].items():
            assert f"| `{key}` |" in text, f"{name}.{key}"
            assert value.get("description", "").replace("|", "\\|") in text, f"{name}.{key}"

"""EARL 1.0 as JSON-LD (W3C Notes of 2 February 2017): an assertion for each rule and page, and each answer.

The context is written into the document, so that no reader has to ask the network for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from checks.finding import Finding, Outcome
from results.exports.facts import Cell, Head, RunFacts, is_web_address
from results.terminal import plain

CONTEXT: dict[str, Any] = {
    "@vocab": "http://www.w3.org/ns/earl#",
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "ptr": "http://www.w3.org/2009/pointers#",
    "WCAG21": "https://www.w3.org/TR/WCAG21/#",
    "title": "dct:title",
    "description": "dct:description",
    "date": {"@id": "dct:date", "@type": "http://www.w3.org/2001/XMLSchema#dateTime"},
    "isPartOf": {"@id": "dct:isPartOf", "@type": "@id"},
    "assertedBy": {"@type": "@id"},
    "subject": {"@type": "@id"},
    "test": {"@type": "@id"},
    "mode": {"@type": "@id"},
    "outcome": {"@type": "@id"},
    "source": {"@id": "dct:source", "@type": "@id"},
    "assertions": {"@reverse": "assertedBy"},
}
_ASSERTOR = "#eindekss"
_SCHEME = "urn:eindekss"


def write_earl(facts: RunFacts, path: Path) -> None:
    """The document, written assertion by assertion. OSError where it can't be."""
    with path.open("wb") as file:
        file.write(b'{"@context":' + msgspec.json.encode(CONTEXT) + b',"@graph":[\n')
        for number, node in enumerate(_nodes(facts)):
            file.write(b",\n" * bool(number) + msgspec.json.encode(node))
        file.write(b"\n]}\n")


def _nodes(facts: RunFacts) -> Iterator[dict[str, Any]]:
    yield {
        "@id": _ASSERTOR,
        "@type": ["earl:Software", "earl:Assertor"],
        "title": "eindekss",
        "doap:revision": facts.run.versions.get("eindekss", ""),
        "description": f"axe-core {facts.run.judgement.axe_version}, {facts.run.judgement.settings.formula}",
    }
    for head in facts.heads:
        yield {"@id": _site(head), "@type": "earl:TestSubject", "title": plain(head.name)}
    for position, page in facts.reader.pages():
        part_of = f"{_SCHEME}:site:{position}"
        yield {"@id": _address(page.url), "@type": "earl:TestSubject", "isPartOf": part_of}
    for position, check, finding in facts.reader.findings():
        yield _of_finding(facts, position, check, finding)
    for summary, cells in facts.sites():
        subject = Head.of(summary)
        yield from (_of_answer(facts, subject, cell) for cell in cells.values() if cell.automatic)


def _of_finding(facts: RunFacts, position: int, check: str, finding: Finding) -> dict[str, Any]:
    subject = _address(finding.page_url) if finding.page_url else f"{_SCHEME}:site:{position}"
    result: dict[str, Any] = {
        "@type": "earl:TestResult",
        "outcome": _outcome(finding.outcome),
        "description": plain(finding.message),
    }
    pointers = [plain(one.selector) for one in finding.instances if one.selector]
    if pointers:
        result["pointer"] = [{"@type": "ptr:CSSSelectorPointer", "ptr:expression": one} for one in pointers]
    test = {
        "@id": f"{_SCHEME}:rule:{check}:{finding.rule}",
        "@type": "earl:TestCriterion",
        "title": finding.rule,
        "isPartOf": [f"urn:wcag:{sc}" for sc in finding.criteria],
    }
    if is_web_address(finding.help_url):
        test["source"] = finding.help_url
    return _assertion(facts, subject, test, result)


def _of_answer(facts: RunFacts, head: Head, cell: Cell) -> dict[str, Any]:
    answer = cell.automatic
    outcome = answer.outcome if answer else Outcome.UNTESTED
    said = f"{cell.code.code} = {cell.final.value}. {cell.reason}"
    test = {
        "@id": f"{_SCHEME}:code:{cell.code.code}",
        "@type": "earl:TestCriterion",
        "title": cell.code.wording,
    }
    result = {"@type": "earl:TestResult", "outcome": _outcome(outcome), "description": plain(said)}
    return _assertion(facts, _site(head), test, result)


def _assertion(facts: RunFacts, subject: str, test: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    ended = facts.run.finished_at or facts.run.started_at
    return {
        "@type": "earl:Assertion",
        "assertedBy": _ASSERTOR,
        "subject": subject,
        "test": test,
        "mode": "earl:automatic",
        "result": {**result, "date": ended.isoformat()},
    }


def _outcome(outcome: Outcome) -> str:
    return f"earl:{outcome}"


def _site(head: Head) -> str:
    """The site as a thing of its own, not its home page."""
    return f"{_SCHEME}:site:{head.position}"


def _address(url: str) -> str:
    """An address that is no web address names nothing that a reader could open; it is told apart."""
    is_whole = is_web_address(url) and " " not in url
    return url if is_whole else f"{_SCHEME}:page:{url.encode().hex()}"

"""EARL 1.0 as JSON-LD (W3C Notes of 2 February 2017): an assertion for each rule, page and success criterion,
and for each answer.

The context is written into the document, so that no reader has to ask the network for it. It is what the
W3C's WCAG-EM Report Tool imports (its src/stores/earl/assertionStore and src/data/jsonld/appContext.js): a
test is a success criterion by its address in WCAG 2.1, `http://www.w3.org/TR/WCAG21/#non-text-content`, or,
where it is new in 2.2, in WCAG without a version, `http://www.w3.org/TR/WCAG/#target-size-minimum`, as that
tool knows no address of 2.2; the subject is a page by its address, which must be in the tool's sample; the
rule stands in the description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from checks.finding import Answer, Finding, Outcome
from results.advice.texts import criterion_name
from results.document import wording
from results.exports.facts import Cell, RunFacts
from results.language import Language
from results.records import RunRecord
from results.site_text import is_web_address
from results.terminal import plain

CONTEXT: dict[str, Any] = {
    "@vocab": "http://www.w3.org/ns/earl#",
    "earl": "http://www.w3.org/ns/earl#",
    "dct": "http://purl.org/dc/terms/",
    "doap": "http://usefulinc.com/ns/doap#",
    "ptr": "http://www.w3.org/2009/pointers#",
    "WCAG21": "http://www.w3.org/TR/WCAG21/#",
    "WCAG": "http://www.w3.org/TR/WCAG/#",
    "schema": "http://schema.org/",
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
    "hasPart": {"@id": "dct:hasPart", "@type": "@id"},
    "assertions": {"@reverse": "assertedBy"},
}
_SCHEME = "urn:eindekss"
_NEW_IN_22 = frozenset({"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"})
_SHOWN = 5
"""Elements that a description names."""
_ASSERTOR = f"{_SCHEME}:assertor"


class _Said(msgspec.Struct, frozen=True):
    """An answer to a code, as it is told here."""

    position: int
    code: str
    asks: str
    outcome: Outcome
    description: str


class _Source(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a run, wherever it is read from; each is gone through once."""

    run: RunRecord
    sites: Iterable[tuple[int, str]]
    """Position and title."""
    pages: Iterable[tuple[int, str]]
    """Position of the site, address."""
    findings: Iterable[tuple[int, str, Finding]]
    answers: Iterable[_Said]


def write_earl(facts: RunFacts, path: Path) -> None:
    """The document, written assertion by assertion. OSError where it can't be."""
    source = _Source(
        run=facts.run,
        sites=((head.position, head.name) for head in facts.heads),
        pages=((position, page.url) for position, page in facts.reader.pages()),
        findings=facts.reader.findings(),
        answers=(
            _of_cell(summary.position, cell, cell.automatic)
            for summary, cells in facts.sites()
            for cell in cells.values()
            if cell.automatic
        ),
    )
    with path.open("wb") as file:
        file.writelines(_parts(source))


def earl(run: RunRecord) -> bytes:
    """The same document of a run that is at hand, without what experts decided."""
    answers = (
        _Said(
            site.position,
            answer.code,
            wording(answer.code, None),
            answer.outcome,
            f"{answer.code} = {answer.value}. {answer.reason}",
        )
        for site in run.sites
        for answer in site.judgement.answers
    )
    source = _Source(
        run=run,
        sites=((site.position, site.institution.title) for site in run.sites),
        pages=((site.position, page.url) for site in run.sites for page in site.pages),
        findings=(
            (site.position, check, finding)
            for site in run.sites
            for check, group in sorted(site.judgement.findings.items())
            for finding in group
        ),
        answers=answers,
    )
    return b"".join(_parts(source))


def _of_cell(position: int, cell: Cell, answer: Answer) -> _Said:
    """What the tool said, whatever experts decided of it."""
    said = f"{answer.code} = {answer.value}. {cell.english_reason}"
    return _Said(position, cell.code.code, cell.code.wording, answer.outcome, said)


def _parts(source: _Source) -> Iterator[bytes]:
    yield b'{"@context":' + msgspec.json.encode(CONTEXT) + b',"@graph":[\n'
    for number, node in enumerate(_nodes(source)):
        yield b",\n" * bool(number) + msgspec.json.encode(node)
    yield b"\n]}\n"


def _nodes(source: _Source) -> Iterator[dict[str, Any]]:
    run = source.run
    version = run.versions.get("eindekss", "")
    yield {
        "@id": _ASSERTOR,
        "@type": ["earl:Software", "earl:Assertor"],
        "title": "eindekss",
        "schema:name": f"eindekss {version}".strip(),
        "doap:revision": version,
        "description": f"axe-core {run.judgement.axe_version}, {run.judgement.settings.formula}",
    }
    for position, title in source.sites:
        yield {"@id": _site(position), "@type": "earl:TestSubject", "title": plain(title)}
    for position, url in source.pages:
        yield {"@id": _address(url), "@type": "earl:TestSubject", "isPartOf": _site(position)}
    for position, check, finding in source.findings:
        yield from _of_finding(run, position, check, finding)
    for said in source.answers:
        yield _of_answer(run, said)


def _of_finding(run: RunRecord, position: int, check: str, finding: Finding) -> Iterator[dict[str, Any]]:
    """One for each success criterion of the rule, and one for a rule that belongs to none."""
    subject = _address(finding.page_url) if finding.page_url else _site(position)
    pointers = [plain(one.selector) for one in finding.instances if one.selector]
    result: dict[str, Any] = {
        "@type": "earl:TestResult",
        "outcome": _outcome(finding.outcome),
        "description": _described(plain(f"{finding.rule}: {finding.message}"), pointers),
    }
    if pointers:
        result["pointer"] = [{"@type": "ptr:CSSSelectorPointer", "ptr:expression": one} for one in pointers]
    rule = {
        "@id": f"{_SCHEME}:rule:{check}:{quote(plain(finding.rule))}",
        "@type": "earl:TestCase",
        "title": plain(finding.rule),
    }
    if is_web_address(finding.help_url):
        rule["source"] = finding.help_url
    for test in [_criterion(sc, rule) for sc in finding.criteria if anchor(sc)] or [rule]:
        yield _assertion(run, subject, test, result)


def _described(said: str, pointers: list[str]) -> str:
    """With the first elements, a line each: the Report Tool takes the description over, and no pointers."""
    more = len(pointers) - _SHOWN
    return "\n".join((said, *pointers[:_SHOWN], *([f"and {more} more"] if more > 0 else [])))


def _criterion(sc: str, rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": anchor(sc),
        "@type": "earl:TestRequirement",
        "title": f"{sc} {criterion_name(sc, Language.EN)}",
        "hasPart": rule,
    }


def anchor(sc: str) -> str:
    """`WCAG21:non-text-content`, or `WCAG:target-size-minimum`: where WCAG writes of a success criterion of
    level A or AA; empty for others. WCAG makes the anchors of 2.1 and 2.2 from the names.
    """
    name = criterion_name(sc, Language.EN)
    version = "WCAG" if sc in _NEW_IN_22 else "WCAG21"
    return f"{version}:{'-'.join(re.findall('[a-z]+', name.lower()))}" if name else ""


def _of_answer(run: RunRecord, said: _Said) -> dict[str, Any]:
    test = {
        "@id": f"{_SCHEME}:code:{said.code}",
        "@type": "earl:TestCriterion",
        "title": said.asks,
    }
    result = {
        "@type": "earl:TestResult",
        "outcome": _outcome(said.outcome),
        "description": plain(said.description),
    }
    return _assertion(run, _site(said.position), test, result)


def _assertion(run: RunRecord, subject: str, test: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    ended = run.finished_at or run.started_at
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


def _site(position: int) -> str:
    """The site as a thing of its own, not its home page."""
    return f"{_SCHEME}:site:{position}"


def _address(url: str) -> str:
    """An address that is no web address names nothing that a reader could open; it is told apart."""
    is_whole = is_web_address(url) and " " not in url
    return url if is_whole else f"{_SCHEME}:page:{url.encode().hex()}"

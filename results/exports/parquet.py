"""Parquet: a star schema of five files for Power BI and the like (`docs/exports.md` is the guide)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from checks.questionnaire import points
from results.exports.facts import Cell, Head, RunFacts, final_words
from results.site_text import shortened
from results.terminal import plain
from results.wording import run_notes

_ROWS = 5_000
"""Rows of a row group: what is held at once."""
_MOST_TEXT = 2_000

INSTITUTION = pa.schema(
    [
        ("institution_id", pa.string()),
        ("position", pa.int32()),
        ("name", pa.string()),
        ("registration_number", pa.string()),
        ("abbreviation", pa.string()),
        ("kind", pa.string()),
        ("sector", pa.string()),
        ("segments", pa.string()),
        ("url", pa.string()),
        ("website_of", pa.string()),
        ("attributes", pa.string()),
        ("own_settings", pa.string()),
        ("numbers", pa.string()),
        ("status", pa.string()),
        ("failure_reason", pa.string()),
        ("wcag_percent", pa.float64()),
        ("wcag_band", pa.int8()),
        ("wcag_points", pa.int8()),
        ("pages_evaluated", pa.int32()),
        ("mobile_verdict", pa.string()),
        ("audited_at", pa.timestamp("us", tz="UTC")),
    ]
)
RUN = pa.schema(
    [
        ("run_id", pa.string()),
        ("name", pa.string()),
        ("state", pa.string()),
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("finished_at", pa.timestamp("us", tz="UTC")),
        ("formula", pa.string()),
        ("target", pa.string()),
        ("axe_version", pa.string()),
        ("versions", pa.string()),
        ("settings", pa.string()),
        ("is_publishable", pa.bool_()),
        ("notes", pa.string()),
    ]
)
ANSWER = pa.schema(
    [
        ("run_id", pa.string()),
        ("institution_id", pa.string()),
        ("code", pa.string()),
        ("question", pa.string()),
        ("value_number", pa.int32()),
        ("value_text", pa.string()),
        ("label", pa.string()),
        ("decided_by", pa.string()),
        ("experts", pa.string()),
        ("automatic_number", pa.int32()),
        ("automatic_text", pa.string()),
        ("outcome", pa.string()),
        ("confidence", pa.float64()),
        ("points", pa.int32()),
        ("reason", pa.string()),
        ("change", pa.string()),
        ("evidence_url", pa.string()),
        ("evidence_quote", pa.string()),
    ]
)
PAGE = pa.schema(
    [
        ("page_id", pa.string()),
        ("run_id", pa.string()),
        ("institution_id", pa.string()),
        ("url", pa.string()),
        ("final_url", pa.string()),
        ("roles", pa.string()),
        ("status", pa.int32()),
        ("failure_reason", pa.string()),
    ]
)
FINDING = pa.schema(
    [
        ("run_id", pa.string()),
        ("institution_id", pa.string()),
        ("page_id", pa.string()),
        ("check", pa.string()),
        ("rule", pa.string()),
        ("outcome", pa.string()),
        ("page_url", pa.string()),
        ("criteria", pa.string()),
        ("impact", pa.string()),
        ("message", pa.string()),
        ("instances", pa.int32()),
        ("first_selector", pa.string()),
    ]
)
_Row = dict[str, Any]


def write_parquet(facts: RunFacts, folder: Path) -> None:
    """`institution`, `run`, `answer`, `page`, `finding` as `.parquet` in the folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "institution.parquet", INSTITUTION, _institutions(facts))
    _write(folder / "run.parquet", RUN, [_run(facts)])
    _write(folder / "answer.parquet", ANSWER, _answers(facts))
    _write(folder / "page.parquet", PAGE, _pages(facts))
    _write(folder / "finding.parquet", FINDING, _findings(facts))


def _write(path: Path, schema: pa.Schema, rows: Iterable[_Row]) -> None:
    left = iter(rows)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(left, _ROWS)):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))


def institution_id(facts: RunFacts, position: int) -> str:
    """Key of an institution in a run: an institution may have another site, or kind, in the next."""
    return f"{facts.run.id}:{position}"


def _institutions(facts: RunFacts) -> Iterator[_Row]:
    for site in facts.reader.sites():
        one, judged = site.institution, site.judgement
        wcag, mobile = judged.wcag, judged.mobile
        yield {
            "institution_id": institution_id(facts, site.position),
            "position": site.position,
            **{name: plain(getattr(one, name)) for name in ("registration_number", "abbreviation", "kind")},
            "name": plain(site.name),
            "sector": plain(one.sector),
            "segments": plain("; ".join(one.segments)),
            "url": plain(one.url),
            "website_of": plain(one.website_of),
            "attributes": msgspec.json.encode(one.attributes).decode(),
            "own_settings": msgspec.json.encode(one.own_settings).decode(),
            "numbers": msgspec.json.encode(one.numbers).decode(),
            "status": str(judged.status),
            "failure_reason": str(judged.failure.reason) if judged.failure else None,
            "wcag_percent": wcag.percent if wcag else None,
            "wcag_band": wcag.band if wcag else None,
            "wcag_points": wcag.points if wcag else None,
            "pages_evaluated": wcag.pages_evaluated if wcag else None,
            "mobile_verdict": mobile.verdict if mobile else None,
            "audited_at": site.finished_at,
        }


def _run(facts: RunFacts) -> _Row:
    run, judged = facts.run, facts.run.judgement
    return {
        "run_id": run.id,
        "name": plain(run.name),
        "state": str(run.state),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "formula": judged.settings.formula,
        "target": judged.settings.target,
        "axe_version": judged.axe_version,
        "versions": msgspec.json.encode(run.versions).decode(),
        "settings": msgspec.json.encode(run.settings).decode(),
        "is_publishable": run.quality.is_publishable if run.quality else None,
        "notes": plain(" ".join(run_notes(run))),
    }


def _answers(facts: RunFacts) -> Iterator[_Row]:
    for site, cells in facts.sites():
        head = Head.of(site)
        for cell in cells.values():
            yield {
                "run_id": facts.run.id,
                "institution_id": institution_id(facts, head.position),
                "change": head.change(cell.code.code) or None,
                **_answer(cell),
            }


def _answer(cell: Cell) -> _Row:
    answer, value = cell.automatic, cell.final.value
    said = answer.value if answer else None
    return {
        "code": cell.code.code,
        "question": cell.code.wording,
        "value_number": value if isinstance(value, int) else None,
        "value_text": plain(value) if isinstance(value, str) else None,
        "label": shortened(final_words(cell), _MOST_TEXT),
        "decided_by": str(cell.final.source),
        "experts": plain(", ".join(cell.final.experts)),
        "automatic_number": said if isinstance(said, int) else None,
        "automatic_text": plain(said) if isinstance(said, str) else None,
        "outcome": str(answer.outcome) if answer else None,
        "confidence": answer.confidence if answer else None,
        "points": points(cell.code.code, value),
        "reason": cell.english_reason,
        "evidence_url": cell.link,
        "evidence_quote": cell.english_quote,
    }


def _page_id(facts: RunFacts, position: int, url: str) -> str:
    """Key of a page: its address, at one institution in one run."""
    return f"{institution_id(facts, position)}:{plain(url)}"


def _pages(facts: RunFacts) -> Iterator[_Row]:
    for position, page in facts.reader.pages():
        yield {
            "page_id": _page_id(facts, position, page.url),
            "run_id": facts.run.id,
            "institution_id": institution_id(facts, position),
            "url": plain(page.url),
            "final_url": plain(page.final_url),
            "roles": ", ".join(page.roles),
            "status": page.status,
            "failure_reason": str(page.failure.reason) if page.failure else None,
        }


def _findings(facts: RunFacts) -> Iterator[_Row]:
    known = {_page_id(facts, position, page.url) for position, page in facts.reader.pages()}
    for position, check, found in facts.reader.findings():
        page = _page_id(facts, position, found.page_url)
        first = found.instances[0] if found.instances else None
        yield {
            "run_id": facts.run.id,
            "institution_id": institution_id(facts, position),
            "page_id": page if page in known else None,
            "check": check,
            "rule": found.rule,
            "outcome": str(found.outcome),
            "page_url": plain(found.page_url),
            "criteria": ", ".join(found.criteria),
            "impact": found.impact,
            "message": shortened(found.message, _MOST_TEXT),
            "instances": len(found.instances),
            "first_selector": shortened(first.selector, _MOST_TEXT) if first else None,
        }

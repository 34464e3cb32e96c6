"""The JSON document of a run (`schema.json`), written site by site."""

from __future__ import annotations

from pathlib import Path

import msgspec

from results.document import document, site_document
from results.exports.facts import RunFacts
from results.gate_verdicts import kept_verdict
from results.store import Store

_SITES = b'"sites":['


def write_json(facts: RunFacts, store: Store, path: Path) -> None:
    """The same document as `show --format json`, a line a site. OSError where it can't be written,
    EvidenceError where a site's manifest is gone.
    """
    verdict = kept_verdict(store.engine, facts.run.id, facts.reader.judgement_id)
    frame = msgspec.json.encode(document(facts.run, verdict))
    # Strings in JSON escape their quotes: the key can stand nowhere else than where it is one.
    cut = frame.rindex(_SITES) + len(_SITES)
    with path.open("wb") as file:
        file.write(frame[:cut] + b"\n")
        sites = store.iterate_sites(facts.run.id, facts.reader.judgement_id)
        for number, site in enumerate(sites):
            file.write(b",\n" * bool(number) + msgspec.json.encode(site_document(site)))
        file.write(b"\n" + frame[cut:] + b"\n")

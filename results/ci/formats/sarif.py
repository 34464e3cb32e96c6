"""SARIF 2.1.0 (OASIS Standard, 27 March 2020) within the limits of GitHub code scanning.

GitHub refuses artifacts with a web address and results without a physical location: the artifact is the
relative path `host/path`, the selector a logical location, the address a property and part of the message.
The fingerprint is the content key's, so that an alert stays the same alert when ids or siblings change.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import quote, urlsplit

from checks.finding import Outcome
from results.ci.policy import Verdict
from results.ci.told_items import State, Told, advice, sentence, told_items
from results.records import RunRecord
from results.site_text import shortened
from results.terminal import plain
from results.wording import status_word

MOST_RESULTS = 25_000
"""Of a run; GitHub rejects more (docs: SARIF results exceed limits)."""
_MOST_RULES = 25_000
_MOST_TAGS = 10
_MOST_TEXT = 1_000
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_KINDS = {Outcome.FAILED: "fail", Outcome.CANT_TELL: "review", Outcome.UNTESTED: "open"}
_LEVELS = {"critical": "error", "serious": "error", "moderate": "warning", "minor": "note"}
_SEVERE = {State.FAILED: 0, State.OPEN: 1, State.NOTED: 2, State.ACCEPTED: 3}


def sarif(run: RunRecord, verdict: Verdict | None) -> bytes:
    """The document, one run of the tool. What is over GitHub's limit is left out, the gravest last to go,
    and counted in a notification.
    """
    every = sorted(told_items(run, verdict), key=lambda told: _SEVERE[told.state])
    kept = every[:MOST_RESULTS]
    rules = {told.item.rule: told for told in reversed(kept)}
    index = {name: number for number, name in enumerate(sorted(rules))}
    document = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run, [_rule(rules[name]) for name in index])},
                "automationDetails": {"id": "eindekss/"},
                "columnKind": "utf16CodeUnits",
                "invocations": [_invocation(run, verdict, len(every) - len(kept))],
                "results": _results(kept, index),
            }
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def artifact(url: str) -> str:
    """`host/path`, relative and percent-encoded, without `.` and `..`; a directory's page is `index.html`."""
    parts = urlsplit(url)
    path = parts.path + ("index.html" if parts.path.endswith("/") or not parts.path else "")
    query = f"?{parts.query}" if parts.query else ""
    whole = f"{parts.netloc.rpartition('@')[2]}/{path.lstrip('/')}{query}"
    segments = (part for part in whole.split("/") if part not in {"", ".", ".."})
    return quote("/".join(segments).replace(":", "_"), safe="/-._~%") or "site"


def _driver(run: RunRecord, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "eindekss",
        "version": run.versions.get("eindekss", "") or "0",
        "properties": {"axe-core": run.judgement.axe_version, "target": run.judgement.settings.target},
        "rules": rules[:_MOST_RULES],
    }


def _rule(told: Told) -> dict[str, Any]:
    item, text = told.item, advice(told.item)
    title = _cut(text.title if text else item.message or item.rule)
    help_text = "\n\n".join(filter(None, (text.who, text.mend))) if text else ""
    rule: dict[str, Any] = {
        "id": item.rule,
        "name": item.rule,
        "shortDescription": {"text": title},
        "fullDescription": {"text": _cut(text.who if text else title)},
        "help": {"text": _cut(help_text or title)},
        "defaultConfiguration": {"level": _level(told)},
        "properties": {
            "tags": ["accessibility", *(f"WCAG {sc}" for sc in item.criteria)][:_MOST_TAGS],
            "precision": "very-high" if item.outcome is Outcome.FAILED else "low",
        },
    }
    if item.help_url.startswith("https://"):
        rule["helpUri"] = quote(item.help_url, safe="/:?#=&%-._~+,@")
    return rule


def _results(kept: list[Told], index: dict[str, int]) -> list[dict[str, Any]]:
    """Of items that share a fingerprint, such as a failure and a doubt, each has one of its own."""
    again: Counter[str] = Counter()
    results = []
    for told in kept:
        name = told.item.fingerprint
        again[name] += 1
        results.append(_result(told, index[told.item.rule], f"{name}:{again[name]}"))
    return results


def _result(told: Told, rule_index: int, fingerprint: str) -> dict[str, Any]:
    item = told.item
    kind = _KINDS[item.outcome]
    first = item.instances[0] if item.instances else None
    said = f"{sentence(item)}. {item.url}" + (f" ({item.count}×)" if item.count > 1 else "")
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "ruleIndex": rule_index,
        "kind": kind,
        "level": _level(told) if kind == "fail" else "none",
        "message": {"text": _cut(said)},
        "locations": [_location(item.url, first.selector if first else "", first.snippet if first else "")],
        "partialFingerprints": {"eindekss/v1": fingerprint},
        "properties": {"url": plain(item.url), "state": str(told.state), "elements": item.count},
    }
    if told.state is State.ACCEPTED:
        result["suppressions"] = [{"kind": "external", "status": "accepted"}]
    return result


def _location(url: str, selector: str, snippet: str) -> dict[str, Any]:
    """Line 1: the page is what was sent, and no file that has lines."""
    region: dict[str, Any] = {"startLine": 1}
    if snippet:
        region["snippet"] = {"text": _cut(snippet)}
    physical = {"artifactLocation": {"uri": artifact(url)}, "region": region}
    location: dict[str, Any] = {"physicalLocation": physical}
    if selector:
        location["logicalLocations"] = [{"fullyQualifiedName": _cut(selector), "kind": "element"}]
    return location


def _level(told: Told) -> str:
    return _LEVELS.get(told.item.impact, "warning")


def _invocation(run: RunRecord, verdict: Verdict | None, left_out: int) -> dict[str, Any]:
    """Whether everything was evaluated, so that nobody takes a page that is missing for a clean one."""
    found: dict[str, Any] = {
        "executionSuccessful": all(site.judgement.failure is None for site in run.sites),
        "startTimeUtc": f"{run.started_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    notes = [
        f"{site.institution.url}: {status_word(site.judgement.status)} ({site.judgement.failure.reason})"
        for site in run.sites
        if site.judgement.failure is not None
    ]
    if left_out:
        notes.append(f"{left_out} results are over the limit of {MOST_RESULTS} and left out")
    if verdict is not None:
        found["exitCode"] = verdict.code
    if notes:
        found["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": _cut(note)}} for note in notes
        ]
    return found


def _cut(text: str) -> str:
    return shortened(text, _MOST_TEXT)

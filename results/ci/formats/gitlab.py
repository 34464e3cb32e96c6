"""GitLab's accessibility report: what pa11y-ci's JSON reporter writes, which GitLab's merge request reads.

`{total, passes, errors, results: {URL: [{code, type, typeCode, message, context, selector, runner}]}}`
(pa11y-ci lib/reporters/json.js, pa11y lib/runner.js); of a page that was not evaluated one issue says so.
`total` counts addresses and `errors` issues, as pa11y-ci does.
"""

from __future__ import annotations

import json
from typing import Any

from checks.finding import Outcome
from results.ci.policy import Verdict
from results.ci.told_items import State, Told, sentence, told_items
from results.language import _
from results.records import RunRecord
from results.terminal import plain


def gitlab(run: RunRecord, verdict: Verdict | None) -> bytes:
    """The report; accepted items and those that the gate does not name are notices, which it leaves out."""
    results: dict[str, list[dict[str, Any]]] = {
        plain(page.url): [] for site in run.sites for page in site.judgement.pages
    }
    for told in told_items(run, verdict):
        issues = results.setdefault(plain(told.item.url), [])
        if told.state in (State.FAILED, State.OPEN):
            issues += _issues(told)
    for site in run.sites:
        if not site.judgement.pages:
            results.setdefault(plain(site.institution.url), []).append(_lost(site.judgement.failure))
    document = {
        "total": len(results),
        "passes": sum(not issues for issues in results.values()),
        "errors": sum(issue["type"] == "error" for issues in results.values() for issue in issues),
        "results": dict(sorted(results.items())),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _issues(told: Told) -> list[dict[str, Any]]:
    item = told.item
    failed = item.outcome is Outcome.FAILED or item.outcome is Outcome.UNTESTED
    places = [(one.selector, one.snippet) for one in item.instances] or [("", "")]
    code = ".".join(["WCAG2AA", *(sc.replace(".", "_") for sc in item.criteria), item.rule])
    return [
        _issue(code, sentence(item), plain(context), plain(selector), is_error=failed)
        for selector, context in places
    ]


def _lost(failure: object) -> dict[str, Any]:
    reason = getattr(failure, "reason", "not evaluated")
    return _issue(
        "not-evaluated",
        _("The site was not evaluated: {reason}").format(reason=reason),
        "",
        "",
        is_error=True,
    )


def _issue(code: str, message: str, context: str, selector: str, *, is_error: bool) -> dict[str, Any]:
    return {
        "code": code,
        "type": "error" if is_error else "warning",
        "typeCode": 1 if is_error else 2,
        "message": plain(message),
        "context": context,
        "selector": selector,
        "runner": "axe",
        "runnerExtras": {},
    }

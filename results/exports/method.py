"""By what a run's answers were made, as rows of a table: the method sheet, and the notes of other formats."""

from __future__ import annotations

from collections import Counter

import msgspec

from results import wording
from results.exports.facts import RunFacts
from results.language import _
from results.terminal import plain


def method_rows(facts: RunFacts) -> tuple[tuple[str, str], ...]:
    """Name and value, in the language spoken now."""
    run, judged = facts.run, facts.run.judgement
    statuses = Counter(head.status for head in facts.heads)
    counts = ", ".join(f"{wording.status_word(name)}: {n}" for name, n in sorted(statuses.items()))
    others = sum(bool(head.institution.website_of) for head in facts.heads)
    return (
        (_("Run"), run.id),
        (_("Name"), plain(run.name)),
        (_("State"), wording.state(str(run.state))),
        (_("Began"), run.started_at.isoformat()),
        (_("Ended"), run.finished_at.isoformat() if run.finished_at else ""),
        *((_("Attention"), plain(note)) for note in wording.run_notes(run)),
        (_("Institutions"), str(len(facts.heads) - others)),
        (_("Their other websites, not to be counted as institutions"), str(others)),
        (_("Websites by status"), counts),
        (_("Judgement"), f"{judged.number} / {judged.of}, {judged.created_at.isoformat()}"),
        (_("Formula"), judged.settings.formula),
        (_("Target"), judged.settings.target),
        ("axe-core", judged.axe_version),
        (_("Term tables"), judged.terms),
        (_("Checks"), _pairs(judged.checks)),
        (_("Tools"), _pairs(run.versions)),
        (_("Settings"), msgspec.json.encode(run.settings).decode()),
        (
            _("How an answer comes about"),
            _(
                "The tool proposes, with evidence and a confidence from 0 to 1; an expert's decision holds "
                "over it. Where experts disagree nothing holds. Not evaluated is never yes or no."
            ),
        ),
        (
            _("How to review"),
            _(
                "In the sheet Review choose a decision. Confirm keeps the automatic answer; overrule needs "
                "the final answer and a reason; leave open decides nothing. Save, then: "
                "eindekss panel import FILE.xlsx --expert NAME"
            ),
        ),
    )


def _pairs(values: dict[str, str] | dict[str, int]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())

"""A summary in Markdown for job summaries and merge requests.

What a site wrote stands in code spans or with every character that Markdown, HTML and mentions know made
harmless: it cannot make a link, a heading, a table cell or an element, and notifies nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from results import measure_wording, wording
from results.ci.policy import Verdict
from results.ci.telling import told as lines_of
from results.ci.told_items import State, Told, advice, sentence, told_items
from results.language import _
from results.records import RunRecord
from results.site_text import shortened
from results.terminal import plain

MOST_ROWS = 50
"""GitHub takes a summary of 1 MiB; who reads it takes fewer rows."""
_MOST_CELL = 200


def markdown(run: RunRecord, verdict: Verdict | None) -> bytes:
    """The summary."""
    blocks = [f"# {escaped(plain(run.name) or 'eindekss')}", *_gate(verdict), *_sites(run)]
    every = list(told_items(run, verdict))
    wanted = [one for one in every if one.state in (State.FAILED, State.OPEN)]
    blocks += _table(wanted)
    return ("\n\n".join(blocks) + "\n").encode(errors="replace")


def escaped(text: str) -> str:
    """Text that shows as it is: in a paragraph, a heading or a cell of a table."""
    cut = shortened(text, _MOST_CELL)
    return "".join(_ESCAPES.get(character, character) for character in cut)


_ESCAPES = {character: f"&#{ord(character)};" for character in r"\`*_{}[]()#+-!|~<>:/@$^=&.'" + '"'}
"""As numeric references, which no Markdown reads as its own signs; `.` and `:` keep addresses unlinked."""


def code(text: str) -> str:
    """A code span: fenced by more backticks than the text has, its bars as GitHub's tables want them."""
    cut = shortened(text, _MOST_CELL).replace("|", "\\|")
    if not cut:
        return ""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", cut)), default=0))
    return f"{fence} {cut} {fence}" if "`" in cut else f"{fence}{cut}{fence}"


def _gate(verdict: Verdict | None) -> Iterator[str]:
    if verdict is None:
        return
    head, *rest = lines_of(verdict)
    yield f"**{escaped(head)}**"
    if rest:
        yield "\n".join(f"- {escaped(line)}" for line in rest)


def _sites(run: RunRecord) -> Iterator[str]:
    rows = [f"| {_('Site')} | WCAG | {_('Mobile')} | {_('Status')} |", "|---|---|---|---|"]
    for site in run.sites:
        judged = site.judgement
        why = f" ({judged.failure.reason})" if judged.failure else ""
        cells = (
            escaped(measure_wording.score(judged.wcag)),
            escaped(measure_wording.mobile_verdict(judged.mobile)),
            escaped(f"{wording.status(judged.status)}{why}"),
        )
        rows.append(f"| {code(site.institution.url)} | {' | '.join(cells)} |")
    yield "\n".join(rows)


def _table(wanted: list[Told]) -> Iterator[str]:
    if not wanted:
        return
    # Not within one f-string: Babel finds no messages in those.
    heads = ("", _("Rule"), _("Page"), _("Element"), _("What to do"))
    rows = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|"]
    for told in wanted[:MOST_ROWS]:
        item, text = told.item, advice(told.item)
        times = f" {item.count}×" if item.count > 1 else ""
        cells = (code(item.rule), code(item.url), code(item.element) + times)
        mend = escaped(text.mend if text else sentence(item))
        rows.append(f"| {escaped(wording.outcome(item.outcome))} | {' | '.join(cells)} | {mend} |")
    yield "\n".join(rows)
    if len(wanted) > MOST_ROWS:
        yield _("… and {n} more of these").format(n=len(wanted) - MOST_ROWS)

"""A comparison written down: tables on a terminal, a JSON document, CSV rows."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from checks.finding import Answer, Outcome
from crawler.evidence import Institution
from results import wording
from results.answer_changes import DIFFERENT, AnswerChange, Side, Verdict
from results.comparison import Comparison, Shares, SiteChange, Tally
from results.document import wording as label
from results.language import N_, _
from results.percentages import PERCENT
from results.records import RunRecord
from results.site_text import harmless
from results.terminal import plain, quoted
from results.told import told
from results.written import day

_WORDS = {
    Verdict.IMPROVED: (N_("▲ improved"), "green"),
    Verdict.WORSE: (N_("▼ worse"), "red"),
    Verdict.CHANGED: (N_("~ changed"), "yellow"),
    Verdict.UNCHANGED: (N_("= unchanged"), "dim"),
    Verdict.NOT_COMPARABLE: (N_("? not comparable"), "dim"),
}
_REASONS_SHOWN = 8
_QUOTED = 200
COLUMNS = (
    *("institution", "registration_number", "url", "url_before", "code", "question", "verdict", "reason"),
    *("confirmed", "value_before", "value_after", "points_before", "points_after", "confidence_before"),
    *("confidence_after", "evidence_before", "quote_before", "evidence_after", "quote_after"),
)


def text_views(
    comparison: Comparison, *, changed: bool = False, whole: bool = False
) -> Iterator[RenderableType]:
    """The institutions one by one: what differs of each (`whole`: everything); then shares by code. With
    `changed` institutions without a difference are left out.
    """
    yield Text(_heading(comparison))
    tally = Tally()
    for site in comparison.sites:
        tally.take(site)
        shown = [one for one in site.answers if whole or one.verdict in DIFFERENT]
        if shown or not changed:
            yield _site_view(site, shown)
    yield from _alone(comparison)
    yield _shares_table(tally)


def to_json(comparison: Comparison, *, changed: bool = False) -> Iterator[bytes]:
    """The document in pieces: runs, sites with both sides of every answer, codes, totals."""
    tally = Tally()
    head = {"schema_version": 1, "before": _run(comparison.before), "after": _run(comparison.after)}
    yield b"{\n" + b"".join(_member(name, value) + b",\n" for name, value in head.items())
    yield b'  "sites": ['
    between = b"\n"
    for site in comparison.sites:
        tally.take(site)
        yield between + b"    " + _indented(_site(site, changed=changed), 4)
        between = b",\n"
    yield b"\n  ],\n"
    end = {
        "only_before": comparison.only_before,
        "only_after": comparison.only_after,
        "codes": [_counted(one) for one in tally.shares()],
        "total": _counted(tally.total()),
    }
    yield b",\n".join(_member(name, value) for name, value in end.items()) + b"\n}\n"


def _member(name: str, value: object) -> bytes:
    return f'  "{name}": '.encode() + _indented(value, 2)


def _indented(value: object, by: int) -> bytes:
    """As JSON that stands so far from the edge; a text in JSON holds no line break."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).replace(b"\n", b"\n" + b" " * by)


def to_csv(comparison: Comparison, *, changed: bool = False) -> Iterator[bytes]:
    """One row an institution and answer, in pieces; UTF-8 with BOM. No cell is a formula."""
    yield b"\xef\xbb\xbf" + _lines([COLUMNS])
    for site in comparison.sites:
        kept = (one for one in site.answers if not changed or one.verdict in DIFFERENT)
        yield _lines(_row(site, one) for one in kept)


def _lines(rows: Iterable[Iterable[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(
        [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return written.getvalue().encode()


def question(code: str) -> str:
    """What a code asks; of the percentage a name of its own."""
    return _("WCAG percentage") if code == PERCENT else label(code, None)


def run_title(run: RunRecord) -> str:
    """Name and id, with what became of its evidence and whether it may be published."""
    name = f"{plain(run.name)} ({plain(run.id)})" if run.name else plain(run.id)
    pruned = _(", evidence pruned on {day}").format(day=day(run.pruned_at)) if run.pruned_at else ""
    bad = _(", not to be published") if run.quality and not run.quality.is_publishable else ""
    bad = bad or (_(", not looked at by the quality gate") if run.is_unexamined else "")
    return f"{name}, {day(run.started_at)}{pruned}{bad}"


def given(code: str, side: Side | None) -> str:
    """A side's answer in a few words, with how sure it is."""
    if side is None:
        return "–"
    if code == PERCENT:
        return told(side.reason, side.said)
    value = side.value if isinstance(side.value, int | str) else None
    if value is None:
        return side.outcome
    words = wording.given(Answer(code=code, outcome=Outcome.PASSED, value=value))
    return f"{plain(words)} ({wording.sure(side.confidence)})"


def _heading(comparison: Comparison) -> str:
    before, after = _("From"), _("to")
    return f"{before} {run_title(comparison.before)}\n{after} {run_title(comparison.after)}"


def _shares_table(tally: Tally) -> Table:
    table = Table(title=_("What became of the answers"), title_justify="left")
    table.add_column(_("Code"), overflow="fold")
    for heading in (
        _("Improved"),
        _("Worse"),
        _("Unchanged"),
        _("Changed"),
        _("Not comparable"),
        _("Confirmed"),
    ):
        table.add_column(heading, justify="right")
    rows = [(one.code, one) for one in tally.shares()]
    for name, one in (*rows, (_("all"), tally.total())):
        differing = str(one.confirmed) if one.improved + one.worse else "–"
        cells = (_part(one, verdict) for verdict in (*_COUNTED,))
        table.add_row(Text(name), *cells, str(one.not_comparable), differing)
    table.caption = _("Percent of the institutions whose two answers can be compared.")
    return table


_COUNTED = (Verdict.IMPROVED, Verdict.WORSE, Verdict.UNCHANGED, Verdict.CHANGED)


def _part(one: Shares, verdict: Verdict) -> str:
    many, share = int(getattr(one, verdict)), one.share(verdict)
    return f"{many}  {share:.1f} %" if many and share is not None else str(many)


def _site_view(site: SiteChange, shown: list[AnswerChange]) -> RenderableType:
    address = plain(site.institution.url)
    matched = _("matched by {what}").format(what=_(site.matched_by))
    title = Text.assemble((plain(site.name), "bold"), f"  {address}", f"  {matched}")
    table = Table(title=title, title_justify="left", expand=True)
    for heading, ratio in (
        (_("Answer"), 3),
        (_("What"), 2),
        (_("Before"), 3),
        (_("After"), 3),
        (_("To know"), 4),
    ):
        table.add_column(heading, ratio=ratio, overflow="fold")
    for one in shown:
        table.add_row(*_answer_cells(one))
    for row in _not_comparable(site):
        table.add_row(*row)
    if site.pages:
        table.caption = site.pages
    return table


def _answer_cells(one: AnswerChange) -> tuple[RenderableType, ...]:
    words, style = _WORDS[one.verdict]
    name = Text.assemble((plain(one.code), "bold"), f" {plain(question(one.code))}")
    what = Text(_(words), style)
    if one.confirmed is not None:
        what.append(f", {one.confirmed}")
    return name, what, Text(given(one.code, one.before)), Text(given(one.code, one.after)), _known(one)


def _known(one: AnswerChange) -> Text:
    """The reason, else where the later answer was seen."""
    place = _first_place(one.after)
    return quoted(told(one.reason, one.said) or " ".join(part for part in place if part))


def _not_comparable(site: SiteChange) -> Iterator[tuple[RenderableType, ...]]:
    open_ones = (one for one in site.answers if one.verdict is Verdict.NOT_COMPARABLE)
    reasons = Counter(told(one.reason, one.said) for one in open_ones)
    for reason, many in reasons.most_common(_REASONS_SHOWN):
        yield (
            Text(wording.counted(many, "answer")),
            Text(_("? not comparable"), "dim"),
            "",
            "",
            quoted(reason),
        )
    if len(reasons) > _REASONS_SHOWN:
        left = _("… {n} more reasons").format(n=len(reasons) - _REASONS_SHOWN)
        yield left, "", "", "", _("all in the JSON document")


def _alone(comparison: Comparison) -> Iterator[Text]:
    alone = (
        (_("Only in the first run: {names}"), comparison.only_before),
        (_("Only in the second run: {names}"), comparison.only_after),
    )
    for said, institutions in alone:
        if institutions:
            names = ", ".join(one.name or one.url for one in institutions)
            yield Text(said.format(names=plain(names)))


def _run(run: RunRecord) -> dict[str, object]:
    return {
        "id": run.id,
        "name": run.name,
        "source": run.source,
        "state": str(run.state),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "basis": run.basis,
        "pruned_at": run.pruned_at,
        "not_to_be_published": None if run.quality is None else not run.quality.is_publishable,
    }


def _counted(one: Shares) -> dict[str, object]:
    percent = {f"{verdict}_percent": one.share(verdict) for verdict in _COUNTED}
    return {**msgspec.structs.asdict(one), "compared": one.compared, **percent}


def _site(site: SiteChange, *, changed: bool) -> dict[str, object]:
    kept = tuple(one for one in site.answers if not changed or one.verdict in DIFFERENT)
    answers = {one.code: _json_answer(one) for one in kept}
    return {**msgspec.structs.asdict(site), "answers": answers}


def _json_answer(one: AnswerChange) -> dict[str, object]:
    kept = {name: value for name, value in msgspec.structs.asdict(one).items() if value is not msgspec.UNSET}
    return {**kept, "question": question(one.code)}


def _row(site: SiteChange, one: AnswerChange) -> Iterable[object]:
    institution: Institution = site.institution
    before, after = one.before, one.after
    yield from (institution.name, institution.registration_number, institution.url, site.url_before)
    yield from (one.code, question(one.code), str(one.verdict), told(one.reason, one.said))
    yield str(one.confirmed or "")
    yield from (before and before.value, after and after.value)
    yield from (before and before.points, after and after.points)
    yield from (before and before.confidence, after and after.confidence)
    yield from (*_first_place(before), *_first_place(after))


def _first_place(side: Side | None) -> tuple[str, str]:
    """Where the answer was seen first, and what stood there."""
    if side is None or not side.evidence:
        return "", ""
    first = side.evidence[0]
    return first.url, first.snippet[:_QUOTED]

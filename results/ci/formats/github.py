"""Workflow commands of GitHub Actions: `::error title=…::…`, a line each, at most ten of a level.

What a site wrote is data: `%`, CR and LF are escaped in the text, `:` and `,` too in properties (actions
toolkit, packages/core/src/command.ts). A line cannot be begun by it, so that no page gives commands.
"""

from __future__ import annotations

from collections.abc import Iterator

from results.ci.policy import Verdict
from results.ci.telling import item_line
from results.ci.telling import told as lines_of
from results.ci.told_items import State, sentence, told_items
from results.language import _
from results.records import RunRecord
from results.terminal import plain

MOST_OF_A_LEVEL = 10
"""GitHub shows no more of a step."""
_LEVELS = {State.FAILED: "error", State.OPEN: "warning"}


def github(run: RunRecord, verdict: Verdict | None) -> bytes:
    """The lines; accepted items and those that the gate does not name have none."""
    lines = [*_of_gate(verdict), *_of_items(run, verdict)]
    shown = []
    for level in ("error", "warning", "notice"):
        of_level = [line for line in lines if line.startswith(f"::{level} ")]
        shown += of_level[: MOST_OF_A_LEVEL - 1] if len(of_level) > MOST_OF_A_LEVEL else of_level
        if len(of_level) > MOST_OF_A_LEVEL:
            rest = len(of_level) - MOST_OF_A_LEVEL + 1
            said = _("{n} more; the report has them all").format(n=rest)
            shown.append(_command(level, "eindekss", said))
    return "".join(f"{line}\n" for line in shown).encode(errors="replace")


def _of_gate(verdict: Verdict | None) -> Iterator[str]:
    if verdict is None:
        return
    level = {0: "notice", 1: "error", 3: "warning"}[verdict.code]
    yield _command(level, "eindekss", "\n".join(lines_of(verdict)))


def _of_items(run: RunRecord, verdict: Verdict | None) -> Iterator[str]:
    for told in told_items(run, verdict):
        if told.state in _LEVELS:
            item = told.item
            text = f"{item_line(item)}\n{sentence(item)}"
            yield _command(_LEVELS[told.state], item.rule, text)


def _command(level: str, title: str, text: str) -> str:
    lines = "\n".join(map(plain, text.splitlines()))
    return f"::{level} title={_property(title)}::{_data(lines)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")

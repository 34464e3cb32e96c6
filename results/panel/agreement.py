"""How far automatic answers and experts agree: per code, percent and Cohen's kappa (Cohen 1960)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from results.panel.decisions import Decision, Verdict

Value = int | str


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """One code over all sites that an expert decided on."""

    code: str
    decided: int
    """Decisions of experts that give a value, one an expert and site."""
    proposed: int
    """Of these, the automatic answer had a value too: only they are compared."""
    agreed: int
    kappa: float | None
    """None where both gave only one and the same value, or nothing can be compared: chance explains all."""

    @property
    def percent(self) -> float | None:
        """Share of agreement, in percent."""
        return 100 * self.agreed / self.proposed if self.proposed else None


def agreement(decisions: Iterable[Decision]) -> tuple[Agreement, ...]:
    """Agreement by code, sorted by code. Open decisions, and those that give no value, are left out."""
    groups: dict[str, list[Decision]] = {}
    for one in decisions:
        if one.verdict is not Verdict.OPEN and one.value is not None:
            groups.setdefault(one.code, []).append(one)
    return tuple(_of(code, group) for code, group in sorted(groups.items()))


def _of(code: str, group: Sequence[Decision]) -> Agreement:
    pairs = [
        (one.automatic.value, one.value)
        for one in group
        if one.automatic.value is not None and one.value is not None
    ]
    return Agreement(
        code=code,
        decided=len(group),
        proposed=len(pairs),
        agreed=sum(ours == theirs for ours, theirs in pairs),
        kappa=kappa(pairs),
    )


def kappa(pairs: Sequence[tuple[Value, Value]]) -> float | None:
    """Cohen's kappa of two raters' values: (observed - expected) / (1 - expected); None where chance alone
    expects full agreement, or there is no pair.
    """
    if not pairs:
        return None
    total = len(pairs)
    observed = sum(one == other for one, other in pairs) / total
    first = Counter(one for one, _ in pairs)
    second = Counter(other for _, other in pairs)
    expected = sum(first[value] * second[value] for value in first) / total**2
    return None if expected == 1 else (observed - expected) / (1 - expected)

"""The chart of `bench.scale`, as SVG: sites an hour, cost and memory by hundreds of sites."""

from __future__ import annotations

from html import escape
from typing import Any

WIDTH, HEIGHT, GAP = 720, 170, 56
LEFT, RIGHT = 70, 20
INK, BAR, LINE, PALE = "#222", "#2b6cb0", "#c05621", "#ddd"
Json = dict[str, Any]
_NAMES = {
    "sqlite 1": "SQLite, 1 worker on 1 core",
    "postgresql 1": "PostgreSQL, 1 worker on 1 core",
    "postgresql 2": "PostgreSQL, 2 workers on 2 cores",
}


def chart(known: Json) -> str:
    """One picture of what was measured; empty panels are left out."""
    panels: list[str] = []
    if "scaling" in known:
        panels.append(_bars("Sites an hour", rates(known["scaling"])))
    if "whole" in known:
        size, blocks = known["whole"]["block"], known["whole"]["blocks"]
        names = [str((number + 1) * size) for number in range(len(blocks))]
        cost = [one["cpu"] / one["sites"] for one in blocks]
        memory = [float(one["memory_median"] or 0) for one in blocks]
        panels.append(_columns("CPU seconds a site, by sites done", names, cost))
        panels.append(_columns("Memory of all processes, MiB (PSS, median), by sites done", names, memory))
    height = len(panels) * (HEIGHT + GAP) + GAP
    moved = (
        f'<g transform="translate(0 {GAP + place * (HEIGHT + GAP)})">{panel}</g>'
        for place, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13" fill="{INK}"><title>What a wave costs</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{"".join(moved)}</svg>\n'
    )


def rates(scaling: Json) -> dict[str, float]:
    """Median sites an hour over the rounds, by engine and workers."""
    found = {}
    for key, runs in scaling["runs"].items():
        hours = sorted(one["sites_an_hour"] for one in runs)
        found[_NAMES[key]] = hours[len(hours) // 2]
    return found


def _bars(title: str, values: dict[str, float]) -> str:
    most = max(values.values())
    step = HEIGHT / len(values)
    drawn = [_text(LEFT, -12, title, weight="bold")]
    for place, (name, value) in enumerate(values.items()):
        top, long = place * step, (WIDTH - 340) * value / most
        drawn.append(_text(10, top + step / 2 + 4, name))
        drawn.append(
            f'<rect x="250" y="{top + 8:.1f}" width="{long:.1f}" height="{step - 16:.1f}" fill="{BAR}"/>'
        )
        drawn.append(_text(258 + long, top + step / 2 + 4, f"{value:,.0f}"))
    return "".join(drawn)


def _columns(title: str, names: list[str], values: list[float]) -> str:
    most = max([*values, 1e-9]) * 1.1
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    drawn = [_text(LEFT, -12, title, weight="bold"), _axis(most)]
    for place, (name, value) in enumerate(zip(names, values, strict=True)):
        left, tall = LEFT + place * step, HEIGHT * value / most
        drawn.append(
            f'<rect x="{left + 6:.1f}" y="{HEIGHT - tall:.1f}" width="{step - 12:.1f}" height="{tall:.1f}" '
            f'fill="{BAR}"/>'
        )
        drawn.append(_text(left + step / 2, HEIGHT - tall - 4, _number(value), anchor="middle"))
        drawn.append(_text(left + step / 2, HEIGHT + 15, name, anchor="middle"))
    return "".join(drawn)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.2f}"


def _axis(most: float) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        top = HEIGHT * (1 - share)
        lines.append(f'<path d="M{LEFT} {top:.1f}H{WIDTH - RIGHT}" stroke="{PALE}"/>')
        lines.append(_text(LEFT - 6, top + 4, _number(most * share), anchor="end"))
    return "".join(lines)


def _text(x: float, y: float, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
    )

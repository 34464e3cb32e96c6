"""Bar charts as SVG inside the page: no script, no font, no request; every bar has its words and number.

Solid is the share, hatched what is not known, empty the rest: nothing is told by colour alone. The table
beside the chart has the same numbers.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

from results.terminal import plain

WIDTH = 340
_LETTERS = 46
"""Of 13 pixels on a line, with room to spare in every font."""
_LINE, _BAR, _GAP, _NUMBER = 17, 16, 12, 58


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One bar; both parts from 0 to 1, together at most 1."""

    label: str
    number: str
    """What stands at its end."""
    share: float
    unknown: float = 0.0


def chart(identifier: str, title: str, description: str, bars: Sequence[Bar]) -> Markup:
    """The picture; `identifier` must be its own in the page."""
    parts: list[Markup] = []
    top = 0
    for bar in bars:
        drawn, top = _bar(identifier, bar, top)
        parts.append(drawn)
    hatch = Markup(
        '<pattern id="{0}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>'
    ).format(identifier)
    return Markup(
        '<svg class="chart" role="img" aria-labelledby="{0}-title {0}-desc" viewBox="0 0 {1} {2}">'
        '<title id="{0}-title">{3}</title><desc id="{0}-desc">{4}</desc><defs>{5}</defs>{6}</svg>'
    ).format(identifier, WIDTH, max(1, top), plain(title), plain(description), hatch, Markup("").join(parts))


def _bar(identifier: str, bar: Bar, top: int) -> tuple[Markup, int]:
    lines = textwrap.wrap(plain(bar.label), _LETTERS, max_lines=3, placeholder=" …") or ["–"]
    words = Markup("").join(
        Markup('<text x="0" y="{0}">{1}</text>').format(top + _LINE * (place + 1) - 4, escape(one))
        for place, one in enumerate(lines)
    )
    top += _LINE * len(lines)
    room = WIDTH - _NUMBER
    solid, hatched = room * bar.share, room * bar.unknown
    drawn = Markup(
        '{words}<rect class="rest" x="0.5" y="{y}" width="{room}" height="{height}"/>'
        '<rect class="share" x="0.5" y="{y}" width="{solid:.1f}" height="{height}"/>'
        '<rect class="unknown" fill="url(#{name}-hatch)" x="{from_:.1f}" y="{y}" width="{hatched:.1f}" '
        'height="{height}"/><text class="number" x="{end}" y="{base}">{number}</text>'
    ).format(
        words=words,
        y=top,
        room=room,
        height=_BAR,
        solid=solid,
        name=identifier,
        from_=0.5 + solid,
        hatched=hatched,
        end=WIDTH,
        base=top + 13,
        number=plain(bar.number),
    )
    return drawn, top + _BAR + _GAP

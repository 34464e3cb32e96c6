"""What a viewport meta element asks for, read as Chromium reads it.

The steps are those of Blink's ProcessViewportArguments, checked against Chromium 156: white space, `=` and
`,` separate; a semicolon does not (`width=device-width;initial-scale=1` gives neither, but
`width=device-width; initial-scale=1` gives a scale); the last of several values counts; a number may have
anything behind it (`320px`).
"""

from __future__ import annotations

import re

import msgspec

_PAIR = re.compile(
    r"""
    [\s=,\x00]*
    (?P<key>[^\s=,\x00]+)
    [^=,]*                  # up to the first `=`, not past a `,`
    [\s=\x00]*              # up to the value, not past a `,`
    (?P<value>[^\s=,\x00]*)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_DEVICE = frozenset({"device-width", "device-height"})


class Viewport(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a viewport meta element that decide the layout's width."""

    width: float | None = None
    """CSS pixels, where a number is given; negative ones are none."""
    follows_device: bool = False
    """The width is `device-width` (or, hardly ever, `device-height`)."""
    initial_scale: float | None = None


def parse(content: str) -> Viewport:
    """Read the `content` attribute; never fails, what makes no sense is left out."""
    values = {pair["key"].lower(): pair["value"].lower() for pair in _PAIR.finditer(content)}
    width = values.get("width", "")
    return Viewport(
        width=_number(width),
        follows_device=width in _DEVICE,
        initial_scale=_number(values.get("initial-scale", "")),
    )


def _number(value: str) -> float | None:
    """The number that a value begins with, if it is not negative."""
    found = _NUMBER.match(value)
    return float(found[0]) if found and float(found[0]) >= 0 else None

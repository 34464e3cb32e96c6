"""The JavaScript that runs in pages, as package data."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def script(name: str) -> str:
    """Source of `crawler/js/<name>.js`."""
    return (files("crawler") / "js" / f"{name}.js").read_text(encoding="utf-8")


def settle_script() -> str:
    """An expression: where the document stands, as JSON."""
    return script("settle")


@cache
def desktop_script(axe_source: str) -> str:
    """What the isolated world of a desktop page holds: axe-core in the top frame, and our gatherers."""
    ours = script("elements") + script("observe") + script("audit")
    return f"if (self === top && !globalThis.eindekss) {{ {axe_source}\n;{ours} }}"


@cache
def frame_script(axe_source: str) -> str:
    """What the isolated world of a frame holds before axe-core runs there."""
    return f"if (!globalThis.eindekss) {{ {axe_source}\n;{script('elements')}{script('audit')} }}"


@cache
def phone_script() -> str:
    """What the isolated world of a phone page holds."""
    ours = script("elements") + script("mobile")
    return f"if (self === top && !globalThis.eindekss) {{ {ours} }}"


@cache
def probe_script() -> str:
    """What the isolated world of a search's page holds."""
    ours = script("elements") + script("answer")
    return f"if (self === top && !globalThis.eindekss) {{ {ours} }}"

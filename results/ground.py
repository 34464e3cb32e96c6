"""On what ground the answers of a run stand, in words that can be held against another run's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class Ground(TypedDict):
    """Fields of `Basis`."""

    chosen: str
    consent: str
    access: str


def ground(settings: Mapping[str, Any]) -> Ground:
    """Fields of `Basis` from a run's settings as stored, those of earlier versions too: which pages were
    wanted, what was done with consent banners, what was sent beyond what the public sends.
    """
    return {
        "chosen": _chosen(settings) or "all",
        "consent": str(settings.get("consent") or "ignore"),
        "access": _access(settings) or "public",
    }


def _chosen(settings: Mapping[str, Any]) -> str:
    words = []
    if (sitemap := settings.get("sitemap")) is not None:
        words.append(f"of the sitemap {sitemap}".strip())
    words += [
        f"{name} {' '.join(sorted(settings[name]))}" for name in ("include", "exclude") if settings.get(name)
    ]
    return ", ".join(words)


def _access(settings: Mapping[str, Any]) -> str:
    words = [
        f"{name} {' '.join(sorted(settings[name]))}" for name in ("headers", "cookies") if settings.get(name)
    ]
    if settings.get("basic_auth"):
        words.append("password")
    if login := settings.get("login"):
        words.append(f"login at {login['start']}")
    return ", ".join(words)

"""What the browser says it is: a desktop, or the phone of specification `mft/1`."""

from __future__ import annotations

from typing import Any

from crawler.evidence import AuditSettings


def desktop(settings: AuditSettings, version: str, own_agent: str) -> dict[str, Any]:
    """Options of a Playwright context for a desktop; `version` is Chromium's."""
    width, height = settings.desktop
    return {
        "viewport": {"width": width, "height": height},
        "screen": {"width": width, "height": height},
        "user_agent": _agent("X11; Linux x86_64", "Safari", version, own_agent),
    }


def phone(settings: AuditSettings, version: str, own_agent: str) -> dict[str, Any]:
    """Options of a Playwright context for the Nexus 5X that Googlebot smartphone used in 2017."""
    width, height = settings.phone
    system = "Linux; Android 6.0.1; Nexus 5X Build/MMB29P"
    return {
        "viewport": {"width": width, "height": height},
        "screen": {"width": width, "height": height},
        "device_scale_factor": 2.625,
        "is_mobile": True,
        "has_touch": True,
        "user_agent": _agent(system, "Mobile Safari", version, own_agent),
    }


def _agent(system: str, safari: str, version: str, own_agent: str) -> str:
    """Chromium's own, with the name of what drives it at the end."""
    major = version.split(".", 1)[0]
    engine = "AppleWebKit/537.36 (KHTML, like Gecko)"
    token = own_agent.removeprefix("Mozilla/5.0 ")
    return f"Mozilla/5.0 ({system}) {engine} Chrome/{major}.0.0.0 {safari}/537.36 {token}"

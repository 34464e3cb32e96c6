"""A file of settings as the defaults of commands."""

from __future__ import annotations

from typing import Any

from schedules.settings_file.catalogue import ROOT, Catalogue
from schedules.settings_file.settings import SettingsFile


def origin(settings: SettingsFile, path: tuple[str, ...], key: str) -> str:
    """Where in the file a command's option stands: `check.rate`, `rate`, empty where nowhere."""
    if key in settings.commands.get(path, {}):
        return ".".join((*path, key))
    return key if key in settings.top else ""


def said(settings: SettingsFile, path: tuple[str, ...]) -> dict[str, Any]:
    """What the file says for a command, by key: its own table over the top."""
    return settings.top | settings.commands.get(path, {})


def default_map(settings: SettingsFile, catalogue: Catalogue) -> dict[str, Any]:
    """Defaults as click takes them: by argument, those of a command under its name."""
    defaults: dict[str, Any] = {}
    for path, command in catalogue.items():
        level = defaults
        for word in path:
            level = level.setdefault(word, {})
        known = command.options if path != ROOT else catalogue[ROOT].options
        level |= {known[key].name: value for key, value in said(settings, path).items() if key in known}
    return defaults

"""The JSON Schema of `eindekss.toml`, made from the commands' own options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schedules.settings_file.catalogue import ROOT, Catalogue, Option, common
from schedules.settings_file.settings import MATCH, URL, per_url

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(catalogue: Catalogue) -> dict[str, Any]:
    """The schema, for editors and for checks before a file is used. What it cannot say (that a pattern can be
    read, that a value is no secret) `eindekss config --check` does.
    """
    properties = _properties(common(catalogue), with_default=False)
    for path, command in catalogue.items():
        if path != ROOT:
            _put(properties, path, _table(_properties(command.options), command.help))
    properties[URL] = {"type": "array", "items": _url_table(catalogue)}
    return {
        "$schema": _DIALECT,
        "title": "eindekss.toml",
        **_table(properties, "Defaults of the command line, by command and by site."),
    }


def _put(properties: dict[str, Any], path: tuple[str, ...], table: dict[str, Any]) -> None:
    for word in path[:-1]:
        properties = properties.setdefault(word, _table({}))["properties"]
    properties[path[-1]] = table


def _url_table(catalogue: Catalogue) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    match = {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]}
    properties = {MATCH: match} | _properties(per_url(catalogue), with_default=False)
    return _table(properties) | {"required": [MATCH]}


def _table(properties: dict[str, Any], description: str = "") -> dict[str, Any]:
    table: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": properties}
    return table | ({"description": description} if description else {})


def _properties(options: Mapping[str, Option], *, with_default: bool = True) -> dict[str, Any]:
    return {key: _property(option, with_default=with_default) for key, option in sorted(options.items())}


def _property(option: Option, *, with_default: bool) -> dict[str, Any]:
    one: dict[str, Any] = {"type": ["string", "number"] if option.takes_numbers else str(option.kind)}
    if option.choices:
        one["enum"] = [*option.choices]
    limits = {"minimum": option.least, "maximum": option.most}
    one |= {name: limit for name, limit in limits.items() if limit is not None}
    made = {"anyOf": [one, {"type": "array", "items": one}]} if option.many else one
    if with_default and option.default not in (None, "") and not option.many:
        made["default"] = getattr(option.default, "value", option.default)
    return made | ({"description": option.help} if option.help else {})

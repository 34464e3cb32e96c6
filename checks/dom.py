"""The rendered HTML parsed, where the evidence's structs don't hold what a check needs.

Parsing a page of 1 MB takes about 20 ms, so trees are remembered for the checks of the same site.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]  # it has no stubs

from checks.remember import for_a_site

Element = html.HtmlElement
"""An element of a parsed page."""

_CANONICAL = re.compile(r"<link\b[^>]*\brel\s*=\s*[\"']?canonical\b[^>]*>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_JSON_LD = re.compile(
    r"<script\b[^>]*\btype\s*=\s*[\"']?application/ld\+json\b[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL
)
_H1 = re.compile(r"<h1\b[^>]*>(.*?)</h1\s*>", re.IGNORECASE | re.DOTALL)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@for_a_site(64)
def tree(source: str) -> html.HtmlElement:
    """The document's root element; an empty document for what lxml refuses."""
    parser = html.HTMLParser(huge_tree=True)
    try:
        return html.document_fromstring(source, parser=parser)
    except (etree.ParserError, ValueError):
        return html.document_fromstring("<html><body></body></html>")


@for_a_site(64)
def without_comments(source: str) -> str:
    """The HTML without what its author switched off."""
    return _COMMENT.sub("", source)


@for_a_site(256)
def headings(source: str) -> tuple[str, ...]:
    """Texts of the first five h1, white space folded."""
    found = (_text(match.group(1)) for match in _H1.finditer(source))
    return tuple(text for text, _ in zip((text for text in found if text), range(5), strict=False))


@for_a_site(256)
def canonical(source: str) -> str:
    """The address that `link rel=canonical` declares, as written; empty where there is none."""
    link = _CANONICAL.search(source)
    href = _HREF.search(link.group(0)) if link else None
    return unescape(href.group(1)) if href else ""


@for_a_site(256)
def metas(source: str) -> tuple[tuple[str, str], ...]:
    """(name or property in lower case, content) of the page's meta elements."""
    found = []
    for element in _META.finditer(source):
        values = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(element.group(0))
        }
        if (name := values.get("name") or values.get("property")) and "content" in values:
            found.append((name.lower(), values["content"]))
    return tuple(found)


def json_ld(source: str) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, nested ones too; what is not JSON is left out."""
    for script in _JSON_LD.finditer(source):
        try:
            yield from _objects(json.loads(script.group(1)), depth=0)
        except (ValueError, RecursionError):
            continue


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 -- any JSON
    if depth > 20:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _objects(inner, depth + 1)


def _text(markup: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", markup)).split())

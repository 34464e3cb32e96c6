"""Sitemaps (https://www.sitemaps.org/protocol.html): XML, indexes, gzip'd ones and plain text."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

import msgspec
from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

from crawler.charset import text_of
from crawler.content_coding import CodingError, decode
from crawler.fetch import Fetcher
from crawler.response import FetchedResponse
from crawler.urls import normalise

MAX_FILES = 50
MAX_URLS = 50_000
MAX_DEPTH = 3
_GZIP = b"\x1f\x8b"
_PIECE = 64 * 1024
_ACCEPT = "application/xml,text/xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


class Sitemap(msgspec.Struct, frozen=True):
    """What one file lists: pages, further sitemaps, or neither. As written, not normalised."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def parse_sitemap(body: bytes, content_type: str = "", *, cap: int = 50 * 1024 * 1024) -> Sitemap:
    """Read a sitemap of whatever kind, unpacking a gzip'd one up to `cap` bytes.

    Broken XML gives what can be read; namespaces do not matter; no entity is expanded, nothing loaded.
    """
    if body.startswith(_GZIP):
        try:
            body, _ = decode((body[at : at + _PIECE] for at in range(0, len(body), _PIECE)), "gzip", cap)
        except CodingError:
            return Sitemap()
    start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
        return _parse_xml(body)
    return _parse_text(text_of(body, content_type))


def _parse_text(text: str) -> Sitemap:
    lines = (line.strip() for line in text.splitlines()[:MAX_URLS])
    return Sitemap(tuple(line for line in lines if line.lower().startswith(("http://", "https://"))))


def _parse_xml(body: bytes) -> Sitemap:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(body.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return Sitemap()
    pages: list[str] = []
    sitemaps: list[str] = []
    for element in root.iter() if root is not None else ():
        if _name(element) == "loc" and element.text and element.text.strip():
            (sitemaps if _name(element.getparent()) == "sitemap" else pages).append(element.text.strip())
        elif _name(element) == "link" and _name(element.getparent()) in {"entry", "item"}:
            pages.append((element.get("href") or element.text or "").strip())  # a feed serves as one, too
        if len(pages) >= MAX_URLS:
            break
    return Sitemap(tuple(filter(None, pages)), tuple(sitemaps))


def _name(element: object) -> str:
    """Local name of an element; image:loc and video:loc are files of a page, not pages."""
    tag = getattr(element, "tag", None)
    if not isinstance(tag, str):
        return ""
    namespace, _, local = tag.rpartition("}")
    return "" if "sitemap-image" in namespace or "sitemap-video" in namespace else local.lower()


class SitemapUrls(msgspec.Struct, frozen=True):
    """Normalised pages in order of listing, and the files that were read."""

    pages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    truncated: bool = False


async def fetch_sitemaps(
    fetcher: Fetcher, urls: Iterable[str], may_fetch: Callable[[str], bool]
) -> SitemapUrls:
    """Read sitemaps and what their indexes list, breadth first, each once, within the caps.

    `may_fetch` is asked of each file; the pages listed are not judged here.
    """
    queue = deque((url, 1) for url in dict.fromkeys(filter(None, map(normalise, urls))) if may_fetch(url))
    known = {url for url, _ in queue}
    pages: dict[str, None] = {}
    files: list[str] = []
    while queue and len(files) < MAX_FILES and len(pages) < MAX_URLS:
        url, depth = queue.popleft()
        answer = await fetcher.get(url, accept=_ACCEPT)
        files.append(url)
        sitemap = await _parse_answer(answer)
        for page in filter(None, (normalise(page, answer.final_url) for page in sitemap.pages)):
            if len(pages) < MAX_URLS:
                pages[page] = None
        for further in filter(None, (normalise(inner, answer.final_url) for inner in sitemap.sitemaps)):
            if depth < MAX_DEPTH and further not in known and may_fetch(further):
                known.add(further)
                queue.append((further, depth + 1))
    return SitemapUrls(tuple(pages), tuple(files), bool(queue) or len(pages) >= MAX_URLS)


async def _parse_answer(answer: FetchedResponse) -> Sitemap:
    if answer.failure is not None or answer.is_html:
        return Sitemap()
    return await asyncio.to_thread(parse_sitemap, answer.body, answer.content_type)

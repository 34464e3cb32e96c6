"""What of a page is a chat: a vendor's script or frame, an element of its own, a control that opens one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

import msgspec

from checks import dom, terms
from checks.addresses import is_within
from checks.finding import Instance
from checks.remember import for_a_site
from checks.sentences import marked, say, word
from checks.words import words
from crawler.evidence import Page, Place, Rect

BOT = marked("bot")
CHAT = marked("chat")
_SOURCE = re.compile(
    r"<(?:script|iframe|frame)\b[^>]*?\b(?:data-)?src\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE
)
_INLINE = re.compile(r"<script\b(?![^>]*\bsrc\s*=\s*[\"']?\w)[^>]*>(.*?)</script", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"(?:https?:)?//([\w.-]+\.[a-z]{2,})[^\s\"'<>\\)]*", re.IGNORECASE)
_CUSTOM = re.compile(r"<([a-z][a-z0-9]*(?:-[a-z0-9]+)+)[\s>]", re.IGNORECASE)
_CHAT_PARTS = frozenset({"chat", "webchat", "livechat", "chatbot", "chatwidget", "messenger"})
_BOT_PARTS = frozenset({"bot", "chatbot"})
_MOST_WORDS = 6
_TAG_MANAGERS = ("googletagmanager.com/gtm", "matomo.js?container", "/container_")
_SKYPE_NAME = re.compile(r"\bskype\s*(?:vārds|name|konts|account)?\s*[:–-]\s*([\w.:-]{5,32})", re.IGNORECASE)


class _Vendor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    kind: str
    hosts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One thing on a page that stands for a chat."""

    kind: str
    """`chat` or `bot`."""
    what: str
    """In words: which product, which control."""
    confidence: float
    url: str
    selector: str = ""
    snippet: str = ""
    visible: bool = True
    rect: Rect | None = None

    def instance(self) -> Instance:
        """The sign as evidence that a person can open."""
        return Instance(
            url=self.url, selector=self.selector, snippet=self.snippet, message=self.what, rect=self.rect
        )


def widgets(page: Page) -> tuple[Sign, ...]:
    """Every sign of a chat on the page, vendors first."""
    return (*_vendor_signs(page), *_elements(page), *_frames(page), *_controls(page), *_links(page))


def has_tag_manager(page: Page) -> bool:
    """Whether a tag manager may load a chat later, after consent."""
    return any(part in page.html for part in _TAG_MANAGERS)


def skype_names(page: Page) -> tuple[Sign, ...]:
    """Skype accounts that the text gives: `Skype: iestade.konsultacijas`."""
    return tuple(
        Sign(
            kind=CHAT,
            what=say("the text gives a Skype account"),
            confidence=0.7,
            url=page.final_url or page.url,
            snippet=found.group(0),
        )
        for found in islice(_SKYPE_NAME.finditer(page.text), 3)
    )


def _vendor_signs(page: Page) -> Iterator[Sign]:
    seen: set[str] = set()
    for address in (
        *(one.url for one in page.resources),
        *(one.url for one in page.frames),
        *_named(page.html),
    ):
        vendor = _vendor(address)
        if vendor and vendor.name not in seen:
            seen.add(vendor.name)
            yield Sign(
                kind=vendor.kind,
                what=say("{name} is built in ({kind})", name=vendor.name, kind=word(vendor.kind)),
                confidence=0.92,
                url=page.final_url or page.url,
                snippet=address[:300],
            )


@for_a_site(64)
def _named(html: str) -> tuple[str, ...]:
    """Addresses that the page's scripts and frames name, waiting for consent or not, and the vendors'
    names in its own scripts.
    """
    html = dom.without_comments(html)
    found = dict.fromkeys(match.group(1) for match in _SOURCE.finditer(html))
    for script in _INLINE.finditer(html):
        text = script.group(1)
        found |= dict.fromkeys(match.group(0) for match in _ADDRESS.finditer(text))
        found |= dict.fromkeys(match.group(0) for match in _parts().finditer(text))
    return tuple(found)


@lru_cache(maxsize=8192)
def _vendor(address: str) -> _Vendor | None:
    absolute = f"https:{address}" if address.startswith("//") else address
    for vendor in _vendors():
        if any(part in address for part in vendor.parts) or is_within(absolute, vendor.hosts):
            return vendor
    return None


@cache
def _vendors() -> tuple[_Vendor, ...]:
    raw = tomllib.loads((files("checks") / "contacts" / "chat_vendors.toml").read_text("utf-8"))
    return tuple(msgspec.convert(one, _Vendor) for one in raw["vendor"])


@cache
def _parts() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(part) for vendor in _vendors() for part in vendor.parts))


def _elements(page: Page) -> Iterator[Sign]:
    """Elements of the site's own making that are named for a chat: `<support-chat>`."""
    names = dict.fromkeys(found.group(1).lower() for found in _CUSTOM.finditer(page.html))
    for name in names:
        parts = frozenset(name.split("-"))
        if parts & (_CHAT_PARTS | _BOT_PARTS):
            kind = BOT if parts & _BOT_PARTS else CHAT
            yield Sign(
                kind=kind,
                what=say("an element of its own named <{name}>", name=name),
                confidence=0.8,
                url=page.final_url or page.url,
                selector=name,
                snippet=f"<{name}>",
            )


def _frames(page: Page) -> Iterator[Sign]:
    for frame in page.frames:
        if terms.match("chat", frame.title):
            yield Sign(
                kind=_kind(frame.title),
                what=say("a frame named for a chat"),
                confidence=0.85,
                url=page.final_url or page.url,
                selector=frame.selector,
                snippet=f"{frame.title} → {frame.url}",
                visible=frame.visible,
            )


def _controls(page: Page) -> Iterator[Sign]:
    for control in page.controls:
        if _names_chat(control.name):
            yield Sign(
                kind=_kind(control.name),
                what=say("a control named for a chat"),
                confidence=0.85,
                url=page.final_url or page.url,
                selector=control.selector,
                snippet=control.name,
                visible=control.visible,
            )


def _links(page: Page) -> Iterator[Sign]:
    for link in page.links:
        said = link.text or link.name
        if _names_chat(said):
            in_frame = link.place not in {Place.MAIN, Place.BODY}
            yield Sign(
                kind=_kind(said),
                what=say("a link named for a chat"),
                confidence=0.8 if in_frame else 0.7,
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{said} → {link.href}",
                visible=link.visible,
                rect=link.rect,
            )


def _names_chat(text: str) -> bool:
    """Whether a short text names a chat; a headline about one does not."""
    if not text or text.count(" ") >= _MOST_WORDS or len(words(text)) > _MOST_WORDS:
        return False
    found = terms.match("chat", text)
    return found is not None and found.coverage >= 0.3


def _kind(text: str) -> str:
    plain = " ".join(word.plain for word in words(text))
    is_bot = any(
        part in plain for part in ("bot", "virtual", "asistent", "assistent", "assistant", "avustaja")
    )
    return BOT if is_bot else CHAT

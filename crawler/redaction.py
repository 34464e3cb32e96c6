"""Takes secrets out of what is kept, however written: raw, percent-encoded, in JSON, HTML or base64.

A page may cut a secret: what a text ends with is taken out, too, where it begins one. What no text shows
can't be found: a picture, a secret that the page split over elements or changed in another way.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

import msgspec

REDACTED = "[redacted]"
LONG = 8
"""Characters from which on a secret is looked for anywhere; a shorter one only as a whole word."""
SHORTEST = 4
_BEGINNING = 6
"""Characters of a secret at the end of a text that are taken for a cut one."""
_Kept = TypeVar("_Kept")


def shapes(secret: str) -> Iterator[str]:
    """A secret as written in an address, in JSON, in Python's own messages."""
    yield secret
    escaped = re.sub(r"[^A-Za-z0-9_.~-]", lambda found: f"\\u{ord(found[0]):04x}", secret)
    yield from (escaped, re.sub(r"\\u[0-9a-f]{4}", lambda found: r"\u" + found[0][2:].upper(), escaped))
    for written in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield written
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), written)
    for text in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (text, text.replace("/", r"\/"))
    yield repr(secret)[1:-1]


def _in_markup(secret: str) -> Iterator[str]:
    """As HTML writes it: the DOM's own way of serialising, Python's, and by numbers."""
    yield html.escape(secret, quote=False)
    yield html.escape(secret)
    yield html.escape(secret, quote=False).replace('"', "&quot;")
    yield html.escape(secret).replace("&#x27;", "&#39;")


def _in_base64(secret: str) -> Iterator[str]:
    """As part of something encoded: at each of the three places that a byte can have in a group."""
    data = secret.encode()
    for before in range(3):
        text = base64.b64encode(b"\0" * before + data).decode()
        # What its neighbours have a share in is not the secret's own.
        core = text[
            (0, 2, 3)[before] : len(text)
            if (before + len(data)) % 3 == 0
            else -(4 - (before + len(data)) % 3)
        ]
        yield core
        yield core.replace("+", "-").replace("/", "_")


class Redactor:
    """Knows secrets; shows none. More can be added as they come to be known."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Take secrets of `SHORTEST` characters and more; what is shorter is ignored."""
        self._shapes: tuple[str, ...] = ()
        self._words: tuple[re.Pattern[str], ...] = ()
        self._known: set[str] = set()
        self.add(secrets)

    def __bool__(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._known)

    def __repr__(self) -> str:
        """Without the secrets."""
        return f"Redactor({len(self._known)})"

    def add(self, secrets: Iterable[str]) -> None:
        """Hide these, too."""
        self._known |= {secret for secret in secrets if len(secret) >= SHORTEST}
        found: set[str] = set()
        words: set[str] = set()
        for secret in self._known:
            plain = {*shapes(secret), *_in_markup(secret)}
            (found if len(secret) >= LONG else words).update(plain)
            found |= {core for core in _in_base64(secret) if len(core) >= LONG}
        self._shapes = tuple(sorted(found, key=lambda one: (-len(one), one)))
        self._words = tuple(
            re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
            for word in sorted(words, key=lambda one: (-len(one), one))
        )

    def clean_text(self, text: str) -> str:
        """The text without any secret."""
        for shape in self._shapes:
            if shape in text:
                text = text.replace(shape, REDACTED)
        for word in self._words:
            text = word.sub(REDACTED, text)
        return self._without_cut_one(text)

    def finds(self, text: str) -> bool:
        """Whether the text holds a secret."""
        return self.clean_text(text) != text

    def clean(self, kept: _Kept) -> _Kept:
        """The same value with every text in it clean, and the same object where nothing was to be done."""
        return self._cleaned(kept) if self else kept

    def _cleaned(self, value: Any) -> Any:  # noqa: ANN401  (any part of a Struct)
        if isinstance(value, str):
            return value if type(value) is not str else self.clean_text(value)
        if isinstance(value, msgspec.Struct):
            return self._struct(value)
        if isinstance(value, tuple | list):
            cleaned = [self._cleaned(one) for one in value]
            same = all(one is other for one, other in zip(cleaned, value, strict=True))
            return value if same else type(value)(cleaned)
        if isinstance(value, dict):
            clean = {self._cleaned(name): self._cleaned(one) for name, one in value.items()}
            return value if clean == value else clean
        return value

    def _struct(self, value: msgspec.Struct) -> msgspec.Struct:
        changed = {}
        for name in value.__struct_fields__:
            before = getattr(value, name)
            after = self._cleaned(before)
            if after is not before:
                changed[name] = after
        return msgspec.structs.replace(value, **changed) if changed else value

    def _without_cut_one(self, text: str) -> str:
        # What cut it may have put dots after it, and its own last character may be a dot.
        for end in (text, text.rstrip("….")):
            for shape in self._shapes:
                at = end.rfind(shape[:_BEGINNING], max(0, len(end) - len(shape)))
                if at >= 0 and shape.startswith(end[at:]):
                    return end[:at] + REDACTED
        return text

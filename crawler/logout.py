"""Links that would end a session, by the words in their addresses; the words are `logout_terms.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from urllib.parse import unquote

import msgspec

from crawler.urls import normalise, parse


class _Terms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    note: str
    slugs: tuple[str, ...]


@cache
def _words() -> re.Pattern[str]:
    text = files("crawler").joinpath("logout_terms.toml").read_text(encoding="utf-8")
    slugs = msgspec.convert(tomllib.loads(text), _Terms).slugs
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, slugs))})(?![\w-])", re.IGNORECASE)


def is_logout(url: str) -> bool:
    """Whether an address, normalised or not, names a logout in its path or query."""
    normal = normalise(url)
    if normal is None:
        return False
    address = parse(normal)
    return _words().search(unquote(f"{address.path}?{address.query}")) is not None

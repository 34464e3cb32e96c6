"""What stays of a finding's element from one build of a page to the next, so that it can be known again.

The form of an element: its tag, the names of its attributes, and of `class`, `id`, `name`, `role` and `type`
also what they say, less what programs make up anew (numbers, hashes) and what only says a state. What it
links to, shows and says does not count, nor where it stands: elements that are put before it change nothing.
A name that a program draws from letters alone cannot be told from a word, and stays.
"""

from __future__ import annotations

import hashlib
import re

from checks.finding import Instance

_OPENING = re.compile(r"""<([a-zA-Z][\w:-]*)((?:[^>"']|"[^"]*"?|'[^']*'?)*)""")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s"'=<>`]+)))?""")
_NAMING = frozenset({"class", "id", "name", "role", "type"})
_MADE_UP_ATTRIBUTE = re.compile(
    r"style|tabindex|_ng(?:content|host)\b.*|data-(?:v-|react|astro-|svelte|hook).*|.*\d{2}.*"
)
"""Names of attributes that frameworks, and scripts as they run, put in and take out."""
_STATES = frozenset(
    [
        "active",
        "checked",
        "closed",
        "collapsed",
        "current",
        "even",
        "expanded",
        "first",
        "focus",
        "hide",
        "hidden",
        "hover",
        "last",
        "odd",
        "open",
        "selected",
        "show",
        "shown",
        "visible",
    ]
)
_WORD = re.compile(r"[^-_:./\s]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_REACT_ID = re.compile(r"[:«_]r_?[0-9a-z]+[:»_]")
_MODULE_HASH = re.compile(r"__(?=[\w-]*[A-Z0-9])[\w-]{5,8}$")
"""CSS modules end a class by a hash of five to eight characters."""
_LIBRARY_HASH = re.compile(r"^(css|sc|jss|emotion|svelte|astro|tw|styled)-[\w-]+$", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]{8,}")
_MADE_UP = re.compile(r"\*(?:[-_:./]*\*)+")
_PLACES = re.compile(r":nth-[a-z-]+\([^)]*\)|:(?:first|last)-child")
_VALUES = re.compile(r"""\[([^\]=^$*~|]+)[\^$*~|]?=(?:"[^"]*"|'[^']*'|[^\]]*)\]""")
_LONGEST = 200


def content_key(instance: Instance) -> str:
    """Of an element its form; else of the selector its last part, and of a mere message its words without
    numbers. Readable, one line, at most 200 characters.
    """
    key = element_form(instance.snippet) or _last_part(instance.selector) or lasting_text(instance.message)
    if len(key) <= _LONGEST:
        return key
    return f"{key[: _LONGEST - 13]}…{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:12]}"


def fingerprint(*parts: str) -> str:
    """Names a finding in formats that know it by one word: 32 hexadecimal digits of SHA-256."""
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()[:32]


def element_form(snippet: str) -> str:
    """`a[class=more][href]`; empty where the snippet begins no element."""
    opening = _OPENING.search(snippet)
    if opening is None:
        return ""
    told = [opening.group(1).lower()]
    for name, value in sorted(attributes(opening.group(2)).items()):
        if not _MADE_UP_ATTRIBUTE.fullmatch(name):
            words = lasting_words(value) if name in _NAMING else ""
            told.append(f"[{name}{'=' if words else ''}{words}]")
    return "".join(told)


def attributes(text: str) -> dict[str, str]:
    """Names in lower case and values, of what stands in a tag."""
    found = _ATTRIBUTE.finditer(text)
    return {one.group(1).lower(): one.group(2) or one.group(3) or one.group(4) or "" for one in found}


def lasting_words(value: str) -> str:
    """The words of an attribute, each once and in an order of their own, less states."""
    kept = {lasting_name(word) for word in value.split() if not _STATES & set(_WORD.findall(word.lower()))}
    return " ".join(sorted(kept))


def lasting_name(name: str) -> str:
    """A class or id in lower case with `*` for each part that a program made up: one with a digit in it, or a
    hash that a library is known to put there.
    """
    bare = _MODULE_HASH.sub("__*", _LIBRARY_HASH.sub(r"\1-*", name.strip()))
    bare = _REACT_ID.sub("*", _UUID.sub("*", bare)).lower()
    parts = _WORD.sub(lambda part: "*" if _is_made_up(part.group()) else part.group(), bare)
    return _MADE_UP.sub("*", parts)


def lasting_text(text: str) -> str:
    """A sentence in one line with `#` for its numbers."""
    return re.sub(r"\d+(?:[.,:]\d+)*", "#", " ".join(text.split()))


def lasting_selector(selector: str) -> str:
    """A selector without places among siblings, values of attributes, and numbers in names; tags stay."""
    bare = _VALUES.sub(r"[\1]", _PLACES.sub("", selector))
    return re.sub(r"(?<=[#.])(?:\\.|[\w-])+", lambda name: lasting_name(name.group()), bare)


def _last_part(selector: str) -> str:
    return (lasting_selector(selector).replace(">", " ").split() or [""])[-1]


def _is_made_up(part: str) -> bool:
    return any(character.isdigit() for character in part) or bool(_HEX.fullmatch(part))

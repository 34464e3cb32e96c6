"""What web sites and lists say, made safe for tables and links: text stays text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from results.terminal import plain

MOST_TEXT = 500
"""Characters of a quote or reason in a table; the JSON document has all."""
_BEGINS_FORMULA = re.compile("[\"'\u200c\u200d\\s]*[-=+@\uff0d\uff1d\uff0b\uff20]")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV Injection), full-width letters too, with
what some readers drop before it.
"""


def shortened(text: str, most: int = MOST_TEXT) -> str:
    """One line without control characters, cut with an ellipsis."""
    line = plain(text)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def is_web_address(url: str) -> bool:
    """Whether it can be a link that only opens a page: http and https, nothing in it that is not shown."""
    try:
        return urlsplit(url).scheme in {"http", "https"} and plain(url) == url
    except ValueError:
        return False


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe stands before what could begin one.

    After each semicolon too: where the decimal mark is a comma, as in Latvia, Excel cuts the line there.
    """
    parts = text.split(";")
    return ";".join(f"'{part}" if _BEGINS_FORMULA.match(part) else part for part in parts)


def unguarded(text: str) -> str:
    """The text before `guarded`; of a cell that someone guarded by hand, what they meant."""
    parts = text.split(";")
    return ";".join(part[1:] if part[:1] == "'" and _BEGINS_FORMULA.match(part) else part for part in parts)


def harmless(text: str) -> str:
    """One line, guarded."""
    return guarded(plain(text))

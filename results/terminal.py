"""Text of web sites made safe for a terminal: nothing in it moves the cursor, colours or reorders."""

from __future__ import annotations

import re
import unicodedata

from rich.text import Text

# ECMA-48 control sequences, 7- and 8-bit: CSI; OSC, DCS, SOS, PM and APC strings; single escapes.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_KEPT_FORMATS = frozenset("\u200c\u200d")
"""Joiners shape letters in several scripts and do nothing else; other format characters reorder or hide."""


def plain(text: str) -> str:
    """The text in one line, without escape sequences, control and format characters (bidirectional
    overrides among them); lone surrogates and noncharacters, which no XML may hold, as U+FFFD.
    """
    if text.isprintable():
        # Nothing that is taken out below is printable, and almost every text is: tables have a million.
        return " ".join(text.split())
    return " ".join("".join(map(_shown, _SEQUENCE.sub("", text))).split())


def quoted(text: str, style: str = "") -> Text:
    """The text as Rich prints it: as data, never as markup."""
    return Text(plain(text), style=style)


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE:
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in {"Cc", "Cf"} and character not in _KEPT_FORMATS else character

"""Bytes of an HTML answer to text, in the order of the HTML standard's encoding sniffing algorithm."""

from __future__ import annotations

import codecs
import re

_PRESCAN = 4096
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_META = re.compile(rb"<meta[^>]+?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_IN_XML = re.compile(rb"^\s*<\?xml[^>]+?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
# The text encodings of the Encoding standard by Python's names; Python's list also has rot13, hex and zlib.
_TEXT = re.compile(
    r"utf-8|utf-16(-[lb]e)?|cp(125\d|866|874|932|949)|iso8859-\d+|koi8-[ru]|gb\w+|big5\w*|euc_\w+|"
    r"shift_jis\w*|iso2022_jp|mac-(cyrillic|roman)|tis-620|hz"
)
_AS_BROWSERS_READ = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874"}
_FALLBACK = "cp1257"
"""Baltic: what an undeclared old page of ours is written in, and a superset of ASCII anyway."""


def text_of(body: bytes, content_type: str = "") -> str:
    """Decoded text; never raises: what can't be decoded becomes U+FFFD. NUL bytes are dropped.

    BOM, then the header's charset, then the document's own; a declaration that doesn't fit bytes which
    are valid UTF-8 is a wrong one.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _decode(body[len(bom) :], encoding)
    named = _from_header(content_type) or _from_document(body)
    if named is None:
        return _decode(body, "utf-8" if _fits(body, "utf-8") else _FALLBACK)
    if not _fits(body, named) and _fits(body, "utf-8"):
        named = "utf-8"
    return _decode(body, named)


def _decode(body: bytes, encoding: str) -> str:
    return body.decode(encoding, errors="replace").replace("\x00", "")


def _fits(body: bytes, encoding: str) -> bool:
    try:
        # Incremental: a body cut at the cap may end within a character.
        codecs.getincrementaldecoder(encoding)("strict").decode(body, final=False)
    except (UnicodeError, LookupError):
        return False
    return True


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    name = _AS_BROWSERS_READ.get(name, name)
    return name if _TEXT.fullmatch(name) else None


def _from_header(content_type: str) -> str | None:
    found = _IN_HEADER.search(content_type)
    return _known(found[1]) if found else None


def _from_document(body: bytes) -> str | None:
    start = _COMMENT.sub(b"", body[:_PRESCAN])
    found = _IN_META.search(start) or _IN_XML.search(start)
    if found is None:
        return None
    name = _known(found[1].decode("ascii", errors="replace"))
    # A document whose ASCII declaration could be read is not UTF-16, whatever it says.
    return "utf-8" if name is not None and name.startswith("utf-16") else name

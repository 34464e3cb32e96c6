"""The messages of a Python file for the catalogue: those marked by `_`, sentences of `checks.sentences`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import IO, Any, cast

from babel.messages.extract import extract_python

_IMPORT = b"from checks.sentences import"
_PLURAL = "say_counted"
_SENTENCES = frozenset({"say", "marked", _PLURAL})
_GAP = re.compile(r"\{[^{}]*\}")


def extract(
    file: IO[bytes],
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Any,  # noqa: ANN401 - Babel's
) -> Iterator[tuple[int, str | None, Any, list[str]]]:
    """Babel's extraction method (`results/locale/babel.cfg`). Other modules have functions named `say`, too:
    sentences are those of files that import them. A template of gaps alone says nothing to be translated.
    """
    wanted = {*keywords, *_SENTENCES} if _IMPORT in file.read() else set(keywords)
    file.seek(0)
    # Babel's annotations say otherwise than its documentation and its code.
    found: Iterator[tuple[int, str | None, Any, list[str]]]
    found = cast("Any", extract_python)(file, wanted, comment_tags, options)
    for line, function, messages, comments in found:
        if function not in _SENTENCES:
            yield line, function, messages, comments
        elif function == _PLURAL:
            yield line, "ngettext", messages[:2], comments
        elif isinstance(text := messages if isinstance(messages, str) else messages[0], str) and _says(text):
            yield line, "gettext", text, comments


def _says(text: str) -> bool:
    return any(map(str.isalpha, _GAP.sub("", text)))

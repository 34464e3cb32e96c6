"""A page's text in the pieces that a reader sees: paragraphs, table rows, list items, headings.

Captured text is one line; to quote what belongs together, and under which heading, the HTML is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree  # type: ignore[import-untyped]  # it has no stubs

from checks import dom
from checks.finding import Instance
from checks.remember import once_a_page
from crawler.evidence import Page

MOST_TEXT = 60_000
"""Characters read of a page; a longer one is an archive."""
_LONGEST = 1200
"""Characters of one piece; the rest of a longer one begins another."""
_SHORT_LABEL = 80
_UNREAD = frozenset({"script", "style", "template", "noscript", "svg", "head", "nav", "select", "iframe"})
_ROWS = frozenset({"tr"})
_CELLS = frozenset({"td", "th"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BREAK_NAMES = (
    "address article aside blockquote body caption dd details dialog div dl dt fieldset figcaption figure "
    "footer form header legend li main ol p pre search section summary table tbody tfoot thead tr ul "
    "h1 h2 h3 h4 h5 h6 hr label button"
)
_BREAKS = frozenset(_BREAK_NAMES.split())
_LABELS = frozenset({"dt", "legend", "summary", "caption"})


class Block(msgspec.Struct, frozen=True):
    """A piece of text with what stands over it."""

    text: str
    """White space folded; `<br>` is a line end, cells of a table row are parted by ` | `."""
    heading: str
    """The last heading or label before it; of a heading itself, the heading over it."""
    before: str
    """The piece before, where it is short enough to be a label."""
    level: int
    """1 to 6 of a heading, else 0."""
    selector: str

    @property
    def context(self) -> str:
        """What the piece is about, by the words around it."""
        return f"{self.heading} {self.before} {self.text}"


class Found(msgspec.Struct, frozen=True):
    """A piece of text of one page."""

    page: Page
    block: Block

    def instance(self, quote: str = "", message: str = "") -> Instance:
        """The piece as evidence: the quote, or its beginning."""
        snippet = quote or self.block.text[:300]
        return Instance(
            url=self.page.final_url or self.page.url,
            selector=self.block.selector,
            snippet=snippet,
            message=message,
        )


def blocks(page: Page) -> tuple[Block, ...]:
    """The pieces of the page's text in document order, menus left out."""
    return _blocks(page, MOST_TEXT)


@once_a_page
def _blocks(page: Page, most: int) -> tuple[Block, ...]:
    found: list[Block] = []
    headings = [""] * 7
    label, before, read = "", "", 0
    for tag, selector, text in _Reader().pieces(dom.tree(page.html)):
        level = _HEADINGS.get(tag, 0)
        over = label or next((one for one in reversed(headings[: level or 7]) if one), "")
        found.append(Block(text, over, before, level, selector))
        if level:
            headings[level:] = [text, *[""] * (6 - level)]
            label = ""
        elif tag in _LABELS:
            label = text
        before = text if len(text) <= _SHORT_LABEL else ""
        read += len(text)
        if read > most:
            break
    return tuple(found)


class _Open(msgspec.Struct):
    """An element that is being read."""

    tag: str
    step: str
    is_block: bool
    children: dict[str, int]


class _Reader:
    """Walks a document and cuts its text where blocks begin and end."""

    def __init__(self) -> None:
        self._open: list[_Open] = [_Open("", "", True, {})]
        self._kept: list[str] = []
        self._length = 0

    def pieces(self, root: dom.Element) -> Iterator[tuple[str, str, str]]:
        """(tag, selector, text) of every piece; tag and selector are of the innermost block around it."""
        walker = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, element in walker:
            if event == "comment":
                self._keep(element.tail)
                continue
            is_block = element.tag in _BREAKS and not self._is_in_row(element.tag)
            if is_block or self._length > _LONGEST:
                yield from self._cut()
            if event == "start":
                self._enter(element, is_block=is_block)
                if element.tag in _UNREAD:
                    walker.skip_subtree()
                else:
                    self._keep(self._mark(element.tag) + (element.text or ""))
            else:
                self._open.pop()
                self._keep(element.tail)
        yield from self._cut()

    def _enter(self, element: dom.Element, *, is_block: bool) -> None:
        tag, name = element.tag, element.get("id") or ""
        counts = self._open[-1].children
        counts[tag] = counts.get(tag, 0) + 1
        step = f"#{name}" if _ID.fullmatch(name) else f"{tag}:nth-of-type({counts[tag]})"
        self._open.append(_Open(tag, tag if tag in {"html", "body"} else step, is_block, {}))

    def _keep(self, text: str | None) -> None:
        if text:
            self._kept.append(text)
            self._length += len(text)

    def _cut(self) -> Iterator[tuple[str, str, str]]:
        text = _SPACE.sub(" ", "".join(self._kept))
        self._kept, self._length = [], 0
        if text := _IN_ROW.sub(" | ", _LINES.sub("\n", text)).strip(" \n|"):
            at = max(i for i, one in enumerate(self._open) if one.is_block)
            steps = [one.step for one in self._open[1 : at + 1]]
            ids = [i for i, step in enumerate(steps) if step.startswith("#")]
            yield self._open[at].tag, " > ".join(steps[ids[-1] :] if ids else steps), text

    def _is_in_row(self, tag: str) -> bool:
        """Paragraphs inside the cell of a table belong to the row."""
        return tag != "tr" and self._row() is not None and tag not in {"table", "tbody"}

    def _row(self) -> _Open | None:
        return next((one for one in reversed(self._open) if one.tag in _ROWS), None)

    def _mark(self, tag: str) -> str:
        if tag in _CELLS:
            return " | "
        return _LINE_END if tag == "br" or (tag in _BREAKS and self._row()) else ""


_LINE_END = "\x01"
_ID = re.compile(r"[A-Za-z][\w-]*")
_SPACE = re.compile(r"\s+")
_LINES = re.compile(rf" ?{_LINE_END}[ {_LINE_END}]*")
_IN_ROW = re.compile(r"\s*\|(?:\s*\|)*\s*")

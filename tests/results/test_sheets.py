"""Cells of every workbook: what lists and sites say is text, whatever it begins with."""

from __future__ import annotations

import io

import openpyxl
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from results.exports.sheets import CELL_CHARACTERS, LinkedCells, text
from results.terminal import plain

_TRICKY = st.text(
    st.sampled_from("=+-@\"'{}_x0041;\t\r\n\uff1d\u200c") | st.characters(exclude_categories=["Cs"])
)
_TEXTS = st.lists(
    _TRICKY | _TRICKY.map("={}".format) | _TRICKY.map("https://a.example/{}".format), min_size=1
)


@settings(max_examples=25)
@given(_TEXTS, st.booleans())
def test_what_is_written_as_text_is_read_back_as_text(texts: list[str], in_pieces: bool) -> None:
    out = io.BytesIO()
    # Excel's own guesses are on: the functions hold without the options that turn them off, too.
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": in_pieces})
    sheet = book.add_worksheet()
    linked = LinkedCells(sheet, book.add_format(), book.add_format())
    for row, one in enumerate(texts):
        text(sheet, row, 0, one)
        linked.write(row, 1, f"https://b.example/{plain(one)}")
    book.close()
    read = openpyxl.load_workbook(out).active
    assert read is not None
    for row, one in enumerate(texts, 1):
        first, second = read.cell(row, 1), read.cell(row, 2)
        assert (first.value or "") == plain(one)[:CELL_CHARACTERS]
        assert first.data_type in {"s", "n"}
        assert not isinstance(first.value, int | float)
        assert first.hyperlink is None
        assert second.data_type == "s"

from __future__ import annotations

import pytest

from crawler.media_types import document_type, document_type_of_path, is_html


@pytest.mark.parametrize(
    ("content_type", "path", "kind"),
    [
        ("application/pdf; charset=binary", "/x", "pdf"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "/x", "doc"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "/x", "xls"),
        ("application/octet-stream", "/a.PDF", "pdf"),
        ("image/svg+xml", "/x", "image"),
        ("application/rss+xml", "/feed", "data"),
        ("", "/a.edoc", "doc"),
        ("application/octet-stream", "/x", "other"),
    ],
)
def test_documents_are_named_by_type_before_name(content_type: str, path: str, kind: str) -> None:
    assert document_type(content_type, path) == kind


@pytest.mark.parametrize(
    "path", ["/", "/a", "/a.html", "/a.php", "/a.aspx", "/a.page", "/ex.lv", "/v1.2", "/a.pdf/view"]
)
def test_pages_are_not_taken_for_documents(path: str) -> None:
    assert document_type_of_path(path) is None


def test_html_is_told_by_its_type() -> None:
    assert is_html("Text/HTML; charset=x")
    assert is_html("application/xhtml+xml")
    assert not is_html("text/htmlx")
    assert not is_html("")

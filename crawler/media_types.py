"""Kinds of documents, by content type or by the end of a path."""

from __future__ import annotations

import re

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})

_BY_EXTENSION = {
    "pdf": "pdf",
    **dict.fromkeys(("doc", "docx", "docm", "dot", "dotx", "odt", "rtf", "edoc", "asice"), "doc"),
    **dict.fromkeys(("xls", "xlsx", "xlsm", "ods", "csv", "tsv"), "xls"),
    **dict.fromkeys(("ppt", "pptx", "pps", "ppsx", "odp"), "ppt"),
    **dict.fromkeys(("zip", "rar", "7z", "gz", "tar", "tgz", "bz2", "xz"), "zip"),
    **dict.fromkeys(
        ("jpg", "jpeg", "jpe", "png", "gif", "svg", "webp", "avif", "bmp", "tif", "tiff", "ico", "heic"),
        "image",
    ),
    **dict.fromkeys(("mp3", "ogg", "wav", "m4a", "flac", "aac"), "audio"),
    **dict.fromkeys(("mp4", "webm", "avi", "mov", "wmv", "flv", "mpg", "mpeg", "mkv", "m4v"), "video"),
    **dict.fromkeys(("xml", "rss", "atom", "rdf", "json", "jsonld", "geojson", "gml", "kml"), "data"),
    **dict.fromkeys(("css", "js", "mjs", "map"), "asset"),
    **dict.fromkeys(("woff", "woff2", "ttf", "otf", "eot"), "font"),
    **dict.fromkeys(("ics", "vcf"), "calendar"),
    **dict.fromkeys(("epub", "mobi", "djvu", "ps", "eps"), "book"),
    **dict.fromkeys(("exe", "msi", "dmg", "apk", "iso", "bin", "deb", "rpm", "jar"), "program"),
    **dict.fromkeys(("dwg", "dxf", "shp", "dgn"), "drawing"),
    "txt": "text",
}
_BY_TYPE = (
    (re.compile(r"application/(x-)?pdf"), "pdf"),
    (re.compile(r"application/(msword|rtf|vnd\.ms-word.*|vnd\.openxmlformats-.*wordprocessingml.*|"
                r"vnd\.oasis\.opendocument\.text.*|vnd\.etsi\.asic.*|vnd\.lv-edoc.*)|text/rtf"), "doc"),
    (re.compile(r"application/(vnd\.ms-excel.*|vnd\.openxmlformats-.*spreadsheetml.*|"
                r"vnd\.oasis\.opendocument\.spreadsheet.*)|text/csv|text/tab-separated-values"), "xls"),
    (re.compile(r"application/(vnd\.ms-powerpoint.*|vnd\.openxmlformats-.*presentationml.*|"
                r"vnd\.oasis\.opendocument\.presentation.*)"), "ppt"),
    (re.compile(r"application/(x-)?(zip.*|rar.*|7z.*|gzip|tar|bzip2|vnd\.rar)"), "zip"),
    (re.compile(r"image/.*"), "image"),
    (re.compile(r"audio/.*"), "audio"),
    (re.compile(r"video/.*"), "video"),
    (re.compile(r"text/calendar|text/vcard"), "calendar"),
    (re.compile(r"font/.*|application/font.*"), "font"),
    (re.compile(r"text/css|(text|application)/(x-)?javascript"), "asset"),
    (re.compile(r"(text|application)/(.*\+)?(xml|json)"), "data"),
    (re.compile(r"application/epub.*"), "book"),
    (re.compile(r"text/plain"), "text"),
)  # fmt: skip
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,7})$")
_LOOKS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<!--.{0,500}?-->|<\?xml[^>]{0,200}\?>)*<(?:!doctype\s+html|html|head|body|title|div|h1|p|a|br|table)\b",
    re.IGNORECASE | re.DOTALL,
)


def media_type(content_type: str) -> str:
    """The type of a Content-Type header without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_html(content_type: str) -> bool:
    """Whether a Content-Type header says HTML or XHTML."""
    return media_type(content_type) in HTML_TYPES


def looks_like_html(start: bytes) -> bool:
    """Whether a body without a Content-Type is HTML, as https://mimesniff.spec.whatwg.org sees it."""
    return _LOOKS_LIKE_HTML.match(start[:2000]) is not None


def document_type_of_path(path: str) -> str | None:
    """`pdf`, `doc`, `xls`, `image`, … where a URL's path ends like a file that is no page; else None."""
    found = _EXTENSION.search(path)
    return _BY_EXTENSION.get(found[1].lower()) if found else None


def document_type(content_type: str, path: str = "") -> str:
    """The kind of a non-HTML answer: by its type, else by its path, else `other`."""
    named = media_type(content_type)
    by_type = next((kind for pattern, kind in _BY_TYPE if pattern.fullmatch(named)), None)
    return by_type or document_type_of_path(path) or "other"

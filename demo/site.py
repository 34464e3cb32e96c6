"""One demo site as files: pages in a layout, dates kept fresh, a search over the pages' own text."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from pathlib import Path

import msgspec

SITES = Path(__file__).with_name("sites")

_MONTHS_LV = (
    "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris"
)
_MONTHS_EN = "January February March April May June July August September October November December"
_X_EPOCH_MS = 1288834974657
"""X's post ids carry the milliseconds since this instant in their upper bits."""


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """What an address does other than showing a page; exactly one of the ways is set."""

    redirect: str = ""
    hang: bool = False
    """Accept the request, then never answer."""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    body: str = ""
    megabytes: int = 0
    """Send so much of nothing instead of `body`."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search over the site's pages: where it answers and what it says."""

    path: str
    field: str
    found: str
    nothing: str


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """`site.toml` of a demo site."""

    institution: str
    kind: str
    story: str
    """What the site is there to show."""
    language: str = "lv"
    robots: str = ""
    sitemap: bool = False
    search: Search | None = None
    behaviours: dict[str, Behaviour] = msgspec.field(default_factory=dict)


class Document(msgspec.Struct, frozen=True):
    """A page's own part: what its file says above and below the `---` line."""

    title: str
    lang: str
    layout: str
    content: str

    @property
    def words(self) -> str:
        """The content's text, folded for searching."""
        return html.unescape(re.sub(r"<[^>]+>", " ", self.content)).casefold()


class DemoSite:
    """The pages of one folder below `demo/sites`; `today` dates the news and posts."""

    def __init__(self, folder: Path, today: Callable[[], date]) -> None:
        """Read everything once; the files are small."""
        self.name = folder.name
        self.static = folder / "static"
        self.description = msgspec.convert(
            tomllib.loads((folder / "site.toml").read_text(encoding="utf-8")), Description
        )
        self._today = today
        self._layouts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
        self.documents = {
            _address(path.relative_to(folder / "pages")): _document(path, self.description.language)
            for path in sorted((folder / "pages").rglob("*.html"))
        }
        self._not_found = self.documents.pop("/404", None)

    def page(self, path: str, query: str | None, base: str) -> str | None:
        """The HTML at a path, or None. `query` is what was searched for, where the path is the search's."""
        document = self.documents.get(path)
        return self._filled(document, path, query, base) if document else None

    def not_found(self, base: str) -> str:
        """The HTML for an address that the site does not have."""
        if self._not_found is None:
            return "<!DOCTYPE html><title>404 Not Found</title><h1>Not Found</h1>"
        return self._filled(self._not_found, "", None, base)

    def dated(self, text: str) -> str:
        """Fill in `{{form:days}}`: a date so many days from today, as iso, lv, en, rss or X post id."""
        return re.sub(r"\{\{(iso|lv|en|rss|post):(-?\d+)\}\}", self._date, text)

    def sitemap(self, base: str) -> str:
        """sitemaps.org 0.9, every page but the search."""
        search = self.description.search.path if self.description.search else ""
        addresses = "".join(
            f"<url><loc>{base}{path}</loc></url>" for path in self.documents if path != search
        )
        namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">{addresses}</urlset>\n'

    def _filled(self, document: Document, path: str, query: str | None, base: str) -> str:
        layout = self._layouts[document.layout].replace(
            f'href="{path}"', f'href="{path}" aria-current="page"'
        )
        filled = layout.replace("{{content}}", document.content)
        for name, value in (("title", document.title), ("lang", document.lang), ("base", base)):
            filled = filled.replace("{{" + name + "}}", value)
        filled = filled.replace("{{query}}", html.escape(query or ""))
        return self.dated(filled.replace("{{results}}", self._results(query)))

    def _results(self, query: str | None) -> str:
        search = self.description.search
        if search is None or not query:
            return ""
        wanted = query.casefold()
        hits = [
            f'<li><a href="{path}">{document.title}</a></li>'
            for path, document in self.documents.items()
            if wanted in document.words and path != search.path
        ]
        heading = html.escape(query)
        if not hits:
            return f"<h2>{heading}</h2><p>{search.nothing}</p>"
        return f"<h2>{heading}</h2><p>{search.found} {len(hits)}</p><ul class=results>{''.join(hits)}</ul>"

    def _date(self, found: re.Match[str]) -> str:
        day = self._today() + timedelta(days=int(found[2]))
        noon = datetime.combine(day, time(12), UTC)
        match found[1]:
            case "lv":
                return f"{day.year}. gada {day.day}. {_MONTHS_LV.split()[day.month - 1]}"
            case "en":
                return f"{day.day} {_MONTHS_EN.split()[day.month - 1]} {day.year}"
            case "rss":
                return format_datetime(noon)
            case "post":
                return str((int(noon.timestamp() * 1000) - _X_EPOCH_MS) << 22)
            case _:
                return day.isoformat()


def load_sites(today: Callable[[], date]) -> tuple[DemoSite, ...]:
    """All demo sites, by name."""
    folders = sorted(folder.parent for folder in SITES.glob("*/site.toml"))
    return tuple(DemoSite(folder, today) for folder in folders)


def _address(file: Path) -> str:
    """`index.html` → `/`, `en/index.html` → `/en/`, `par-mums.html` → `/par-mums`."""
    return ("/" + file.with_suffix("").as_posix()).removesuffix("index")


def _document(path: Path, language: str) -> Document:
    head, _, content = path.read_text(encoding="utf-8").partition("\n---\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    return Document(said["title"], said.get("lang", language), said.get("layout", "layout.html"), content)

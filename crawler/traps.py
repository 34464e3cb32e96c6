"""Places where a crawl would never end: seen by the shape of their URLs, and left with a reason.

Pure. Caps rather than bans: sites whose every page is `index.php?id=7` are common, so a family of query
variants is followed for a long while, and only what no page can be (a calendar of the year 2190) at once.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec

from crawler.evidence.crawl import SkipReason
from crawler.urls import Address, parse

MAX_LENGTH = 2000
_YEARS_BACK = 30
_YEARS_AHEAD = 2
_MOST_DATES = 60
_EARLY_VARIANTS = 40
_MOST_SEGMENTS = 25

_SESSION_NAMES = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|asp\.net_sessionid|sessionid|session_id|sess_id|cfid|cftoken|"
    r"zenid|oscsid|osadminid|xtcsid|fe_typo_user",
    re.IGNORECASE,
)
_VAGUE_NAMES = re.compile(r"s|sid|session|sess|token|ticket", re.IGNORECASE)
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id", re.IGNORECASE)
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])[0-9a-z]{16,}|[0-9a-f-]{32,}", re.IGNORECASE)
_PATH_PARAMETER = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)
_ASP_SESSION = re.compile(r"/\((?:[A-Z]\([0-9a-z]{20,}\))+\)(?=/)", re.IGNORECASE)

_YEAR = r"(?P<year>(?:1[5-9]|2\d)\d\d)"
_DATE_PATH = re.compile(rf"/{_YEAR}[/-](?P<month>0?[1-9]|1[0-2])(?:[/-](?:0?[1-9]|[12]\d|3[01]))?/?$")
_DATE_VALUE = re.compile(rf"{_YEAR}-(?P<month>0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12]\d|3[01]))?")
_YEAR_NAMES = frozenset({"year", "yr", "y", "gads", "jahr", "anno"})
_MONTH_NAMES = frozenset({"month", "mon", "m", "menesis", "monat", "mese", "day", "d", "week"})


def without_session(url: str) -> str:
    """The URL without session ids (query, `;jsessionid=`, ASP.NET's `/(S(…))/`) and campaign tags.

    `sid=` and the like go only where the value is a long token; a page number stays.
    """
    head, question, query = url.partition("?")
    head = _ASP_SESSION.sub("", _PATH_PARAMETER.sub("", head))
    if not question:
        return head
    pairs = query.split("&")
    kept = [pair for pair in pairs if not _is_session(pair) and not _is_tracking(pair)]
    if len(kept) == len(pairs):
        return f"{head}?{query}"
    return f"{head}?{'&'.join(kept)}" if kept else head


def has_session(url: str) -> bool:
    """Whether the URL carries a session id."""
    head, _, query = url.partition("?")
    return bool(
        _PATH_PARAMETER.search(head) or _ASP_SESSION.search(head) or any(map(_is_session, query.split("&")))
    )


def _is_session(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(
        (value and _SESSION_NAMES.fullmatch(name))
        or (_VAGUE_NAMES.fullmatch(name) and _TOKEN.fullmatch(value))
    )


def _is_tracking(pair: str) -> bool:
    return bool(_TRACKING.fullmatch(pair.partition("=")[0]))


def is_path_loop(path: str) -> bool:
    """Whether segments repeat as only a broken relative link makes them: `/a/b/a/b/a/b`, or 25 deep."""
    segments = [segment for segment in path.split("/") if segment]
    if len(segments) > _MOST_SEGMENTS:
        return True
    return any(
        segments[at : at + size]
        == segments[at + size : at + 2 * size]
        == segments[at + 2 * size : at + 3 * size]
        for size in range(1, len(segments) // 3 + 1)
        for at in range(len(segments) - 3 * size + 1)
    )


def calendar_year(address: Address) -> int | None:
    """The year of a URL that is a bare day or month: `/2024/05/`, `?year=2024&month=5`, `?date=2024-05-12`.

    None for articles under a date (`/2024/05/12/title`), for years alone, and for everything else.
    """
    in_path = _DATE_PATH.search(address.path)
    if in_path:
        return int(in_path["year"])
    values = dict(pair.partition("=")[::2] for pair in address.query.lower().split("&"))
    for value in values.values():
        if date := _DATE_VALUE.fullmatch(value):
            return int(date["year"])
    year = next((values[name] for name in _YEAR_NAMES if name in values), "")
    return int(year) if re.fullmatch(r"\d{4}", year) and _MONTH_NAMES & values.keys() else None


class Verdict(msgspec.Struct, frozen=True):
    """What the traps say of a URL: a reason to leave it, or whether it may wait."""

    reason: SkipReason | None = None
    can_wait: bool = False
    """One of so many variants of a page that others should be fetched first."""


class Traps:
    """The memory that caps need: how many variants of each path and how many dates were let through.

    `this_year` is the year of the audit. Ask once for each distinct URL, in order of discovery.
    """

    def __init__(self, this_year: int) -> None:
        self._years = range(this_year - _YEARS_BACK, this_year + _YEARS_AHEAD + 1)
        self._variants: Counter[tuple[str, frozenset[str]]] = Counter()
        self._dates: Counter[str] = Counter()

    def judge(self, url: str, *, listed: bool = False) -> Verdict:
        """`url` is normalised and without session ids; `listed`: a sitemap names it, so caps don't apply."""
        if len(url) > MAX_LENGTH:
            return Verdict(SkipReason.URL_TOO_LONG)
        address = parse(url)
        if is_path_loop(address.path):
            return Verdict(SkipReason.PATH_LOOP)
        if listed:
            return Verdict()
        if self._is_endless_calendar(address):
            return Verdict(SkipReason.CALENDAR_TRAP)
        return self._judge_variants(address) if address.query else Verdict()

    def _is_endless_calendar(self, address: Address) -> bool:
        year = calendar_year(address)
        if year is None:
            return False
        if year not in self._years:
            return True
        shape = re.sub(r"\d+", "0", f"{address.authority}{address.path}")
        self._dates[shape] += 1
        return self._dates[shape] > _MOST_DATES

    def _judge_variants(self, address: Address) -> Verdict:
        names = frozenset(pair.partition("=")[0] for pair in address.query.split("&"))
        family = (f"{address.authority}{address.path}", names)
        self._variants[family] += 1
        seen = self._variants[family]
        if seen > _most_variants(len(names)):
            return Verdict(SkipReason.QUERY_VARIANTS)
        return Verdict(can_wait=seen > _EARLY_VARIANTS)


def _most_variants(names: int) -> int:
    """Facets multiply with every name they combine; an article's address seldom has five."""
    if names <= 2:
        return 500
    return 200 if names <= 4 else 30

"""What the 2017 report published: answers by name, shares without names, and its contradictions.

Source: report on the assessment of 104 Latvian state institutions (field work 6 November to 6 December 2017).
"""

from __future__ import annotations

import csv
import io
import tomllib
from functools import cache
from importlib.resources import files

import msgspec

SOURCE = "published study 2017"
"""`run.source` of the imported answers: compared with an audit, nothing of it is comparable."""


class Row(msgspec.Struct, frozen=True):
    """What the report says of one institution by name; None is not published."""

    name: str
    mobile: int
    """M17J; of every institution, by annex 7.4."""
    highest_band: int | None
    """1 where M16J names it in the highest band."""
    links: int | None
    """M05; 2 where it is named."""
    explained: int
    """M06_3."""
    chat: int
    """M12."""


class PublishedShare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A share that the report printed."""

    code: str
    values: tuple[int, ...]
    place: dict[str, str]
    """Where it stands, by language."""
    percent: int | None = None
    count: int | None = None
    of: int | None = None

    @property
    def words(self) -> str:
        """`33 / 104, 32 %`."""
        counted = "" if self.count is None else f"{self.count} / {self.of}" if self.of else str(self.count)
        return ", ".join(part for part in (counted, f"{self.percent} %" if self.percent else "") if part)


class Contradiction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two places of the report that can't both be right, or that mean different things."""

    codes: tuple[str, ...]
    lv: str
    en: str


class Printed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the report printed without names, and where it contradicts itself."""

    share: tuple[PublishedShare, ...]
    contradiction: tuple[Contradiction, ...]


@cache
def printed() -> Printed:
    """The table `published-2017.toml`. Not to be changed."""
    text = files("results.study").joinpath("published-2017.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Printed)


@cache
def rows() -> tuple[Row, ...]:
    """The 104 institutions in the report's order (annex 7.1)."""
    text = files("results.study").joinpath("study-2017-published.csv").read_text(encoding="utf-8")
    return tuple(
        Row(
            name=row["name"],
            mobile=int(row["M17J"]),
            highest_band=_number(row["M16J_highest_band"]),
            links=_number(row["M05"]),
            explained=int(row["M06_3"]),
            chat=int(row["M12"]),
        )
        for row in csv.DictReader(io.StringIO(text))
    )


def _number(cell: str) -> int | None:
    return int(cell) if cell else None

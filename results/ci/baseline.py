"""The file of accepted items: what is known and tolerated, by whom, why and until when.

One entry a page, rule, form of element and outcome, sorted, so that a version control system shows what
changed. JSON, or TOML by the file's name. An entry without reason, owner or expiry accepts nothing.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from checks.finding import Outcome
from results.ci.items import Item
from results.errors import ResultsError
from results.language import N_
from results.spoken_errors import Word

VERSION = 1


class BaselineError(ResultsError):
    """The file of accepted items cannot be used."""

    is_usage = True
    remedy = "Correct the file, or make it anew with --update-baseline."


class Accepted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entry. `expires` is the last day on which it holds."""

    url: str
    rule: str
    element: str = ""
    outcome: Outcome = Outcome.FAILED
    check: str = ""
    count: int = 1
    """Elements of this form that are accepted; more fail the gate."""
    reason: str = ""
    owner: str = ""
    expires: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """As `Item.key`."""
        return (self.url, self.rule, self.element)

    @property
    def is_filled(self) -> bool:
        """Whether somebody answers for it."""
        return bool(self.reason.strip() and self.owner.strip() and self.expires)

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires is not None and self.expires < today


class Filling(msgspec.Struct, frozen=True, kw_only=True):
    """What new entries are filled in with."""

    reason: str = ""
    owner: str = ""
    expires: date | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int = VERSION
    accepted: tuple[Accepted, ...] = ()


class Baseline(msgspec.Struct, frozen=True):
    """Entries in their order."""

    entries: tuple[Accepted, ...] = ()

    def of(self, item: Item) -> Accepted | None:
        """The entry that speaks of an item. One for a failure covers the same element where it can't be
        told; one for what a person looked at does not cover a failure.
        """
        found = {entry.outcome: entry for entry in self.entries if entry.key == item.key}
        if item.outcome is Outcome.FAILED:
            return found.get(Outcome.FAILED)
        return found.get(item.outcome) or found.get(Outcome.FAILED)


def read(path: Path) -> Baseline:
    """The entries of a file. BaselineError where it is missing or says something else."""
    try:
        data = path.read_bytes()
        if path.suffix.lower() == ".toml":
            file = msgspec.convert(tomllib.loads(data.decode()), _File)
        else:
            file = msgspec.json.decode(data, type=_File)
    except FileNotFoundError:
        raise BaselineError(N_("There is no baseline {path}."), path=path) from None
    except OSError as error:
        raise BaselineError(
            N_("The baseline {path} cannot be read: {strerror}."), path=path, strerror=Word(error.strerror)
        ) from error
    except ValueError as error:
        raise BaselineError(
            N_("{path} is no baseline: {what}."), path=path, what=str(error).splitlines()[0]
        ) from error
    if file.version != VERSION:
        raise BaselineError(
            N_("{path} is of version {version}, this program reads {version2}."),
            path=path,
            version=file.version,
            version2=VERSION,
        )
    return Baseline(_in_order(file.accepted))


def write(baseline: Baseline, path: Path) -> None:
    """The same entries always give the same bytes. BaselineError where it can't be written."""
    is_toml = path.suffix.lower() == ".toml"
    text = _toml(baseline) if is_toml else _json(baseline)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(errors="replace"))
    except OSError as error:
        raise BaselineError(
            N_("The baseline {path} cannot be written: {strerror}."), path=path, strerror=Word(error.strerror)
        ) from error


def updated(kept: Iterable[Accepted], found: Iterable[Item], filling: Filling) -> Baseline:
    """The entries that stay, those of what was found as well: known ones keep what people wrote."""
    entries = {(*entry.key, entry.outcome): entry for entry in kept}
    for item in found:
        key = (*item.key, item.outcome)
        known = entries.get(key)
        if known is not None:
            entries[key] = msgspec.structs.replace(known, count=item.count, check=item.check)
        else:
            entries[key] = _new(item, filling)
    return Baseline(_in_order(entries.values()))


def _new(item: Item, filling: Filling) -> Accepted:
    return Accepted(
        url=item.url,
        rule=item.rule,
        element=item.element,
        outcome=item.outcome,
        check=item.check,
        count=item.count,
        reason=filling.reason,
        owner=filling.owner,
        expires=filling.expires,
    )


def _in_order(entries: Iterable[Accepted]) -> tuple[Accepted, ...]:
    return tuple(sorted(entries, key=lambda entry: (*entry.key, entry.outcome)))


def _rows(baseline: Baseline) -> list[dict[str, str | int]]:
    """`expires` is empty in JSON where nobody filled it in, so that one sees that it is wanted."""
    return [
        {
            "url": entry.url,
            "rule": entry.rule,
            "element": entry.element,
            "outcome": str(entry.outcome),
            "check": entry.check,
            "count": entry.count,
            "reason": entry.reason,
            "owner": entry.owner,
            "expires": entry.expires.isoformat() if entry.expires else "",
        }
        for entry in _in_order(baseline.entries)
    ]


def _json(baseline: Baseline) -> str:
    rows = [row | ({"expires": None} if not row["expires"] else {}) for row in _rows(baseline)]
    return json.dumps({"version": VERSION, "accepted": rows}, indent=2, ensure_ascii=False) + "\n"


def _toml(baseline: Baseline) -> str:
    blocks = [f"version = {VERSION}\n"]
    for row in _rows(baseline):
        expires = row.pop("expires")
        lines = [f"{name} = {_toml_value(value)}" for name, value in row.items()]
        lines.append(f"expires = {expires}" if expires else "# expires = 2027-12-31")
        blocks.append("\n".join(["[[accepted]]", *lines, ""]))
    return "\n".join(blocks)


def _toml_value(value: str | int) -> str:
    """JSON's strings are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

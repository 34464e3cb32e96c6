"""The registry of institutions: the table `institution`, read and changed in whole imports only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from results.database import open_database, writing
from results.errors import RegistryConflictError
from results.registry_models import InstitutionRow
from results.registry_records import LIST_FIELDS, TEXT_FIELDS, Change, Entry, Selection, differences, merged


class Registry:
    """The institutions of one database. Its methods may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, database: str, *, create: bool = True) -> Registry:
        """The registry of a database by URL or path. Raises the DatabaseError of what is wrong with it."""
        return cls(open_database(database, create=create))

    def close(self) -> None:
        """Gives back all connections."""
        self._engine.dispose()

    def institutions(self, selection: Selection | None = None) -> tuple[Entry, ...]:
        """All institutions, or those selected, in the order in which they were first imported."""
        wanted = selection or Selection()
        with Session(self._engine) as session:
            entries = [_entry(row) for row in session.exec(_in_order())]
        return tuple(entry for entry in entries if wanted.takes(entry))

    def import_entries(
        self, entries: Sequence[Entry], now: datetime, *, dry_run: bool = False
    ) -> tuple[Change, ...]:
        """Adds and updates, all in one transaction or nothing; deletes no institution. What it does to each,
        in the order given; with `dry_run` what it would do.

        A row finds its institution by registration number; one without finds it by name. One that is kept
        without a registration number gets it from a row of the same name.

        Raises:
            RegistryConflictError: a name without registration number is that of several institutions.
        """
        with Session(writing(self._engine)) as session, session.begin():
            _alone(session)
            kept = _Kept(session.exec(_in_order()))
            changes = tuple(_imported(session, kept, entry, now) for entry in entries)
            if dry_run:
                session.rollback()
        return changes


def _alone(session: Session) -> None:
    """Two imports at once would both add who is new; on SQLite a writing transaction is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE institution IN SHARE ROW EXCLUSIVE MODE"))


def _in_order() -> SelectOfScalar[InstitutionRow]:
    return select(InstitutionRow).order_by(col(InstitutionRow.position), col(InstitutionRow.id))


class _Kept:
    """The rows by what finds one: twenty thousand entries can't go through twenty thousand rows each."""

    def __init__(self, found: Iterable[InstitutionRow]) -> None:
        self._by_key: dict[str, InstitutionRow] = {}
        self._by_name: dict[str, list[InstitutionRow]] = {}
        for row in found:
            self.add(row)

    def __len__(self) -> int:
        return len(self._by_key)

    def add(self, row: InstitutionRow) -> None:
        self._by_key[row.key] = row
        self._by_name.setdefault(row.name.casefold(), []).append(row)

    def remove(self, row: InstitutionRow) -> None:
        del self._by_key[row.key]
        same = self._by_name[row.name.casefold()]
        same[:] = [one for one in same if one is not row]

    def find(self, entry: Entry) -> InstitutionRow | None:
        """The row that an entry means. RegistryConflictError."""
        if entry.key in self._by_key:
            return self._by_key[entry.key]
        same = self._by_name.get(entry.name.casefold(), [])
        if entry.registration_number:
            return next((row for row in same if not row.registration_number), None)
        if len(same) > 1:
            raise RegistryConflictError(
                f"{len(same)} institutions of the registry are called “{entry.name}”, and the row has no"
                " registration number."
            )
        return same[0] if same else None


def _imported(session: Session, kept: _Kept, entry: Entry, now: datetime) -> Change:
    row = kept.find(entry)
    if row is None:
        new = merged(Entry(), entry)
        added = InstitutionRow(
            key=new.key, position=len(kept), created_at=now, updated_at=now, **_columns(new)
        )
        kept.add(added)
        session.add(added)
        return Change(key=new.key, name=new.name, is_new=True)
    before = _entry(row)
    after = merged(before, entry)
    changed = differences(before, after)
    if changed:
        kept.remove(row)
        row.key, row.updated_at = after.key, now
        for column, value in _columns(after).items():
            setattr(row, column, value)
        kept.add(row)
        session.add(row)
    return Change(key=after.key, name=after.name, is_new=False, fields=changed)


def _columns(entry: Entry) -> dict[str, Any]:
    texts = {field: getattr(entry, field) for field in TEXT_FIELDS}
    lists = {field: list(getattr(entry, field)) for field in LIST_FIELDS}
    return {**texts, **lists, "numbers": dict(entry.numbers), "attributes": dict(entry.attributes)}


def _entry(row: InstitutionRow) -> Entry:
    said: dict[str, Any] = {field: getattr(row, field) for field in TEXT_FIELDS}
    said |= {field: tuple(getattr(row, field)) for field in LIST_FIELDS}
    return Entry(**said, numbers=dict(row.numbers), attributes=dict(row.attributes))

"""Which evidence belongs to a database: said once, remembered in the database, recognised by a mark in it.

Many machines work on one database; one of them with other evidence would scatter a run's evidence without
anybody noticing before it is asked for.
"""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from results.database import database_file, lock_setting_up
from results.errors import EvidencePlaceError
from results.evidence_places import Place, place_at
from results.evidence_store import EvidenceStore
from results.models import EvidencePlace
from results.transactions import surviving, writing

MARKER = "eindekss-evidence"
"""Key of the mark."""
_ONLY = 1
_asked_for: ContextVar[str | None] = ContextVar("evidence", default=None)


def ask_for(address: str | None) -> None:
    """Take evidence from there wherever a command opens a database without saying where it lies."""
    _asked_for.set(address)


def evidence_of(engine: Engine, asked: str | Path | None, *, create: bool) -> EvidenceStore:
    """The evidence of a database: where it was asked for, here or for the whole command, else where it lies
    as the database knows, else beside the SQLite file, or in `out/<database>.evidence` for one on a server.

    With `create` an address is remembered, and refused where other evidence lies there already.

    Raises:
        EvidencePlaceError: the address is none, or is that of another database's evidence.
        EvidenceAwayError: it does not answer.
    """
    asked = _asked_for.get() if asked is None else asked
    known = _known(engine)
    file = database_file(engine.url)
    if asked is None and known is None and file is not None:
        return EvidenceStore(file.with_name(f"{file.name}.evidence"))
    default = known.address if known else Path("out", f"{engine.url.database}.evidence")
    address = _absolute(asked if asked is not None else default)
    if create:
        _settle(engine, address)
    return EvidenceStore(address)


def _absolute(address: str | Path) -> str:
    text = str(address)
    return text if "://" in text else str(Path(text).absolute())


@surviving
def _known(engine: Engine) -> EvidencePlace | None:
    with Session(engine) as session:
        return session.get(EvidencePlace, _ONLY)


def _settle(engine: Engine, address: str) -> None:
    """Notes the address and marks the place, or finds the mark there."""
    place = place_at(address)
    known = _known(engine)
    if known is None:
        _note(engine, place, address)
    elif known.is_marked and (known.address, known.marker) == (address, _mark(place)):
        return
    _mark_or_find(engine, place, address)


@surviving
def _note(engine: Engine, place: Place, address: str) -> None:
    """The row comes before the mark: a crash between them leaves a place to mark, never one to refuse."""
    with Session(writing(engine)) as session, session.begin():
        lock_setting_up(session.connection())
        if session.get(EvidencePlace, _ONLY) is None:
            if _mark(place) is not None:
                raise EvidencePlaceError(f"At {place.name} lies another database's evidence.")
            session.add(EvidencePlace(id=_ONLY, address=address, marker=uuid.uuid4().hex, is_marked=False))


@surviving
def _mark_or_find(engine: Engine, place: Place, address: str) -> None:
    with Session(writing(engine)) as session, session.begin():
        lock_setting_up(session.connection())
        known = session.get_one(EvidencePlace, _ONLY)
        if not known.is_marked:
            place.write(MARKER, known.marker.encode())
        elif _mark(place) != known.marker:
            raise EvidencePlaceError(
                f"{place.name} is not this database's evidence, which lies at {known.address}."
            )
        known.address, known.is_marked = address, True
        session.add(known)


def _mark(place: Place) -> str | None:
    try:
        data = place.read(MARKER)
    except OSError as error:
        raise EvidencePlaceError(f"{place.name} cannot be read: {error.strerror}.") from error
    return None if data is None else data.decode(errors="replace")

"""Schedules and what came of them: the table `schedule`, and the runs that its firings made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from results.errors import ScheduleExistsError, ScheduleNotFoundError
from results.language import N_
from results.models import Run, RunState
from results.registry_models import ScheduleRow
from results.run_policy import RunPolicy
from results.spoken_errors import Word
from results.transactions import surviving, writing


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When a run is to be made, and of what."""

    name: str
    cron: str
    timezone: str
    created_at: datetime
    open_hours: str = ""
    """`20:00-06:00` in the time zone; empty: always."""
    institutions: dict[str, Any] = msgspec.field(default_factory=dict)
    settings: dict[str, Any] = msgspec.field(default_factory=dict)
    """Without `seed`: every firing draws its own."""
    judging: dict[str, Any] = msgspec.field(default_factory=dict)
    policy: dict[str, Any] = msgspec.field(default_factory=dict)
    paused: bool = False
    grace_hours: float = 12.0
    fired_at: datetime | None = None
    """All fire times up to this one have made their run, or were passed over."""
    id: int = 0


class Timetable:
    """The schedules of one database. Its methods may be called from any thread; each is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def schedules(self) -> tuple[Schedule, ...]:
        """All, by name."""
        with Session(self.engine) as session:
            found = session.exec(select(ScheduleRow).order_by(col(ScheduleRow.name)))
            return tuple(map(_schedule, found))

    def schedule(self, name: str) -> Schedule:
        """One by its name. ScheduleNotFoundError."""
        for one in (every := self.schedules()):
            if one.name == name:
                return one
        names = ", ".join(one.name for one in every) or Word(N_("none"))
        raise ScheduleNotFoundError(
            N_("There is no schedule {name!r}; there is {names}."), name=name, names=names
        )

    def add(self, new: Schedule) -> None:
        """Adds one. ScheduleExistsError."""
        fields = msgspec.structs.asdict(new)
        del fields["id"]
        try:
            with Session(writing(self.engine)) as session, session.begin():
                session.add(ScheduleRow(**fields))
        except IntegrityError as error:
            raise ScheduleExistsError(N_("There is a schedule {name!r} already."), name=new.name) from error

    def remove(self, name: str) -> None:
        """Removes one; the runs it made stay. ScheduleNotFoundError."""
        chosen = self.schedule(name)
        with Session(writing(self.engine)) as session, session.begin():
            session.execute(delete(ScheduleRow).where(col(ScheduleRow.id) == chosen.id))

    def pause(self, name: str) -> None:
        """Lets it fire no more. ScheduleNotFoundError."""
        self._change(self.schedule(name).id, paused=True)

    def unpause(self, name: str, now: datetime) -> None:
        """Lets it fire again; what fell into the pause is not caught up. ScheduleNotFoundError."""
        chosen = self.schedule(name)
        if chosen.paused:
            self._change(chosen.id, paused=False, fired_at=now)

    @surviving
    def note_fired(self, schedule_id: int, fire_time: datetime) -> None:
        """Notes that all fire times up to one are dealt with."""
        self._change(schedule_id, fired_at=fire_time)

    def newest_run(self, schedule_id: int) -> str:
        """The newest finished run of a schedule; empty where there is none."""
        query = select(Run.id).where(Run.schedule_id == schedule_id, Run.state == RunState.FINISHED)
        with Session(self.engine) as session:
            return session.exec(query.order_by(col(Run.started_at).desc())).first() or ""

    def open_runs(self) -> tuple[str, ...]:
        """Runs of schedules that are to be worked on, the oldest first: not those paused by hand."""
        going = col(Run.state).in_((RunState.RUNNING, RunState.PAUSED))
        query = select(Run).where(col(Run.schedule_id).is_not(None), going).order_by(col(Run.started_at))
        with Session(self.engine) as session:
            return tuple(run.id for run in session.exec(query) if not RunPolicy.of(run.policy).held)

    def _change(self, schedule_id: int, **values: Any) -> None:  # noqa: ANN401  (columns of any type)
        with Session(writing(self.engine)) as session, session.begin():
            row = session.get(ScheduleRow, schedule_id)
            if row is None:
                return
            for column, value in values.items():
                setattr(row, column, value)
            session.add(row)


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(**{field: getattr(row, field) for field in Schedule.__struct_fields__})

"""What a schedule does when it fires: it makes a run, once for each fire time, whoever else is at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from checks.check import JudgementSettings
from crawler.axe import AxeScript
from crawler.evidence import AuditSettings
from results.errors import RunExistsError
from results.holds import holding
from results.registry import Registry
from results.run_policy import RunPolicy
from results.store import Store
from results.timetable import Schedule, Timetable
from schedules.cron import Cron, WallClockTrigger
from schedules.new_runs import RunRequest, create_run
from schedules.owners import is_dead
from schedules.picking import Pick, picked

FOLLOW_SECONDS = 5.0
"""How often the table of schedules is looked at."""
PREVIOUS = "previous"
"""As `sample_from` of a schedule's policy: the pages of its newest finished run are audited again."""


class Due(msgspec.Struct, frozen=True):
    """What a schedule has to do at a moment."""

    fire_time: datetime | None = None
    """Of the run to make: the newest that was missed or is now."""
    passed_over: bool = False
    """Whether there were fire times, all of them too long ago."""


class Firing(msgspec.Struct, frozen=True, kw_only=True):
    """With what schedules make runs."""

    store: Store
    axe: AxeScript
    owner: str
    clock: Callable[[], datetime]
    entropy: Callable[[int], bytes]

    @property
    def timetable(self) -> Timetable:
        """The schedules of the store's database."""
        return Timetable(self.store.engine)


def trigger(schedule: Schedule) -> WallClockTrigger:
    """When a schedule fires. SettingsError, which cannot be for one that was added."""
    return WallClockTrigger(Cron.parse(schedule.cron), ZoneInfo(schedule.timezone))


def due(schedule: Schedule, now: datetime) -> Due:
    """What is to be done. However many fire times were missed, one run is made, for the newest; none where
    all of them are longer ago than the grace. What a clock says that was set back is not waited for.
    """
    if schedule.paused:
        return Due()
    when, last = trigger(schedule), min(schedule.fired_at or schedule.created_at, now)
    newest = _newest(when, max(last, now - timedelta(hours=schedule.grace_hours)), now)
    if newest is not None:
        return Due(newest)
    first = when.next_after(last)
    return Due(passed_over=first is not None and first <= now)


def _newest(when: WallClockTrigger, after: datetime, now: datetime) -> datetime | None:
    newest, fires = None, when.next_after(after)
    while fires is not None and fires <= now:
        newest, fires = fires, when.next_after(fires)
    return newest


def fire(schedule_id: int, firing: Firing) -> str | None:
    """Makes the run that is due, if one is; its id. Another scheduler at the same moment makes none.

    Raises:
        InputError: the list of institutions can't be read; it is tried again as long as the grace lasts.
        ResultsError: the database refuses.
    """
    now, timetable = firing.clock(), firing.timetable
    name, engine = f"schedule {schedule_id}", firing.store.engine
    with holding(engine, name, firing.owner, now, is_dead=is_dead) as is_ours:
        # Read again: who held it before may have fired it.
        found = [one for one in timetable.schedules() if one.id == schedule_id] if is_ours else []
        for schedule in found:
            wanted = due(schedule, now)
            if wanted.passed_over:
                timetable.note_fired(schedule_id, now - timedelta(hours=schedule.grace_hours))
            if wanted.fire_time is not None:
                return _made(schedule, wanted.fire_time, firing)
    return None


def _made(schedule: Schedule, fire_time: datetime, firing: Firing) -> str | None:
    try:
        run_id = make_run(schedule, firing, fire_time)
    except RunExistsError:
        # Whoever made it died before it could be noted.
        run_id = None
    firing.timetable.note_fired(schedule.id, fire_time)
    return run_id


def make_run(schedule: Schedule, firing: Firing, fire_time: datetime | None = None) -> str:
    """Makes a run as the schedule says; its id. Without a fire time one beside the schedule, made by hand.

    Raises:
        InputError: the list of institutions can't be read.
        RunExistsError: the run of this fire time is there.
    """
    who = msgspec.convert(schedule.institutions, Pick)
    institutions = picked(who, Registry(firing.store.engine)).institutions
    settings = {"seed": int.from_bytes(firing.entropy(4), "big")} | schedule.settings
    policy = _policy(schedule, firing.timetable.newest_run(schedule.id))
    request = RunRequest(
        institutions=institutions,
        settings=msgspec.convert(settings, AuditSettings),
        judging=msgspec.convert(schedule.judging, JudgementSettings),
        name=f"{schedule.name} {_local(schedule, fire_time or firing.clock()):%Y-%m-%d %H:%M}",
        policy=policy,
        sample_from=policy.sample_from,
        schedule_id=schedule.id,
        fire_time=fire_time,
    )
    return create_run(request, firing.store, axe=firing.axe, now=firing.clock(), entropy=firing.entropy)


def _policy(schedule: Schedule, previous: str) -> RunPolicy:
    policy = RunPolicy.of(schedule.policy)
    return msgspec.structs.replace(
        policy,
        window=schedule.open_hours,
        timezone=schedule.timezone,
        compared_with=previous,
        sample_from=previous if policy.sample_from == PREVIOUS else "",
    )


def _local(schedule: Schedule, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(schedule.timezone))

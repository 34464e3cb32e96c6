"""What work is as values: what to make a run of, a lease, what comes after it, how far a run is."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

import msgspec

from checks.check import JudgementSettings
from crawler.evidence import AuditSettings, Failure, Institution
from results.models import RunState
from results.quality_records import Quality
from results.records import JudgementRecord
from results.run_policy import RunPolicy


class Priority(IntEnum):
    """Who goes first: the higher."""

    WAVE = 0
    INTERACTIVE = 100
    """Somebody sits and waits."""


class NewRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run to be made, with a task for each institution."""

    id: str
    """`store.new_run_id`."""
    institutions: tuple[Institution, ...]
    settings: AuditSettings
    judged_by: JudgementRecord
    versions: dict[str, str]
    """What is known without a browser; the rest is noted by the first worker."""
    started_at: datetime
    name: str = ""
    policy: RunPolicy = RunPolicy()
    priority: int = Priority.WAVE
    source: str = "audit"
    schedule_id: int | None = None
    fire_time: datetime | None = None


class RunPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All that a worker must know of a run to carry out its tasks."""

    id: str
    name: str
    state: RunState
    settings: AuditSettings
    judging: JudgementSettings
    policy: RunPolicy
    targets: tuple[str, ...]
    """Addresses of all its institutions: the only ones that `allow_private` opens."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """A task in somebody's hands. Only the holder of the newest fence may store a result."""

    task_id: int
    run_id: str
    position: int
    institution: Institution
    fence: int
    owner: str
    until: datetime
    attempt: int
    """Which attempt this is, from 1; those that were given back do not count."""
    lost: int = 0
    """How many attempts before ended without a word of their worker."""
    round: int = 0
    retry_until: datetime | None = None


class Again(msgspec.Struct, frozen=True, kw_only=True):
    """The result is not the last word: the task is to be done once more."""

    not_before: datetime
    round: int
    retry_until: datetime | None = None
    elsewhere: bool = False
    """By another worker, if there is one."""


class Attempted(msgspec.Struct, frozen=True, kw_only=True):
    """One lease of a task, and what came of it."""

    owner: str
    fence: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    """`done`, `again`, `lost`, `released`, `cancelled`; empty while it is under way."""
    failure: Failure | None


class TaskCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Tasks by state."""

    waiting: int = 0
    leased: int = 0
    done: int = 0
    cancelled: int = 0
    again: int = 0
    """Of those waiting, how many have a result already and are tried once more."""

    @property
    def total(self) -> int:
        """All of them."""
        return self.waiting + self.leased + self.done + self.cancelled

    @property
    def open(self) -> int:
        """Those that are not done."""
        return self.waiting + self.leased


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker that found nothing to take may wait for."""

    state: RunState
    waiting: int
    leased: int
    next_at: datetime | None = None
    """When the next of those waiting may be taken; None: now, or none waits."""

    @property
    def is_over(self) -> bool:
        """Whether nothing will come any more."""
        return self.waiting + self.leased == 0 or self.state not in (RunState.RUNNING, RunState.PAUSED)


class RunProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is at a moment."""

    run_id: str
    name: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None
    tasks: TaskCounts
    failures: dict[str, int]
    """Institutions whose latest result says why it could not be evaluated, by reason, the most first."""
    workers: int
    """Owners of leases that have not run out."""
    rate: float | None = None
    """Institutions done an hour, over the last while; None where none was."""
    remaining: timedelta | None = None
    """By that rate; None where it can't be told."""
    opens_at: datetime | None = None
    """When the run's window opens; None where it is open or there is none."""
    quality: Quality | None = None
    """What the gate found after the run; None where it has not looked."""
    later_failures: dict[str, int] = msgspec.field(default_factory=dict)
    """Institutions whose last audit told less than the result that stands, by its reason."""

"""Makes runs: what was asked for, with all that is known before the first worker opens a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from checks import terms
from checks.check import JudgementSettings, all_checks
from crawler.axe import AxeScript
from crawler.evidence import AuditSettings, Institution, Sample, settings_of
from crawler.instruments import versions
from results.records import JudgementRecord
from results.run_policy import RunPolicy
from results.store import Store, new_run_id
from results.work_records import NewRun, Priority


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What to audit, and how."""

    institutions: tuple[Institution, ...] = ()
    settings: AuditSettings
    judging: JudgementSettings = JudgementSettings()
    name: str = ""
    sample_from: str = ""
    """The run whose random pages are audited again."""
    samples: Mapping[str, Sample] = msgspec.field(default_factory=dict)
    """Of that run, by the address of the site."""
    policy: RunPolicy = RunPolicy()
    priority: Priority = Priority.WAVE
    schedule_id: int | None = None
    fire_time: datetime | None = None

    @property
    def own_settings(self) -> tuple[AuditSettings, ...]:
        """Those of institutions that are audited otherwise than the run."""
        return tuple(settings_of(one, self.settings) for one in self.institutions if one.own_settings)


def create_run(
    request: RunRequest,
    store: Store,
    *,
    axe: AxeScript,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> str:
    """Make a run with a task for each institution; its id. Whoever works on the database may begin at once.

    Raises:
        RunExistsError: this schedule made the run of this fire time already.
        WindowError: the policy's window is none.
    """
    policy = msgspec.structs.replace(
        request.policy, sample_from=request.sample_from or request.policy.sample_from
    )
    return store.work.create(
        NewRun(
            id=new_run_id(now, entropy(3)),
            institutions=request.institutions,
            settings=request.settings,
            judged_by=judged_by(request.judging, axe, now),
            versions=versions(request.settings, axe),
            started_at=now,
            name=request.name,
            policy=policy,
            priority=request.priority,
            schedule_id=request.schedule_id,
            fire_time=request.fire_time,
        )
    )


def judged_by(judging: JudgementSettings, axe: AxeScript, now: datetime) -> JudgementRecord:
    """By what this program judges."""
    return JudgementRecord(
        settings=judging,
        checks={check.id: check.version for check in all_checks()},
        terms=terms.hash(),
        axe_version=axe.version,
        created_at=now,
    )

"""Evidence retention: removes the pages of old runs, and nothing that anybody still needs.

Mark and sweep. Marked is what a run that is kept refers to, and the manifest of every site of every run: with
it stay the crawl, the sample and what they tell. Answers, findings and their quotes are rows and are not
touched. Of the rest goes what was written before anybody now at work began, and before yesterday: evidence is
put into the store before a row refers to it, and what is put again is renewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace
from sqlmodel import Session, col, select, update

from crawler.evidence import Blob
from results import models
from results.errors import RunUnderWayError
from results.models import RunState
from results.store import Store
from results.task_models import Attempt, Task, TaskState
from results.transactions import writing

GRACE = timedelta(days=1)
"""Nothing younger is removed, whoever wrote it: clocks of machines differ, and a store's too."""
_ROWS_AT_ONCE = 5000
_UNDER_WAY = frozenset({RunState.RUNNING, RunState.PAUSED})


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What to keep; where both are given a run goes only if both let it go."""

    keep: int | None = None
    """Newest finished runs of each series: of one schedule, or of one name."""
    older_than: timedelta | None = None


class RunAge(msgspec.Struct, frozen=True, kw_only=True):
    """What the choice of runs is made by."""

    id: str
    series: str
    state: RunState
    started_at: datetime
    is_pruned: bool = False


class Pruned(msgspec.Struct, frozen=True, kw_only=True):
    """What was removed, or would be."""

    runs: tuple[str, ...]
    """Whose evidence goes; those pruned before are not named again."""
    removed: int
    """Pieces of evidence."""
    removed_bytes: int
    kept: int
    kept_bytes: int
    young: int = 0
    """Of those kept, the pieces that nobody refers to and that are too young to go."""


def to_prune(runs: Iterable[RunAge], policy: Policy, now: datetime) -> frozenset[str]:
    """Ids of the runs whose evidence may go. Never one that is under way; one that broke off goes when a
    newer run of its series is enough to be kept.
    """
    by_series: dict[str, list[RunAge]] = {}
    for run in sorted(runs, key=lambda run: (run.started_at, run.id), reverse=True):
        by_series.setdefault(run.series, []).append(run)
    return frozenset(run.id for series in by_series.values() for run in _of_series(series, policy, now))


def prune(store: Store, policy: Policy, now: datetime, *, dry_run: bool = False) -> Pruned:
    """Removes the evidence that the policy lets go.

    Safe while sites are audited into a folder. RunUnderWayError where the store is one of objects and a task
    is leased; the EvidenceError of a kept run whose evidence is damaged: nothing is removed then.
    """
    leased = _oldest_lease(store)
    if leased is not None and not store.evidence.place.holds_still and not dry_run:
        raise RunUnderWayError(f"Evidence at {store.evidence.place.name} can't be pruned under a run.")
    runs = _runs(store)
    chosen = to_prune(runs, policy, now)
    gone = chosen | {run.id for run in runs if run.is_pruned}
    marked = _marked(store, gone)
    if not dry_run:
        _note(store, chosen, now)
    before = min(now - GRACE, leased or now)
    swept = _sweep(store, marked, before, dry_run=dry_run)
    new = tuple(sorted(chosen - {run.id for run in runs if run.is_pruned}))
    return replace(swept, runs=new)


def _of_series(newest_first: Sequence[RunAge], policy: Policy, now: datetime) -> Iterator[RunAge]:
    finished = 0
    for run in newest_first:
        is_old = policy.older_than is None or run.started_at < now - policy.older_than
        has_newer = policy.keep is None or finished >= policy.keep
        if run.state not in _UNDER_WAY and is_old and has_newer:
            yield run
        finished += run.state is RunState.FINISHED


def _runs(store: Store) -> tuple[RunAge, ...]:
    with Session(store.engine) as session:
        return tuple(
            RunAge(
                id=run.id,
                series=f"name {run.name}" if run.schedule_id is None else f"schedule {run.schedule_id}",
                state=RunState(run.state),
                started_at=run.started_at,
                is_pruned=run.pruned_at is not None,
            )
            for run in session.exec(select(models.Run))
        )


def _oldest_lease(store: Store) -> datetime | None:
    """Since when the task that was taken first is under way; None where none is."""
    begun = (
        select(Attempt.started_at)
        .join(Task, col(Task.id) == col(Attempt.task_id))
        .where(Task.state == TaskState.LEASED, Task.fence == Attempt.fence)
        .order_by(col(Attempt.started_at))
    )
    with Session(store.engine) as session:
        return session.exec(begun).first()


class _Marks:
    """Digests to be kept. Of a wave there are millions: each takes sixteen bytes here, not a hundred; those
    of one folder of the evidence alone are a set at a time, as `EvidenceStore.kept` goes through folders.
    """

    def __init__(self) -> None:
        self._by_folder = [bytearray() for _ in range(256)]
        self._folder, self._set = -1, frozenset[bytes]()

    def add(self, digest: str) -> None:
        """Mark one. Two digests that begin alike are taken for one: at worst a piece stays that could go."""
        number, told = _split(digest)
        self._by_folder[number] += told

    def __contains__(self, digest: str) -> bool:
        number, told = _split(digest)
        if number != self._folder:
            marked = bytes(self._by_folder[number])
            self._set = frozenset(marked[at : at + _TOLD] for at in range(0, len(marked), _TOLD))
            self._folder = number
        return told in self._set


_TOLD = 16
"""Bytes by which digests of one folder are told apart."""


def _split(digest: str) -> tuple[int, bytes]:
    """The folder's number, and what tells the digest from the others in it."""
    data = bytes.fromhex(digest)
    return data[0], data[1 : 1 + _TOLD]


def _marked(store: Store, gone: frozenset[str]) -> _Marks:
    """What is to be kept."""
    marks = _Marks()
    pictures = (
        select(models.Page.screenshot)
        .join(models.Site, col(models.Site.id) == col(models.Page.site_id))
        .where(col(models.Site.run_id).not_in(gone), col(models.Page.screenshot).is_not(None))
    )
    with Session(store.engine) as session:
        sites = session.exec(select(models.Site.run_id, models.Site.evidence, models.Site.again)).all()
        for digest in session.exec(pictures.execution_options(yield_per=_ROWS_AT_ONCE)):
            marks.add(str(digest))
    for run_id, first, second in sites:
        for digest in _of_site(store, first, second, is_kept=run_id not in gone):
            marks.add(digest)
    return marks


def _of_site(store: Store, first: str, second: str | None, *, is_kept: bool) -> Iterator[str]:
    """Both manifests of a site; where its run is kept, all that they refer to."""
    yield first
    if second:
        yield second
    if is_kept:
        yield from _referred(store, first, are_pages_in_rows=True)
        if second:
            yield from _referred(store, second, are_pages_in_rows=False)


class _Pictured(msgspec.Struct, frozen=True):
    """Of a stored page or phone page all that matters here."""

    screenshot: Blob | None = None


def _referred(store: Store, manifest_digest: str, *, are_pages_in_rows: bool) -> Iterator[str]:
    """What a site's manifest refers to, and the pictures of its pages that no row names."""
    manifest = store.evidence.load_manifest(manifest_digest)
    yield from (blob.digest for blob in (*manifest.pages, *manifest.mobile, *manifest.observations))
    for blob in (*manifest.mobile, *(() if are_pages_in_rows else manifest.pages)):
        seen = msgspec.json.decode(store.evidence.get(blob.digest), type=_Pictured)
        if seen.screenshot:
            yield seen.screenshot.digest


def _note(store: Store, chosen: frozenset[str], now: datetime) -> None:
    """Before anything is removed: a crash leaves a run that is said to be pruned and is so in part."""
    unsaid = (col(models.Run.id).in_(chosen), col(models.Run.pruned_at).is_(None))
    with Session(writing(store.engine)) as session, session.begin():
        session.exec(update(models.Run).where(*unsaid).values(pruned_at=now))


def _sweep(store: Store, marked: _Marks, before: datetime, *, dry_run: bool) -> Pruned:
    """What it removed and kept, of no runs."""
    removed = removed_bytes = kept = kept_bytes = young = 0
    for blob in store.evidence.kept():
        is_free = blob.digest not in marked
        is_old = blob.written_at is not None and blob.written_at < before
        goes = is_free and is_old and (dry_run or store.evidence.remove_older(blob.digest, before))
        if goes:
            removed, removed_bytes = removed + 1, removed_bytes + blob.size
        else:
            kept, kept_bytes = kept + 1, kept_bytes + blob.size
            young += is_free and not is_old
    return Pruned(
        runs=(),
        removed=removed,
        removed_bytes=removed_bytes,
        kept=kept,
        kept_bytes=kept_bytes,
        young=young,
    )

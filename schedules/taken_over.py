"""What a run takes over from an earlier one: the pages that it looked at, the answers to be held against."""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from crawler.evidence import Sample, Scope
from results.earlier import EarlierRun
from results.language import N_
from results.models import RunState
from results.store import Store
from schedules.errors import SettingsError
from schedules.new_runs import RunRequest

NONE = "none"
"""As the run to be compared with: no run."""


class LeanWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is to have to do with earlier ones."""

    compared_with: str = NONE
    """A run, `none`, or empty for the newest of the same name."""
    new_pages: bool = False
    """Other pages than those of the run compared with."""
    require_quality: bool = False
    """End with 1 where the run is not to be published."""


def leaning(request: RunRequest, store: Store, wished: LeanWish) -> RunRequest:
    """The request with the run that it is compared with, and whose pages are audited again.

    Compared is with the run named, else with the newest finished run of the same name, if there is one; its
    pages are audited again unless others were asked for (`new_pages`, or `sample_from`).

    Raises:
        SettingsError, ResultsError: as `taken_over`; there is no such run.
    """
    run_id = _compared(request, store, wished.compared_with)
    policy = replace(request.policy, compared_with=run_id)
    if not request.sample_from and run_id and not wished.new_pages:
        policy = replace(policy, sample_from=run_id)
    return taken_over(replace(request, policy=policy), store)


def _compared(request: RunRequest, store: Store, wanted: str) -> str:
    if wanted:
        return "" if wanted == NONE else store.find_run(wanted)
    if not request.name:
        return ""
    alike = (run.id for run in store.runs() if run.name == request.name and run.state is RunState.FINISHED)
    return next(alike, "")


def taken_over(request: RunRequest, store: Store) -> RunRequest:
    """The request with the samples, the seed and the number of pages of the run that it names as
    `sample_from`; unchanged where it names none. What is no page any more is replaced: a random page, when
    captured, by the next address that the earlier seed draws, a structured one by what the checks choose.

    Raises:
        SettingsError: the scope has no random sample, or the earlier run had none.
        ResultsError: there is no such run, or its evidence is gone.
    """
    if not request.sample_from:
        return request
    if request.settings.scope is not Scope.SAMPLE:
        raise SettingsError(N_("--sample-from goes with --scope sample: the home page is no sample"))
    earlier = EarlierRun(store, store.find_run(request.sample_from))
    samples = _samples(request, earlier)
    drawn = [sample for sample in samples.values() if sample.random]
    if not drawn:
        raise SettingsError(N_("run {run} has no random sample to take over"), run=earlier.run.id)
    # Its settings' pages, not a sample's: one of its sites may have had a number of its own.
    pages = int(earlier.run.settings.get("pages", drawn[0].requested))
    settings = replace(request.settings, seed=drawn[0].seed, pages=pages)
    return replace(request, settings=settings, samples=samples, sample_from=earlier.run.id)


def anew(request: RunRequest) -> tuple[str, ...]:
    """Addresses of the request that the earlier run has no sample of: theirs is drawn."""
    if not request.sample_from:
        return ()
    return tuple(one.url for one in request.institutions if one.url not in request.samples)


def _samples(request: RunRequest, earlier: EarlierRun) -> dict[str, Sample]:
    """By the address of the institution in this run."""
    found = {one.url: earlier.sample(one) for one in request.institutions}
    return {url: sample for url, sample in found.items() if sample is not None}

"""Audits the random sample of an earlier run again, so that two waves look at the same pages."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from crawler.evidence import Sample, Scope
from results.store import Store
from schedules.errors import SettingsError
from schedules.new_runs import RunRequest


def taken_over(request: RunRequest, store: Store) -> RunRequest:
    """The request with the samples, the seed and the number of pages of the run that it names as
    `sample_from`; unchanged where it names none. What is no page any more is replaced, when captured, by
    the next address that the earlier seed draws.

    Raises:
        SettingsError: the scope has no random sample, or the earlier run had none.
        ResultsError: there is no such run, or its evidence is gone.
    """
    if not request.sample_from:
        return request
    if request.settings.scope is not Scope.SAMPLE:
        raise SettingsError("--sample-from goes with --scope sample: the home page is no sample")
    run_id = store.find_run(request.sample_from)
    samples = {url: replace(sample, pinned_from=run_id) for url, sample in _drawn(store, run_id).items()}
    if not samples:
        raise SettingsError(f"run {run_id} has no random sample to take over")
    first = next(iter(samples.values()))
    settings = replace(request.settings, seed=first.seed, pages=first.requested)
    return replace(request, settings=settings, samples=samples, sample_from=run_id)


def anew(request: RunRequest) -> tuple[str, ...]:
    """Addresses of the request that the earlier run has no sample of: theirs is drawn."""
    if not request.sample_from:
        return ()
    return tuple(one.url for one in request.institutions if one.url not in request.samples)


def _drawn(store: Store, run_id: str) -> Mapping[str, Sample]:
    return {url: sample for url, sample in store.load_samples(run_id).items() if sample.random}

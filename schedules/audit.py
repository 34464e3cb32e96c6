"""The audit of one site: what is observed in which order, and when enough was seen."""

from __future__ import annotations

import asyncio

from checks.judge import plans
from crawler.evidence import ConfirmPage, Failure, FailureReason, Institution, Sample, Scope, Site
from crawler.instruments import Instruments
from crawler.log import about, failure_words, logger
from crawler.visit import Progress, Visit, visiting
from results.errors import ResultsError

_log = logger("audit")
PLANNING_ROUNDS = 4
"""A link to a page, the form on it, its answer: deeper chains have not been seen to tell more."""


async def audit_site(
    institution: Institution, instruments: Instruments, progress: Progress, pinned: Sample | None = None
) -> Site:
    """Observe one site; never raises for the site's doing.

    What ends the audit early (interruption, a full disk, a fault of ours) becomes the site's failure, and
    what was seen until then is kept. `pinned` is the sample of an earlier run, to be audited again.
    """
    with about(institution=institution.url):
        _log.info("site_began")
        async with visiting(institution, instruments, progress) as visit:
            failure = await _broke_off(visit, pinned)
            site = visit.evidence(failure)
        _tell(site)
        return site


async def _broke_off(visit: Visit, pinned: Sample | None) -> Failure | None:
    try:
        return await _observe(visit, pinned)
    except asyncio.CancelledError:
        return Failure(FailureReason.INTERRUPTED)
    except ResultsError as error:
        return error.failure
    except Exception as error:  # noqa: BLE001  (one site's fault of ours must not end the others' audits)
        _log.exception("site_failed")
        return Failure(FailureReason.INTERNAL_ERROR, f"{type(error).__name__}: {error}"[:500])


def _tell(site: Site) -> None:
    home = site.home
    failure = site.failure or (home.failure if home else None)
    _log.info("site_observed", pages=len(site.pages), **failure_words(failure))


async def _observe(visit: Visit, pinned: Sample | None) -> Failure | None:
    """Why the site can't be judged though nothing broke; None where it can."""
    own = visit.instruments
    if isinstance(own.values, Failure):
        return own.values
    if failure := await visit.log_in():
        return failure
    if not await visit.open_home():
        wanted = await asyncio.to_thread(plans, visit.evidence())
        await visit.carry_out(plan for plan in wanted if isinstance(plan, ConfirmPage))
        return None
    await visit.crawl_site()
    if visit.lists_nothing:
        return Failure(FailureReason.NO_SITEMAP, visit.lists_nothing)
    if pinned is not None:
        await visit.visit_again(pinned)
    await _as_checks_ask(visit, PLANNING_ROUNDS)
    if own.settings.scope is Scope.SAMPLE:
        await visit.draw_sample(pinned)
        # Second captures of the random pages, which nobody could ask for before.
        await _as_checks_ask(visit, 1)
    return None


async def _as_checks_ask(visit: Visit, rounds: int) -> None:
    for _ in range(rounds):
        wanted = await asyncio.to_thread(plans, visit.evidence())
        if not wanted:
            break
        await visit.carry_out(wanted)

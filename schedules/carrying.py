"""What commands that carry a run out share: the means from the environment, and what is said at the end."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import typer

from crawler.axe import AxeMissingError, load_axe
from crawler.chromium import find_chromium
from crawler.credentials import Credentials
from crawler.errors import CrawlerError, CredentialError
from crawler.evidence import AuditSettings
from crawler.second_engine import SecondEngineMissingError, load_second_engine
from results.commands import INTERNAL, USAGE, stop
from results.errors import ResultsError
from results.known_sentences import spoken
from results.language import N_, _, ngettext
from results.store import Store
from results.terminal import plain
from schedules.errors import ScheduleError, SettingsError
from schedules.metrics import NOWHERE, MetricsWish, measuring
from schedules.progress import display
from schedules.runner import Carried, Means
from schedules.shared_clock import SharedClock

_Made = TypeVar("_Made")


def carried(
    act: Callable[[Means], Coroutine[Any, Any, _Made]],
    store: Store,
    settings: AuditSettings | None,
    *,
    sites: int,
    quiet: bool,
    metrics: MetricsWish = NOWHERE,
    own: Iterable[AuditSettings] = (),
) -> _Made:
    """What `act` makes of the means that the environment gives; progress of so many sites is shown, and
    `metrics` are served. Without settings it is not known yet what is needed. `own`: of single sites.

    Raises:
        ScheduleError, CrawlerError: something that is needed is missing.
    """
    chromium = find_chromium(os.environ)
    if chromium is None:
        raise SettingsError(N_("no Chromium to render pages with; `eindekss doctor` says the ways out"))
    credentials = Credentials.of(os.environ)
    for one in (*([settings] if settings else []), *own):
        credentials.values(one)
    if settings is not None and settings.second_engine:
        load_second_engine()
    with (
        measuring(metrics, store.work.open_counts) as measure,
        display(sites, quiet=quiet) as report,
    ):
        means = Means(
            store=store,
            chromium=chromium,
            axe=load_axe(os.environ),
            clock=SharedClock(store.engine),
            entropy=secrets.token_bytes,
            report=report,
            credentials=credentials,
            measure=measure,
        )
        return asyncio.run(act(means))


def tell_rest(done: Carried) -> None:
    """Say what the document of the run can't: results that were not stored, institutions not looked at."""
    for url, failure in done.not_stored.items():
        say(_("{url}: not stored: {why}").format(url=url, why=failure.detail or failure.reason))
    if done.open:
        said = ngettext(
            "{n} institution is still open; `eindekss resume {run}` goes on with the run.",
            "{n} institutions are still open; `eindekss resume {run}` goes on with the run.",
            done.open,
        )
        say(said.format(n=done.open, run=done.run.id))


@contextmanager
def errors_told() -> Iterator[None]:
    """Expected errors end the command with one line and their code: 2 for usage, 4 otherwise."""
    try:
        yield
    except ResultsError as error:
        stop(error)
    except (ScheduleError, CrawlerError) as error:
        say(error.told() if isinstance(error, ScheduleError) else spoken(str(error)))
        is_usage = isinstance(
            error, ScheduleError | AxeMissingError | CredentialError | SecondEngineMissingError
        )
        raise typer.Exit(USAGE if is_usage else INTERNAL) from error


def say(text: str) -> None:
    """One line on standard error, whatever it holds."""
    sys.stderr.write(f"{plain(text)}\n")

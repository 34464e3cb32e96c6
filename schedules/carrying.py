"""What commands that carry a run out share: the means from the environment, and what is said at the end."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Callable, Coroutine, Iterator
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
) -> _Made:
    """What `act` makes of the means that the environment gives; progress of so many sites is shown, and
    `metrics` are served. Without settings it is not known yet what is needed.

    Raises:
        ScheduleError, CrawlerError: something that is needed is missing.
    """
    chromium = find_chromium(os.environ)
    if chromium is None:
        raise SettingsError("no Chromium to render pages with; `eindekss doctor` says the ways out")
    credentials = Credentials.of(os.environ)
    if settings is not None:
        credentials.values(settings)
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
        say(f"{url}: not stored: {failure.detail or failure.reason}")
    if done.open:
        institutions = "institution is" if done.open == 1 else "institutions are"
        say(f"{done.open} {institutions} still open; `eindekss resume {done.run.id}` goes on with the run.")


@contextmanager
def errors_told() -> Iterator[None]:
    """Expected errors end the command with one line and their code: 2 for usage, 4 otherwise."""
    try:
        yield
    except ResultsError as error:
        stop(error)
    except (ScheduleError, CrawlerError) as error:
        say(error.told() if isinstance(error, ScheduleError) else str(error))
        is_usage = isinstance(
            error, ScheduleError | AxeMissingError | CredentialError | SecondEngineMissingError
        )
        raise typer.Exit(USAGE if is_usage else INTERNAL) from error


def say(text: str) -> None:
    """One line on standard error, whatever it holds."""
    sys.stderr.write(f"{plain(text)}\n")

"""What a worker measures of itself, as Prometheus text over HTTP (exposition format 0.0.4).

A registry of its own, nothing global. Counted are results as they are stored or given back: a capture of a
site that is still under way is not in yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from weakref import WeakKeyDictionary

import msgspec
import typer
from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from crawler.browser import Browser, Start
from crawler.evidence import Confirmation, Failure, Site
from crawler.instruments import Instruments
from crawler.log import logger
from results.errors import ResultsError
from results.language import N_
from schedules.errors import SettingsError
from schedules.worker import Measure, Outcome, unmeasured

_log = logger("metrics")
_PANEL = "What to measure"
_STAGE_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_SITE_SECONDS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)

TaskCounts = Callable[[], Mapping[str, int]]
"""Tasks by state now; asked at each scrape, from another thread."""


class MetricsWish(msgspec.Struct, frozen=True):
    """Where metrics are served; a port of None: nowhere."""

    port: int | None = None
    address: str = "127.0.0.1"


NOWHERE = MetricsWish()


def metrics_wish(
    *,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65535, help="Serve metrics there, for Prometheus; 0: any.", rich_help_panel=_PANEL
        ),
    ] = None,
    metrics_address: Annotated[
        str, typer.Option(help="Address to serve metrics on.", rich_help_panel=_PANEL)
    ] = NOWHERE.address,
) -> MetricsWish:
    """Where metrics are served."""
    return MetricsWish(port=metrics_port, address=metrics_address)


class Metrics:
    """The metrics of one worker."""

    def __init__(self, tasks: TaskCounts | None = None) -> None:
        """`tasks` counts those in the database; without it there are none to tell."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._browsers: WeakKeyDictionary[Browser, dict[Start, int]] = WeakKeyDictionary()
        self._sites = self._counter("sites", "Audits of sites that ended here.", "ended", "status")
        self._captures = self._counter("captures", "Pages captured.", "device")
        self._failures = self._counter("failures", "What could not be observed.", "what", "reason")
        self._starts = self._counter("browser_starts", "Starts of Chromium.", "why")
        self._stages = self._histogram("stage_seconds", "Of one capture.", _STAGE_SECONDS, "stage")
        self._seconds = self._histogram("site_seconds", "Of one site, judging left out.", _SITE_SECONDS)
        if tasks is not None:
            self.registry.register(_Tasks(tasks))

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, namespace="eindekss", registry=self.registry)

    def _histogram(self, name: str, words: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, words, labels, namespace="eindekss", buckets=buckets, registry=self.registry)

    def take(self, browser: Browser, site: Site, *, ended: str, status: str = "") -> None:
        """Count an audit that ended: `ended` as its lease did, `status` as it was judged."""
        self._sites.labels(ended=ended, status=status).inc()
        began, seen = datetime.fromisoformat(site.started_at), datetime.fromisoformat(site.captured_at)
        self._seconds.observe(max(0.0, (seen - began).total_seconds()))
        self._fail("site", site.failure)
        for device, failure, seconds in _captures(site):
            self._captures.labels(device=device).inc()
            self._fail(device, failure)
            for stage, spent in seconds.items():
                self._stages.labels(stage=f"{device}_{stage}").observe(spent)
        self._count_starts(browser)

    def measure(self, instruments: Instruments, site: Site, outcome: Outcome) -> None:
        """Count what a worker carried out."""
        self.take(instruments.browser, site, ended=outcome.ended.value, status=outcome.status)

    def _fail(self, what: str, failure: Failure | None) -> None:
        if failure is not None:
            self._failures.labels(what=what, reason=failure.reason.value).inc()

    def _count_starts(self, browser: Browser) -> None:
        known = self._browsers.setdefault(browser, dict.fromkeys(Start, 0))
        for why, times in browser.started.items():
            self._starts.labels(why=why.value).inc(times - known[why])
            known[why] = times

    @contextmanager
    def served(self, wish: MetricsWish) -> Iterator[int | None]:
        """Serve them while inside, from a thread; the port.

        Raises:
            SettingsError: the port can't be had.
        """
        if wish.port is None:
            yield None
            return
        try:
            server, thread = start_http_server(wish.port, wish.address, registry=self.registry)
        except OSError as error:
            where = f"{wish.address}:{wish.port}"
            raise SettingsError(
                N_("metrics can't be served on {where}: {why}; give another --metrics-port"),
                where=where,
                why=error.strerror or error,
            ) from error
        try:
            yield server.server_port
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@contextmanager
def measuring(wish: MetricsWish, tasks: TaskCounts) -> Iterator[Measure]:
    """What tells the metrics of each audit that ended, and serves them while inside where that is wished.

    Raises:
        SettingsError: the port can't be had.
    """
    if wish.port is None:
        yield unmeasured
        return
    metrics = Metrics(tasks)
    with metrics.served(wish) as port:
        _log.info("metrics_served", url=f"http://{wish.address}:{port}/metrics")
        yield metrics.measure


class _Tasks(Collector):
    """Tasks as they stand in the database at the moment of the scrape."""

    def __init__(self, count: TaskCounts) -> None:
        self._count = count

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Named without asking the database."""
        return [self._family()]

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """A database that does not answer costs these numbers and no others."""
        family = self._family()
        try:
            for state, number in self._count().items():
                family.add_metric([state], number)
        except ResultsError:
            _log.warning("tasks_not_counted", exc_info=True)
        return [family]

    @staticmethod
    def _family() -> GaugeMetricFamily:
        words = "Tasks of runs that are not over, by state, in the whole database."
        return GaugeMetricFamily("eindekss_tasks", words, labels=["state"])


def _captures(site: Site) -> Iterator[tuple[str, Failure | None, Mapping[str, float]]]:
    for page in site.pages:
        yield "desktop", page.failure, page.seconds
    for view in site.mobile:
        yield "phone", view.failure, view.seconds
    for one in site.observations:
        if isinstance(one, Confirmation):
            yield "again", one.failure, {}

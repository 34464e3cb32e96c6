"""HTTP GET for the crawl: redirects by hand, bodies up to a cap, every failure a value."""

from __future__ import annotations

import asyncio
import copy
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType

import httpx
import msgspec

from crawler.access import SiteAccess
from crawler.content_coding import BodyDecoder, CodingError
from crawler.credentials import Secret
from crawler.evidence.failure import Failure, FailureReason, http_failure
from crawler.evidence.settings import AuditSettings
from crawler.fetch_failures import failure_of, guard_failure
from crawler.gates import Entry, Gates
from crawler.log import logger
from crawler.own_pace import OwnPace
from crawler.politeness import Answered, HostGate, Sleep, retry_after_seconds
from crawler.resolver import Resolver
from crawler.response import REDIRECTS, FetchedResponse, Follow, RedirectChain
from crawler.urls import normalise
from crawler.user_agent import user_agent

__all__ = ["HTML_ACCEPT", "FetchedResponse", "Fetcher"]

_log = logger("fetch")
HTML_ACCEPT = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
MAX_REDIRECTS = 10
_TRIES = 3
_LONGEST_RETRY = 30.0
_PAUSE_AFTER_REFUSAL = 1.0
_ERROR_BODY = 256 * 1024
_CONNECT_TIMEOUT = 20.0
_IDLE_TIMEOUT = 20.0


def _anything(_: str) -> bool:
    return True


async def _anywhere(_: str) -> Failure | None:
    return None


class _Wishes(msgspec.Struct, frozen=True):
    accept: str
    cap: int
    wanted: Callable[[str], bool]
    budget: float
    secret: Secret


class Fetcher:
    """Fetches politely, one gate a host; an async context manager.

    `proxy` is the egress guard's URL. `ssl_context` replaces the usual trust store. `resolver` tells which
    hosts share an address (`crawler.gates`); nothing is connected by it. `now` (monotonic
    seconds) and `sleep` drive politeness, `clock` (aware UTC) reads Retry-After dates.
    """

    def __init__(
        self,
        settings: AuditSettings,
        *,
        proxy: str | None = None,
        ssl_context: ssl.SSLContext | None = None,
        resolver: Resolver | None = None,
        now: Callable[[], float] = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._via_proxy = proxy is not None
        self._clock = clock
        self._access = SiteAccess()
        self.pace = OwnPace()
        self.gates = Gates(settings.rate, settings.host_concurrency, resolver=resolver, now=now, sleep=sleep)
        self._headers = _headers(settings)
        self._timeouts = _timeouts(settings)
        # The transport alone: a client would also parse Location and keep cookies, and fail on bad ones.
        self._transport = httpx.AsyncHTTPTransport(
            verify=ssl_context or _usual_trust(),
            http2=True,
            proxy=proxy,
            trust_env=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=40, keepalive_expiry=15),
        )

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    def bearing(self, access: SiteAccess, settings: AuditSettings, pace: OwnPace) -> Fetcher:
        """The same fetcher, with the same gates and connections, that sends a site what it is to be sent
        (each hop of a redirect is asked about by itself), as long as its settings give it, at its pace.
        """
        bearing = copy.copy(self)
        bearing._access = access  # noqa: SLF001  (its own class)
        bearing._settings, bearing._timeouts = settings, _timeouts(settings)  # noqa: SLF001  (likewise)
        bearing.pace = pace
        return bearing

    def gate(self, url: str) -> HostGate:
        """The gate of a normalised URL's host and port."""
        return self.gates.of(url, self.pace.at(url))

    async def enter(self, url: str) -> Entry | None:
        """Wait for one's turn at a normalised URL's host; None where its circuit is open."""
        return await self.gates.enter(url, self.pace.at(url))

    async def get(
        self,
        url: str,
        *,
        accept: str = HTML_ACCEPT,
        cap: int | None = None,
        wanted: Callable[[str], bool] = _anything,
        follow: Follow = _anywhere,
        max_redirects: int = MAX_REDIRECTS,
        secret: Secret | None = None,
    ) -> FetchedResponse:
        """GET a URL, following redirects; never raises for what a site does.

        `cap`: decoded bytes to read, the settings' by default. `wanted`: content type to whether its body
        is to be read. `follow`: asked of each redirect's target; a Failure ends the chain with it.
        `secret`: sent along the whole chain, and in no answer, failure or log line of ours. The settings'
        timeout bounds each request with its body; waiting one's turn does not count.
        """
        current = normalise(url)
        if current is None:
            return FetchedResponse(url=url, failure=Failure(FailureReason.INVALID_URL, url[:200]))
        most = self._settings.max_body if cap is None else cap
        wishes = _Wishes(accept, most, wanted, self._settings.timeout, secret or Secret())
        chain = RedirectChain(current, follow, max_redirects)
        while True:
            answer = await self._ask_patiently(chain.url, wishes, chain.cookies)
            whole = await chain.next(answer)
            if whole is not None:
                return whole

    async def _ask_patiently(self, url: str, wishes: _Wishes, cookies: httpx.Cookies) -> FetchedResponse:
        """One hop: again after a refusal that passes (429, 503) and after a connection lost in reuse."""
        answer = FetchedResponse(url=url, final_url=url)
        for attempt in range(1, _TRIES + 1):
            entry = await self.enter(url)
            if entry is None:
                return _circuit_open(url, answer.failure)
            answer, pause = await self._ask_once(url, wishes, cookies, entry)
            if not _is_worth_retrying(answer, attempt, pause):
                break
        return answer

    async def _ask_once(
        self, url: str, wishes: _Wishes, cookies: httpx.Cookies, entry: Entry
    ) -> tuple[FetchedResponse, float]:
        answered, pause = None, 0.0
        try:
            answer = await self._send(url, wishes, cookies)
            answered = _how_answered(answer)
            if answer.status in {429, 503}:
                pause = (
                    retry_after_seconds(answer.header("retry-after"), self._clock()) or _PAUSE_AFTER_REFUSAL
                )
                _log.info("host_asks_for_less", url=url, status=answer.status, pause=round(pause, 1))
        finally:
            await entry.leave(answered, pause)
        return answer, pause

    async def _send(self, url: str, wishes: _Wishes, cookies: httpx.Cookies) -> FetchedResponse:
        try:
            async with asyncio.timeout(wishes.budget):
                headers = {**self._headers, "Accept": wishes.accept, **wishes.secret.headers}
                headers |= self._access.headers_for(url)
                extensions = {"timeout": self._timeouts}
                sent = wishes.secret.added_to(url)
                request = httpx.Request("GET", sent, headers=headers, extensions=extensions)
                cookies.set_cookie_header(request)
                if ours := self._access.cookies_for(url):
                    given = request.headers.get("Cookie")
                    request.headers["Cookie"] = f"{given}; {ours}" if given else ours
                response = await self._transport.handle_async_request(request)
                response.request = request
                try:
                    if response.status_code in REDIRECTS:
                        cookies.extract_cookies(response)
                    return await _read(url, response, wishes)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, UnicodeError) as error:
            failure = failure_of(error, url, via_proxy=self._via_proxy)
            return FetchedResponse(url=url, final_url=url, failure=failure)


async def _read(url: str, response: httpx.Response, wishes: _Wishes) -> FetchedResponse:
    failure = guard_failure(response)
    if failure is not None:
        return FetchedResponse(url=url, final_url=url, failure=failure)
    status, content_type = response.status_code, response.headers.get("content-type", "")
    failure = http_failure(status)
    body, truncated = b"", False
    if status not in REDIRECTS and (not content_type or wishes.wanted(content_type)):
        try:
            cap = wishes.cap if failure is None else min(wishes.cap, _ERROR_BODY)
            body, truncated = await _read_body(response, cap)
        except CodingError as error:
            failure = failure or Failure(FailureReason.CONNECTION_LOST, f"Content-Encoding: {error}")
    return FetchedResponse(
        url=url,
        final_url=url,
        status=status,
        headers=_kept_headers(response),
        content_type=content_type,
        body=body,
        truncated=truncated,
        failure=failure,
    )


def _kept_headers(response: httpx.Response) -> tuple[tuple[str, str], ...]:
    named = ((name.lower(), value) for name, value in response.headers.multi_items())
    return tuple((name, value) for name, value in named if name != "set-cookie")


async def _read_body(response: httpx.Response, cap: int) -> tuple[bytes, bool]:
    decoder = BodyDecoder(response.headers.get("content-encoding", ""), cap)
    async for piece in response.aiter_raw():
        if not decoder.feed(piece):
            break
    return decoder.body, decoder.truncated


def _how_answered(answer: FetchedResponse) -> Answered | None:
    if answer.status in {429, 503}:
        return Answered.SLOW_DOWN
    if answer.status in {502, 504}:
        return Answered.FAILED
    if answer.status is not None:
        # A 500 is one page's bug as often as a host in trouble: it neither counts nor clears the count.
        return Answered.WELL if answer.status < 500 else None
    if answer.failure is not None and answer.failure.reason is FailureReason.TIMEOUT:
        return Answered.SLOW_DOWN
    return Answered.FAILED


def _is_worth_retrying(answer: FetchedResponse, attempt: int, pause: float) -> bool:
    if answer.status in {429, 503}:
        return pause <= _LONGEST_RETRY
    lost = answer.failure is not None and answer.failure.reason is FailureReason.CONNECTION_LOST
    return lost and answer.status is None and attempt == 1


def _circuit_open(url: str, last: Failure | None) -> FetchedResponse:
    failure = last or Failure(FailureReason.CONNECTION_LOST, "the host failed several times in a row")
    return FetchedResponse(url=url, final_url=url, circuit_open=True, failure=failure)


@lru_cache(maxsize=1)
def _usual_trust() -> ssl.SSLContext:
    # certifi's authorities take 50 ms to load: once a process is enough.
    return httpx.create_ssl_context(trust_env=False)


def _timeouts(settings: AuditSettings) -> dict[str, float | None]:
    longest = settings.timeout
    connect = min(_CONNECT_TIMEOUT, longest)
    return httpx.Timeout(min(_IDLE_TIMEOUT, longest), connect=connect, pool=None).as_dict()


def _headers(settings: AuditSettings) -> dict[str, str]:
    language = settings.locale.partition("-")[0]
    return {
        "User-Agent": user_agent(settings.user_agent),
        "Accept-Language": f"{settings.locale},{language};q=0.9,en;q=0.5",
        "Accept-Encoding": "gzip, deflate, br, zstd",
    }

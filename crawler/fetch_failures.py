"""What went wrong with a request, as a failure reason: httpx's exceptions and the guard's answers."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from crawler.evidence.failure import Failure, FailureReason
from crawler.relay_heads import GUARD_HEADER

_BY_KIND: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], FailureReason], ...] = (
    ((httpx.TimeoutException, TimeoutError), FailureReason.TIMEOUT),
    ((httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError), FailureReason.INVALID_URL),
)


def guard_failure(response: httpx.Response) -> Failure | None:
    """The guard's own answer to a plain request, told from a site's by a header that only it can send."""
    reason = response.headers.get(GUARD_HEADER)
    return Failure(_reason(reason), f"to {_place(response.url)}") if reason else None


def failure_of(error: BaseException, url: str, *, via_proxy: bool) -> Failure:
    """The reason behind an exception of httpx that asked for `url`; through the guard a tunnel's refusal
    names its reason.
    """
    causes = list(_causes(error))
    detail = _detail(causes)
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Failure(FailureReason.TLS, detail)
    if isinstance(error, httpx.ProxyError):
        return Failure(_reason(str(error).partition(" ")[2]), f"to {_place(httpx.URL(url))}")
    named = next((reason for kinds, reason in _BY_KIND if isinstance(error, kinds)), None)
    return Failure(named or _reason_to_lose(error, causes, via_proxy), detail)


def _place(url: httpx.URL) -> str:
    """Host and port, the scheme's own port too: who mends it has to know which."""
    return f"{url.host}:{url.port or (443 if url.scheme == 'https' else 80)}"


def _reason_to_lose(error: BaseException, causes: list[BaseException], via_proxy: bool) -> FailureReason:
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return FailureReason.UNKNOWN_HOST
    if isinstance(error, httpx.ConnectError) and any(isinstance(cause, ConnectionError) for cause in causes):
        # Through the guard it is the guard that refuses to be talked to: it has ended.
        return FailureReason.PROXY_FAILED if via_proxy else FailureReason.CONNECTION_REFUSED
    return FailureReason.CONNECTION_LOST


def _reason(word: str) -> FailureReason:
    try:
        return FailureReason(word.strip())
    except ValueError:
        return FailureReason.PROXY_FAILED


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(10):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _detail(causes: list[BaseException]) -> str:
    text = next((str(cause) for cause in causes if str(cause)), type(causes[0]).__name__)
    return text[:300]

"""What the browser's error messages mean for the site: one place."""

from __future__ import annotations

import re
from typing import Protocol

from crawler.evidence import Failure, FailureReason


class Guard(Protocol):
    """The egress proxy's memory of connections that it could not or would not make."""

    def failure_for(self, url: str) -> Failure | None:
        """The last failure to connect to the URL's host and port."""


class PageLost(Exception):  # noqa: N818 - a signal inside this package, not an error shown to anyone
    """The page went away while it was being observed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason, failure.detail)
        self.failure = failure


GONE_AGAIN = "the page had settled and went elsewhere while it was looked at"
_NET_ERRORS: tuple[tuple[str, FailureReason], ...] = (
    (r"NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|DNS_\w+|ADDRESS_INVALID", FailureReason.UNKNOWN_HOST),
    (r"CONNECTION_REFUSED|ADDRESS_UNREACHABLE|INTERNET_DISCONNECTED", FailureReason.CONNECTION_REFUSED),
    (
        r"CONNECTION_(CLOSED|RESET|ABORTED|FAILED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED",
        FailureReason.CONNECTION_LOST,
    ),
    (r"CONTENT_LENGTH_MISMATCH|INCOMPLETE_\w+|CONTENT_DECODING_\w+", FailureReason.CONNECTION_LOST),
    (
        r"HTTP2_\w+|QUIC_\w+|INVALID_HTTP_RESPONSE|RESPONSE_HEADERS_\w+|INVALID_RESPONSE",
        FailureReason.CONNECTION_LOST,
    ),
    (r"(CONNECTION_)?TIMED_OUT", FailureReason.TIMEOUT),
    (r"CERT_\w+|SSL_\w+|BAD_SSL\w*|INSECURE_RESPONSE|ECH_\w+", FailureReason.TLS),
    (r"TOO_MANY_REDIRECTS", FailureReason.REDIRECT_LOOP),
    (
        r"INVALID_URL|UNKNOWN_URL_SCHEME|DISALLOWED_URL_SCHEME|UNSAFE_REDIRECT|UNSAFE_PORT",
        FailureReason.INVALID_URL,
    ),
    (r"TUNNEL_CONNECTION_FAILED|PROXY_\w+|\w*_PROXY_\w+|\w*PROXY\w*", FailureReason.PROXY_FAILED),
    (r"INVALID_AUTH_CREDENTIALS|UNEXPECTED_PROXY_AUTH", FailureReason.HTTP_401),
    (r"RESPONSE_CODE_FAILURE|HTTP_RESPONSE_CODE_FAILURE", FailureReason.HTTP_5XX),
    (r"OUT_OF_MEMORY|INSUFFICIENT_RESOURCES", FailureReason.RENDERER_CRASHED),
    (r"BLOCKED_BY_\w+|ACCESS_DENIED|NETWORK_ACCESS_\w+", FailureReason.ADDRESS_REFUSED),
)


def failure_of(message: str, url: str, guard: Guard | None = None) -> Failure:
    """The failure that a browser call's error message stands for.

    Behind the guard every connection error looks like the proxy's, so the guard is asked first.
    `INTERNAL_ERROR` where nothing is known of the message.
    """
    detail = message.strip().split("\n", 1)[0][:300]
    code = re.search(r"net::ERR_(\w+)", message)
    if code is None:
        reason = _of_playwright(message)
        return Failure(reason, GONE_AGAIN if reason is FailureReason.REDIRECT_LOOP else detail)
    named = f"net::ERR_{code.group(1)}"
    told = guard.failure_for(url) if guard is not None else None
    if told is not None:
        return told
    for pattern, reason in _NET_ERRORS:
        if re.fullmatch(pattern, code.group(1)):
            return Failure(reason, named)
    if code.group(1) == "ABORTED":
        return Failure(FailureReason.NOT_HTML, "no document came (HTTP 204, 205 or an aborted answer)")
    return Failure(FailureReason.CONNECTION_LOST, named)


_WORDS: tuple[tuple[str, FailureReason], ...] = (
    (r"Download is starting", FailureReason.DOWNLOAD),
    (r"Timeout", FailureReason.TIMEOUT),
    (r"crashed", FailureReason.RENDERER_CRASHED),
    (r"invalid URL|Invalid url", FailureReason.INVALID_URL),
    (r"target navigated|Cannot find context", FailureReason.REDIRECT_LOOP),
    (r"closed|Connection", FailureReason.BROWSER_CRASHED),
)


def _of_playwright(message: str) -> FailureReason:
    for pattern, reason in _WORDS:
        if re.search(pattern, message):
            return reason
    return FailureReason.INTERNAL_ERROR

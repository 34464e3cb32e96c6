"""The answer to one GET, redirects included, as the crawl's modules pass it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import msgspec

from crawler.charset import text_of
from crawler.evidence.failure import Failure, FailureReason
from crawler.media_types import is_html, looks_like_html
from crawler.urls import normalise

REDIRECTS = frozenset({301, 302, 303, 307, 308})


class FetchedResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a GET, or why there is none. A status of 400 and above is a failure with an answer."""

    url: str
    """As asked for, normalised where it could be."""
    final_url: str = ""
    """Of the last request sent; where a redirect led nowhere good, what it led to."""
    redirects: tuple[str, ...] = ()
    """Addresses passed through, the first asked for, without the final one."""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, Set-Cookie left out."""
    content_type: str = ""
    body: bytes = b""
    """Decoded, at most the cap; empty where the type was not wanted."""
    truncated: bool = False
    circuit_open: bool = False
    """The host failed so often that it was not asked."""
    failure: Failure | None = None

    @property
    def text(self) -> str:
        """The body as text, by BOM, header and document."""
        return text_of(self.body, self.content_type)

    @property
    def is_html(self) -> bool:
        """Whether it is HTML by its type, or by its looks where it names none."""
        return is_html(self.content_type) or (not self.content_type and looks_like_html(self.body))

    @property
    def location(self) -> str:
        """Where it redirects to, as the header has it; empty where it does not."""
        return self.header("location") if self.status in REDIRECTS else ""

    def header(self, name: str) -> str:
        """The first value of a header (lower-case name), or an empty string."""
        return next((value for key, value in self.headers if key == name), "")


Follow = Callable[[str], Awaitable[Failure | None]]
"""Asked of each redirect's target: a Failure ends the chain with it."""


class RedirectChain:
    """Follows redirects by hand: counts them, sees loops, asks whether each may be followed."""

    def __init__(self, url: str, follow: Follow, most: int) -> None:
        self.url = url
        self.cookies = httpx.Cookies()
        self._follow = follow
        self._most = most
        self._passed: list[str] = []
        self._seen = {(url, "")}

    async def next(self, answer: FetchedResponse) -> FetchedResponse | None:
        """The whole chain's answer, or None where `url` is now the next to ask."""
        if answer.failure is not None or not answer.location:
            return self._whole(answer, answer.final_url, answer.failure)
        self._passed.append(self.url)
        target = normalise(answer.location, self.url)
        if target is None:
            failure = Failure(FailureReason.INVALID_URL, f"redirect to {answer.location[:200]}")
            return self._whole(answer, self.url, failure)
        refused = self._loop(target) or await self._follow(target)
        if refused is not None:
            return self._whole(answer, target, refused)
        self.url = target
        return None

    def _loop(self, target: str) -> Failure | None:
        # A page that sends to itself once a cookie is set is no loop; with nothing new it is.
        state = ";".join(
            sorted(f"{cookie.domain}{cookie.path}{cookie.name}={cookie.value}" for cookie in self.cookies.jar)
        )
        if (target, state) in self._seen or len(self._passed) > self._most:
            detail = f"{len(self._passed)} redirects, then {target[:200]}"
            return Failure(FailureReason.REDIRECT_LOOP, detail)
        self._seen.add((target, state))
        return None

    def _whole(self, answer: FetchedResponse, final_url: str, failure: Failure | None) -> FetchedResponse:
        return msgspec.structs.replace(
            answer,
            url=self._passed[0] if self._passed else self.url,
            final_url=final_url,
            redirects=tuple(self._passed),
            failure=failure,
        )

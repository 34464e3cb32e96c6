"""Single addresses that checks ask for over HTTP: pages, feeds and networks' interfaces, on and off the site.

robots.txt is asked of every page, here and elsewhere; not of interfaces and feeds for programs off the site
(docs/decisions.md). Tokens are added on the way out and taken off on the way back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crawler.credentials import Credentials
from crawler.evidence import AuditSettings, Failure, FailureReason, Fetched, FetchResource
from crawler.fetch import Fetcher
from crawler.response import FetchedResponse, Follow
from crawler.robots import robots_failure
from crawler.robots_book import RobotsBook
from crawler.urls import SiteScope, normalise


class Resources:
    """The addresses asked for in one site's audit."""

    def __init__(
        self,
        fetcher: Fetcher,
        robots: RobotsBook,
        settings: AuditSettings,
        credentials: Credentials,
        clock: Callable[[], datetime],
    ) -> None:
        """Begin with nothing asked."""
        self._fetcher, self._robots, self._settings = fetcher, robots, settings
        self._credentials, self._clock = credentials, clock

    async def fetch(self, plan: FetchResource, scope: SiteScope) -> Fetched:
        """The answer to a plan; `scope` is the site. What forbids asking is the answer's failure."""
        now = self._clock().isoformat()
        refused = await self._refused(plan, plan.url, scope)
        if refused is not None:
            return Fetched(plan=plan, fetched_at=now, failure=refused)
        if plan.credential:
            return await self._with_credential(plan, now)
        answer = await self._fetcher.get(plan.url, accept=plan.accept, follow=self._follow(plan, scope))
        return _fetched(plan, now, answer, answer.final_url)

    async def _refused(self, plan: FetchResource, url: str, scope: SiteScope) -> Failure | None:
        is_here = scope.contains(url)
        if not is_here and not self._settings.third_party:
            return Failure(FailureReason.THIRD_PARTY_OFF, url[:200])
        if plan.is_for_programs and not is_here:
            return None
        address = normalise(url)
        if address is None:
            return Failure(FailureReason.INVALID_URL, url[:200])
        robots = await self._robots.of(address)
        return robots_failure(robots.record) if robots.forbids(address) else None

    def _follow(self, plan: FetchResource, scope: SiteScope) -> Follow:
        async def follow(target: str) -> Failure | None:
            return await self._refused(plan, target, scope)

        return follow

    async def _with_credential(self, plan: FetchResource, now: str) -> Fetched:
        secret = self._credentials.secret(plan, self._settings)
        if isinstance(secret, Failure):
            return Fetched(plan=plan, fetched_at=now, failure=secret)
        answer = await self._fetcher.get(plan.url, accept=plan.accept, follow=_nowhere, secret=secret)
        kept = _fetched(plan, now, answer, plan.url)
        clean = self._credentials.redacted
        failure = kept.failure and Failure(kept.failure.reason, clean(_said(kept.failure)))
        return Fetched(
            plan=plan,
            fetched_at=now,
            final_url=plan.url,
            status=kept.status,
            content_type=clean(kept.content_type),
            body=clean(kept.body),
            truncated=kept.truncated,
            failure=failure,
        )


async def _nowhere(_target: str) -> Failure | None:
    """A token is for the address it was sent to: no redirect is followed, and where it leads is not told."""
    return Failure(FailureReason.OUT_OF_SCOPE, "the interface redirects, and a token is not sent on")


def _said(failure: Failure) -> str:
    """The detail, unless it quotes where the interface wanted to send us, perhaps cut within the token."""
    quotes = failure.reason in {FailureReason.INVALID_URL, FailureReason.REDIRECT_LOOP}
    return "" if quotes else failure.detail


def _fetched(plan: FetchResource, now: str, answer: FetchedResponse, final_url: str) -> Fetched:
    return Fetched(
        plan=plan,
        fetched_at=now,
        final_url=final_url,
        status=answer.status,
        content_type=answer.content_type,
        body=answer.text,
        truncated=answer.truncated,
        failure=answer.failure,
    )

"""Getting from the address that was given to the page that the site begins with."""

from __future__ import annotations

import msgspec

from crawler.barriers import looks_like_login
from crawler.evidence.failure import Failure, FailureReason
from crawler.robots import robots_failure
from crawler.urls import SiteScope, identity
from crawler.visits import Visit, Visitor, follow_from_start

_REFRESH_SECONDS = 5.0
_MOST_REFRESHES = 3


async def visit_start(visitor: Visitor, start: str, scope: SiteScope) -> Visit:
    """Visit the given address, through redirects by HTTP and by a quick meta refresh, to whatever site.

    The visit's redirects name all that was passed. A login is no start: LOGIN_REDIRECT.
    """
    follow = follow_from_start(scope)
    visit = await _visit(visitor, start, (), scope)
    for _ in range(_MOST_REFRESHES):
        target = _refreshes_to(visit)
        if target is None or visit.answer is None:
            break
        refused = await follow(target)
        if refused is not None:
            return msgspec.structs.replace(visit, failure=refused)
        visit = await _visit(visitor, target, (*visit.answer.redirects, visit.answer.final_url), scope)
    return visit


async def _visit(visitor: Visitor, url: str, passed: tuple[str, ...], scope: SiteScope) -> Visit:
    visit = await visitor.visit(url, follow_from_start(scope))
    if visit.answer is None:
        record = (await visitor.robots.of(url)).record
        return msgspec.structs.replace(visit, failure=robots_failure(record))
    answer = msgspec.structs.replace(visit.answer, redirects=passed + visit.answer.redirects)
    failure = visit.failure
    if failure is None and answer.redirects and _is_login(visit, answer.final_url):
        failure = Failure(FailureReason.LOGIN_REDIRECT, f"redirect to {answer.final_url[:200]}")
    return msgspec.structs.replace(visit, answer=answer, failure=failure)


def _is_login(visit: Visit, url: str) -> bool:
    return visit.markup.has_password_field and looks_like_login(url)


def _refreshes_to(visit: Visit) -> str | None:
    """Where a page without failure sends its visitors within seconds, if that is another page."""
    refresh = visit.markup.refresh
    if visit.failure is not None or visit.answer is None or refresh is None:
        return None
    passed = {identity(url) for url in (*visit.answer.redirects, visit.answer.final_url)}
    is_quick = refresh.seconds <= _REFRESH_SECONDS
    return refresh.url if is_quick and identity(refresh.url) not in passed else None

"""Logs in as the operator ordered: the one thing that an audit ever posts, once a site, and once more where
the session was lost. What is typed stays in memory: no message that could quote it is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.access import SiteAccess
from crawler.barriers import looks_like_login
from crawler.bounded import bounded
from crawler.browser_failures import Guard, PageLost
from crawler.evidence import Failure, FailureReason, LoginRecord, LoginStep
from crawler.log import logger
from crawler.page_answer import Answer, Budget, Loading
from crawler.page_load import load
from crawler.page_settling import settle
from crawler.patterns import compiled
from crawler.script import probe_script
from crawler.site_context import SiteContext
from crawler.tab import Tab
from crawler.urls import identity, normalise, parse

if TYPE_CHECKING:
    from playwright.async_api import StorageState

MOST_LOGINS = 2
_FIELD_SECONDS = 5.0
_POLL_SECONDS = 0.2
_log = logger("login")


def failed(why: str) -> Failure:
    """The login that was ordered did not work."""
    return Failure(FailureReason.LOGIN_FAILED, why)


class Session:
    """The session of one site, for both of its contexts and its HTTP requests."""

    def __init__(
        self,
        step: LoginStep,
        access: SiteAccess,
        contexts: tuple[SiteContext, SiteContext],
        *,
        timeout: float,
        guard: Guard | None,
        max_body: int,
        clock: Callable[[], datetime],
    ) -> None:
        """Nobody is logged in before `begin`."""
        self._step, self._access, self._contexts = step, access, contexts
        self._timeout, self._guard, self._max_body, self._clock = timeout, guard, max_body, clock
        self._lock = asyncio.Lock()
        self._failure: Failure | None = None
        self.times: list[str] = []

    @property
    def record(self) -> LoginRecord | None:
        """That it worked, for the evidence; None where it never did."""
        return LoginRecord(url=self._step.start, logged_in_at=tuple(self.times)) if self.times else None

    @property
    def number(self) -> int:
        """How often it was logged in to."""
        return len(self.times)

    def is_lost(self, asked: str, came_to: str) -> bool:
        """Whether a page that is no login itself led to one."""
        normal = normalise(came_to)
        if normal is None or identity(asked) == identity(normal) or self._is_login(asked):
            return False
        return self._is_login(normal)

    def _is_login(self, url: str) -> bool:
        return looks_like_login(url) or parse(url).path == parse(self._step.start).path

    async def begin(self) -> Failure | None:
        """Log in. What went wrong, without any value."""
        async with self._lock:
            return await self._again()

    async def renew(self, number: int) -> Failure | None:
        """Log in once more where the `number`th session was lost, unless somebody did so meanwhile."""
        async with self._lock:
            if self.number != number or self._failure is not None:
                return self._failure
            if self.number >= MOST_LOGINS:
                self._failure = failed("the session was lost again")
                return self._failure
            return await self._again()

    async def _again(self) -> Failure | None:
        if not self._access.may_send(self._step.start):
            self._failure = failed("the login's address is not on the site's own host over https")
            return self._failure
        self._failure = await self._logged_in()
        if self._failure is None:
            self.times.append(self._clock().isoformat())
            _log.info("logged_in", url=self._step.start, number=self.number)
        return self._failure

    async def _logged_in(self) -> Failure | None:
        from playwright.async_api import Error

        try:
            async with self._contexts[0].tab() as tab:
                tab.spoiled = True
                await tab.begin(probe_script())
                failure = await self._filled_in(tab)
                if failure is not None:
                    return failure
                state = await tab.page.context.storage_state()
        except PageLost as lost:
            return failed(f"the page was lost: {lost.failure.reason.value}")
        except (Error, TimeoutError):
            # Their messages quote what was typed.
            return failed("the page with the form did not answer as expected")
        await self._shared(state)
        return None

    async def _shared(self, state: StorageState) -> None:
        cookies: list[Any] = list(state.get("cookies", []))
        self._access.begin_session(cookies)
        for context in self._contexts:
            await context.log_in(state)

    async def _filled_in(self, tab: Tab) -> Failure | None:
        budget = Budget(self._timeout)
        how = Loading(budget, self._max_body, self._guard)
        answer = await load(tab, self._step.start, how)
        if answer.failure is not None:
            return failed(f"{self._step.start}: {answer.failure.reason.value}")
        if (answer.status or 200) >= 400 or not self._access.may_send(answer.final_url):
            return failed(f"HTTP {answer.status} at {answer.final_url[:200]}")
        for selector, value in self._access.values.fields:
            if not await self._typed(tab, selector, value):
                return failed(f"no field {selector} to fill in")
        assert tab.interception is not None  # noqa: S101  (a login's access is not public)
        tab.interception.is_login = True
        if not await self._submitted(tab):
            return failed(f"no {self._step.submit} to click, or its form leads off the site")
        if await self._worked(tab, answer, how):
            return None
        stopped = tab.interception.stopped
        why = f"; it would have posted to {stopped[0]}" if stopped else ""
        return failed(f"success was not seen, the page is {normalise(tab.page.url) or ''}"[:300] + why)

    async def _typed(self, tab: Tab, selector: str, value: str) -> bool:
        from playwright.async_api import Error

        try:
            field = tab.page.locator(selector).first
            filling = field.fill(value, timeout=_FIELD_SECONDS * 1000)
            await bounded(filling, _FIELD_SECONDS + 1, unless=tab.lost)
        except (Error, TimeoutError):
            return False
        return True

    async def _submitted(self, tab: Tab) -> bool:
        from playwright.async_api import Error

        try:
            button = tab.page.locator(self._step.submit).first
            action = await button.evaluate(
                "one => one.form ? (one.formAction || one.form.action) : ''", timeout=_FIELD_SECONDS * 1000
            )
            if action and not self._access.may_send(str(action)):
                return False
            clicking = button.click(timeout=_FIELD_SECONDS * 1000, no_wait_after=True)
            await bounded(clicking, _FIELD_SECONDS + 1, unless=tab.lost)
        except (Error, TimeoutError):
            return False
        return True

    async def _worked(self, tab: Tab, answer: Answer, how: Loading) -> bool:
        from playwright.async_api import Error

        while how.budget.load_left > 0:
            try:
                if await self._shows_success(tab):
                    # What the page still sets when it is done belongs to the session.
                    await settle(tab, answer._replace(final_url=tab.page.url), how)
                    return await self._shows_success(tab)
            except Error:
                pass  # a page that is just going away
            await asyncio.sleep(_POLL_SECONDS)
        return False

    async def _shows_success(self, tab: Tab) -> bool:
        url = normalise(tab.page.url)
        if url is None or not self._access.may_send(url):
            return False
        if self._step.success_url:
            address = parse(url)
            sent = f"{address.path}?{address.query}" if address.query else address.path
            if not compiled(self._step.success_url).search(sent):
                return False
        if not self._step.success_selector:
            return True
        return await tab.page.locator(self._step.success_selector).count() > 0

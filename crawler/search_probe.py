"""Asks a site's search two questions, as a visitor would, and never posts."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import msgspec

from crawler.bounded import bounded
from crawler.browser import SiteContext
from crawler.browser_failures import Guard, PageLost, failure_of
from crawler.evidence import AuditSettings, Failure, FailureReason, SearchAnswer, SearchProbe, SubmitSearch
from crawler.observing import Clock
from crawler.page_answer import Answer, Budget, Loading
from crawler.page_load import load
from crawler.page_settling import settle
from crawler.script import probe_script
from crawler.tab import ScriptError, Tab

if TYPE_CHECKING:
    from playwright.async_api import Route

MAX_TEXT = 20_000
MAX_LINKS = 300
OPENING = 0.3
"""Seconds that an opened form has to show itself before it is looked for."""
REACTION = 3.0
"""Seconds in which a search must have begun to answer."""
_SAME_FOR_ALL = frozenset(
    {FailureReason.WOULD_POST, FailureReason.NOT_OPERABLE, FailureReason.ROBOTS_DISALLOWED}
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Allows = Callable[[str], bool]
"""Whether robots.txt lets an address be asked for."""


class _Gathered(msgspec.Struct):
    """js/answer.js's answer."""

    url: str
    title: str
    text: str
    links: tuple[tuple[str, str], ...]


class _Probe(NamedTuple):
    """What both questions share."""

    plan: SubmitSearch
    settings: AuditSettings
    guard: Guard | None
    allows: Allows


class _Blocked:
    """Addresses to which the page wanted to post."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        """By going there: the form itself."""
        self.calls: list[str] = []
        """By a script: the search, or only statistics."""


async def probe(
    context: SiteContext,
    plan: SubmitSearch,
    *,
    settings: AuditSettings,
    clock: Clock,
    guard: Guard | None = None,
    allows: Allows = lambda _: True,
) -> SearchProbe:
    """Both answers of the search that `plan` describes; each within `settings.timeout`.

    What fails is in the answers' `failure`: `WOULD_POST` where asking means to post (which is blocked),
    `NOT_OPERABLE` where the field can't be used or nothing happens, else as for a page.
    """
    how = _Probe(plan, settings, guard, allows)
    for_word = await _asked(context, how, plan.word)
    if for_word.failure is not None and for_word.failure.reason in _SAME_FOR_ALL:
        for_token = SearchAnswer(query=plan.token, failure=for_word.failure)
    else:
        for_token = await _asked(context, how, plan.token)
    return SearchProbe(plan=plan, for_word=for_word, for_token=for_token, asked_at=clock().isoformat())


async def _asked(context: SiteContext, how: _Probe, query: str) -> SearchAnswer:
    from playwright.async_api import Error

    try:
        async with context.tab() as tab:
            tab.spoiled = True  # its requests are intercepted, which turns the cache off
            try:
                return await _ask(tab, how, query)
            except PageLost as lost:
                return SearchAnswer(query=query, failure=lost.failure)
            except TimeoutError:
                hung = Failure(FailureReason.PAGE_HUNG, "the page did not answer within its time")
                return SearchAnswer(query=query, failure=hung)
            except (Error, ScriptError) as error:
                return SearchAnswer(query=query, failure=failure_of(str(error), tab.page.url, how.guard))
    except (Error, TimeoutError) as error:
        return SearchAnswer(query=query, failure=Failure(FailureReason.BROWSER_CRASHED, str(error)[:200]))


async def _ask(tab: Tab, how: _Probe, query: str) -> SearchAnswer:
    budget = Budget(how.settings.timeout)
    loading = Loading(budget, how.settings.max_body, how.guard)
    await tab.begin(probe_script())
    blocked = await _without_posts(tab)
    url = how.plan.url_template.replace("{query}", quote(query, safe="")) or how.plan.page_url
    if not how.allows(url):
        return SearchAnswer(query=query, failure=Failure(FailureReason.ROBOTS_DISALLOWED))
    answer = await load(tab, url, loading)
    if answer.failure is None and not how.plan.url_template:
        answer = await _typed(tab, how.plan, query, loading, blocked)
    if answer.failure is not None:
        return SearchAnswer(
            query=query, final_url=answer.final_url, status=answer.status, failure=answer.failure
        )
    found = await _gathered(tab, budget.left)
    return SearchAnswer(
        query=query,
        final_url=found.url,
        status=answer.status,
        title=found.title,
        text=found.text,
        links=found.links,
    )


async def _without_posts(tab: Tab) -> _Blocked:
    """Blocks what is not a reading request, and notes it."""
    blocked = _Blocked()

    async def check(route: Route) -> None:
        from playwright.async_api import Error

        try:
            if route.request.method in _SAFE:
                await route.continue_()
                return
            asked = route.request
            (blocked.pages if asked.is_navigation_request() else blocked.calls).append(asked.url)
            await route.abort("blockedbyclient")
        except Error:
            return  # the page is gone

    await tab.page.route("**/*", check)
    return blocked


async def _gathered(tab: Tab, seconds: float) -> _Gathered:
    options = json.dumps({"maxText": MAX_TEXT, "maxLinks": MAX_LINKS})
    return msgspec.json.decode(await tab.ask(f"eindekss.answer({options})", seconds), type=_Gathered)


async def _call(tab: Tab, name: str, seconds: float, *arguments: str) -> Any:  # noqa: ANN401 - JSON
    return await tab.ask(f"eindekss.search.{name}({', '.join(map(json.dumps, arguments))})", seconds)


async def _typed(tab: Tab, plan: SubmitSearch, query: str, loading: Loading, blocked: _Blocked) -> Answer:
    """Fill in the field and press Enter; the answer of the page that shows then."""
    budget = loading.budget
    here = Answer(final_url=tab.page.url)
    why = await _focused(tab, plan, budget)
    if why == "post":
        return here._replace(failure=Failure(FailureReason.WOULD_POST, "the form's method is POST"))
    if why:
        return here._replace(failure=Failure(FailureReason.NOT_OPERABLE, why))
    before = await _gathered(tab, budget.left)  # what the opener showed is no answer
    blocked.pages.clear()
    blocked.calls.clear()
    await bounded(tab.page.keyboard.insert_text(query), budget.left, unless=tab.lost)
    await bounded(tab.page.keyboard.press("Enter"), budget.left, unless=tab.lost)
    reacted = await _reacted(tab, before, blocked, budget)
    if not (reacted or blocked.pages):
        await _call(tab, "press", budget.left, plan.form_selector)
        reacted = await _reacted(tab, before, blocked, budget)
    if not reacted:
        return here._replace(failure=_no_reaction(blocked))
    return await settle(tab, here, loading)


async def _focused(tab: Tab, plan: SubmitSearch, budget: Budget) -> str:
    """Open the form and put the focus into its field; "" or why not."""
    if plan.opener_selector:
        await _call(tab, "open", budget.left, plan.opener_selector, plan.field_selector)
        await asyncio.sleep(OPENING)
    ends = time.monotonic() + min(REACTION, budget.left * 0.3)
    while True:
        why = str(await _call(tab, "focus", budget.left, plan.form_selector, plan.field_selector))
        if why in {"", "post"} or not plan.opener_selector or time.monotonic() > ends:
            return why
        await asyncio.sleep(0.1)


def _no_reaction(blocked: _Blocked) -> Failure:
    posts = blocked.pages + blocked.calls
    if posts:
        return Failure(FailureReason.WOULD_POST, posts[0][:200])
    return Failure(FailureReason.NOT_OPERABLE, "nothing happened after Enter")


async def _reacted(tab: Tab, before: _Gathered, blocked: _Blocked, budget: Budget) -> bool:
    """Whether the page went elsewhere or shows other text."""
    ends = time.monotonic() + min(REACTION, budget.left * 0.3)
    while time.monotonic() < ends and not blocked.pages:
        await asyncio.sleep(0.1)
        if await _changed(tab, before, budget.left):
            return True
    return False


async def _changed(tab: Tab, before: _Gathered, seconds: float) -> bool:
    from playwright.async_api import Error

    try:
        now = await _gathered(tab, seconds)
    except (Error, ScriptError):
        return True  # the document is just being replaced
    return now.url != before.url or now.text != before.text

"""Adds an operator's headers to the requests of a tab, one by one: to the site's own hosts and to no other.

Playwright's extra headers go to every host that a page asks, and those of its routes along redirects; so the
DevTools protocol's own interception is used, in which each hop of a redirect is a request by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from crawler.access import SiteAccess

if TYPE_CHECKING:
    from playwright.async_api import CDPSession

_POSTS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Interception:
    """The requests of one tab."""

    def __init__(self, session: CDPSession, access: SiteAccess) -> None:
        """Nothing is intercepted before `begin`."""
        self._session, self._access = session, access
        self._under_way: set[asyncio.Task[None]] = set()
        self.is_login = False
        """While a login's fields are filled in nothing is posted to other hosts."""
        self.stopped: list[str] = []
        """Hosts that something was to be posted to meanwhile."""

    async def begin(self) -> None:
        """Ask to be told of every request. Raises playwright.async_api.Error."""
        self._session.on("Fetch.requestPaused", self._on_paused)
        await self._session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    def _on_paused(self, event: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._answer(event))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer(self, event: dict[str, Any]) -> None:
        from playwright.async_api import Error

        request = event["request"]
        with contextlib.suppress(Error):  # the tab went away, or the request did
            if self.is_login and request["method"] in _POSTS and not self._access.may_send(request["url"]):
                self.stopped.append(request["url"].partition("?")[0][:200])
                await self._session.send(
                    "Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "BlockedByClient"}
                )
                return
            await self._session.send("Fetch.continueRequest", self._continued(event["requestId"], request))

    def _continued(self, request_id: str, request: dict[str, Any]) -> dict[str, Any]:
        ours = self._access.headers_for(request["url"])
        secret = set(self._access.values.headers.values())
        sent = dict(request["headers"])
        kept = {
            name: value
            for name, value in sent.items()
            if value not in secret and name.lower() not in {one.lower() for one in ours}
        }
        wanted = kept | ours
        if wanted == sent:
            return {"requestId": request_id}
        headers = [{"name": name, "value": value} for name, value in wanted.items()]
        return {"requestId": request_id, "headers": headers}

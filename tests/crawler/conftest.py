"""What tests of the crawler share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from crawler.browser import Browser
from tests.crawler.observed_pages import a_browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_browser() -> AsyncIterator[Browser]:
    """A browser for all tests of a module that are marked with `ONE_LOOP`: a new one takes as long to start
    and end as a page takes to be looked at.
    """
    async with a_browser() as browser:
        yield browser

"""Remembering what was worked out of a site's pages while its checks ask for it, and forgetting it after.

Pages are known by identity, since hashing one costs more than a check. What is remembered holds pages, their
sources and parsed trees: kept until others push it out, it was half of a long run's memory.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import lru_cache, wraps
from typing import TypeVar

from crawler.evidence import Page

MOST = 256
Result = TypeVar("Result")
Extra = TypeVar("Extra", bound=Hashable)
_forgetting: list[Callable[[], None]] = []


def forget() -> None:
    """Forget all that was worked out of pages: a site has been judged. Costs others nothing but time."""
    for clear in _forgetting:
        clear()


def for_a_site(most: int) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """As `functools.lru_cache`, for what is worked out of a page's source or text, until `forget`."""

    def remembering(function: Callable[..., Result]) -> Callable[..., Result]:
        known = lru_cache(maxsize=most)(function)
        _forgetting.append(known.cache_clear)
        return known

    return remembering


def once_a_page(function: Callable[[Page, Extra], Result]) -> Callable[[Page, Extra], Result]:
    """A pure function of a page and one hashable value that works each out once, for the last 256 pairs and
    until `forget`.

    The page is held with the result, so that its id stays its own.
    """
    known: OrderedDict[tuple[int, Extra], tuple[Page, Result]] = OrderedDict()

    @wraps(function)
    def remembering(page: Page, extra: Extra) -> Result:
        found = known.get((id(page), extra))
        if found is None:
            found = (page, function(page, extra))
            known[id(page), extra] = found
            if len(known) > MOST:
                with suppress(KeyError):  # another thread has judged its site, and forgot all
                    known.popitem(last=False)
        return found[1]

    _forgetting.append(known.clear)
    return remembering

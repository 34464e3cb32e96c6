"""Remembering what was worked out of a page: by identity, since hashing a page costs more than a check."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import TypeVar

from crawler.evidence import Page

MOST = 256
Result = TypeVar("Result")
Extra = TypeVar("Extra", bound=Hashable)


def once_a_page(function: Callable[[Page, Extra], Result]) -> Callable[[Page, Extra], Result]:
    """A pure function of a page and one hashable value that works each out once, for the last 256 pairs.

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
                known.popitem(last=False)
        return found[1]

    return remembering

"""robots.txt as RFC 9309 has it, one file an origin."""

from __future__ import annotations

import msgspec
from protego import Protego

from crawler.evidence.crawl import RobotsRecord
from crawler.evidence.failure import Failure, FailureReason
from crawler.evidence.settings import RobotsPolicy
from crawler.fetch import Fetcher
from crawler.response import FetchedResponse
from crawler.urls import parse
from crawler.user_agent import PRODUCT_TOKEN

MAX_SIZE = 512 * 1024
_MAX_REDIRECTS = 5
_ACCEPT = "text/plain,*/*;q=0.5"


class Robots:
    """What one robots.txt says to us. `record` is what is kept of it."""

    def __init__(self, record: RobotsRecord, *, unreachable: bool = False) -> None:
        self._rules = Protego.parse(record.text)
        self._unreachable = unreachable
        root = parse(record.url).origin + "/"
        self.record = msgspec.structs.replace(
            record,
            crawl_delay=self._rules.crawl_delay(PRODUCT_TOKEN),
            sitemaps=tuple(dict.fromkeys(self._rules.sitemaps)),
            disallows_all=unreachable or not self._rules.can_fetch(root, PRODUCT_TOKEN),
        )

    def forbids(self, url: str) -> bool:
        """Whether it keeps us from a URL of its origin; never so under the policy to ignore it."""
        if self.record.policy is RobotsPolicy.IGNORE:
            return False
        return self._unreachable or not self._rules.can_fetch(url, PRODUCT_TOKEN)


async def fetch_robots(fetcher: Fetcher, url: str, policy: RobotsPolicy) -> Robots:
    """The robots.txt of a URL's origin, by RFC 9309 section 2.3.1.

    4xx and endless redirects: there is none, all is allowed. 5xx and no answer: all is forbidden, with
    the Failure in the record. Fetched and recorded under both policies.
    """
    address = f"{parse(url).origin}/robots.txt"
    answer = await fetcher.get(address, accept=_ACCEPT, cap=MAX_SIZE, max_redirects=_MAX_REDIRECTS)
    unreachable = _is_unreachable(answer)
    record = RobotsRecord(
        policy=policy,
        url=address,
        status=answer.status,
        failure=answer.failure if unreachable else None,
        text=answer.text if answer.failure is None else "",
    )
    return Robots(record, unreachable=unreachable)


def _is_unreachable(answer: FetchedResponse) -> bool:
    failure = answer.failure
    if failure is None or failure.reason is FailureReason.REDIRECT_LOOP:
        return False
    return answer.status is None or answer.status >= 500 or answer.status < 400


def robots_failure(record: RobotsRecord) -> Failure:
    """Why a start URL that robots.txt forbids gave no page.

    Where the host itself can't be reached that is the reason; where it answers but its robots.txt fails,
    RFC 9309 has us stay out, and the detail says so.
    """
    failure = record.failure
    if failure is None:
        return Failure(FailureReason.ROBOTS_DISALLOWED, record.url)
    if record.status is None:
        return failure
    detail = f"{record.url} fails ({failure.detail}), which RFC 9309 takes for a no"
    return Failure(FailureReason.ROBOTS_DISALLOWED, detail)

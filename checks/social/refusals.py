"""Why a network told nothing: a name for each way, and what can be done about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from checks.sentences import marked, say
from crawler.evidence import FailureReason, Fetched


class Refusal(StrEnum):
    """Why no date came of asking."""

    NO_CREDENTIALS = marked("no credentials")
    TOKEN_REFUSED = marked("the token is refused or has expired")
    PERMISSION_MISSING = marked("the token lacks the permission")
    QUOTA_USED = marked("too many requests, or the quota is used up")
    UNKNOWN_ACCOUNT = marked("the network knows no such account, or does not show it")
    LOGIN_WALL = marked("the network shows it only to those who log in")
    ROBOTS = marked("the network's robots.txt forbids reading its pages")
    THIRD_PARTY_OFF = marked("other hosts are not asked")
    FEED_DOWN = marked("the network did not answer as it should")
    NO_POSTS = marked("it holds no dated post of the account's own")

    @property
    def remedy(self) -> str:
        """What an operator can do, in a sentence."""
        return _REMEDIES[self]


_REMEDIES = {
    Refusal.NO_CREDENTIALS: say("Give the token in that variable, or the date by --social-posts."),
    Refusal.TOKEN_REFUSED: say("Get a new token from the network."),
    Refusal.PERMISSION_MISSING: say("Ask the network for the permission (docs/operations.md)."),
    Refusal.QUOTA_USED: say("Audit again later."),
    Refusal.UNKNOWN_ACCOUNT: say("Look whether the account is there, and give the date by --social-posts."),
    Refusal.LOGIN_WALL: say("Log in, look, and give the date by --social-posts."),
    Refusal.ROBOTS: say("Look yourself, and give the date by --social-posts."),
    Refusal.THIRD_PARTY_OFF: say("Leave out --no-third-party, or give the date by --social-posts."),
    Refusal.FEED_DOWN: say("Audit again later."),
    Refusal.NO_POSTS: say("Look yourself, and give the date by --social-posts."),
}
_BY_FAILURE = {
    FailureReason.NO_CREDENTIALS: Refusal.NO_CREDENTIALS,
    FailureReason.THIRD_PARTY_OFF: Refusal.THIRD_PARTY_OFF,
    FailureReason.ROBOTS_DISALLOWED: Refusal.ROBOTS,
    FailureReason.LOGIN_REDIRECT: Refusal.LOGIN_WALL,
    FailureReason.HTTP_401: Refusal.TOKEN_REFUSED,
    FailureReason.HTTP_403: Refusal.PERMISSION_MISSING,
    FailureReason.HTTP_404: Refusal.UNKNOWN_ACCOUNT,
    FailureReason.HTTP_429: Refusal.QUOTA_USED,
}
_NEEDS_A_TOKEN = frozenset({Refusal.TOKEN_REFUSED, Refusal.PERMISSION_MISSING})
_GRAPH_CODES = {
    102: Refusal.TOKEN_REFUSED,
    190: Refusal.TOKEN_REFUSED,
    3: Refusal.PERMISSION_MISSING,
    10: Refusal.PERMISSION_MISSING,
    4: Refusal.QUOTA_USED,
    17: Refusal.QUOTA_USED,
    32: Refusal.QUOTA_USED,
    368: Refusal.QUOTA_USED,
    613: Refusal.QUOTA_USED,
    100: Refusal.UNKNOWN_ACCOUNT,
    110: Refusal.UNKNOWN_ACCOUNT,
    803: Refusal.UNKNOWN_ACCOUNT,
}
"""Meta's error codes (developers.facebook.com/docs/graph-api/guides/error-handling); 200 to 299 are
permissions, from 80000 on limits of use. 110 is Instagram's "Invalid user id".
"""


def refusal_of(answer: Fetched) -> Refusal | None:
    """Why an address gave nothing to read, by its failure; None where it answered."""
    if answer.failure is None:
        return None
    found = _BY_FAILURE.get(answer.failure.reason, Refusal.FEED_DOWN)
    if answer.status == 402:
        return Refusal.QUOTA_USED
    return Refusal.LOGIN_WALL if found in _NEEDS_A_TOKEN and not answer.plan.credential else found


def graph_refusal(error: dict[str, Any]) -> Refusal:
    """What an `error` object of Graph, Instagram or Threads means."""
    code = error.get("code")
    if not isinstance(code, int):
        return Refusal.FEED_DOWN
    if 200 <= code < 300:
        return Refusal.PERMISSION_MISSING
    return Refusal.QUOTA_USED if 80_000 <= code < 81_000 else _GRAPH_CODES.get(code, Refusal.FEED_DOWN)


def x_refusal(error: dict[str, Any]) -> Refusal:
    """What an entry of `errors`, or a problem document, of X API v2 means."""
    kind = str(error.get("type", "")).rpartition("/")[2]
    title = str(error.get("title", "")).lower()
    by_status = {401: Refusal.TOKEN_REFUSED, 402: Refusal.QUOTA_USED, 403: Refusal.PERMISSION_MISSING}
    if kind in {"resource-not-found", "resource-unavailable"} or title == "not found error":
        return Refusal.UNKNOWN_ACCOUNT
    if kind in {"usage-capped", "rate-limit-exceeded"} or error.get("status") == 429:
        return Refusal.QUOTA_USED
    if title in {"forbidden", "authorization error"}:
        return Refusal.UNKNOWN_ACCOUNT if error.get("resource_type") == "user" else Refusal.PERMISSION_MISSING
    status = error.get("status")
    return by_status.get(status, Refusal.FEED_DOWN) if isinstance(status, int) else Refusal.FEED_DOWN

"""The institution's accounts in networks besides Facebook and X, each with all that is known of its posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from checks.addresses import is_copy
from checks.sentences import say
from checks.social.feeds import MOST_ACCOUNTS, fetched_dates
from checks.social.manual import manual_dates, records
from checks.social.networks import Network, classify
from checks.social.open_feeds import asked_accounts, parse
from checks.social.other_networks import NAMES
from checks.social.ownership import accounts
from checks.social.posts import PostDates
from checks.social.reading import refused
from checks.social.refusals import Refusal
from crawler.evidence import SeenPost, Site

CLOSED = (Network.INSTAGRAM, Network.THREADS, Network.TIKTOK)
"""Networks that answer to a token, or by a public page at best."""


class KnownAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One account and what each source said of it."""

    network: Network
    url: str
    sources: tuple[PostDates, ...]


def known_accounts(site: Site) -> tuple[KnownAccount, ...]:
    """The accounts whose posts can be learnt at all: without a token Instagram's and Threads' stand there
    with that reason; a network that nothing can be asked of only where a person saw a post in it.
    """
    found = [*_open(site), *_closed(site)]
    return (*(_with_seen(site, one) for one in found), *_seen_alone(site, found))


def _open(site: Site) -> Iterator[KnownAccount]:
    for account in asked_accounts(site):
        yield KnownAccount(network=account.network, url=account.url, sources=(parse(site, account),))


def _closed(site: Site) -> Iterator[KnownAccount]:
    for network in CLOSED:
        if network is Network.TIKTOK and not site.settings.best_effort_social:
            continue
        own = [account for account in accounts(site, network) if account.is_own]
        for account in own[:MOST_ACCOUNTS]:
            sources = fetched_dates(site, network, account.reference.handle) or (_not_asked(site, network),)
            yield KnownAccount(network=network, url=account.url, sources=sources)


def _not_asked(site: Site, network: Network) -> PostDates:
    if is_copy(site):
        why = say("the site stands on an IP address or localhost, and a copy asks no network.")
        return PostDates(problem=why)
    if network is Network.INSTAGRAM and not site.settings.instagram_account:
        said = say("EINDEKSS_INSTAGRAM_ACCOUNT is not set")
        return refused(say("Instagram's business discovery"), Refusal.NO_CREDENTIALS, said)
    return PostDates(problem=say("it was not asked."))


def _with_seen(site: Site, account: KnownAccount) -> KnownAccount:
    """The account with what a person saw of it."""
    seen = [one for one in records(site, account.network) if _is_of(one, account)]
    manual = manual_dates(site, seen, account.url)
    return msgspec.structs.replace(account, sources=(*account.sources, manual)) if manual.posts else account


def _seen_alone(site: Site, found: Sequence[KnownAccount]) -> Iterator[KnownAccount]:
    """What a person saw of accounts that the site does not link, or that no program is told of."""
    for network in NAMES:
        rest = [one for one in records(site, network) if not any(_is_of(one, known) for known in found)]
        manual = manual_dates(site, rest)
        if manual.posts:
            yield KnownAccount(network=network, url=manual.posts[0].page_url, sources=(manual,))


def _is_of(seen: SeenPost, account: KnownAccount) -> bool:
    """Whether a record is of the account; one that names none is of every account in its network."""
    if seen.network != account.network:
        return False
    one, other = classify(seen.profile, "me"), classify(account.url, "me")
    return not seen.profile or (one is not None and other is not None and one.identity == other.identity)

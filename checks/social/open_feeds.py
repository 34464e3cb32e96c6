"""Networks that tell an account's posts without credentials: what to ask for the institution's own accounts.

Mastodon and Bluesky have documented open interfaces, YouTube and Flickr feeds, Telegram a public preview.
The operator may name another address that answers alike (`mastodon_feed`, `bluesky_feed`, `telegram_feed`,
`youtube_feed`, `flickr_feed` in the list of institutions): of a channel known only by its name, or a relay.
A copy of a site on an IP address or localhost sends nobody to the networks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import msgspec

from checks.addresses import is_copy, key
from checks.sentences import say
from checks.social.feeds import answers_by_plan, identity
from checks.social.networks import Network, Reference
from checks.social.open_answers import (
    account_id,
    read_bluesky,
    read_flickr,
    read_mastodon,
    read_telegram,
    read_youtube,
)
from checks.social.ownership import accounts
from checks.social.posts import PostDates
from crawler.evidence import Fetched, FetchResource, Site

_CHANNEL = re.compile(r"channel/(UC[\w-]{22})", re.ASCII)
_NSID = re.compile(r"\d+@N\d{2}", re.ASCII)
_MOST_ACCOUNTS = 3
_MOST_POSTS = 20
_JSON = "application/json"
_BLUESKY = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed"
_FLICKR = "https://api.flickr.com/services/feeds/photos_public.gne"


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """How one network is asked and read."""

    address: Callable[[str], str]
    """From a handle; empty where the handle can't be asked for."""
    parse: Callable[[Fetched, str], PostDates]
    """Reads one answer; the second argument is the time zone."""
    accept: str = _JSON
    is_for_programs: bool = True
    """An interface or a feed, and no page that is made to be read."""


class AskedAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One of the institution's accounts, or the operator's address for it."""

    network: Network
    url: str
    requests: tuple[FetchResource, ...] = ()
    """What to ask, the answer that tells most first; empty where nothing can be asked."""
    problem: str = ""
    """Why nothing can be asked."""


def _mastodon(handle: str) -> str:
    name, _, server = handle.partition("@")
    return f"https://{server}/api/v1/accounts/lookup?acct={quote(name)}" if name and server else ""


def _bluesky(handle: str) -> str:
    return f"{_BLUESKY}?actor={quote(handle)}&filter=posts_no_replies&limit={_MOST_POSTS}"


def _telegram(handle: str) -> str:
    return f"https://t.me/s/{quote(handle)}"


def _youtube(handle: str) -> str:
    channel = _CHANNEL.fullmatch(handle)
    return f"https://www.youtube.com/feeds/videos.xml?channel_id={channel[1]}" if channel else ""


def _flickr(handle: str) -> str:
    asked = f"{_FLICKR}?id={quote(handle)}&format=json&nojsoncallback=1"
    return asked if _NSID.fullmatch(handle) else ""


READERS = {
    Network.BLUESKY: Reader(address=_bluesky, parse=read_bluesky),
    Network.FLICKR: Reader(address=_flickr, parse=read_flickr),
    Network.MASTODON: Reader(address=_mastodon, parse=read_mastodon),
    Network.TELEGRAM: Reader(
        address=_telegram, parse=read_telegram, accept="text/html", is_for_programs=False
    ),
    Network.YOUTUBE: Reader(
        address=_youtube, parse=read_youtube, accept="application/atom+xml, text/xml;q=0.9"
    ),
}


def requests(site: Site) -> tuple[FetchResource, ...]:
    """What to ask of the networks, each once; Mastodon's statuses after its lookup was answered."""
    return tuple(dict.fromkeys(one for account in asked_accounts(site) for one in account.requests))


def asked_accounts(site: Site) -> tuple[AskedAccount, ...]:
    """The institution's accounts in these networks, and what is asked for each."""
    return tuple(one for network in READERS for one in _of_network(site, network))


def parse(site: Site, account: AskedAccount) -> PostDates:
    """What the account's network answered: the first answer that has a date, else the first's problem."""
    if account.problem:
        return PostDates(problem=account.problem)
    reader, answers = READERS[account.network].parse, answers_by_plan(site)
    known = [answers[identity(one)] for one in account.requests if identity(one) in answers]
    read = [reader(answer, site.settings.timezone) for answer in known]
    return next(
        (one for one in read if one.posts), read[0] if read else PostDates(problem=say("it was not asked."))
    )


def _of_network(site: Site, network: Network) -> tuple[AskedAccount, ...]:
    if given := key(site.institution.attributes.get(f"{network}_feed", "")):
        return (AskedAccount(network=network, url=given, requests=(_request(network, given),)),)
    own = [account.reference for account in accounts(site, network) if account.is_own]
    return tuple(_asked(site, reference) for reference in own[:_MOST_ACCOUNTS])


def _asked(site: Site, reference: Reference) -> AskedAccount:
    network, url = reference.network, reference.url
    address = key(READERS[network].address(reference.handle))
    if not address:
        why = say("the link names the account by no number, and only by number it can be asked for.")
        return AskedAccount(network=network, url=url, problem=why)
    if is_copy(site):
        why = say("the site stands on an IP address or localhost, and a copy asks no network.")
        return AskedAccount(network=network, url=url, problem=why)
    first = _request(network, address)
    return AskedAccount(network=network, url=url, requests=(*_statuses(site, first), first))


def _statuses(site: Site, lookup: FetchResource) -> tuple[FetchResource, ...]:
    """Mastodon's second step, once the first gave the account's number."""
    answer = answers_by_plan(site).get(identity(lookup))
    number = account_id(answer) if answer and lookup.purpose == _purpose(Network.MASTODON) else ""
    if not number:
        return ()
    asked = f"exclude_reblogs=true&exclude_replies=true&limit={_MOST_POSTS}"
    base = lookup.url.partition("lookup?")[0]
    return (_request(Network.MASTODON, f"{base}{number}/statuses?{asked}"),)


def _request(network: Network, url: str) -> FetchResource:
    reader = READERS[network]
    return FetchResource(
        url=url, purpose=_purpose(network), accept=reader.accept, is_for_programs=reader.is_for_programs
    )


def _purpose(network: Network) -> str:
    return f"other_posts: {network}"

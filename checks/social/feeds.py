"""Adapters: what to ask for an account's posts, and how to read the documented answer.

Asking and reading are apart, so that reading is pure. The operator's own feed (`facebook_feed`,
`twitter_feed` in the list of institutions: a relay that answers as the network's interface does) goes before
the network's interface, and that before its public page, which is read only where the settings say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

import msgspec

from checks.addresses import is_copy, key
from checks.social import official_answers as official
from checks.social import public_pages as public
from checks.social.networks import Network
from checks.social.posts import PostDates
from checks.social.profiles import own_accounts
from crawler.evidence import Fetched, FetchResource, Site
from crawler.evidence.interfaces import (
    FACEBOOK_PAGE,
    GRAPH,
    THREADS,
    THREADS_PAGE,
    TIKTOK_PAGE,
    X_PAGE,
    Interface,
    X,
)

GRAPH_VERSION = "v26.0"
MOST_POSTS = 20
_JSON = "application/json"
_HTML = "text/html"
MOST_ACCOUNTS = 3


class Adapter(msgspec.Struct, frozen=True, kw_only=True):
    """One way to learn when an account posted."""

    network: Network
    name: str
    requests: Callable[[Site, str], tuple[FetchResource, ...]]
    """What to ask for a handle; empty where the adapter can't be used for the site."""
    parse: Callable[[Fetched, str], PostDates]
    """Reads one answer; the second argument is the time zone."""


def fetched_dates(site: Site, network: Network, handle: str) -> tuple[PostDates, ...]:
    """What the network's adapters were answered about an account."""
    answers = answers_by_plan(site)
    return tuple(
        adapter.parse(answer, site.settings.timezone)
        for adapter in ADAPTERS
        if adapter.network is network
        for request in adapter.requests(site, handle)
        if (answer := answers.get(identity(request)))
    )


def requests(site: Site, networks: Iterable[Network]) -> tuple[FetchResource, ...]:
    """What to ask, and was not asked yet, of the institution's own accounts in networks; each once."""
    asked = answers_by_plan(site)
    wanted = (
        request
        for network in networks
        for handle in handles(site, network)
        for adapter in ADAPTERS
        if adapter.network is network
        for request in adapter.requests(site, handle)
    )
    return tuple(dict.fromkeys(one for one in wanted if identity(one) not in asked))


def handles(site: Site, network: Network) -> tuple[str, ...]:
    """Of the institution's accounts, the surest first, at most three; an empty one where none is known, for
    a feed of the operator's may be asked all the same.
    """
    found = own_accounts(site, network)[:MOST_ACCOUNTS]
    return tuple(account.reference.handle for account in found) or ("",)


def identity(plan: FetchResource) -> tuple[str, str]:
    """What makes two plans the same."""
    return plan.url, plan.purpose


def answers_by_plan(site: Site) -> dict[tuple[str, str], Fetched]:
    """Every answer to a plan, by the plan's identity."""
    return {identity(one.plan): one for one in site.observations if isinstance(one, Fetched)}


def _feed_of_operator(attribute: str) -> Callable[[Site, str], tuple[FetchResource, ...]]:
    def requests(site: Site, _handle: str) -> tuple[FetchResource, ...]:
        url = key(site.institution.attributes.get(attribute, ""))
        if not url:
            return ()
        purpose = f"latest_post: {attribute}"
        return (FetchResource(url=url, purpose=purpose, accept=_JSON, is_for_programs=True),)

    return requests


def _asked(site: Site, interface: Interface, path: str, purpose: str) -> tuple[FetchResource, ...]:
    """A request to an interface or page; none from a copy, unless the settings name another address."""
    if is_copy(site) and interface.name not in site.settings.interfaces:
        return ()
    return (
        FetchResource(
            url=f"{interface.address(site.settings)}/{path}",
            purpose=f"latest_post: {purpose}",
            accept=_JSON if interface.variable else _HTML,
            credential=interface.name if interface.variable else "",
            is_for_programs=bool(interface.variable),
        ),
    )


def _has_feed(site: Site, attribute: str) -> bool:
    return bool(key(site.institution.attributes.get(attribute, "")))


def _facebook(site: Site, handle: str) -> tuple[FetchResource, ...]:
    if not handle or _has_feed(site, "facebook_feed"):
        return ()
    fields = "created_time,permalink_url,parent_id"
    path = f"{GRAPH_VERSION}/{quote(handle, safe='')}/posts?fields={fields}&limit={MOST_POSTS}"
    return _asked(site, GRAPH, path, "facebook")


def _x_user(site: Site, handle: str) -> tuple[FetchResource, ...]:
    if not handle or _has_feed(site, "twitter_feed"):
        return ()
    return _asked(site, X, f"2/users/by/username/{quote(handle, safe='')}", "x account")


def _x_timeline(site: Site, handle: str) -> tuple[FetchResource, ...]:
    """X's second step, once the first gave the account's number."""
    answers = answers_by_plan(site)
    for lookup in _x_user(site, handle):
        answer = answers.get(identity(lookup))
        if answer and (number := official.x_user_id(answer)):
            asked = "tweet.fields=created_at,referenced_tweets&exclude=retweets,replies"
            return _asked(site, X, f"2/users/{number}/tweets?{asked}&max_results={MOST_POSTS}", "x posts")
    return ()


def _instagram(site: Site, handle: str) -> tuple[FetchResource, ...]:
    """Asked by an account of the operator's, who needs one of his own."""
    account = site.settings.instagram_account
    if not handle or not account:
        return ()
    media = f"media.limit({MOST_POSTS}){{timestamp,permalink}}"
    asked = f"business_discovery.username({handle}){{media_count,{media}}}"
    return _asked(site, GRAPH, f"{GRAPH_VERSION}/{account}?fields={quote(asked, safe='')}", "instagram")


def _threads(site: Site, handle: str) -> tuple[FetchResource, ...]:
    if not handle:
        return ()
    fields = "id,media_type,permalink,timestamp"
    path = f"v1.0/profile_posts?username={quote(handle, safe='')}&fields={fields}&limit={MOST_POSTS}"
    return _asked(site, THREADS, path, "threads")


def _page(interface: Interface, path: str) -> Callable[[Site, str], tuple[FetchResource, ...]]:
    """A public page; only where the settings ask for best effort."""

    def requests(site: Site, handle: str) -> tuple[FetchResource, ...]:
        if not handle or not site.settings.best_effort_social:
            return ()
        return _asked(site, interface, path.format(quote(handle, safe="")), interface.name)

    return requests


ADAPTERS = (
    Adapter(
        network=Network.FACEBOOK,
        name="facebook_feed",
        requests=_feed_of_operator("facebook_feed"),
        parse=official.read_facebook,
    ),
    Adapter(network=Network.FACEBOOK, name="graph", requests=_facebook, parse=official.read_facebook),
    Adapter(
        network=Network.FACEBOOK,
        name="facebook_page",
        requests=_page(FACEBOOK_PAGE, "{}/"),
        parse=public.read_facebook,
    ),
    Adapter(
        network=Network.X,
        name="twitter_feed",
        requests=_feed_of_operator("twitter_feed"),
        parse=official.read_x_timeline,
    ),
    Adapter(network=Network.X, name="x_user", requests=_x_user, parse=official.read_x_user),
    Adapter(network=Network.X, name="x_posts", requests=_x_timeline, parse=official.read_x_timeline),
    Adapter(
        network=Network.X,
        name="x_page",
        requests=_page(X_PAGE, "srv/timeline-profile/screen-name/{}"),
        parse=public.read_x,
    ),
    Adapter(network=Network.INSTAGRAM, name="instagram", requests=_instagram, parse=official.read_instagram),
    Adapter(network=Network.THREADS, name="threads", requests=_threads, parse=official.read_threads),
    Adapter(
        network=Network.THREADS,
        name="threads_page",
        requests=_page(THREADS_PAGE, "@{}"),
        parse=public.read_threads,
    ),
    Adapter(
        network=Network.TIKTOK,
        name="tiktok_page",
        requests=_page(TIKTOK_PAGE, "embed/@{}"),
        parse=public.read_tiktok,
    ),
)

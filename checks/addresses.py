"""Addresses compared: the same page, the same site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import ada_url

from checks import dom
from checks.evaluable import page_failure
from checks.remember import once_a_page
from crawler.evidence import FailureReason, Page, Site

if TYPE_CHECKING:
    from tldextract import TLDExtract

_FEWEST_LINKS = 5
SEARCH_RESULTS = "search_results"
"""Role of the page that answers the query of `checks.presence.search`."""


@lru_cache(maxsize=32768)
def key(url: str) -> str:
    """The address as the WHATWG standard writes it, without fragment; the same page has the same key.
    Empty for what is no http or https address.
    """
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return ""
    if parsed.protocol not in {"http:", "https:"}:
        return ""
    parsed.hash = ""
    return str(parsed.href)


@lru_cache(maxsize=32768)
def host(url: str) -> str:
    """Host with port (port only where it isn't the scheme's own), lower case; empty where there is none."""
    try:
        return str(ada_url.URL(url).host)
    except ValueError:
        return ""


def site_hosts(site: Site) -> frozenset[str]:
    """Hosts that may be asked for pages of the site: its own, as the crawl found it, and the allowed ones."""
    hosts = {host(site.institution.url), *site.institution.allowed_hosts}
    if site.crawl:
        hosts |= {site.crawl.site, host(site.crawl.start_url)}
    if site.home:
        hosts.add(host(site.home.final_url or site.home.url))
    return frozenset(_without_www(name) for name in hosts if name)


def own_hosts(site: Site) -> frozenset[str]:
    """`site_hosts`, and the production site that a copy of it names: by the front page's canonical link,
    or, of a copy on an IP address or localhost, as the host that most links lead to. To tell whose a link
    is, not to ask it.
    """
    home = site.home
    if home is None:
        return site_hosts(site)
    declared = host(dom.canonical(home.html))
    if not declared and not registrable(host(home.final_url or home.url)):
        declared = _commonest_host(home)
    return site_hosts(site) | ({_without_www(registrable(declared) or declared)} if declared else set())


def is_copy(site: Site) -> bool:
    """Whether the site stands on an IP address or localhost: a copy, which asks no network."""
    home = site.home
    address = (home.final_url or home.url) if home else site.institution.url
    name = urlsplit(key(address)).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def registrable(name: str) -> str:
    """The registrable domain of a host by the Public Suffix List; empty for IP addresses and localhost."""
    return _suffixes()(name.partition(":")[0]).top_domain_under_public_suffix


@cache
def _suffixes() -> TLDExtract:
    from tldextract import TLDExtract  # a tenth of a command's start, and not every command needs it

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)


def _commonest_host(page: Page) -> str:
    """The host to which most of the page's links off the site lead, if they are five or more."""
    here = host(page.final_url or page.url)
    counts = Counter(name for link in page.links if (name := host(link.href)) and name != here)
    name, count = counts.most_common(1)[0] if counts else ("", 0)
    return name if count >= max(_FEWEST_LINKS, counts.total() / 2) else ""


def is_within(url: str, hosts: Iterable[str]) -> bool:
    """Whether the address is on one of the hosts or on a host below one."""
    name = _without_www(host(url))
    return bool(name) and any(name == own or name.endswith(f".{own}") for own in hosts)


_STILL_READABLE = frozenset({FailureReason.EMPTY_PAGE, FailureReason.AXE_FAILED})


def evaluable_pages(site: Site) -> tuple[Page, ...]:
    """Pages of the site that can be read, however little they hold, the home page first. The answer to our
    own query is none of them: it repeats what stands elsewhere.
    """
    scope = tuple(sorted(site_hosts(site)))
    pages = [
        page
        for page in site.pages
        if page.html and page.roles != (SEARCH_RESULTS,) and _is_readable(page, scope)
    ]
    return tuple(sorted(pages, key=lambda page: page is not site.home))


@once_a_page
def _is_readable(page: Page, scope: tuple[str, ...]) -> bool:
    """Whether it is a page of the site at all; looking for bot challenges reads the whole HTML."""
    failure = page_failure(page)
    if failure is not None and failure.reason not in _STILL_READABLE:
        return False
    return is_within(page.final_url or page.url, scope)


def _without_www(name: str) -> str:
    return name.removeprefix("www.")

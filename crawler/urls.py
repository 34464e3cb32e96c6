"""URLs as the WHATWG URL standard has them, and which of them belong to a site."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import ada_url
import msgspec

if TYPE_CHECKING:
    from tldextract import TLDExtract

DEFAULT_PORTS = {"http:": 80, "https:": 443}
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a normalised http(s) URL that crawling asks for."""

    scheme: str
    """`http` or `https`."""
    host: str
    """Lower case, punycode, without a trailing dot; IPv6 without its brackets."""
    port: int
    """Effective: 80 or 443 where the URL names none."""
    path: str
    query: str
    """Without the question mark."""

    @property
    def authority(self) -> str:
        """`host`, or `host:port` where the port isn't the scheme's own; IPv6 in brackets."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[f"{self.scheme}:"] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """`scheme://authority`, as RFC 6454 has it."""
        return f"{self.scheme}://{self.authority}"


def normalise(url: str, base: str | None = None) -> str | None:
    """The URL as a browser would send it, without its fragment and credentials.

    Lower-case host, IDNA, default port and dot segments dropped, percent-encoding as the standard
    (https://url.spec.whatwg.org) says. None where it is not http(s), has no host, or is not a URL.
    """
    try:
        parsed = ada_url.URL(url, base=base) if base else ada_url.URL(url)
    except (ValueError, UnicodeEncodeError):
        return None
    if parsed.protocol not in DEFAULT_PORTS or not _is_host(parsed.hostname):
        return None
    parsed.hash = ""
    parsed.username = ""
    parsed.password = ""
    href: str = parsed.href
    return href.removesuffix("#")


def _is_host(host: str) -> bool:
    """WHATWG allows `a..b`; DNS doesn't (RFC 1035 section 2.3.4: labels of 1 to 63, 253 in all)."""
    if host.startswith("["):
        return True
    labels = host.removesuffix(".").split(".")
    return len(host) <= 254 and all(0 < len(label) <= 63 for label in labels)


@lru_cache(maxsize=65_536)
def parse(url: str) -> Address:
    """The parts of a URL that `normalise` gave. Raises ValueError for anything else."""
    parsed = ada_url.URL(url)
    if parsed.protocol not in DEFAULT_PORTS:
        raise ValueError(f"not an http(s) URL: {url}")
    return Address(
        scheme=parsed.protocol[:-1],
        host=parsed.hostname.strip("[]").removesuffix("."),
        port=int(parsed.port) if parsed.port else DEFAULT_PORTS[parsed.protocol],
        path=parsed.pathname,
        query=parsed.search.removeprefix("?"),
    )


def is_ip_address(host: str) -> bool:
    """Whether a host (no brackets) is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str | None:
    """The domain one level under the public suffix (`liaa.gov.lv`), from the offline list.

    None for IP addresses, single labels such as `localhost`, and public suffixes themselves.
    """
    if is_ip_address(host):
        return None
    return _suffixes()(host).top_domain_under_public_suffix or None


@cache
def _suffixes() -> TLDExtract:
    # The Public Suffix List's ICANN part only: its private part lists hosting platforms (github.io), and a
    # public platform that runs many institutions under one domain is still one registrable owner to us.
    # Imported late: it takes a tenth of a command's start.
    from tldextract import TLDExtract

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=False)


def identity(url: str) -> str:
    """What two addresses of one page share: authority without `www.`, path and query, but no scheme.

    http and https, and www and bare names, lead to the same page on every site worth the name; the
    first that was seen is the one that is fetched.
    """
    address = parse(url)
    query = f"?{address.query}" if address.query else ""
    return f"{address.authority.removeprefix('www.')}{address.path}{query}"


def directory(url: str) -> str:
    """The identity of an address without the name of a directory's index page, under which many servers
    show the directory itself. Only their content tells whether two such addresses are one page.
    """
    return _INDEX.sub("/", identity(url))


class SiteScope(msgspec.Struct, frozen=True):
    """Which URLs belong to one institution's site."""

    site: str
    """Registrable domain; where there is none, the host with its port."""
    is_domain: bool
    """Whether every host under `site` belongs, on whatever port."""
    allowed_hosts: frozenset[str] = frozenset()
    """Hosts, or `host:port`, beyond it."""

    @classmethod
    def of(cls, start_url: str, allowed_hosts: Iterable[str] = ()) -> SiteScope:
        """The site around a normalised address.

        Hosts with a registrable domain share it; an IP address, a single label such as localhost,
        a name under no public suffix or a public suffix itself (gov.lv) is a site with its port.
        """
        address = parse(start_url)
        domain = registrable_domain(address.host)
        allowed = frozenset(filter(None, (_clean_host(host) for host in allowed_hosts)))
        return cls(domain or _host_and_port(address), domain is not None, allowed)

    def contains(self, url: str) -> bool:
        """Whether a URL, normalised or not, belongs to the site."""
        normal = normalise(url)
        return normal is not None and self.has(parse(normal))

    def has(self, address: Address) -> bool:
        """Whether an address belongs to the site."""
        if address.host in self.allowed_hosts or _host_and_port(address) in self.allowed_hosts:
            return True
        if self.is_domain:
            return registrable_domain(address.host) == self.site
        return _host_and_port(address) == self.site


def _host_and_port(address: Address) -> str:
    """`www.` dropped; the port only where it isn't 80 or 443, so that http and https are one site."""
    host = f"[{address.host}]" if ":" in address.host else address.host.removeprefix("www.")
    return host if address.port in {80, 443} else f"{host}:{address.port}"


def _clean_host(host: str) -> str:
    text = host.strip()
    url = normalise(text if "://" in text else f"http://{text}")
    if url is None:
        return ""
    address = parse(url)
    return address.host if address.port in {80, 443} else _host_and_port(address)

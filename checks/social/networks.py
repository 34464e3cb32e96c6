"""What an address of a social network is: a profile, a post, a share button or something else.

Works on parsed addresses, not on text: hosts are folded (regional, mobile and old ones), redirectors
unwrapped, first segments told apart by tables (`network_rules`).
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from checks.social.network_rules import RULES
from checks.social.references import Address, Kind, Network, Reference

__all__ = ["Kind", "Network", "Reference", "classify", "classify_on"]

_HOSTS = {
    "facebook.com": Network.FACEBOOK,
    "fb.com": Network.FACEBOOK,
    "fb.me": Network.FACEBOOK,
    "m.me": Network.FACEBOOK,
    "twitter.com": Network.X,
    "x.com": Network.X,
    "instagram.com": Network.INSTAGRAM,
    "instagr.am": Network.INSTAGRAM,
    "linkedin.com": Network.LINKEDIN,
    "youtube.com": Network.YOUTUBE,
    "youtube-nocookie.com": Network.YOUTUBE,
    "youtu.be": Network.YOUTUBE,
    "flickr.com": Network.FLICKR,
    "tiktok.com": Network.TIKTOK,
    "t.me": Network.TELEGRAM,
    "telegram.me": Network.TELEGRAM,
    "telegram.dog": Network.TELEGRAM,
    "threads.net": Network.THREADS,
    "threads.com": Network.THREADS,
    "bsky.app": Network.BLUESKY,
    "draugiem.lv": Network.DRAUGIEM,
    "frype.com": Network.DRAUGIEM,
}
_MASTODON_HOSTS = frozenset(
    {
        "mastodon.social", "mastodon.online", "mstdn.social", "fosstodon.org", "social.network.europa.eu",
        "ec.social-network.europa.eu", "social.bund.de", "social.overheid.nl", "toot.lv", "mastodon.world",
        "mas.to", "chaos.social", "infosec.exchange", "masto.ai", "piaille.fr", "pol.social",
    }
)  # fmt: skip
_REDIRECT_PARAMETERS = {
    "l.facebook.com": "u",
    "lm.facebook.com": "u",
    "l.instagram.com": "u",
    "google.com/url": "q url",
    "youtube.com/redirect": "q",
    "facebook.com/l.php": "u",
    "out.reddit.com": "url",
}
_SHARED_PARAMETERS = ("u", "url", "link", "href", "text", "status", "title")
_DEEPEST = 4
_BASES = frozenset(
    ".".join(name.split("/")[0].split(".")[-2:])
    for name in (*_HOSTS, *_MASTODON_HOSTS, *_REDIRECT_PARAMETERS, "outlook.com")
)
"""Last two labels of every host that matters: most links have others, and need not be taken apart."""


def classify_on(url: str, page_url: str, rel: str = "") -> Reference | None:
    """As `classify`, for a link on a page: one that carries the page's own address shares that page."""
    found = classify(url, rel)
    if found is None or found.kind is not Kind.PROFILE:
        return found
    query = parse_qs(_split(url).query)
    values = [value for name in _SHARED_PARAMETERS for value in query.get(name, ())]
    if any(page_url and (value == page_url or page_url.rstrip("/") in value) for value in values):
        return Reference(network=found.network, kind=Kind.SHARE)
    return found


def classify(url: str, rel: str = "") -> Reference | None:
    """What the address is in its network, or None where it belongs to none.

    `rel` is the link's; `me` lets an unknown host pass as a Mastodon server.
    """
    if not _may_be(url) and "me" not in rel.lower().split():
        return None
    return _classified(url, rel)


def _may_be(url: str) -> bool:
    """Whether the host may be a network's or a redirector's; a quick look that errs on the side of yes."""
    name = url.strip().lower().partition("//")[2].partition("/")[0].partition("?")[0]
    name = name.rpartition("@")[2].partition(":")[0].rstrip(".#")
    return ".".join(name.split(".")[-2:]) in _BASES


@lru_cache(maxsize=16384)
def _classified(url: str, rel: str) -> Reference | None:
    for _ in range(_DEEPEST):
        inner = _unwrapped(url)
        if not inner:
            break
        url = inner
    parts = _split(url)
    if parts.scheme not in {"http", "https"}:
        return None
    network, sub = _network(parts.hostname or "")
    if network is None:
        return _mastodon(parts, rel)
    return RULES[network](_address(parts, sub))


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url.strip())
    except ValueError:
        return SplitResult("", "", "", "", "")


def _network(name: str) -> tuple[Network | None, str]:
    """The network of a host, and what stands before the network's own name."""
    labels = name.lower().rstrip(".").split(".")
    for at in range(len(labels) - 1):
        if network := _HOSTS.get(".".join(labels[at:])):
            return network, ".".join(labels[:at])
    return None, ""


def _address(parts: SplitResult, sub: str) -> Address:
    path = parts.path
    if parts.fragment.startswith("!/"):
        path = parts.fragment[1:].split("?")[0]
    segments = tuple(unquote(segment).strip() for segment in path.split("/") if segment.strip())
    query = {name.lower(): values[0] for name, values in parse_qs(parts.query).items()}
    return Address(host=(parts.hostname or "").lower(), sub=sub, segments=segments, query=query)


def _unwrapped(url: str) -> str:
    """The address that a redirector carries, or an empty string."""
    parts = _split(url)
    name = (parts.hostname or "").lower().removeprefix("www.")
    parameters = _REDIRECT_PARAMETERS.get(name) or _REDIRECT_PARAMETERS.get(name + parts.path.rstrip("/"), "")
    if name.endswith("safelinks.protection.outlook.com"):
        parameters = "url"
    query = parse_qs(parts.query) if parameters else {}
    carried = next((query[one][0] for one in parameters.split() if one in query), "")
    return carried if carried.startswith(("http://", "https://")) else ""


def _mastodon(parts: SplitResult, rel: str) -> Reference | None:
    name = (parts.hostname or "").lower()
    if name not in _MASTODON_HOSTS and "me" not in rel.lower().split():
        return None
    found = RULES[Network.MASTODON](_address(parts, ""))
    return found if found.handle or name in _MASTODON_HOSTS else None

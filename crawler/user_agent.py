"""How the crawler names itself: one honest user agent with a contact, the same for HTTP and browser."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PRODUCT_TOKEN = "eindekss"  # noqa: S105 - RFC 9309 calls a crawler's name so
"""What robots.txt groups are matched with (RFC 9309 section 2.2.1)."""

_CONTACT = "https://github.com/eindekss/eindekss"


def _version() -> str:
    try:
        return version("eindekss")
    except PackageNotFoundError:
        return "0.1"


DEFAULT_USER_AGENT = f"Mozilla/5.0 (compatible; {PRODUCT_TOKEN}/{_version()}; +{_CONTACT})"


def user_agent(chosen: str = "") -> str:
    """The User-Agent header: `chosen` from the settings, which should name a contact, or the default."""
    return chosen or DEFAULT_USER_AGENT

"""How the crawler names itself: one honest user agent with a contact, the same for HTTP and browser."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

PRODUCT_TOKEN = "eindekss"  # noqa: S105 - RFC 9309 calls a crawler's name so
"""What robots.txt groups are matched with (RFC 9309 section 2.2.1)."""

CONTACT = "https://github.com/eindekss/eindekss"


def _version() -> str:
    try:
        return version("eindekss")
    except PackageNotFoundError:
        return "0.1"


def with_contact(contact: str) -> str:
    """Our user agent with another's contact: an address or URL of whoever answers for the audit.

    Raises ValueError for what would break a header or its comment (RFC 9110 section 5.6.5).
    """
    if not sendable(contact) or set(contact) & set("()\\;"):
        raise ValueError("a contact is an e-mail address or URL in ASCII, without brackets or semicolons")
    return f"Mozilla/5.0 (compatible; {PRODUCT_TOKEN}/{_version()}; +{contact})"


def sendable(text: str) -> bool:
    """Whether text may be a header's value: printable ASCII, and not empty."""
    return bool(text.strip()) and text.isascii() and text.isprintable()


DEFAULT_USER_AGENT = with_contact(CONTACT)


def user_agent(chosen: str = "") -> str:
    """The User-Agent header: `chosen` from the settings, which should name a contact, or the default."""
    return chosen or DEFAULT_USER_AGENT

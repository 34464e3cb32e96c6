"""Links that open a conversation with the institution in a messenger: `m.me/…`, `wa.me/…`, `skype:…?chat`.

A link that carries a text to pass on (`wa.me/?text=…`, `t.me/share`) shares the page; a Telegram address is
a conversation only where the account is a bot, whose name has to end so; anything else there is a channel.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

import msgspec

_BOT = re.compile(r"^\w{2,29}bot$", re.IGNORECASE)
_PHONE = re.compile(r"^\+?\d{7,15}$")
_HOSTS = frozenset({"m.me", "wa.me", "api.whatsapp.com", "chats.viber.com", "t.me", "telegram.me"})
_SCHEMES = frozenset({"skype", "viber", "tg", "whatsapp"})


class Messenger(msgspec.Struct, frozen=True):
    """A conversation that an address opens."""

    name: str
    is_bot: bool = False


@lru_cache(maxsize=8192)
def messenger(url: str) -> Messenger | None:
    """The messenger in which the address opens a conversation with an account, or None."""
    scheme = url.partition(":")[0].lower()
    if scheme in _SCHEMES:
        return _by_scheme(scheme, url.partition(":")[2])
    if scheme not in {"http", "https"}:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if host not in _HOSTS and not (host == "messenger.com" or host.endswith("facebook.com")):
        return None
    return _by_host(host, [part for part in parts.path.split("/") if part], parse_qs(parts.query))


def _by_scheme(scheme: str, rest: str) -> Messenger | None:
    path, _, query = rest.partition("?")
    asked = parse_qs(query, keep_blank_values=True)
    if scheme == "skype":
        return Messenger("Skype") if path.strip("/") else None
    if scheme == "viber":
        action = path.strip("/").lower()
        names_someone = any(name in asked for name in ("number", "chatURI", "chatUri", "uri"))
        return Messenger("Viber") if action in {"chat", "pa", "contact"} and names_someone else None
    if scheme == "whatsapp":
        return Messenger("WhatsApp") if _PHONE.match("".join(asked.get("phone", ""))) else None
    account = "".join(asked.get("domain", ""))
    return Messenger("Telegram", is_bot=True) if _BOT.match(account) else None


def _by_host(host: str, path: list[str], query: dict[str, list[str]]) -> Messenger | None:
    first = path[0] if path else ""
    if host == "m.me":
        return Messenger("Messenger") if first else None
    if host == "wa.me":
        return Messenger("WhatsApp") if _PHONE.match(first) or first == "message" else None
    if host == "api.whatsapp.com":
        phone = "".join(query.get("phone", "")).replace(" ", "")
        return Messenger("WhatsApp") if first == "send" and _PHONE.match(phone) else None
    if host == "chats.viber.com":
        return Messenger("Viber") if first else None
    if host in {"t.me", "telegram.me"}:
        return Messenger("Telegram", is_bot=True) if _BOT.match(first) else None
    opens = (host == "messenger.com" and first == "t") or (first == "messages" and path[1:2] == ["t"])
    return Messenger("Messenger") if opens and len(path) > 1 else None

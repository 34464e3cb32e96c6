"""The operator's tokens for networks' interfaces: read from the environment, sent, never kept.

A token goes to the address of its interface and nowhere else: over https (or to this machine), without
following redirects. What comes back is kept without it: Graph repeats the token in `paging.next`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

import msgspec

from crawler.access import Values
from crawler.errors import CredentialError
from crawler.evidence import AuditSettings, Failure, FailureReason, FetchResource
from crawler.evidence.interfaces import INTERFACES, Interface
from crawler.redaction import REDACTED, shapes

_TOKEN = re.compile(r"[!-~]{8,2000}", re.ASCII)
_PARAMETER = re.compile(r"((?:access_token|appsecret_proof)(?:=|%3D))[^&\"'\s\\<>]*", re.IGNORECASE)
"""In an answer's own links: page tokens, too, that nobody gave us."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# It writes every header that it sends, tokens too, once somebody turns DEBUG on.
logging.getLogger("hpack").setLevel(logging.INFO)


class Secret(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent beside a plan's address; never kept or shown."""

    headers: dict[str, str] = msgspec.field(default_factory=dict)
    query: str = ""

    def added_to(self, url: str) -> str:
        """The address as it is sent."""
        joint = "&" if "?" in url else "?"
        return f"{url}{joint}{self.query}" if self.query else url

    def __repr__(self) -> str:
        """Without the secret."""
        return "Secret(…)"


class Credentials:
    """Tokens by the name of their interface. Shows names only."""

    def __init__(
        self, tokens: Mapping[str, str] | None = None, environ: Mapping[str, str] | None = None
    ) -> None:
        """Take the tokens; without any, every interface is without credentials. `environ`: the variables
        that the settings of an audit may name.
        """
        self._tokens = dict(tokens or {})
        self._environ = dict(environ or {})
        self._shapes = sorted(
            {shape for token in self._tokens.values() for shape in shapes(token)}, key=len, reverse=True
        )

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Credentials:
        """The tokens that the environment holds.

        Raises:
            CredentialError: a variable holds what can be no token; the message does not show it.
        """
        given = {
            name: environ.get(one.variable, "").strip() for name, one in INTERFACES.items() if one.variable
        }
        tokens = {name: token for name, token in given.items() if token}
        for name, token in tokens.items():
            if not _TOKEN.fullmatch(token):
                variable = INTERFACES[name].variable
                raise CredentialError(f"{variable} holds no token: one has 8 characters or more, no spaces")
        return cls(tokens, environ)

    def values(self, settings: AuditSettings) -> Values:
        """What the settings have sent to the site itself.

        Raises:
            CredentialError: a variable that they name is not set, or not fit; the message shows no value.
        """
        return Values.of(settings, self._environ)

    def __repr__(self) -> str:
        """Names only."""
        return f"Credentials({', '.join(sorted(self._tokens))})"

    def secret(self, plan: FetchResource, settings: AuditSettings) -> Secret | Failure:
        """What to send with a plan that names a credential, or why nothing may be sent."""
        interface = INTERFACES.get(plan.credential)
        if interface is None or not interface.variable:
            return Failure(FailureReason.NO_CREDENTIALS, f"no interface is called {plan.credential[:40]}")
        token = self._tokens.get(interface.name)
        if token is None:
            return Failure(FailureReason.NO_CREDENTIALS, f"{interface.variable} is not set")
        base = interface.address(settings)
        if not may_carry_tokens(base) or not plan.url.startswith(f"{base}/"):
            detail = f"the token of {interface.name} goes to {base} over https only"
            return Failure(FailureReason.NO_CREDENTIALS, detail)
        return _secret(token, interface)

    def redacted(self, text: str) -> str:
        """The text without any token, however it is written."""
        for shape in self._shapes:
            text = text.replace(shape, REDACTED)
        return _PARAMETER.sub(rf"\1{REDACTED}", text)


def _secret(token: str, interface: Interface) -> Secret:
    if not interface.parameter:
        return Secret(headers={"Authorization": f"Bearer {token}"})
    return Secret(query=f"{interface.parameter}={quote(token, safe='')}")


def may_carry_tokens(base: str) -> bool:
    """Whether an address may be sent tokens: over https, or to this machine."""
    try:
        parts = urlsplit(base)
    except ValueError:
        return False
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)

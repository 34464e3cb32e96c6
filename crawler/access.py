"""What an operator has sent to the site itself: headers, cookies, a password, a login's fields.

Values come from the environment and stay in memory. They go to the host of the address that was given (with
or without `www.`, on its port) and to the hosts allowed beside it; over https, or over http to this machine
and, where private addresses are open, to hosts that only a private network knows. Each hop of a redirect and
each request of a page is asked about by itself.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from crawler.addresses import is_public
from crawler.errors import CredentialError
from crawler.evidence import AuditSettings, Institution, LoginField
from crawler.evidence.access import REFERENCE
from crawler.redaction import LONG, SHORTEST, Redactor
from crawler.urls import Address, SiteScope, is_ip_address, normalise, parse, registrable_domain

PLAIN_HEADERS = frozenset({"accept-language", "dnt", "save-data", "sec-gpc"})
"""Headers whose value is no secret and may stand on a command line."""
_OURS = re.compile(
    r"accept|accept-encoding|connection|content-.*|cookie|expect|host|keep-alive|proxy-.*|te|trailer|"
    r"transfer-encoding|upgrade|user-agent|sec-fetch-.*|:.*"
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PRIVATE_NAME = re.compile(r"(?:.*\.)?(?:local|internal|test|localhost|home\.arpa|lan|intranet)|[^.]+")
_LOOPBACK = re.compile(r"127(?:\.\d+){3}|localhost|.*\.localhost|::1")


def variable(reference: str) -> str:
    """The variable that `env:NAME` names. Raises ValueError, which does not show what else was given."""
    name = reference.strip().removeprefix(REFERENCE)
    if not reference.strip().startswith(REFERENCE) or not _VARIABLE.fullmatch(name):
        raise ValueError("a secret stands in the environment: give env:NAME, the name of its variable")
    return name


def basic_reference(text: str) -> str:
    """`env:NAME`, tidied. Raises as `variable`."""
    return f"{REFERENCE}{variable(text)}"


def header_reference(text: str) -> tuple[str, str]:
    """Name and value of `NAME: env:VARIABLE`; of some headers the value itself. Raises as `variable`."""
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not _TOKEN.fullmatch(name) or _OURS.fullmatch(name.lower()):
        raise ValueError("a header is 'NAME: env:VARIABLE', and not one that the crawler sends itself")
    if name.lower() in PLAIN_HEADERS and not value.startswith(REFERENCE):
        if not (value.isascii() and value.isprintable() and value):
            raise ValueError(f"the value of {name} is printable ASCII")
        return name, value
    return name, basic_reference(value)


def cookie_reference(text: str) -> tuple[str, str]:
    """Name and reference of `NAME=env:VARIABLE`. Raises as `variable`."""
    name, _, value = (part.strip() for part in text.partition("="))
    if not _TOKEN.fullmatch(name):
        raise ValueError("a cookie is 'NAME=env:VARIABLE'")
    return name, basic_reference(value)


class Values(msgspec.Struct, frozen=True, kw_only=True):
    """What the references of an audit's settings stand for. Shows no value."""

    headers: dict[str, str] = msgspec.field(default_factory=dict)
    cookies: dict[str, str] = msgspec.field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()
    """(selector, value) of the login's fields."""
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Nothing."""
        return "Values(…)"

    @classmethod
    def of(cls, settings: AuditSettings, environ: Mapping[str, str]) -> Values:
        """The values of the settings' references.

        Raises:
            CredentialError: a variable is not set, or holds what can't be sent or hidden; no value is shown.
        """
        secrets: list[str] = []

        def value(reference: str, shortest: int) -> str:
            name = variable(reference)
            found = environ.get(name, "").strip()
            if not found:
                raise CredentialError(f"{name} is not set")
            if len(found) < shortest:
                raise CredentialError(f"{name} holds less than {shortest} characters: too few to be hidden")
            secrets.append(found)
            return found

        headers = {
            name: _sendable(text, value(text, LONG)) if text.startswith(REFERENCE) else text
            for name, text in settings.headers.items()
        }
        cookies = {name: _cookie(text, value(text, LONG)) for name, text in settings.cookies.items()}
        if settings.basic_auth:
            headers["Authorization"] = _basic(settings.basic_auth, value(settings.basic_auth, LONG), secrets)
        fields: tuple[LoginField, ...] = settings.login.fields if settings.login else ()
        typed = tuple((one.selector, value(one.value, SHORTEST)) for one in fields)
        return cls(headers=headers, cookies=cookies, fields=typed, secrets=tuple(secrets))


def _sendable(reference: str, value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise CredentialError(f"{variable(reference)} holds what no header can carry")
    return value


def _cookie(reference: str, value: str) -> str:
    if not (value.isascii() and value.isprintable()) or set(value) & set(' ;,"\\'):
        raise CredentialError(f"{variable(reference)} holds what no cookie can carry")
    return value


def _basic(reference: str, value: str, secrets: list[str]) -> str:
    user, colon, password = value.partition(":")
    if not colon or not user or not value.isprintable():
        raise CredentialError(f"{variable(reference)} does not hold user:password")
    secrets.append(password)
    return f"Basic {base64.b64encode(value.encode()).decode()}"


class SiteAccess:
    """The values of an audit, for one site."""

    def __init__(
        self,
        values: Values | None = None,
        institution: Institution | None = None,
        *,
        allow_private: bool = False,
    ) -> None:
        """Without values, or without an address, nothing is ever sent."""
        self.values = values or Values()
        self.redactor = Redactor(self.values.secrets)
        self.session: tuple[dict[str, Any], ...] = ()
        """Cookies of the session that was logged in to, as Playwright has them."""
        self._allow_private = allow_private
        start = normalise(institution.url.strip()) if institution else None
        self._start = parse(start) if start else None
        self._scope = _own_hosts(self._start, institution.allowed_hosts if institution else ())

    @property
    def is_public(self) -> bool:
        """Whether nothing is sent beyond what the public sends."""
        return not (self.values.headers or self.values.cookies or self.values.fields)

    def may_send(self, url: str) -> bool:
        """Whether something secret may go to this address."""
        normal = normalise(url)
        if normal is None or self._scope is None:
            return False
        address = parse(normal)
        return self._scope.has(address) and (address.scheme == "https" or self._is_inside(address.host))

    def headers_for(self, url: str) -> dict[str, str]:
        """Headers, without cookies, of a request to this address."""
        return dict(self.values.headers) if self.values.headers and self.may_send(url) else {}

    def cookies_for(self, url: str) -> str:
        """The value of its Cookie header, as far as it is ours; empty for none."""
        if not (self.values.cookies or self.session) or not self.may_send(url):
            return ""
        session = {one["name"]: one["value"] for one in self.session if _matches(one, parse(url))}
        return "; ".join(f"{name}={value}" for name, value in {**self.values.cookies, **session}.items())

    def browser_cookies(self) -> list[dict[str, Any]]:
        """The operator's cookies for a browser context: for the site's hosts alone, unseen by its scripts."""
        if self._start is None:
            return []
        bare = self._start.host.removeprefix("www.")
        hosts = [self._start.host] if is_ip_address(bare) or "." not in bare else [bare, f"www.{bare}"]
        urls = [f"https://{_bracketed(host)}/" for host in hosts]
        urls += [f"http://{_bracketed(host)}/" for host in hosts if self._is_inside(host)]
        return [
            {"name": name, "value": value, "url": url, "httpOnly": True, "sameSite": "Lax"}
            for name, value in self.values.cookies.items()
            for url in urls
        ]

    def begin_session(self, cookies: list[dict[str, Any]]) -> None:
        """Send these cookies from now on, where they belong; their values are secrets."""
        self.session = tuple(cookies)
        self.redactor.add(
            str(one["value"])
            for one in cookies
            if len(one["value"]) >= (LONG if one["httpOnly"] else 2 * LONG)
        )

    def _is_inside(self, host: str) -> bool:
        if _LOOPBACK.fullmatch(host):
            return True
        if not self._allow_private:
            return False
        if is_ip_address(host):
            return not is_public(host)
        return registrable_domain(host) is None and _PRIVATE_NAME.fullmatch(host) is not None


def _own_hosts(start: Address | None, allowed: tuple[str, ...]) -> SiteScope | None:
    """The address's own host with its port, and those allowed: not the whole registrable domain."""
    if start is None:
        return None
    whole = SiteScope.of(f"{start.origin}/", allowed)
    host = f"[{start.host}]" if ":" in start.host else start.host.removeprefix("www.")
    own = host if start.port in {80, 443} else f"{host}:{start.port}"
    return SiteScope(own, is_domain=False, allowed_hosts=whole.allowed_hosts)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _matches(cookie: dict[str, Any], address: Address) -> bool:
    """RFC 6265 section 5.4: domain, path, and secure."""
    domain = str(cookie["domain"])
    is_host = address.host == domain.lstrip(".") or (domain.startswith(".") and address.host.endswith(domain))
    path = str(cookie.get("path") or "/")
    is_path = address.path == path or address.path.startswith(path if path.endswith("/") else f"{path}/")
    return is_host and is_path and (address.scheme == "https" or not cookie.get("secure"))

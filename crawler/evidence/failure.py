"""Why a page or a site could not be observed: typed values with a remedy, not exceptions."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class FailureReason(StrEnum):
    """One name for each way in which observing can fail; stable, stored in databases."""

    # The site's: it could not be evaluated because of how it answers.
    INVALID_URL = "invalid_url"
    UNKNOWN_HOST = "unknown_host"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_LOST = "connection_lost"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_429 = "http_429"
    HTTP_4XX = "http_4xx"
    HTTP_5XX = "http_5xx"
    NOT_HTML = "not_html"
    DOWNLOAD = "download"
    LOGIN_REDIRECT = "login_redirect"
    LOGIN_FAILED = "login_failed"
    NO_SITEMAP = "no_sitemap"
    CHALLENGE_PAGE = "challenge_page"
    REDIRECT_LOOP = "redirect_loop"
    OUT_OF_SCOPE = "out_of_scope"
    ROBOTS_DISALLOWED = "robots_disallowed"
    EMPTY_PAGE = "empty_page"
    TOO_FEW_CRITERIA = "too_few_criteria"
    TOO_LARGE = "too_large"
    PAGE_HUNG = "page_hung"
    PAGE_CLOSED = "page_closed"
    RENDERER_CRASHED = "renderer_crashed"
    SECOND_ENGINE_FAILED = "second_engine_failed"
    UNSTABLE = "unstable"
    WOULD_POST = "would_post"
    NOT_OPERABLE = "not_operable"
    # Ours: nobody loses points, the audit is to be repeated.
    # The first two are here by who can mend them: the guard's rule is opened by whoever audits
    # (--allow-private), and no webmaster can make axe-core finish.
    ADDRESS_REFUSED = "address_refused"
    AXE_FAILED = "axe_failed"
    BROWSER_CRASHED = "browser_crashed"
    INTERRUPTED = "interrupted"
    NO_CREDENTIALS = "no_credentials"
    THIRD_PARTY_OFF = "third_party_off"
    PROXY_FAILED = "proxy_failed"
    DISK_FULL = "disk_full"
    DATABASE_LOCKED = "database_locked"
    INTERNAL_ERROR = "internal_error"

    @property
    def is_ours(self) -> bool:
        """Whether eindekss failed, not the site: such a result costs nobody points."""
        return self in _OURS


_OURS = frozenset(
    {
        FailureReason.ADDRESS_REFUSED,
        FailureReason.AXE_FAILED,
        FailureReason.BROWSER_CRASHED,
        FailureReason.INTERRUPTED,
        FailureReason.NO_CREDENTIALS,
        FailureReason.THIRD_PARTY_OFF,
        FailureReason.PROXY_FAILED,
        FailureReason.DISK_FULL,
        FailureReason.DATABASE_LOCKED,
        FailureReason.INTERNAL_ERROR,
    }
)

_REMEDIES: dict[FailureReason, str] = {
    FailureReason.INVALID_URL: "Correct the address; it must be a whole http or https URL.",
    FailureReason.UNKNOWN_HOST: "The host name has no address: check its spelling and its DNS records.",
    FailureReason.CONNECTION_REFUSED: "Nothing listens there: check that the web server runs and its port.",
    FailureReason.CONNECTION_LOST: "The server closed the connection early: see its error log, try again.",
    FailureReason.TIMEOUT: "No answer in time: check the server's load, or allow more with --timeout.",
    FailureReason.TLS: "The TLS certificate or handshake is not valid: renew or complete the chain.",
    FailureReason.HTTP_401: "The page asks for a password: make a public page, or audit it from inside.",
    FailureReason.HTTP_403: "The server refuses the crawler: allow its user agent (see the settings).",
    FailureReason.HTTP_404: "The page does not exist: correct the address or restore the page.",
    FailureReason.HTTP_429: "The server asks for fewer requests: lower --rate and try again later.",
    FailureReason.HTTP_4XX: "The server refuses the request: see the status in the details.",
    FailureReason.HTTP_5XX: "The server failed: see its error log and try again later.",
    FailureReason.NOT_HTML: "The address does not give an HTML page: name one that does.",
    FailureReason.DOWNLOAD: "The address starts a download: name an HTML page.",
    FailureReason.LOGIN_REDIRECT: "The page leads to a login: name a page that the public can read.",
    FailureReason.LOGIN_FAILED: "The login that was ordered did not work: check its file and its variables.",
    FailureReason.NO_SITEMAP: "No sitemap names a page to audit: correct it, or leave out --sitemap.",
    FailureReason.CHALLENGE_PAGE: "A bot challenge stands before the page: allow the crawler's user agent.",
    FailureReason.REDIRECT_LOOP: "The redirects never end: correct them on the server.",
    FailureReason.OUT_OF_SCOPE: "The page leads to another site: audit that one, or allow its host.",
    FailureReason.ROBOTS_DISALLOWED: "robots.txt forbids it: allow the crawler, or use --robots ignore.",
    FailureReason.EMPTY_PAGE: "The page shows too little text to judge: check that it renders.",
    FailureReason.TOO_FEW_CRITERIA: "The page offers too little to test: choose a page with real content.",
    FailureReason.TOO_LARGE: "The answer is larger than the cap: name a smaller page.",
    FailureReason.PAGE_HUNG: "The page's scripts do not let go: find the endless script, or raise --timeout.",
    FailureReason.PAGE_CLOSED: "The page closed itself: remove the script that does it.",
    FailureReason.RENDERER_CRASHED: "The page crashed the browser's renderer: it may need too much memory.",
    FailureReason.AXE_FAILED: "axe-core did not finish on the page: raise --timeout, report the details.",
    FailureReason.SECOND_ENGINE_FAILED: "The second engine did not finish on the page: see the details.",
    FailureReason.UNSTABLE: "Two captures differ too much to score: repeat the audit, see what changes.",
    FailureReason.ADDRESS_REFUSED: "The host has a private address: name it as target with --allow-private.",
    FailureReason.WOULD_POST: "The form sends by POST, which an audit never does: offer the search by GET.",
    FailureReason.NOT_OPERABLE: "The control does not react: check that it works with a keyboard.",
    FailureReason.BROWSER_CRASHED: "The browser ended unexpectedly: repeat the audit.",
    FailureReason.INTERRUPTED: "The audit was interrupted: repeat it.",
    FailureReason.NO_CREDENTIALS: "Set the environment variable that the details name (docs/operations.md).",
    FailureReason.THIRD_PARTY_OFF: "Other hosts are not asked: leave out --no-third-party.",
    FailureReason.PROXY_FAILED: "The local egress guard failed: repeat the audit.",
    FailureReason.DISK_FULL: "No space is left on the disk: free some and repeat the audit.",
    FailureReason.DATABASE_LOCKED: "Another program holds the database: close it and repeat the audit.",
    FailureReason.INTERNAL_ERROR: "eindekss failed: repeat the audit and report the details.",
}


class Failure(msgspec.Struct, frozen=True):
    """A failure reason with what was seen; compares by value."""

    reason: FailureReason
    detail: str = ""

    @property
    def remedy(self) -> str:
        """One sentence: what the reader can do about it."""
        return _REMEDIES[self.reason]


def http_failure(status: int) -> Failure | None:
    """The failure that an HTTP status stands for, or None for 2xx and 3xx."""
    if status < 400:
        return None
    named = {401: "http_401", 403: "http_403", 404: "http_404", 410: "http_404", 429: "http_429"}
    fallback = "http_5xx" if status >= 500 else "http_4xx"
    return Failure(FailureReason(named.get(status, fallback)), f"HTTP {status}")

"""What an audit is asked to do: frozen values, stored with every run."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from crawler.evidence.access import Consent, LoginStep
from crawler.evidence.institution import Institution


class Scope(StrEnum):
    """What WCAG and the mobile test measure; the other answers' crawl is the same in both."""

    HOMEPAGE = "homepage"
    SAMPLE = "sample"


class RobotsPolicy(StrEnum):
    """Whether robots.txt binds the crawl; recorded with the run."""

    RESPECT = "respect"
    IGNORE = "ignore"


class AuditSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Effective settings of an audit. Times are seconds, sizes bytes, rates requests a second."""

    seed: int
    """Seed of the random sample; recorded so that the sample can be drawn again."""
    scope: Scope = Scope.HOMEPAGE
    pages: int = 30
    """Uniform random pages that carry the score in scope `sample`."""
    confirm: bool = True
    """Capture what carries a score twice: what differs is unstable and does not count."""
    structured_pages: int = 40
    """Most pages of one site that are captured because checks ask for them."""
    second_engine: bool = False
    """Run IBM Equal Access too, beside the percentage and never in it."""
    concurrency: int = 2
    """Pages open in the browser at once, over all sites."""
    timeout: float = 60.0
    """For one page, whatever it does: load, measure and screenshot of one pass."""
    rate: float = 5.0
    """Requests a second and host at the start; adapts downwards and recovers."""
    robots: RobotsPolicy = RobotsPolicy.RESPECT
    allow_private: bool = False
    """Open private addresses, for the hosts named as targets only."""
    max_urls: int = 200
    """HTML pages fetched by the crawl of one site."""
    max_depth: int = 8
    crawl_seconds: float = 900.0
    """For the crawl of one site; what is not fetched by then is skipped with that reason."""
    host_concurrency: int = 4
    """HTTP requests of the crawl under way at once to one host."""
    max_body: int = 10 * 1024 * 1024
    """Decoded bytes read of one response."""
    crawl_delay_cap: float = 10.0
    """A longer Crawl-delay in robots.txt is cut to this."""
    browser_contexts: int = 400
    """Contexts (two or more a site) after which the browser is started anew."""
    browser_memory: int = 2 * 1024**3
    """Bytes that the browser's processes may hold before a new one takes the next sites."""
    user_agent: str = ""
    """User-Agent of HTTP and browser; empty: our own, which names a contact (`crawler.user_agent`)."""
    third_party: bool = True
    """Ask hosts off the site: networks, feeds, where a link leads. What a page itself loads is the page's."""
    best_effort_social: bool = False
    """Read public pages of networks that show posts to nobody else; they break, and prove nothing old."""
    interfaces: dict[str, str] = msgspec.field(default_factory=dict)
    """Other addresses of networks' interfaces, by name (`crawler.evidence.interfaces`): a relay, a test."""
    instagram_account: str = ""
    """Number of the operator's own Instagram account, by which business discovery is asked."""
    sitemap: str | None = None
    """The population is what sitemaps list: the one at this address, or, where empty, those that
    robots.txt names and `/sitemap.xml`. None: what the crawl finds is in it too."""
    include: tuple[str, ...] = ()
    """Patterns (`crawler.patterns`): where there are some, only pages that one of them matches."""
    exclude: tuple[str, ...] = ()
    """Patterns of pages that are neither crawled, sampled nor captured."""
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    """Sent to the site's own hosts; a value is a reference (`crawler.evidence.access`), or no secret."""
    cookies: dict[str, str] = msgspec.field(default_factory=dict)
    """Sent to the site's own hosts; values are references."""
    basic_auth: str = ""
    """Reference to `user:password` for the site's own hosts."""
    login: LoginStep | None = None
    consent: Consent = Consent.IGNORE
    locale: str = "lv-LV"
    timezone: str = "Europe/Riga"
    desktop: tuple[int, int] = (1280, 900)
    phone: tuple[int, int] = (411, 731)
    """The Nexus 5X that Googlebot smartphone used in 2017."""


def settings_of(institution: Institution, settings: AuditSettings) -> AuditSettings:
    """The run's settings with those that hold for this institution alone."""
    if not institution.own_settings:
        return settings
    told: dict[str, Any] = msgspec.to_builtins(settings)
    return msgspec.convert(told | institution.own_settings, AuditSettings)

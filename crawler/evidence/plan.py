"""What a check may ask to be observed next (plans), and what came of it (observations).

Plans are pure values: checks make them, the pipeline hands them to the crawler, the crawler imports no
check. Nothing is ever posted: every plan is a GET or a click that opens something.
"""

from __future__ import annotations

import msgspec

from crawler.evidence.axe import AxeResult
from crawler.evidence.failure import Failure
from crawler.evidence.mobile import MobileView


class VisitPage(msgspec.Struct, frozen=True, tag=True):
    """Capture a page of the site into the structured sample under `role`."""

    url: str
    role: str


class SubmitSearch(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Send a site's search two queries: a word that the site uses, and a token that nobody uses."""

    page_url: str
    form_selector: str
    field_selector: str
    url_template: str = ""
    """Where the form is a plain GET: its address with `{query}` for the percent-encoded query. Empty:
    the browser opens the page, fills in the field and presses Enter; refused if that would post."""
    opener_selector: str = ""
    """A control to click first, so that the field shows."""
    word: str
    token: str


class FetchResource(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Fetch one address over HTTP, on or off the site (a feed, a profile's documented API).

    Plans with the same `url` and `purpose` are the same.
    """

    url: str
    purpose: str
    """Which check asks, and for what."""
    accept: str = "*/*"
    credential: str = ""
    """Name of the interface whose token the crawler adds when it asks (`crawler.evidence.interfaces`); the
    token is in no plan. Empty: none."""
    is_for_programs: bool = False
    """An interface or feed made for programs: robots.txt of a host off the site is not asked."""


class ConfirmPage(msgspec.Struct, frozen=True, tag=True):
    """Load a captured page once more on the desktop and run axe-core: is it the same again?"""

    url: str
    """As the page was asked for."""


class ConfirmMobile(msgspec.Struct, frozen=True, tag=True):
    """Load a captured page once more on the phone."""

    url: str


Plan = VisitPage | SubmitSearch | FetchResource | ConfirmPage | ConfirmMobile


class SearchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one query gave."""

    query: str
    final_url: str = ""
    status: int | None = None
    title: str = ""
    text: str = ""
    """Visible text (of a template fetch: text of the HTML), at most 20,000 characters."""
    links: tuple[tuple[str, str], ...] = ()
    """(address, text), at most 300."""
    failure: Failure | None = None


class SearchProbe(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Both answers to a SubmitSearch."""

    plan: SubmitSearch
    for_word: SearchAnswer
    for_token: SearchAnswer
    asked_at: str = ""
    """ISO 8601 in UTC."""


class Fetched(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The answer to a FetchResource. `body` is decoded text, cut at the settings' cap."""

    plan: FetchResource
    fetched_at: str
    final_url: str = ""
    status: int | None = None
    content_type: str = ""
    body: str = ""
    truncated: bool = False
    failure: Failure | None = None


class Confirmation(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The second capture of a page: measured, without screenshot, links, forms and texts."""

    plan: ConfirmPage | ConfirmMobile
    captured_at: str
    final_url: str = ""
    status: int | None = None
    content_type: str = ""
    text_length: int = 0
    """Visible characters, white space folded; of a ConfirmPage, as `axe`."""
    axe: AxeResult | None = None
    view: MobileView | None = None
    """Of a ConfirmMobile; its own failure is `failure` too."""
    failure: Failure | None = None


Observation = SearchProbe | Fetched | Confirmation

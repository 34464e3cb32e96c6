"""Which phone capture carries the verdict, and whether it and its second capture can be judged."""

from __future__ import annotations

import msgspec

from checks.evaluable import page_failure, place, response_failure
from checks.mobile.confirmation import Compared, compared
from crawler.evidence import Confirmation, ConfirmMobile, Failure, FailureReason, MobileView, Site

_PAGE_REASONS = frozenset(
    {FailureReason.CHALLENGE_PAGE, FailureReason.LOGIN_REDIRECT, FailureReason.OUT_OF_SCOPE}
)
"""What the desktop capture of the home page says of the phone's too."""

_STATUS_NAMES = {
    FailureReason.UNKNOWN_HOST: "dns",
    FailureReason.CONNECTION_REFUSED: "connect",
    FailureReason.CONNECTION_LOST: "connect",
    FailureReason.TIMEOUT: "timeout",
    FailureReason.PAGE_HUNG: "timeout",
    FailureReason.ROBOTS_DISALLOWED: "robots",
    FailureReason.DOWNLOAD: "not_html",
    FailureReason.CHALLENGE_PAGE: "blocked_by_waf",
}
"""PAGE_UNREACHABLE's reasons where `mft/1` names them otherwise than we do."""


class Observed(msgspec.Struct, frozen=True):
    """The home page on a phone, or why there is nothing to judge."""

    view: MobileView | None = None
    failure: Failure | None = None


def home_view(site: Site) -> Observed:
    """The phone capture of the home page, with what spoils it."""
    page = site.home
    addresses = {page.url, page.final_url} - {""} if page else {site.institution.url}
    view = next((one for one in site.mobile if addresses & {one.url, one.final_url}), None)
    if view is None:
        crawled = site.crawl.failure if site.crawl else None
        return Observed(failure=site.failure or (page.failure if page else None) or crawled)
    failure = view_failure(view)
    if failure is None and page is not None:
        desktop = page_failure(page, site)
        failure = desktop if desktop and desktop.reason in _PAGE_REASONS else None
    return Observed(view, failure)


def view_failure(view: MobileView) -> Failure | None:
    """Why a phone capture cannot be judged, or None. A page that shows nothing says nothing either."""
    if failure := view.failure or response_failure(view.status, view.content_type):
        return failure
    if view.layout_width <= 0:
        return Failure(FailureReason.INTERNAL_ERROR, "the layout was not measured")
    if not view.text_length and not view.targets:
        return Failure(FailureReason.EMPTY_PAGE, "neither text nor anything to tap")
    return None


def confirmed(site: Site, view: MobileView) -> Compared:
    """The view's issues, confirmed by its second capture where that can be compared."""
    wanted = ConfirmMobile(view.url)
    confirmations = (seen for seen in site.observations if isinstance(seen, Confirmation))
    seen = next((seen for seen in confirmations if seen.plan == wanted), None)
    if seen is None:
        return compared(view, None)
    failure = seen.failure or (view_failure(seen.view) if seen.view else None)
    if failure is None and place(seen.final_url) != place(view.final_url or view.url):
        failure = Failure(FailureReason.UNSTABLE, f"it led to {seen.final_url}")
    return compared(view, None if failure else seen.view, failure)


def status_name(failure: Failure) -> str:
    """The reason of PAGE_UNREACHABLE, as `mft/1` names it."""
    if failure.reason.value.startswith("http_") and failure.detail.startswith("HTTP "):
        return "http_" + failure.detail.removeprefix("HTTP ")
    return _STATUS_NAMES.get(failure.reason, failure.reason.value)

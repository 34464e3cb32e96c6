"""What a person saw and wrote into the list of institutions: `facebook_last_post`, `twitter_last_post`.

An ISO day, with `…_source`: who saw it or the post's address. When the person looked is not known, so the
day proves an account fresh, never old.
"""

from __future__ import annotations

from datetime import date

from checks.addresses import key
from checks.social.networks import Network
from checks.social.posts import Post, PostDates
from crawler.evidence import Site

_ATTRIBUTES = {Network.FACEBOOK: "facebook_last_post", Network.X: "twitter_last_post"}


def manual_dates(site: Site, network: Network, profile: str) -> PostDates:
    """The day in the list of institutions; `profile` is the account's address, or empty. Without a source,
    or with another form of date, it is no date.
    """
    attribute = _ATTRIBUTES[network]
    said = site.institution.attributes.get(attribute, "").strip()
    source = site.institution.attributes.get(f"{attribute}_source", "").strip()
    if not said:
        return PostDates()
    day = _day(said)
    if day is None:
        return PostDates(problem=f"manual: {attribute} is no ISO date: {said[:40]}")
    if not source:
        return PostDates(problem=f"manual: {attribute} has no {attribute}_source")
    page_url = key(source) or profile or site.institution.url
    name = f"manual: {source[:200]}"
    return PostDates(posts=(Post(day=day, source=name, confidence=0.95, url=source, page_url=page_url),))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

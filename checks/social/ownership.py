"""Whose account it is: sites also link their ministry's, the government's and other people's accounts.

Points (reference 2.4) for what a site does with its own account: it repeats it on its pages, declares or
embeds it, and the handle resembles the institution. Points of 0.4 and more make it the institution's.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import cache

import msgspec

from checks import terms
from checks.addresses import evaluable_pages, host, own_hosts
from checks.sentences import say
from checks.social.mentions import How, Mention, mentions
from checks.social.networks import Kind, Network, Reference, classify
from checks.words import fold, without_diacritics, words
from crawler.evidence import Place, Site

OWN = 0.4
_MANY_ACCOUNTS = 5
"""So many accounts of one network in a page's text are a list of others' accounts."""
_FRAME_PLACES = frozenset({Place.HEADER, Place.FOOTER, Place.NAV, Place.ASIDE})
_SECOND_LEVEL = frozenset({"gov", "com", "org", "edu", "co", "net", "gob", "gouv", "go", "ac"})


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account that the site names, and how sure it is the institution's."""

    reference: Reference
    href: str
    """The link as the site writes it."""
    points: float
    signs: tuple[str, ...]
    mentions: tuple[Mention, ...]

    @property
    def url(self) -> str:
        """The link as the site writes it, without query, where that alone tells the account; else the
        account's plain address.
        """
        bare = self.href.partition("?")[0].partition("#")[0]
        found = classify(bare, "me")
        return bare if found and found.identity == self.reference.identity else self.reference.url

    @property
    def is_own(self) -> bool:
        """Whether enough speaks for it."""
        return self.points >= OWN

    @property
    def confidence(self) -> float:
        """From 0.7 for what just suffices to 0.97 for a declared account on every page."""
        return round(min(0.97, 0.58 + 0.3 * self.points), 2)


def accounts(site: Site, network: Network) -> tuple[Account, ...]:
    """The network's accounts that the site names, the institution's own first."""
    by_identity: dict[tuple[Network, str], list[Mention]] = defaultdict(list)
    for mention in mentions(site, network):
        by_identity[mention.reference.identity].append(mention)
    crowd = len(by_identity) >= _MANY_ACCOUNTS
    found = [_account(site, group, is_in_crowd=crowd) for group in by_identity.values()]
    return tuple(
        sorted(
            (account for account in found if account is not None),
            key=lambda account: (-account.points, account.reference.identity),
        )
    )


def _account(site: Site, group: Sequence[Mention], *, is_in_crowd: bool) -> Account | None:
    profiles = [mention for mention in group if mention.reference.kind is Kind.PROFILE]
    if not profiles:
        return None
    best = min(profiles, key=lambda one: (one.reference.is_weak, not one.visible, not one.is_home))
    signs = _signs(site, group, best.reference, is_in_crowd=is_in_crowd)
    return Account(
        reference=best.reference,
        href=best.href,
        points=round(min(1.3, sum(points for points, _ in signs)), 2),
        signs=tuple(text for _, text in signs),
        mentions=tuple(group),
    )


def _signs(
    site: Site, group: Sequence[Mention], reference: Reference, *, is_in_crowd: bool
) -> list[tuple[float, str]]:
    signs = [*_placement(site, group, is_in_crowd=is_in_crowd)]
    ways = {mention.how for mention in group}
    if How.DECLARED in ways:
        signs.append((0.45, say("declared as its own in the page's head")))
    if How.EMBED in ways:
        signs.append((0.4, say("its timeline or page is embedded")))
    is_listed = _is_listed(site, reference)
    if is_listed:
        signs.append((0.6, say("the list of institutions names it as its own")))
    if _resembles(site, reference.handle):
        signs.append((0.35, say("its name resembles the institution's")))
    elif not is_listed and _is_a_ministrys(site, group, reference):
        signs.append((-0.6, say("it is called a ministry's, and the institution is none")))
    if any(terms.match("social", mention.text) for mention in group):
        signs.append((0.15, say("the site invites to follow it")))
    return signs


def _placement(site: Site, group: Sequence[Mention], *, is_in_crowd: bool) -> list[tuple[float, str]]:
    """Points for the frame of the page, for repeating, and for a short link or icon on the front page."""
    links = [one for one in group if one.how is How.LINK and one.reference.kind is Kind.PROFILE]
    shown = [one for one in links if one.visible or one.place is Place.NAV]
    if not shown:
        return [(0.1, say("only in links that don't show"))] if links else []
    pages = len(evaluable_pages(site))
    on_pages = len({one.page_url for one in shown})
    signs: list[tuple[float, str]] = [
        (0.1, say("linked on {on_pages} of {pages} pages", on_pages=on_pages, pages=pages))
    ]
    if pages >= 3 and on_pages >= 0.8 * pages:
        signs.append((0.35, say("repeated on most pages")))
    if any(one.place in _FRAME_PLACES and one.is_home for one in shown):
        signs.append((0.35, say("in the front page's header, menu or footer")))
    elif not is_in_crowd and any(one.is_home and len(words(one.text)) <= 4 for one in shown):
        signs.append((0.3, say("a button or short link on the front page")))
    return signs


def _is_listed(site: Site, reference: Reference) -> bool:
    """Whether it is a profile that the list of institutions knows."""
    known = (classify(url, "me") for url in site.institution.social_profiles)
    return any(one is not None and one.identity == reference.identity for one in known)


def _resembles(site: Site, handle: str) -> bool:
    """Whether the handle and a name of the institution hold each other, or are nearly the same."""
    plain = _letters(handle.rpartition("/")[2].partition("@")[0])
    if len(plain) < 3:
        return False
    return any(
        (len(name) >= 4 and name in plain)
        or (len(plain) >= 4 and plain in name)
        or plain == name
        or SequenceMatcher(None, plain, name).ratio() >= 0.7
        for name in _names(site)
    )


def _is_a_ministrys(site: Site, group: Sequence[Mention], reference: Reference) -> bool:
    """Whether the handle or a link's words name a ministry and no name of the institution does: offices link
    the account of the ministry over them.
    """
    said = {_letters(reference.handle), *(_letters(one.text) for one in group)}
    own = _names(site)
    named = [word for word in _ministries() if any(word in text for text in said)]
    return bool(named) and not any(word in name for word in _ministries() for name in own)


@cache
def _ministries() -> tuple[str, ...]:
    """What ministries are called, in one word, as `_letters` writes it."""
    phrases = (phrase for table in terms.tables("ministry").values() for phrase in table.phrases)
    return tuple(dict.fromkeys(_letters(phrase) for phrase in phrases if " " not in phrase))


def _names(site: Site) -> set[str]:
    """What the institution is called: name, abbreviation, initials, domain, front page's title."""
    titles = [site.institution.name, site.home.title if site.home else ""]
    parts = [part for title in titles for part in re.split(r"[|–—:]| - ", title) if part.strip()]
    names = {_letters(part) for part in parts} | {_initials(part) for part in parts}
    names |= {_letters(site.institution.abbreviation), *(_domain_label(one) for one in own_hosts(site))}
    names.add(_domain_label(host(site.institution.url)))
    return {name for name in names if len(name) >= 2}


def _domain_label(name: str) -> str:
    labels = [label for label in name.partition(":")[0].split(".")[:-1] if label not in _SECOND_LEVEL]
    return _letters(labels[-1]) if labels and not labels[-1].isdigit() else ""


def _initials(title: str) -> str:
    found = [word.plain for word in words(title)]
    return "".join(word[0] for word in found) if len(found) >= 3 else ""


def _letters(text: str) -> str:
    return "".join(c for c in without_diacritics(fold(text)) if c.isalnum())

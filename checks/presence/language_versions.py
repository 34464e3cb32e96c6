"""The versions of a site by language, and what each is worth: read, not believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from checks import terms
from checks.addresses import evaluable_pages, is_within, key, site_hosts
from checks.finding import Instance
from checks.language import Language, language_of
from checks.presence.language_links import LanguageLink, language_links, named_language
from checks.presence.machine_translation import notice, widget
from checks.sentences import Said, marked, quoted, say, word
from checks.words import fold
from crawler.evidence import FailureReason, Page, Place, Site, http_failure

FEWEST_CHARACTERS = 250
"""Visible characters beside the menus; less is a stub."""
_STUB = 1500
"""A page with less text that says it is being prepared is a stub."""
_SAME = 0.9
"""Share of words that two pages have in common from which they are the same."""
_LONGEST = 200
"""Characters of the site's own text."""
_MENUS = frozenset({Place.NAV, Place.HEADER, Place.FOOTER, Place.ASIDE})


class State(StrEnum):
    """What became of a version that the site promises; best first."""

    REAL = marked("has real content")
    UNSURE = marked("its language can't be told from its text")
    ELSEWHERE = marked("is on another host and was not opened")
    UNREACHED = marked("could not be opened")
    UNFOLLOWED = marked("is offered by a control that has no address")
    MACHINE = marked("is a machine translation")
    STUB = marked("is empty or in preparation")
    WRONG = marked("is written in another language")
    GONE = marked("does not exist")


UNDECIDED = frozenset({State.UNSURE, State.ELSEWHERE, State.UNREACHED, State.UNFOLLOWED})
_ORDER = {state: rank for rank, state in enumerate(State)}


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The site in one language."""

    code: str
    state: State
    page: Page | None = None
    link: LanguageLink | None = None
    language: Language = Language()
    detail: str = ""
    inner: int = 0
    """Links that only this version's front page has: its own pages."""

    def instance(self) -> Instance:
        """The version as evidence: where it is promised, or its front page, and what was read."""
        message = say("{code}: {state}", code=self.code, state=self.told())
        if self.page is not None and self.page.text:
            return Instance(
                url=self.page.final_url or self.page.url, snippet=self.page.text[:200], message=message
            )
        return self.link.instance(message) if self.link else Instance(url="", message=message)

    def told(self) -> Said:
        """What became of it, and by what that is known."""
        if not self.detail:
            return word(self.state)
        detail = self.detail if isinstance(self.detail, Said) else self.detail[:_LONGEST]
        return say("{state} ({detail})", state=word(self.state), detail=detail)


def role(code: str) -> str:
    """Role of the structured page that is the version's front page."""
    return f"language_{code}"


def candidates(site: Site, code: str) -> tuple[LanguageLink, ...]:
    """Addresses on the site that may be the version's front page, best first, each once."""
    hosts = site_hosts(site)
    home = site.home
    known = {key(home.url), key(home.final_url)} if home else set()
    found: dict[str, LanguageLink] = {}
    for link in language_links(site):
        is_own = bool(link.url) and is_within(link.url, hosts)
        if link.code == code and is_own and key(link.url) not in known:
            found.setdefault(key(link.url), link)
    return tuple(found.values())


def versions(site: Site) -> tuple[Version, ...]:
    """The front page's own language and every promised one, each in its best state; without Latvian or
    English where nothing promises them.
    """
    home = site.home
    if home is None:
        return ()
    own = _read(home, language_of(home.text).code, home)
    promised = dict.fromkeys(link.code for link in language_links(site))
    others = (_best(site, home, code) for code in promised if code != own.code)
    return (*((own,) if own.code else ()), *(one for one in others if one is not None))


def _best(site: Site, home: Page, code: str) -> Version | None:
    found = [*_opened(site, home, code), *_unopened(site, code)]
    return min(found, key=lambda one: _ORDER[one.state], default=None)


def _opened(site: Site, home: Page, code: str) -> Iterator[Version]:
    readable = evaluable_pages(site)
    addresses = {key(link.url): link for link in candidates(site, code)}
    for page in site.pages:
        link = addresses.get(key(page.url)) or addresses.get(key(page.final_url))
        if page is home or not (link or role(code) in page.roles):
            continue
        if any(page is one for one in readable):
            yield msgspec.structs.replace(_read(page, code, home), link=link)
            continue
        failure = page.failure or http_failure(page.status or 0)
        is_gone = failure is not None and failure.reason is FailureReason.HTTP_404
        why = str(failure.reason) if failure else ""
        yield Version(
            code=code, state=State.GONE if is_gone else State.UNREACHED, page=page, link=link, detail=why
        )


def _unopened(site: Site, code: str) -> Iterator[Version]:
    """What is promised and was not opened."""
    hosts = site_hosts(site)
    opened = {key(address) for page in site.pages for address in (page.url, page.final_url)}
    for link in language_links(site):
        if link.code != code:
            continue
        if not link.url:
            yield _unfollowed(site, link)
        elif not is_within(link.url, hosts):
            yield Version(code=code, state=State.ELSEWHERE, link=link)
        elif key(link.url) not in opened:
            yield Version(code=code, state=State.UNREACHED, link=link, detail=say("it was not opened"))


def _unfollowed(site: Site, link: LanguageLink) -> Version:
    """A control without an address; on a page with a translation widget it is the widget's."""
    found = widget(site.home) if site.home else None
    if found:
        return Version(code=link.code, state=State.MACHINE, link=link, detail=found.sentence)
    return Version(code=link.code, state=State.UNFOLLOWED, link=link, detail=link.how)


def _read(page: Page, code: str, home: Page) -> Version:
    """A captured page taken for the version in `code`."""
    language = language_of(page.text)
    state, detail = _state(page, code, home, language)
    inner = 0 if page is home else len(_links(page, code) - _links(home, code))
    return Version(code=code, state=state, page=page, language=language, detail=detail, inner=inner)


def _state(page: Page, code: str, home: Page, language: Language) -> tuple[State, str]:
    own = content_length(page)
    preparing = terms.match_long("in_preparation", page.text) if page.text_length < _STUB else None
    if preparing:
        return State.STUB, quoted(f"“{preparing.term}”")
    if own < FEWEST_CHARACTERS:
        return State.STUB, say("{own} characters beside the menus", own=own)
    if not language.code:
        both = say("a mixture with {runner_up}", runner_up=language.runner_up) if language.is_mixed else ""
        return State.UNSURE, both
    if language.code != code:
        return State.WRONG, _other_language(page, home, language)
    said = notice(page)
    if said and page is not home:
        return State.MACHINE, said.snippet
    return State.REAL, say("{own} characters beside the menus", own=own)


def _other_language(page: Page, home: Page, language: Language) -> str:
    if page is not home and common_share(page.text, home.text) >= _SAME:
        return say("{code}, the same text as the front page", code=language.code)
    return language.code


def content_length(page: Page) -> int:
    """Visible characters without the texts of links in menus, header and footer."""
    menus = sum(len(link.text) for link in page.links if link.visible and link.place in _MENUS)
    return max(0, page.text_length - menus)


def common_share(text: str, other: str) -> float:
    """Share of the words of both texts, counted as often as they stand, that they have in common."""
    first, second = Counter(fold(text).split()), Counter(fold(other).split())
    total = max(first.total(), second.total())
    return (first & second).total() / total if total else 1.0


def _links(page: Page, code: str) -> set[str]:
    """Addresses that the page links to and that name no other language."""
    return {
        key(link.href)
        for link in page.links
        if link.place is not Place.FOOTER and named_language(link.href) in {code, ""}
    } - {"", key(page.url), key(page.final_url)}

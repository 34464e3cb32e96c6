"""K11M_FB, K11M_FB_1, K11M_TW, K11M_TW_1: the institution's Facebook and Twitter (X) accounts, by what
its site says. No link is not "has no account": then the answer stays open.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from checks.addresses import evaluable_pages, is_within, key, own_hosts, site_hosts
from checks.answers import answered, cant_tell, counted_pages, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import joined, say
from checks.social.networks import Kind, Network, Reference, classify
from checks.social.ownership import Account, accounts
from checks.words import last_segment, words
from crawler.evidence import Fetched, FetchResource, Link, Plan, Site

PURPOSE = "profiles: where the site's own link to a network leads"
CODES = {Network.FACEBOOK: "K11M_FB", Network.X: "K11M_TW"}
_NAMES = {
    Network.FACEBOOK: frozenset({"facebook", "feisbuks"}),
    Network.X: frozenset({"twitter", "tviteris"}),
}
_SAID = {Network.FACEBOOK: "Facebook", Network.X: "X (Twitter)"}
HAS = 1


class Signpost(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the site to one of its own addresses that is named for a network (`/facebook.asp`)."""

    link: Link
    page_url: str
    asked: Fetched | None = None
    target: Reference | None = None

    @property
    def stayed(self) -> bool:
        """Whether the address answered with a page of the site itself, so that it leads to no account."""
        answered = self.asked is not None and self.asked.failure is None
        return answered and (self.target is None or self.target.kind is not Kind.PROFILE)


def plan(site: Site) -> tuple[Plan, ...]:
    """Ask where the site's own addresses named for a network lead, where no direct link tells the account."""
    if unobserved(site, *CODES.values()):
        return ()
    reachable = site_hosts(site)
    return tuple(
        FetchResource(url=found.link.href, purpose=PURPOSE)
        for network in CODES
        if not any(account.is_own for account in accounts(site, network))
        for found in signposts(site, network)[:1]
        if found.asked is None and is_within(found.link.href, reachable)
    )


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers both networks: 1 there is an account and its links, or null with what was looked at."""
    codes = [code for base in CODES.values() for code in (base, f"{base}_1")]
    missing = unobserved(site, *codes)
    if missing:
        return CheckResult(answers=missing)
    given = [answer for network, code in CODES.items() for answer in _answers(site, network, code)]
    return CheckResult(answers=tuple(given))


def own_accounts(site: Site, network: Network) -> tuple[Account, ...]:
    """The institution's accounts, best first; with a resolved signpost where no link tells one."""
    found = tuple(account for account in accounts(site, network) if account.is_own)
    return found or tuple(
        Account(
            reference=post.target,
            href=post.target.url,
            points=0.8,
            signs=(say("{href} leads there", href=post.link.href),),
            mentions=(),
        )
        for post in signposts(site, network)
        if post.target and post.target.kind is Kind.PROFILE
    )


def signposts(site: Site, network: Network) -> tuple[Signpost, ...]:
    """Links to the site's own addresses that are named for the network, in the pages' order."""
    if network not in _NAMES:
        return ()
    hosts = own_hosts(site)
    asked = {
        key(one.plan.url): one
        for one in site.observations
        if isinstance(one, Fetched) and one.plan.purpose == PURPOSE
    }
    found: dict[str, Signpost] = {}
    for page in evaluable_pages(site):
        for link in page.links:
            if not _is_named_for(link, network) or not is_within(link.href, hosts):
                continue
            address = key(link.href)
            if address in found:
                continue
            answer = asked.get(address)
            target = classify(answer.final_url) if answer else None
            found[address] = Signpost(
                link=link, page_url=page.final_url or page.url, asked=answer, target=target
            )
    return tuple(found.values())


def _is_named_for(link: Link, network: Network) -> bool:
    """The address is called after the network, or the link's whole text is and the address too in part."""
    if not any(name in link.href.lower() for name in _NAMES[network]):
        return False
    segment = last_segment(link.href)
    said = [word.plain for word in words(link.text or link.name)]
    is_address = bool(segment) and segment[0] in _NAMES[network] and len(segment) <= 2
    return is_address and (not said or any(word in _NAMES[network] for word in said))


def _answers(site: Site, network: Network, code: str) -> tuple[Answer, Answer]:
    if found := own_accounts(site, network):
        return _found(found, code, network)
    open_posts = [post for post in signposts(site, network) if not post.stayed]
    if open_posts:
        return _unresolved(open_posts, code, network)
    return _none(site, network, code)


def _found(found: Sequence[Account], code: str, network: Network) -> tuple[Answer, Answer]:
    best = found[0]
    evidence = [one for account in found for one in _evidence(account)]
    reason = say(
        "The site shows its {said} account {handle}: {signs}.",
        said=_SAID[network],
        handle=best.reference.handle,
        signs=joined(", ", best.signs),
    )
    links = " ".join(account.url for account in found)
    return (
        answered(code, HAS, best.confidence, reason, evidence),
        answered(f"{code}_1", links, best.confidence, reason, evidence),
    )


def _evidence(account: Account) -> list[Instance]:
    shown = sorted(account.mentions, key=lambda one: (not one.is_home, not one.visible))[:2]
    said = say("{points:.2f} points: {signs}", points=account.points, signs=joined(", ", account.signs))
    return [one.instance(said) for one in shown] or [Instance(url=account.href, message=said)]


def _unresolved(posts: Sequence[Signpost], code: str, network: Network) -> tuple[Answer, Answer]:
    evidence = [
        Instance(
            url=post.page_url,
            selector=post.link.selector,
            snippet=f"{post.link.text or post.link.name} → {post.link.href}",
            message=say("an address of the site named for the network; where it leads was not seen"),
        )
        for post in posts
    ]
    reason = say(
        "A link of the site named {said} leads on through the site's own address.", said=_SAID[network]
    )
    return (
        answered(code, HAS, 0.75, reason, evidence),
        answered(f"{code}_1", posts[0].link.href, 0.7, reason, evidence),
    )


def looked_at(site: Site) -> list[Instance]:
    """The pages whose links were read, which is what "no link" stands on."""
    pages = evaluable_pages(site)
    return [
        Instance(url=page.final_url or page.url, message=say("{links} links", links=len(page.links)))
        for page in pages
    ]


def _none(site: Site, network: Network, code: str) -> tuple[Answer, Answer]:
    pages = evaluable_pages(site)
    others = accounts(site, network)
    evidence = [one for account in others for one in _evidence(account)[:1]]
    reason = say(
        "No link to a {said} account on the site ({counted_pages} looked at).",
        said=_SAID[network],
        counted_pages=counted_pages(len(pages)),
    )
    if others:
        reason = say(
            "The site links {said} accounts, but nothing tells that one is its own.", said=_SAID[network]
        )
    shown = [*evidence, *looked_at(site)]
    return cant_tell(code, reason, shown), cant_tell(f"{code}_1", reason, shown)


CHECK = Check(
    id="profiles",
    version=2,
    codes=("K11M_FB", "K11M_FB_1", "K11M_TW", "K11M_TW_1"),
    title="Accounts in social networks",
    basis="e-index 2017, K11M; reference social-and-presence 2.1-2.4",
    judge=judge,
    plan=plan,
)

"""social.other_networks: accounts in networks besides Facebook and X, by what the site says.

The report of 2017 counts "other social networks, e.g. flickr.com, Instagram, LinkedIn" and gives them no
code. Whose an account is, is told as for Facebook and X (`ownership`). No link on the site is no proof that
there is no account, so then the answer stays open.
"""

from __future__ import annotations

from collections.abc import Sequence

from checks.addresses import evaluable_pages
from checks.answers import cant_tell, counted_pages, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.sentences import joined, say
from checks.social.networks import Network
from checks.social.ownership import Account, accounts
from crawler.evidence import Site

CODE = "social.other_networks"
NAMES = {
    Network.INSTAGRAM: "Instagram",
    Network.LINKEDIN: "LinkedIn",
    Network.YOUTUBE: "YouTube",
    Network.FLICKR: "Flickr",
    Network.TIKTOK: "TikTok",
    Network.THREADS: "Threads",
    Network.BLUESKY: "Bluesky",
    Network.MASTODON: "Mastodon",
    Network.TELEGRAM: "Telegram",
    Network.DRAUGIEM: "draugiem.lv",
}


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers with the addresses of the institution's own accounts, parted by a space; null without any."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    every = [account for network in NAMES for account in accounts(site, network)]
    own = [account for account in every if account.is_own]
    if not own:
        return _none(site, every)
    networks = dict.fromkeys(NAMES[account.reference.network] for account in own)
    return Answer(
        code=CODE,
        outcome=Outcome.PASSED,
        value=" ".join(account.url for account in own),
        confidence=min(account.confidence for account in own),
        reason=say("The site shows accounts of its own in {networks}.", networks=joined(", ", networks)),
        evidence=tuple(_evidence(account) for account in own),
    )


def _evidence(account: Account) -> Instance:
    said = say(
        "{names}: {points:.2f} points: {signs}",
        names=NAMES[account.reference.network],
        points=account.points,
        signs=joined(", ", account.signs),
    )
    shown = sorted(account.mentions, key=lambda one: (not one.is_home, not one.visible))
    return shown[0].instance(said) if shown else Instance(url=account.href, message=said)


def _none(site: Site, others: Sequence[Account]) -> Answer:
    pages = evaluable_pages(site)
    looked = [
        Instance(url=page.final_url or page.url, message=say("{links} links", links=len(page.links)))
        for page in pages
    ]
    reason = say(
        "No link to an account in another network on the site ({counted_pages} looked at).",
        counted_pages=counted_pages(len(pages)),
    )
    if others:
        reason = say("The site links accounts in other networks, but nothing tells that one is its own.")
    return cant_tell(CODE, reason, [*map(_evidence, others[:6]), *looked])


CHECK = Check(
    id="other_networks",
    version=1,
    codes=(CODE,),
    title="Accounts in other social networks",
    basis="e-index 2017, figure 5 (other social networks); reference social-and-presence 2.1-2.4",
    judge=judge,
    labels={
        CODE: Label(
            lv="Iestādes konti citos sociālajos tīklos (bez Facebook un X)",
            en="The institution's accounts in other social networks (besides Facebook and X)",
            is_text=True,
        )
    },
)

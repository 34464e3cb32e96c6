"""F13M: whether the institution uses the payment module of Latvija.lv.

The module shows to a client who has logged in and come to the step of paying, on the portal's pages, not on
the institution's. So a site's public pages rarely tell, and "no" is never told: only a link, a form or a
sentence that joins paying with the portal answers it. Another payment processor is reported and decides
nothing: an institution may use both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checks import terms
from checks.addresses import evaluable_pages, is_within
from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from crawler.evidence import Page, Site

CODE = "F13M"
USES = 1
_PORTALS = ("latvija.lv", "latvija.gov.lv")
_PORTAL_WORD = re.compile(r"latvija(?:\.gov)?\.lv", re.IGNORECASE)
_MODULE = re.compile(r"maksājumu\s+(?:un\s+rēķinu\s+)?modu|payment\s+module|модул\w*\s+платеж", re.IGNORECASE)
_FAR = 120
"""Characters between the portal's name and that of its module."""
_PROCESSORS = (
    "klix.app", "every-pay.com", "every-pay.eu", "maksekeskus.ee", "makecommerce.net", "montonio.com",
    "paypal.com", "stripe.com", "banklink.swedbank.com", "ibanka.seb.lv", "firstdata.lv", "paysera.com",
)  # fmt: skip
"""Hosts of other processors: general knowledge, not verified."""
_WHY = say(
    "The module shows only to a client who has logged in and comes to pay; the public pages do not tell."
)


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers F13M: 1 where the site says or links so, else null with what was looked at."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    pages = evaluable_pages(site)
    links = [one for page in pages for one in _links(page)]
    said = [one for page in pages for one in _said(page)]
    if links or said:
        first = (said or links)[0]
        reason = say("The site joins paying with Latvija.lv: “{snippet}”.", snippet=first.snippet[:120])
        return answered(CODE, USES, 0.85 if links and said else 0.75, reason, [*said, *links])
    others = [one for page in pages for one in _processors(page)]
    portal = [one for page in pages for one in _portal(page)]
    looked = [
        Instance(url=page.final_url or page.url, message=say("no word on paying by Latvija.lv"))
        for page in pages
    ]
    also = say(" Another payment processor is linked, which does not exclude it.") if others else ""
    return cant_tell(CODE, _WHY + also, [*others, *portal[:3], *looked])


def _links(page: Page) -> Iterator[Instance]:
    """Links and forms to the portal that are named for paying."""
    for link in page.links:
        if is_within(link.href, _PORTALS) and _is_payment(link.text or link.name, link.href):
            yield Instance(
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{link.text or link.name} → {link.href}",
                message=say("a link to the portal, named for paying"),
                rect=link.rect,
            )
    for form in page.forms:
        if is_within(form.action, _PORTALS) and _is_payment(form.text, form.action):
            yield Instance(
                url=page.final_url or page.url,
                selector=form.selector,
                snippet=f"{form.text[:160]} → {form.action}",
                message=say("a form to the portal, named for paying"),
            )


def _is_payment(said: str, address: str) -> bool:
    return bool(terms.match("payment", said)) or terms.path_mentions("payment", address)


def _said(page: Page) -> Iterator[Instance]:
    """Sentences that name the portal and its payment module close together."""
    if not _PORTAL_WORD.search(page.text):
        return
    for block in blocks(page):
        for portal in _PORTAL_WORD.finditer(block.text):
            near = block.text[max(0, portal.start() - _FAR) : portal.end() + _FAR]
            if _MODULE.search(near):
                yield Found(page, block).instance(near.strip(), say("names the portal's payment module"))
                break


def _processors(page: Page) -> Iterator[Instance]:
    addresses = [*(link.href for link in page.links), *(form.action for form in page.forms)]
    addresses += [one.url for one in page.resources]
    for address in dict.fromkeys(addresses):
        if is_within(address, _PROCESSORS):
            url = page.final_url or page.url
            yield Instance(url=url, snippet=address[:200], message=say("another payment processor"))


def _portal(page: Page) -> Iterator[Instance]:
    for link in page.links:
        if is_within(link.href, _PORTALS):
            yield Instance(
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{link.text or link.name} → {link.href}",
                message=say("a link to the portal, not for paying"),
            )


CHECK = Check(
    id="payment_module",
    version=1,
    codes=(CODE,),
    title="Latvija.lv payment module",
    basis="e-index 2017, F13M; reference social-and-presence 3.6",
    judge=judge,
)

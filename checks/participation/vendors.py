"""Hosts of surveys, feedback widgets, newsletters and state portals of participation.

Hosts from reference social-and-presence 3.5 and 3.7, and general knowledge; names are what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.finding import Instance
from checks.remember import once_a_page
from checks.sentences import say, word
from crawler.evidence import Link, Page

SURVEYS = {
    "SurveyMonkey": r"surveymonkey\.(?:com|ca|co\.uk|eu)",
    "visidati.lv": r"visidati\.lv",
    "EUSurvey": r"ec\.europa\.eu/eusurvey",
    "LimeSurvey": r"limesurvey(?:\.org|\.net|/index\.php|/\d{5,6})",
    "Webropol": r"webropol(?:surveys)?\.com",
    "Survio": r"survio\.com",
    "Questback": r"questback\.com",
    "Qualtrics": r"qualtrics\.com",
    "Crowdsignal": r"polldaddy\.com|crowdsignal\.(?:com|net)|//poll\.fm",
    "apklausa.lt": r"(?:mano)?apklausa\.lt",
    "Anketolog": r"anketolog\.ru",
}
"""Hosts that serve surveys and nothing else."""
FORMS = {
    "Google Forms": r"docs\.google\.com/forms|//forms\.gle/",
    "Microsoft Forms": r"forms\.(?:office|microsoft)\.com|forms\.cloud\.microsoft|forms\.office365\.com",
    "Typeform": r"typeform\.com",
    "Jotform": r"jotform\.com",
    "Tally": r"//tally\.so",
    "Formsite": r"formsite\.com",
    "Yandex Forms": r"forms\.yandex\.(?:ru|com)",
}
"""Hosts of forms of any kind: a survey only where the words say so."""
FEEDBACK = {
    "Usabilla": r"usabilla\.com",
    "Mopinion": r"mopinion\.com",
    "Survicate": r"survicate\.com",
    "Medallia": r"kampyle\.com",
    "Qualaroo": r"qualaroo\.com",
    "UserVoice": r"uservoice\.com",
    "UserReport": r"userreport\.com",
    "React & Share": r"reactandshare\.com|askem\.com",
    "GetFeedback": r"getfeedback\.com",
    "Hotjar feedback": r"hotjar\.com/[^\"']*(?:incoming-feedback|feedback)|preact-incoming-feedback",
}
NEWSLETTERS = {
    "Mailchimp": r"list-manage\.com|mailchi\.mp",
    "MailerLite": r"mailerlite\.com|mlcdn\.com",
    "Brevo": r"sibforms\.com|sendinblue\.com|brevo\.com",
    "GovDelivery": r"govdelivery\.com",
    "GetResponse": r"getresponse\.com|gr8\.com",
    "Mailigen": r"mailigen\.com",
    "Smaily": r"sendsmaily\.net|smaily\.com",
    "Sender": r"sender\.net",
    "Campaign Monitor": r"createsend\.com",
}
PORTALS = {
    "TAP portal": r"tapportals\.mk\.gov\.lv|//tap\.mk\.gov\.lv",
    "EIS eelnõud": r"eelnoud\.valitsus\.ee|//(?:www\.)?osale\.ee",
    "E. pilietis, TAIS": r"epilietis\.lrv\.lt|e-seimas\.lrs\.lt|e-tar\.lt",
    "Have your say (EU)": r"ec\.europa\.eu/[^\"']*have-your-say",
    "regulation.gov.ru": r"regulation\.gov\.ru",
    "Citizen Space": r"citizenspace\.com",
    "lausuntopalvelu.fi": r"lausuntopalvelu\.fi",
    "otakantaa.fi": r"otakantaa\.fi",
}
"""Where states collect drafts and opinions; what is open there is not read."""

Table = Mapping[str, str]
_COMPILED = {
    id(table): [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in table.items()]
    for table in (SURVEYS, FORMS, FEEDBACK, NEWSLETTERS, PORTALS)
}
_ANY = {
    id(table): re.compile("|".join(table.values()), re.IGNORECASE)
    for table in (SURVEYS, FORMS, FEEDBACK, NEWSLETTERS, PORTALS)
}


_OF_ALL = re.compile("|".join(one.pattern for one in _ANY.values()), re.IGNORECASE)


def vendor(url: str, table: Table) -> str:
    """Which vendor of one of this module's tables the address belongs to; empty for none."""
    if not _ANY[id(table)].search(url):
        return ""
    return next(name for name, pattern in _COMPILED[id(table)] if pattern.search(url))


def embedded(page: Page, table: Table) -> tuple[Instance, ...]:
    """Frames and scripts of the table's vendors that the page loads, each vendor once."""
    found: dict[str, Instance] = {}
    for url, selector in (
        *((frame.url, frame.selector) for frame in page.frames),
        *((resource.url, "") for resource in page.resources),
    ):
        if name := vendor(url, table):
            message = say("built in: {name}", name=name)
            where = page.final_url or page.url
            found.setdefault(name, Instance(url=where, selector=selector, snippet=url, message=message))
    return tuple(found.values())


@once_a_page
def _to_vendors(page: Page, _nothing: None) -> tuple[Link, ...]:
    """The few links that lead to any vendor; tables are asked only of them. Links within the page's own
    origin are passed over first, since searching them costs most.
    """
    origin = "/".join((page.final_url or page.url).split("/", 3)[:3]) + "/"
    off_site = (link for link in page.links if not link.href.startswith(origin))
    return tuple(link for link in off_site if _OF_ALL.search(link.href))


def linked(page: Page, table: Table) -> tuple[tuple[str, Instance], ...]:
    """(the link's words, the link as evidence) of every link to one of the table's vendors."""
    found = []
    for link in _to_vendors(page, None):
        if name := vendor(link.href, table):
            said = link.text or link.name
            instance = Instance(
                url=page.final_url or page.url,
                selector=link.selector,
                snippet=f"{said} → {link.href}",
                message=say("link to {name}; place {place}", name=name, place=word(link.place)),
                rect=link.rect,
            )
            found.append((said, instance))
    return tuple(found)

"""M09: phone consultations on using an e-service: round the clock, in working hours, or none.

Three steps of how much a phone number's surroundings say:

- the words beside it speak of e-services, a portal or user support: it answers the question, with the
  hours quoted that stand there, or the page's own hours with less confidence;
- they speak of advice or client service, but not of e-services: the hours decide, with little confidence;
- they say neither: cantTell. A general phone with hours does not tell that anybody explains e-services.

No phone at all on the site's contact page is "none".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

import msgspec

from checks import terms
from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.contacts.channels import Channel, Means, sentence
from checks.contacts.consultation_contacts import ROLE, every_channel, is_for_advice
from checks.finding import Answer, CheckResult, Instance
from checks.hours import Hours, opening_hours, working_hours_words
from checks.presence.pointers import considered
from checks.sentences import quoted, say
from crawler.evidence import Page, Site

CODE = "M09"
ROUND_THE_CLOCK, IN_WORKING_HOURS, NONE = 1, 2, 3
_MOST_LINES = 100
"""Phones for advice that are read for hours; a list of more is one of the staff."""
_OF_A_SERVICE = re.compile(
    r"(?:pieejam|izmantojam|available|accessible|доступн|kättesaadav|prieinam)\w*[\s,]*$", re.IGNORECASE
)
"""Before `24/7`: it is the e-service that is there at all hours, not the phone."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A phone for advice, and when it is answered."""

    channel: Channel
    is_on_e_services: bool
    hours: Hours | None = None
    words: str = ""
    """`darba laikā` and the like, where no times are given."""
    is_beside: bool = True
    """False where the hours are those of the page, not of the number."""

    @property
    def value(self) -> int | None:
        """The study's answer, or None where the hours are not known."""
        if self.hours:
            return ROUND_THE_CLOCK if self.hours.round_the_clock else IN_WORKING_HOURS
        return IN_WORKING_HOURS if self.words else None

    @property
    def is_said_at_once(self) -> bool:
        """Whether number and e-service stand in one sentence: of two numbers it is the one meant."""
        return terms.match("e_service_help", sentence(self.channel.text, self.channel.at)) is not None

    @property
    def confidence(self) -> float:
        """0.9 where number, e-service and hours stand together; each that is missing takes some of it."""
        return round(0.9 - (0.0 if self.is_on_e_services else 0.3) - (0.0 if self.is_beside else 0.2), 2)

    def instance(self) -> Instance:
        """The number with its words and the hours quoted."""
        said = self.hours.quote if self.hours else self.words
        place = "" if self.is_beside else say(" (the page's hours)")
        return self.channel.instance(
            say(
                "{value}: {hours}{place}",
                value=self.channel.value,
                hours=said or say("no hours"),
                place=place,
            )
        )


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M09: 1 round the clock, 2 in working hours, 3 none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    phones = [channel for channel in every_channel(site) if channel.means is Means.PHONE]
    lines = list(islice((line for channel in phones if (line := _line(channel))), _MOST_LINES))
    timed = [(line, line.value) for line in lines if line.value is not None and line.confidence >= 0.5]
    if timed:
        return _timed(timed)
    if lines:
        reason = say("A phone for advice is given, but not when it is answered.")
        return cant_tell(CODE, reason, [line.instance() for line in lines])
    if phones:
        reason = say("Phones are given, but nothing tells whether anybody explains e-services there.")
        return cant_tell(CODE, reason, [one.instance(_said_hours(one)) for one in phones])
    return _none(site)


def _timed(lines: Sequence[tuple[Line, int]]) -> Answer:
    best, value = max(lines, key=lambda pair: (pair[0].confidence, pair[0].is_said_at_once))
    on = say("e-services") if best.is_on_e_services else say("advice, not of e-services by name")
    said = best.hours.quote if best.hours else best.words
    reason = say(
        "The words beside {value} speak of {on}; hours: “{said}”.", value=best.channel.value, on=on, said=said
    )
    ordered = sorted((line for line, _ in lines), key=lambda line: -line.confidence)
    return answered(CODE, value, best.confidence, reason, [line.instance() for line in ordered])


def _none(site: Site) -> Answer:
    contact_pages = [page for page in evaluable_pages(site) if ROLE in page.roles]
    looked = [
        Instance(url=page.final_url or page.url, message=say("no phone number in its text or links"))
        for page in (contact_pages or evaluable_pages(site))
    ]
    if not contact_pages:
        reason = say("No phone number on the pages looked at, and no contact page among them.")
        return cant_tell(CODE, reason, [*looked[:8], *considered(site, "contacts")])
    return answered(CODE, NONE, 0.75, say("The contact page gives no phone number."), looked)


def _line(channel: Channel) -> Line | None:
    on_e_services = terms.match("e_service_help", channel.context) is not None
    if not on_e_services and not is_for_advice(channel):
        return None
    beside = _beside(channel)
    if beside or (words := working_hours_words(channel.context)):
        said = "" if beside else words
        return Line(channel=channel, is_on_e_services=on_e_services, hours=beside, words=said)
    of_page = _of_page(channel.page)
    return Line(channel=channel, is_on_e_services=on_e_services, hours=of_page, is_beside=of_page is None)


def _beside(channel: Channel) -> Hours | None:
    """The hours nearest to the number in its piece of text, or the first in those beside it."""
    found = [hours for hours in opening_hours(channel.text) if not _is_of_a_service(channel.text, hours)]
    if found:
        return min(found, key=lambda hours: min(abs(hours.start - channel.at), abs(hours.end - channel.at)))
    return next((hours for text in channel.beside for hours in opening_hours(text)), None)


def _is_of_a_service(text: str, hours: Hours) -> bool:
    return hours.round_the_clock and bool(_OF_A_SERVICE.search(text[max(0, hours.start - 40) : hours.start]))


def _of_page(page: Page) -> Hours | None:
    """The first hours with days on the page: opening hours, not the times of an event."""
    return next((hours for hours in opening_hours(page.text) if len(hours.days) > 1 and hours.times), None)


def _said_hours(channel: Channel) -> str:
    found = _beside(channel)
    return quoted(f"{channel.value}: {found.quote}" if found else channel.value)


CHECK = Check(
    id="phone_consultations",
    version=2,
    codes=(CODE,),
    title="Phone consultations on e-services",
    basis="e-index 2017, M09; reference social-and-presence 3.3",
    judge=judge,
)

"""A site's findings as the gate tells them: one item a rule, page, form of element and outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from checks import addresses
from checks.finding import Answer, Finding, Instance, Outcome
from checks.sentences import Parts
from crawler.evidence import HOME, FailureReason
from results.content_key import content_key, fingerprint, lasting_text
from results.records import MOBILE, SiteRecord
from results.told import told

UNEVALUATED = "not-evaluated"
"""Rule of the item that stands for a page that nothing could be found on."""
QUESTIONNAIRE = "questionnaire"
"""In place of a check, for answers to codes."""
_STILL_THE_SITE = frozenset({FailureReason.EMPTY_PAGE, FailureReason.TOO_FEW_CRITERIA})
"""axe looked at such a page all the same."""
_TOLD = frozenset({Outcome.FAILED, Outcome.CANT_TELL, Outcome.UNTESTED})


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Elements of one form that one rule finds on one page."""

    check: str
    rule: str
    """Rule as the check names it, or the code of an answer."""
    url: str
    """The page, normalised; of what is found on the site as a whole, the site's address."""
    element: str = ""
    """Content key; empty where the page or the site is meant."""
    outcome: Outcome
    count: int = 1
    impact: str = ""
    criteria: tuple[str, ...] = ()
    message: str = ""
    said: Parts = msgspec.UNSET
    """The parts of the message, where it is a sentence of ours."""
    help_url: str = ""
    instances: tuple[Instance, ...] = ()
    position: int = 0
    """Of the site in the run."""

    @property
    def key(self) -> tuple[str, str, str]:
        """Address, rule and element: what it is known by from run to run."""
        return (self.url, self.rule, self.element)

    @property
    def told(self) -> str:
        """The message in the language spoken now."""
        return told(self.message, self.said)

    @property
    def fingerprint(self) -> str:
        """The key as one word."""
        return fingerprint(self.rule, self.url, self.element)


def normalised(url: str) -> str:
    """As the WHATWG standard writes it, without fragment; what is no address stays as it is."""
    return addresses.key(url) or url


def found_items(site: SiteRecord) -> tuple[Item, ...]:
    """Everything that failed, needs a person or could not be tested, by check, page and rule."""
    found = (
        item
        for check, group in sorted(site.judgement.findings.items())
        for finding in group
        if finding.outcome in _TOLD
        for item in _of_finding(site, check, finding)
    )
    return merged(found)


def merged(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item where several findings say the same; in order of check, page, rule and element."""
    together: dict[tuple[str, ...], Item] = {}
    for item in items:
        key = (item.check, *item.key, str(item.outcome))
        if (first := together.get(key)) is not None:
            item = msgspec.structs.replace(  # noqa: PLW2901 - the two are one item from here on
                first, count=first.count + item.count, instances=(*first.instances, *item.instances)
            )
        together[key] = item
    return tuple(sorted(together.values(), key=lambda one: (one.check, *one.key, one.outcome)))


def answer_item(site: SiteRecord, answer: Answer) -> Item:
    """An answer that failed, or that there is none of."""
    return Item(
        check=QUESTIONNAIRE,
        rule=answer.code,
        url=normalised(site.institution.url),
        outcome=answer.outcome,
        message=answer.reason,
        said=answer.said,
        instances=answer.evidence,
        position=site.position,
    )


def unevaluated_pages(site: SiteRecord) -> Iterator[Item]:
    """Pages of which the audit of accessibility says nothing, with the reason as their element."""
    for page in site.judgement.pages:
        if page.failure is not None and page.failure.reason not in _STILL_THE_SITE:
            yield Item(
                check=QUESTIONNAIRE,
                rule=UNEVALUATED,
                url=normalised(page.url),
                element=str(page.failure.reason),
                outcome=Outcome.UNTESTED,
                message=page.failure.detail,
                position=site.position,
            )


def present(site: SiteRecord) -> Iterator[Item]:
    """Everything that can be said against a site, whatever a policy names."""
    yield from found_items(site)
    yield from unevaluated_pages(site)
    yield from (answer_item(site, answer) for answer in site.judgement.answers if answer.outcome in _TOLD)


def evaluated_urls(site: SiteRecord) -> frozenset[str]:
    """Normalised addresses of pages that axe looked at."""
    lost = {item.url for item in unevaluated_pages(site)}
    return frozenset(normalised(page.url) for page in site.judgement.pages) - lost


def mobile_items(site: SiteRecord, found: Iterable[Item]) -> Iterator[Item]:
    """The rules that decide the home page's verdict, with their elements; an open item where there is no
    verdict.
    """
    home = {
        normalised(url) for page in site.pages if HOME in page.roles for url in (page.url, page.final_url)
    }
    site_url = normalised(site.institution.url)
    mobile = site.judgement.mobile
    if mobile is None or mobile.verdict is None:
        said = mobile.detail or mobile.test_status if mobile else ""
        yield _mobile(site, str(MOBILE), Outcome.CANT_TELL, said)
        return
    failed = [item for item in found if item.check == MOBILE and item.outcome is Outcome.FAILED]
    for issue in mobile.issues:
        of_rule = [item for item in failed if item.rule == issue.rule and item.url in home | {site_url}]
        yield from of_rule or (_mobile(site, issue.rule, Outcome.FAILED, ""),)


def _mobile(site: SiteRecord, rule: str, outcome: Outcome, message: str) -> Item:
    url = normalised(site.institution.url)
    return Item(check=MOBILE, rule=rule, url=url, outcome=outcome, message=message, position=site.position)


def _of_finding(site: SiteRecord, check: str, finding: Finding) -> Iterator[Item]:
    groups: dict[str, list[Instance]] = {}
    for one in finding.instances:
        groups.setdefault(content_key(one), []).append(one)
    for element, instances in groups.items() or ((lasting_text(finding.message)[:200], ()),):
        yield Item(
            check=check,
            rule=finding.rule,
            url=normalised(finding.page_url or site.institution.url),
            element=element,
            outcome=finding.outcome,
            count=max(1, len(instances)),
            impact=finding.impact,
            criteria=finding.criteria,
            message=finding.message,
            said=finding.said,
            help_url=finding.help_url,
            instances=tuple(instances),
            position=site.position,
        )

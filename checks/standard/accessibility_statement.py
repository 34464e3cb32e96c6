"""standard.accessibility_statement: whether the site has the statement of Directive (EU) 2016/2102.

A link alone is not the statement: its page has to be opened and to call itself so. The page is
visited for the structured sample (`checks.presence.structured_pages`).
"""

from __future__ import annotations

from collections.abc import Iterator

from checks import dom, terms
from checks.addresses import evaluable_pages
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.dates import all_dates
from checks.finding import Answer, CheckResult, Instance
from checks.sentences import say
from checks.standard.blocks import Found, blocks
from checks.standard.places import Kind, mentions, no_place, places
from checks.standard.verdicts import not_there, sureness_of_no, there
from crawler.evidence import Page, Site

CODE = "standard.accessibility_statement"
CONCEPT = "accessibility_statement"
_REVIEW = "statement_review"
_NAMES = 0.3
"""Share of a heading's words that must be the term's: it may add whose statement it is."""
_LONGEST = 300
"""Characters of a sentence that tells the date of the last review."""


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.accessibility_statement: 1 there is one, 0 there is none."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    opened = [(page, said) for page in evaluable_pages(site) if (said := _own_name(page))]
    if opened:
        return _statement(*opened[0])
    found = places(site, CONCEPT, accept=lambda _: True)
    evidence = [one.instance for one in found]
    if any(one.kind in {Kind.PAGE, Kind.CONFIRMED} for one in found):
        return there(
            CODE, 0.85, say("{reason} The browser did not open it.", reason=found[0].reason), evidence
        )
    if any(one.kind in {Kind.DOCUMENT, Kind.LINK, Kind.BROKEN} for one in found):
        return cant_tell(
            CODE, say("A link names an accessibility statement, but its page was not opened."), evidence
        )
    if found:
        reason = say("A link or heading names accessibility, but no page of the site is the statement.")
        return not_there(CODE, sureness_of_no(site, 0.7), reason, [*evidence, *mentions(site, CONCEPT)])
    return no_place(site, CODE, CONCEPT, say("accessibility statement"), most=0.85)


def _own_name(page: Page) -> str:
    """The first heading, or the title, where it names the statement and the page is about nothing else."""
    for said in (*dom.headings(page.html)[:2], page.title.split(" | ")[0].split(" – ")[0].split(" - ")[0]):
        match = terms.match(CONCEPT, said)
        if match and match.coverage >= _NAMES:
            return said
    return ""


def _statement(page: Page, said: str) -> Answer:
    url = page.final_url or page.url
    reviewed = list(_reviews(page))
    about = reviewed[0].sentence if reviewed else say("It tells no date of its last review.")
    confidence = 0.95 if reviewed or terms.match_long(CONCEPT, page.text) else 0.85
    reason = say("The page calls itself “{said}”. {about}", said=said, about=about)
    evidence = [Instance(url=url, snippet=said, message=say("the page's own name")), *reviewed]
    return there(CODE, confidence, reason, evidence)


def _reviews(page: Page) -> Iterator[Instance]:
    """Sentences that tell when the statement was made or last reviewed."""
    for block in blocks(page):
        is_short = len(block.text) <= _LONGEST
        if is_short and terms.match_long(_REVIEW, block.text) and (days := all_dates(block.text)):
            yield Found(page, block).instance(message=say("Last review: {days}.", days=max(days).isoformat()))


CHECK = Check(
    id="accessibility_statement",
    version=1,
    codes=(CODE,),
    title="Accessibility statement",
    basis="Directive (EU) 2016/2102, article 7; Implementing Decision (EU) 2018/1523",
    judge=judge,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir piekļūstamības paziņojums",
            en="The site has an accessibility statement",
        )
    },
)

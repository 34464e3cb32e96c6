"""Pages that say another language than they are written in (WCAG 3.1.1). A finding beside the percentage.

A screen reader then speaks the text with the wrong voice. The language is told by `checks.language` from
the page's visible text; a mixture, a short text or a language that it has no table for is let be.
"""

from __future__ import annotations

from checks import dom
from checks.accessibility import targets
from checks.accessibility.targets import Target
from checks.check import Check, JudgementSettings
from checks.evaluable import page_failure
from checks.finding import CheckResult, Finding, Instance, Outcome
from checks.language import FEWEST_WORDS, Language, known, language_of
from checks.sentences import say
from crawler.evidence import Page, Site

RULE = "page-language"
CRITERION = "3.1.1"
LEAST_WORDS = 40
LEAST_MARGIN = 3.0
"""Votes by those of the next language; by those of the declared one it is at least as many times."""


def judge(site: Site, settings: JudgementSettings) -> CheckResult:
    """One finding for each page of the site whose `lang` names another language than its text has."""
    target = targets.target(settings.target)
    pages = (page for page in site.pages if page_failure(page, site) is None)
    return CheckResult(findings=tuple(one for page in pages for one in findings(page, target)))


def findings(page: Page, target: Target) -> tuple[Finding, ...]:
    """The page's finding; none where the languages agree, or where it can't be told."""
    declared = page.lang.strip().partition("-")[0].lower()
    if CRITERION not in target.criteria or not declared:
        return ()
    written = language_of(page.text)
    if not _is_sure(written, declared) or written.code == declared or _marked(page.html, written.code):
        return ()
    message = say(
        "The page says it is in {declared!r}, its text is in {code!r}", declared=declared, code=written.code
    )
    place = Instance(
        url=page.final_url or page.url,
        selector="html",
        snippet=f'lang="{page.lang}"',
        message=say("{words} words, such as: {text}", words=written.words, text=page.text[:160]),
    )
    return (
        Finding(
            rule=RULE,
            outcome=Outcome.FAILED,
            page_url=page.url,
            criteria=(CRITERION,),
            message=message,
            help_url="https://www.w3.org/WAI/WCAG22/Understanding/language-of-page.html",
            instances=(place,),
        ),
    )


def _is_sure(written: Language, declared: str) -> bool:
    """A text in a language without a table looks like its nearest relative that has one, but never like
    English, whose `the`, `of` and `and` no other language has.
    """
    if not written.code or written.words < LEAST_WORDS or written.margin < LEAST_MARGIN:
        return False
    return declared in known() or written.code == "en"


def _marked(source: str, code: str) -> bool:
    """Whether running text of that language is marked as such inside the page."""
    elements = dom.tree(source).iterfind(".//body//*[@lang]")
    return any(
        (element.get("lang") or "").partition("-")[0].lower() == code
        and len(element.text_content().split()) >= FEWEST_WORDS
        for element in elements
    )


CHECK = Check(
    id="page_language",
    version=1,
    codes=(),
    title="Pages that name the wrong language, beside the percentage",
    basis="WCAG 3.1.1; W3C ACT rule ucwvc8",
    judge=judge,
)

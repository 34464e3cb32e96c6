"""standard.standard_published: whether the client service standard itself is on the site.

It is a file as often as a page, and a file such as `/media/123.pdf` is told by its link's words only. The
crawl keeps no words of links, so pages that link such files are opened; where some stay unopened, "no" would
be a guess.
"""

from __future__ import annotations

import re
from collections import Counter

from checks.addresses import evaluable_pages, key
from checks.answers import cant_tell, unobserved
from checks.check import Check, JudgementSettings, Label
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.presence.sections import visits
from checks.sentences import say
from checks.standard.places import Kind, answer_by_place, places
from crawler.evidence import Plan, Site, Skipped, SkipReason, VisitPage

CODE = "standard.standard_published"
CONCEPT = "service_standard"
FILES = "unnamed_files"
"""Role of pages that are opened for the files that they link."""
_MOST_OPENED = 3
_SHOWN = 5
_TEXT_FILE = re.compile(r"/([^/?#]*)\.(?:pdf|docx?|odt|rtf)$", re.IGNORECASE)
_TELLING = re.compile(
    r"(?<![^\W\d_])(?!document|dokument|download|lejup|file|fails|scan)[^\W\d_]{4}", re.IGNORECASE
)
"""The beginning of a word that may say what a file is."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The standard's page, if it is no file; where nothing is called so, pages with files of bare names."""
    if pages := visits(site, CONCEPT, role=CONCEPT):
        return pages
    is_named = any(one.kind is not Kind.BROKEN for one in places(site, CONCEPT))
    if is_named or site.with_role(FILES) or site.home not in evaluable_pages(site):
        return ()
    holding = Counter(one.found_on for one in _unread_files(site))
    fullest = sorted(holding, key=lambda url: (-holding[url], len(url), url))
    return tuple(VisitPage(url=url, role=FILES) for url in fullest[:_MOST_OPENED])


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers standard.standard_published: 1 it is published, 0 it is not."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    answer = answer_by_place(site, CODE, CONCEPT, say("client service standard"))
    files = _unread_files(site) if answer.outcome is Outcome.FAILED else []
    if not files:
        return answer
    shown = [
        Instance(url=one.found_on, snippet=one.url, message=say("a file not looked at")) for one in files
    ]
    reason = say(
        "Nothing that was read is called so, but {files} files whose names say nothing "
        "are linked on pages that were not opened.",
        files=len(files),
    )
    return cant_tell(CODE, reason, [*shown[:_SHOWN], *answer.evidence])


def _unread_files(site: Site) -> list[Skipped]:
    """Text files of bare names on pages whose links were not read."""
    read = {key(url) for page in evaluable_pages(site) for url in (page.url, page.final_url)}
    return [
        one
        for one in (site.crawl.skipped if site.crawl else ())
        if one.reason is SkipReason.DOCUMENT and _is_bare(one.url) and key(one.found_on) not in read
    ]


def _is_bare(url: str) -> bool:
    name = _TEXT_FILE.search(url)
    return name is not None and not _TELLING.search(name[1])


CHECK = Check(
    id="standard_published",
    version=2,
    codes=(CODE,),
    title="Client service standard published",
    basis="client service standard of the State Technical Supervision Agency, which is on its site",
    judge=judge,
    plan=plan,
    labels={
        CODE: Label(
            lv="Tīmekļvietnē ir klientu apkalpošanas standarts",
            en="The client service standard is on the site",
        )
    },
)

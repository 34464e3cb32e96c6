"""M08_5: whether the site is available in several languages, by the study's wording Latvian and English.

A version counts when its front page was opened and has text of its own in that language. Translation
widgets, pages that say a machine translated them, empty ones and ones in preparation don't count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checks.addresses import evaluable_pages
from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.presence.language_links import language_links
from checks.presence.language_versions import (
    UNDECIDED,
    State,
    Version,
    candidates,
    role,
    versions,
)
from checks.presence.machine_translation import widget
from checks.sentences import joined, say
from crawler.evidence import Plan, Site, VisitPage

CODE = "M08_5"
WANTED = ("lv", "en")
_MOST_VERSIONS = 4
_MOST_TRIES = 2
Missing = Mapping[str, Version | None]
"""Wanted languages without real content; None where nothing promises them."""


def plan(site: Site) -> tuple[Plan, ...]:
    """The front page of each version, Latvian and English first; another address where one fails."""
    if site.home not in evaluable_pages(site):
        return ()
    offered = tuple(dict.fromkeys((*WANTED, *(link.code for link in language_links(site)))))
    real = {version.code for version in versions(site) if version.state is State.REAL}
    wanted = (code for code in offered[:_MOST_VERSIONS] if code not in real)
    return tuple(plan for code in wanted for plan in _visit(site, code))


def _visit(site: Site, code: str) -> tuple[Plan, ...]:
    tried = {page.url for page in site.with_role(role(code))}
    left = [link.url for link in candidates(site, code) if link.url not in tried]
    return (VisitPage(url=left[0], role=role(code)),) if left and len(tried) < _MOST_TRIES else ()


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M08_5: 1 Latvian and English have real content, 0 one of them has not."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def _answer(site: Site) -> Answer:
    found = versions(site)
    by_code = {version.code: version for version in found}
    evidence = [*(version.instance() for version in found), *_widget(site)]
    real = [one for one in found if one.code in WANTED and one.state is State.REAL]
    if len(real) == len(WANTED):
        reason = say("Latvian and English have real content; {said}.", said=_said(found))
        return answered(CODE, 1, _confidence(real), reason, evidence)
    missing = {code: by_code.get(code) for code in WANTED if by_code.get(code) not in real}
    if all(one is not None and one.state in UNDECIDED for one in missing.values()):
        return cant_tell(CODE, _told(missing, found), evidence)
    return _no(site, found, missing, evidence)


def _no(site: Site, found: Sequence[Version], missing: Missing, evidence: Sequence[Instance]) -> Answer:
    if not _is_home_known(site, found) and None in missing.values():
        reason = say("The front page's own language can't be told; {said}.", said=_said(found))
        return cant_tell(CODE, reason, [*evidence, _read_links(site)])
    sure = _sure_of_no(found, missing)
    return answered(CODE, 0, sure, _told(missing, found), [*evidence, _read_links(site)])


def _told(missing: Missing, found: Sequence[Version]) -> str:
    return say("{why}; {said}.", why=_why(missing), said=_said(found))


def _is_home_known(site: Site, found: Sequence[Version]) -> bool:
    return any(one.page is site.home for one in found)


def _sure_of_no(found: Sequence[Version], missing: Missing) -> float:
    """Less sure of a machine translation that only says so, and of a site with two other languages: a
    reader may take the wording's two for examples.
    """
    states = {one.state for one in missing.values() if one is not None}
    if State.MACHINE in states:
        return 0.7
    others = [one for one in found if one.state is State.REAL or one.state in UNDECIDED]
    return 0.7 if len(others) >= 2 else 0.9


def _confidence(real: Sequence[Version]) -> float:
    """A version of one page alone may be taken for none."""
    return min(0.93 if one.link is None or one.inner >= 3 else 0.65 for one in real)


def _why(missing: Missing) -> str:
    names = {"lv": say("Latvian"), "en": say("English")}
    nothing = say("nothing leads to it")
    return joined(
        "; ",
        (
            say("{language}: {state}", language=names[code], state=one.told() if one else nothing)
            for code, one in missing.items()
        ),
    )


def _said(found: Sequence[Version]) -> str:
    real = ", ".join(one.code for one in found if one.state is State.REAL)
    other = ", ".join(one.code for one in found if one.state is not State.REAL)
    read = say("languages read: {real}", real=real or say("none"))
    return say("{read}; promised: {other}", read=read, other=other) if other else read


def _widget(site: Site) -> Iterator[Instance]:
    found = widget(site.home) if site.home else None
    if found:
        yield found


def _read_links(site: Site) -> Instance:
    home = site.home
    count = len(home.links) if home else 0
    message = say("{count} links of the front page and its hreflang were read", count=count)
    return Instance(url=(home.final_url or home.url) if home else "", message=message)


CHECK = Check(
    id="languages",
    version=1,
    codes=(CODE,),
    title="Available in several languages",
    basis="e-index 2017, M08 item 5; reference social-and-presence 3.2",
    judge=judge,
    plan=plan,
)

"""M08_4: whether a ministry's front page is structured by its fields of activity.

Asked of ministries only. The list of institutions says what is a ministry (`kind`); where it doesn't,
the name does, and the answer says so.
"""

from __future__ import annotations

import re

from checks import dom, terms
from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance, Outcome
from checks.presence.entries import Entry, entries
from checks.publication_layout import text_of
from checks.sentences import say
from crawler.evidence import Page, Site

CODE = "M08_4"
CONCEPT = "fields"
MINISTRY = "ministry"
_FEWEST_FIELDS = 3
_HIGHEST = 4
_PARTS = re.compile(r"\s[|–—-]\s|[|»•]")


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M08_4: 1 structured by field, 0 not; inapplicable to other institutions."""
    return CheckResult(answers=_not_asked(site) or unobserved(site, CODE) or (_answer(site),))


def known_as(site: Site) -> tuple[bool | None, str]:
    """Whether the institution is a ministry (None: nothing says), and by what that is known."""
    institution = site.institution
    kind = institution.kind.strip().casefold()
    if kind:
        is_ministry = terms.match(MINISTRY, kind) is not None
        return is_ministry, say("the list of institutions calls it “{kind}”", kind=institution.kind)
    # A name of one word may be an abbreviation, which says nothing.
    given = [institution.name] if institution.name.strip() else []
    names = given if " " in institution.name.strip() else [*given, *_own_names(site.home)]
    if not names:
        return None, say("neither the list of institutions nor the page says what it is")
    found = next((name for name in names if _is_name_of_ministry(name)), None)
    return found is not None, say("by its name, “{said}”", said=found or max(names, key=len))


def _not_asked(site: Site) -> tuple[Answer, ...]:
    is_ministry, why = known_as(site)
    if is_ministry is False and (site.institution.kind or site.institution.name or site.home):
        reason = say("Asked of ministries only; this is none: {why}.", why=why)
        return (Answer(code=CODE, outcome=Outcome.INAPPLICABLE, reason=reason),)
    return ()


def _own_names(home: Page | None) -> list[str]:
    """Names in the front page's title and first heading."""
    if home is None:
        return []
    parts = [part.strip() for part in _PARTS.split(home.title)]
    return [part[:100] for part in (*parts, *dom.headings(home.html)) if part]


def _is_name_of_ministry(name: str) -> bool:
    """A name, not a headline about a ministry."""
    found = terms.match(MINISTRY, name)
    return found is not None and len(name.split()) <= 8


def _answer(site: Site) -> Answer:
    is_ministry, why = known_as(site)
    home = site.home
    if home is None or is_ministry is None:
        return cant_tell(CODE, say("Whether it is a ministry can't be told: {why}.", why=why))
    named = [entry for entry in entries(home, CONCEPT) if not entry.in_footer]
    counted = sorted(((_fields_under(home, entry), entry) for entry in named), key=lambda item: -len(item[0]))
    if not counted:
        return _none(home, why)
    fields, entry = counted[0]
    if len(fields) >= _FEWEST_FIELDS:
        names = ", ".join(f"“{field}”" for field in fields[:4])
        reason = say(
            "“{text}” leads to {fields} fields: {names}. A ministry {why}.",
            text=entry.text,
            fields=len(fields),
            names=names,
            why=why,
        )
        return answered(CODE, 1, 0.85, reason, [one.instance() for _, one in counted])
    reason = say(
        "“{text}” names fields, but under it fewer than {fewest_fields} are read. A ministry {why}.",
        text=entry.text,
        fewest_fields=_FEWEST_FIELDS,
        why=why,
    )
    return cant_tell(CODE, reason, [one.instance() for _, one in counted])


def _fields_under(home: Page, entry: Entry) -> list[str]:
    """Texts of the other links in the smallest block that the entry begins."""
    for element in dom.tree(home.html).iter("a", "button", "summary", "h2", "h3", "h4"):
        if text_of(element) != entry.text:
            continue
        block = element.getparent()
        for _ in range(_HIGHEST):
            if block is None or block.tag in {"body", "html", "nav", "header", "main"}:
                break
            found = dict.fromkeys(text for one in block.iter("a") if (text := text_of(one)))
            found.pop(entry.text, None)
            begins = next((one for one in block.iter("a", "button", "h2", "h3", "h4") if text_of(one)), None)
            if begins is not element:
                break
            if len(found) >= _FEWEST_FIELDS:
                return list(found)
            block = block.getparent()
    return []


def _none(home: Page, why: str) -> Answer:
    rejected = [entry.instance(say("rejected: in the footer")) for entry in entries(home, CONCEPT)[:9]]
    read = Instance(
        url=home.final_url or home.url,
        message=say("{links} links and the headings of the front page were read", links=len(home.links)),
    )
    reason = say("No menu or block of the front page names fields of activity. A ministry {why}.", why=why)
    return answered(CODE, 0, 0.72, reason, [*rejected, read])


CHECK = Check(
    id="activity_fields",
    version=1,
    codes=(CODE,),
    title="A ministry's front page structured by field of activity",
    basis="e-index 2017, M08 item 4; reference social-and-presence 3.7",
    judge=judge,
)

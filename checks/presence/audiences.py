"""M08_3: whether the front page is structured by the institution's target audiences.

At least two different audiences side by side, in a menu or in a block of the front page. The footer and
submenus don't structure a front page.
"""

from __future__ import annotations

from checks.answers import answered, cant_tell, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.presence.entries import Row, entries, rows
from checks.sentences import say
from crawler.evidence import Page, Site

CODE = "M08_3"
CONCEPT = "audience"
_PRESS = frozenset(
    {
        *("medijiem", "žurnālistiem", "plašsaziņas līdzekļiem", "press", "media", "journalists"),
        *("for media", "for the media", "for journalists", "сми", "журналистам", "meediale"),
        *("ajakirjanikule", "žiniasklaidai", "žurnalistams", "medialle", "journalisten", "giornalisti"),
        *("medienschaffende", "dla mediów", "för press", "för media", "für medien", "für journalisten"),
    }
)
"""Most sites have an entry for the press; it alone structures nothing."""


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M08_3: 1 structured by audience, 0 not."""
    home = site.home
    return CheckResult(answers=unobserved(site, CODE) or ((_answer(home),) if home else ()))


def _answer(home: Page) -> Answer:
    found = rows(home, CONCEPT)
    good = [row for row in found if not row.is_submenu and row.terms - _PRESS]
    if good:
        best = good[0]
        names = ", ".join(f"“{entry.text}”" for entry in best.entries[:6])
        reason = say(
            "{terms} audiences stand side by side among {size} entries: {names}.",
            terms=len(best.terms),
            size=best.size,
            names=names,
        )
        return answered(CODE, 1, _sure(best), reason, [entry.instance() for entry in best.entries])
    if found:
        evidence = [entry.instance() for entry in found[0].entries]
        under = (
            say("in the submenu of “{parent}”", parent=found[0].parent)
            if found[0].is_submenu
            else say("and both are the press")
        )
        reason = say(
            "Audiences stand side by side only {under}; whether that structures the page is open.",
            under=under,
        )
        return cant_tell(CODE, reason, evidence)
    return _none(home)


def _sure(row: Row) -> float:
    """Three audiences are a structure; of two, one may be a section of its own, most often the press."""
    if len(row.terms - _PRESS) >= 3:
        return 0.9
    if len(row.terms - _PRESS) == 2:
        return 0.85 if len(row.entries) >= 0.5 * row.size else 0.75
    return 0.6


def _none(home: Page) -> Answer:
    single = entries(home, CONCEPT)
    rejected = [
        entry.instance(
            say("rejected: {said}", said=say("in the footer") if entry.in_footer else say("stands alone"))
        )
        for entry in single[:9]
    ]
    read = Instance(
        url=home.final_url or home.url,
        message=say("{links} links and the headings of the front page were read", links=len(home.links)),
    )
    reason = say("No two audiences stand side by side in menus or on the front page.")
    return answered(CODE, 0, 0.8 if single else 0.87, reason, [*rejected, read])


CHECK = Check(
    id="audiences",
    version=1,
    codes=(CODE,),
    title="Front page structured by audience",
    basis="e-index 2017, M08 item 3; reference social-and-presence 3.7",
    judge=judge,
)

"""Finds the pages of the structured sample that no answer of its own asks for (WCAG-EM 1.0 step 3.a):
contacts, news, accessibility statement, a page with a form. Plans only; answers nothing.
"""

from __future__ import annotations

from checks.addresses import evaluable_pages, key
from checks.check import Check, JudgementSettings
from checks.finding import CheckResult
from checks.presence.search_forms import search_forms
from checks.presence.sections import visits
from crawler.evidence import Form, Page, Plan, Site, VisitPage

FORM = "form"
_CONCEPTS = ("contacts", "news", "accessibility_statement")


def plan(site: Site) -> tuple[Plan, ...]:
    """At most one page for each role."""
    sections = [plan for concept in _CONCEPTS for plan in visits(site, concept, role=concept)]
    return (*sections, *_form_page(site))


def judge(_site: Site, _settings: JudgementSettings) -> CheckResult:
    """Nothing: this check only says what to observe."""
    return CheckResult()


def _form_page(site: Site) -> tuple[Plan, ...]:
    """A captured page that has a form to fill in, else the page whose name promises one."""
    if site.with_role(FORM):
        return ()
    having = [page for page in evaluable_pages(site)[1:] if _has_form(page)]
    if having:
        best = min(having, key=lambda page: key(page.url))
        return (VisitPage(url=best.url, role=FORM),)
    return visits(site, "form_page", role=FORM)


def _has_form(page: Page) -> bool:
    searches = {found.form for found in search_forms(page, frozenset())}
    return any(form not in searches and _is_filled_in(form) for form in page.forms)


def _is_filled_in(form: Form) -> bool:
    typed = [field for field in form.fields if field.visible and field.type.lower() in _TYPED]
    return form.visible and len(typed) >= 2


_TYPED = frozenset({"", "text", "email", "tel", "textarea", "url", "number", "date"})

CHECK = Check(
    id="structured_pages",
    version=1,
    codes=(),
    title="Structured sample",
    basis="WCAG-EM 1.0 step 3.a",
    judge=judge,
    plan=plan,
)

"""What a form on a page is for: told by its fields first, by its words second.

A search is told by `checks.presence.search_forms`. What remains unnamed is `other`, with why.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

import msgspec

from checks import terms
from checks.addresses import evaluable_pages
from checks.finding import Instance
from checks.participation.vendors import NEWSLETTERS, vendor
from checks.presence.search_forms import is_button, search_forms
from checks.remember import once_a_page
from checks.sentences import marked, say, word
from crawler.evidence import Field, Form, Page, Site


class FormKind(StrEnum):
    """What a form is for."""

    SEARCH = marked("search")
    LOGIN = marked("login")
    NEWSLETTER = marked("newsletter")
    SURVEY = marked("survey")
    RATING = marked("rating")
    MESSAGE = marked("message")
    COMMENT = marked("comment under an article")
    CONSENT = marked("consent to cookies")
    OTHER = marked("other")


class KnownForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form with what it is for."""

    page: Page
    form: Form
    kind: FormKind
    sign: str = ""
    """What tells it."""

    def instance(self, message: str = "") -> Instance:
        """The form as evidence that a person can open."""
        said = self.form.name or self.form.text[:120]
        return Instance(
            url=self.page.final_url or self.page.url,
            selector=self.form.selector,
            snippet=f"{said} → {self.form.method.upper()} {self.form.action}",
            message=message or self._told(),
            rect=self.form.rect,
        )

    def _told(self) -> str:
        kind = say("a form for: {kind}", kind=word(self.kind))
        return say("{kind} ({sign})", kind=kind, sign=self.sign) if self.sign else kind


ONLY_AN_ADDRESS = say("it asks for nothing but an e-mail address")
"""The weakest sign of a subscription: in a language without terms it may be a forgotten password."""
_TYPED = frozenset({"", "text", "email", "tel", "url", "number", "date"})
_CONSENT = ("cookie", "consent", "gdpr", "sikdatn", "kupsis", "slapuk")
_COMMENT = ("commentform", "comment-form", "comment_form", "wp-comments-post", "comment/reply")
_CAPTCHA = ("captcha", "g-recaptcha", "h-captcha", "honeypot")
_SCALE = 3
"""Options of a rating, from bad to good."""
_MOST_OF_A_NEWSLETTER = 4
"""Fields to type into: address, name, and a check that one is no robot."""


def site_forms(site: Site) -> tuple[KnownForm, ...]:
    """Forms of all pages, the front page's first; a form that stands on many pages comes once."""
    found: dict[tuple[str, str, str], KnownForm] = {}
    for page in evaluable_pages(site):
        for known in known_forms(page):
            found.setdefault((known.form.name, known.form.selector, known.kind), known)
    return tuple(found.values())


def known_forms(page: Page) -> tuple[KnownForm, ...]:
    """The page's forms, each told."""
    return _known_forms(page, None)


@once_a_page
def _known_forms(page: Page, _nothing: None) -> tuple[KnownForm, ...]:
    searches = [found.form for found in search_forms(page, frozenset())]
    return tuple(
        _known(page, form, is_search=any(form is one for one in searches))
        for form in page.forms
        if any(field.type.lower() != "hidden" for field in form.fields)
    )


def _known(page: Page, form: Form, *, is_search: bool) -> KnownForm:
    kind, sign = _kind(form, is_search=is_search)
    return KnownForm(page=page, form=form, kind=kind, sign=sign)


def _kind(form: Form, *, is_search: bool) -> tuple[FormKind, str]:
    where = f"{form.attributes} {form.selector} {form.action}".lower()
    if any(word in where for word in _CONSENT):
        return FormKind.CONSENT, say("its attributes say so")
    if any(field.type.lower() == "password" for field in form.fields):
        return FormKind.LOGIN, say("a password is asked for")
    if long_text := _long_text(form):
        return _with_long_text(form, where, long_text)
    if is_search:
        return FormKind.SEARCH, say("told by its field")
    order = (_newsletter, _choices) if terms.match("news_by_mail", form.name) else (_choices, _newsletter)
    found = next((found for told in order if (found := told(form))), None)
    return found or (FormKind.OTHER, _counted(form))


def _with_long_text(form: Form, where: str, long_text: Field) -> tuple[FormKind, str]:
    if any(word in where for word in _COMMENT):
        return FormKind.COMMENT, say("its attributes say so")
    asked = _choices(form)
    if asked and asked[0] is FormKind.SURVEY and _radio_groups(form) >= 2:
        return asked
    for concept in ("site_rating", "page_rating"):
        if found := _said(form, concept):
            return FormKind.RATING, say("“{found}” and a field for words", found=found)
    return FormKind.MESSAGE, say(
        "a field for words: {said}", said=long_text.label or long_text.name or long_text.selector
    )


def _long_text(form: Form) -> Field | None:
    fields = (
        field
        for field in form.fields
        if field.tag == "textarea"
        and (field.visible or not form.visible)
        and not any(word in f"{field.name} {field.id}".lower() for word in _CAPTCHA)
    )
    return next(fields, None)


def _choices(form: Form) -> tuple[FormKind, str] | None:
    """A survey or a rating: options to choose from, and words that say what the choice is for."""
    kinds = Counter(field.type.lower() for field in form.fields)
    options = kinds["radio"] + kinds["checkbox"] + kinds["select-one"]
    if options == 0:
        buttons = [field for field in form.fields if is_button(field)]
        if len(buttons) < 2:
            return None
    for concept in ("page_rating", "site_rating"):
        if found := _said(form, concept):
            return FormKind.RATING, say("“{found}” and options", found=found)
    if (found := _rating_scale(form)) and kinds["radio"] >= _SCALE:
        return FormKind.RATING, say("a scale of options called “{found}”", found=found)
    found = _said(form, "survey") or _said(form, "current_question") or _part(form)
    if found and options >= 2 and (kinds["radio"] >= 2 or options >= 3):
        return FormKind.SURVEY, say("“{found}” and {options} options", found=found, options=options)
    return None


def _rating_scale(form: Form) -> str:
    names = " ".join({field.name for field in form.fields if field.type.lower() == "radio"})
    return terms.match_part("page_rating", names)


def _part(form: Form) -> str:
    return terms.match_part("survey", f"{form.attributes} {form.action}")


def _newsletter(form: Form) -> tuple[FormKind, str] | None:
    """A subscription: sent to a firm that mails news, called so, or asking for nothing but an address."""
    if sender := vendor(form.action, NEWSLETTERS):
        return FormKind.NEWSLETTER, say("it is sent to {sender}", sender=sender)
    typed = [field for field in form.fields if field.tag == "input" and field.type.lower() in _TYPED]
    if not any(_is_mail(field) for field in typed):
        return None
    name = terms.match("news_by_mail", form.name)
    if len(typed) > _MOST_OF_A_NEWSLETTER and not (name and name.coverage >= 0.4):
        return None
    found = _said(form, "news_by_mail") or _said(form, "newsletter") or _subscription_part(form)
    if found:
        return FormKind.NEWSLETTER, say("“{found}” and a field for an e-mail address", found=found)
    return _only_an_address(form, typed)


def _subscription_part(form: Form) -> str:
    return terms.match_part("news_by_mail", f"{form.attributes} {form.action}")


def _only_an_address(form: Form, typed: list[Field]) -> tuple[FormKind, str] | None:
    """One field, for an e-mail address, and no word of a forgotten password."""
    asked = [field for field in form.fields if not is_button(field) and field.type.lower() != "hidden"]
    if len(asked) != 1 or not typed[0].visible or not form.has_form_element:
        return None
    if _said(form, "password") or terms.match_part("password", f"{form.attributes} {form.action}"):
        return None
    return FormKind.NEWSLETTER, ONLY_AN_ADDRESS


def _is_mail(field: Field) -> bool:
    said = f"{field.name} {field.id} {field.label} {field.placeholder}".lower()
    return field.type.lower() == "email" or "mail" in said or "e-past" in said or "pašt" in said


def questions_asked(form: Form) -> int:
    """Groups of options and fields to type into: a poll has one."""
    single = ("hidden", "radio", "checkbox")
    asked = {field.name for field in form.fields if field.type.lower() in {"radio", "checkbox"}}
    others = [one for one in form.fields if one.type.lower() not in single and not is_button(one)]
    return len(asked) + len(others)


def _radio_groups(form: Form) -> int:
    return len({field.name for field in form.fields if field.type.lower() == "radio"})


def _said(form: Form, concept: str) -> str:
    """The concept's term that the form's words hold: its name, its buttons and labels, its text."""
    labels = [text for field in form.fields for text in (field.label, field.placeholder) if text]
    buttons = [field.value for field in form.fields if is_button(field) and field.value]
    for text in (form.name, *buttons, *labels):
        if found := terms.match(concept, text):
            return found.term
    found = terms.match(concept, form.text)
    return found.term if found else ""


def _counted(form: Form) -> str:
    filled_in = [field for field in form.fields if not is_button(field) and field.type.lower() != "hidden"]
    return say("{filled_in} fields", filled_in=len(filled_in))

"""Which forms of a page are a search, by their structure and by the words on them.

Tiers as in reference 3.1: A structure (search landmark, field type, GET with a known field name, action),
words on the form (label, placeholder, button), attributes. Not a search: newsletter, login, contact and
filter forms. Points are added up; a form with `ENOUGH` is a search, and one that holds nothing but a
field and its button with `ENOUGH_ALONE`. Some frameworks (ASP.NET Web Forms) put the whole page into one
form: there only the field itself is judged.
"""

from __future__ import annotations

import msgspec

from checks import terms
from checks.addresses import is_within, key
from checks.finding import Instance
from checks.sentences import joined, say
from crawler.evidence import Control, Field, Form, Link, Page, Place

ENOUGH = 2.0
ENOUGH_ALONE = 1.5
_MOST_PENALTY = 2.0
_TEXT_TYPES = frozenset({"", "text", "search"})
_SURE_NAMES = frozenset(
    {
        "q", "s", "query", "search", "search_query", "keys", "keyword", "keywords", "search_api_fulltext",
        "searchtext", "searchword", "search_block_form", "searchterm", "search_term", "term", "phrase",
        "meklet", "vards", "paieska", "otsing", "szukaj", "suche", "sok", "haku", "cerca", "buscar",
        "recherche", "qt", "querytext", "searchstring", "search_text", "site_search",
    }
)  # fmt: skip
_LIKELY_NAMES = frozenset({"k", "kw", "w", "key", "text", "words", "find", "qs", "fulltext", "fraza", "wd"})
_SITE_SEARCH_FIELDS = frozenset({"cx", "sitesearch", "as_sitesearch", "affiliate", "sites", "domains"})
"""Hidden fields by which a public search engine is told to search one site."""


class SearchForm(msgspec.Struct, frozen=True, kw_only=True):
    """A form that is a search, and what a visitor must do to reach it."""

    page_url: str
    form: Form
    field: Field
    points: float
    signs: tuple[str, ...]
    is_external: bool = False
    """Sends the query to another institution's host."""
    opener: str = ""
    """Selector of the visible control that opens it, where the field does not show at once."""
    shows: bool = True

    @property
    def is_reachable(self) -> bool:
        """Whether a visitor can get to the field."""
        return self.shows or bool(self.opener)

    def instance(self, message: str = "") -> Instance:
        """The form as evidence that a person can open."""
        said = self.field.placeholder or self.field.label or self.form.name or self.field.name
        return Instance(
            url=self.page_url,
            selector=self.field.selector or self.form.selector,
            snippet=f"{said} → {self.form.method.upper()} {self.form.action}",
            message=message or joined("; ", self.signs),
            rect=self.form.rect,
        )


def search_forms(page: Page, hosts: frozenset[str]) -> tuple[SearchForm, ...]:
    """The page's search forms, best first. `hosts` are the institution's own."""
    found = [found for form in page.forms if (found := _search_form(page, form, hosts))]
    return tuple(sorted(found, key=lambda item: (item.is_external, not item.is_reachable, -item.points)))


def toggles(page: Page) -> tuple[Control | Link, ...]:
    """Visible controls that say they open a search: buttons, and links that lead nowhere else."""
    controls = [control for control in page.controls if control.visible and is_toggle(control)]
    here = key(page.final_url or page.url)
    links = [
        link
        for link in page.links
        if link.visible
        and ("#" in link.href or link.href.startswith("javascript:"))
        and key(link.href) in {"", here}
        and _names_search(link.text, link.name)
    ]
    return (*controls, *links)


def is_toggle(control: Control) -> bool:
    """Whether a control is named search, or is a nameless icon whose attributes say it."""
    if _names_search(control.name):
        return True
    return not control.name and bool(terms.match_part("search", control.attributes))


def _names_search(*texts: str) -> bool:
    found = (terms.match("search", text) for text in texts)
    return any(match and match.coverage >= 0.3 for match in found)


def _search_form(page: Page, form: Form, hosts: frozenset[str]) -> SearchForm | None:
    text_fields = [field for field in form.fields if is_text(field)]
    if not text_fields or (_is_other_form(form) and not _is_whole_page(form)):
        return None
    points, signs, field = max((_points(form, field) for field in text_fields), key=lambda scored: scored[0])
    if points < _needed(form):
        return None
    shows = form.visible and field.visible
    return SearchForm(
        page_url=page.final_url or page.url,
        form=form,
        field=field,
        points=points,
        signs=tuple(signs),
        is_external=_is_external(form, hosts),
        opener="" if shows else _opener(page, form),
        shows=shows,
    )


def is_text(field: Field) -> bool:
    """Whether words can be typed into the field in one line."""
    return field.tag == "input" and field.type.lower() in _TEXT_TYPES


def _is_other_form(form: Form) -> bool:
    """Passwords, e-mail, files, long texts: a login, newsletter, application or contact form."""
    if form.role == "search":
        return False
    for field in form.fields:
        kind = field.type.lower()
        if kind in {"password", "email", "file", "tel"} or (field.tag == "textarea" and field.visible):
            return True
        if is_text(field) and any(part in field.name.lower() for part in ("mail", "passw", "captcha")):
            return True
    return False


def _is_whole_page(form: Form) -> bool:
    return any(field.name in {"__VIEWSTATE", "__REQUESTDIGEST"} for field in form.fields)


def _needed(form: Form) -> float:
    filled_in = [field for field in form.fields if field.type.lower() != "hidden" and not is_button(field)]
    if form.visible:
        filled_in = [field for field in filled_in if field.visible]
    return ENOUGH_ALONE if len(filled_in) <= 1 or _is_whole_page(form) else ENOUGH


def _points(form: Form, field: Field) -> tuple[float, list[str], Field]:
    if _is_whole_page(form):
        signs = _field_wording(field)
        return sum(weight for weight, _ in signs), [sign for _, sign in signs], field
    signs = [*_structure(form, field), *_wording(form, field)]
    points = sum(weight for weight, _ in signs) - _penalty(form)
    return points, [sign for _, sign in signs], field


def _penalty(form: Form) -> float:
    """Further fields make it a filter or an application; so do words of other purposes."""
    text_fields = sum(is_text(field) for field in form.fields)
    choices = sum(field.tag == "select" and field.visible for field in form.fields)
    penalty = min(_MOST_PENALTY, max(0, text_fields - 1) + 0.5 * choices)
    return penalty + (3.0 if _says_other_purpose(form) else 0.0)


def _says_other_purpose(form: Form) -> bool:
    labels = [text for field in form.fields if is_text(field) for text in (field.label, field.placeholder)]
    said = (form.name, form.attributes, *labels, *_buttons(form))
    if any(terms.match("search", text) for text in said):
        return False
    others = ("newsletter", "filter", "login")
    return any(terms.match(concept, text) for concept in others for text in said)


def _structure(form: Form, field: Field) -> list[tuple[float, str]]:
    signs: list[tuple[float, str]] = []
    name = field.name.lower().split("[")[0].rsplit("$", 1)[-1]
    if form.role == "search" or form.place is Place.SEARCH:
        signs.append((3.0, say("search landmark")))
    if field.type.lower() == "search":
        signs.append((2.5, say("field of type search")))
    if form.method.lower() == "get" and form.has_form_element and name in _SURE_NAMES:
        signs.append((2.0, say("GET with a field named {name}", name=field.name)))
    elif name in _SURE_NAMES or (form.method.lower() == "get" and name in _LIKELY_NAMES):
        signs.append((1.0, say("field named {name}", name=field.name)))
    elif name in _LIKELY_NAMES:
        signs.append((0.5, say("field named {name}", name=field.name)))
    if terms.path_mentions("search", form.action) or terms.match_part("search", form.action):
        signs.append((1.5, say("action names a search")))
    if any(other.name.lower() in _SITE_SEARCH_FIELDS for other in form.fields):
        signs.append((2.0, say("a search engine told to search the site")))
    return signs


def _field_wording(field: Field) -> list[tuple[float, str]]:
    signs: list[tuple[float, str]] = []
    if field.type.lower() == "search":
        signs.append((2.5, say("field of type search")))
    matches = (terms.match("search", text) for text in (field.label, field.placeholder, field.value))
    if match := next((match for match in matches if match), None):
        signs.append((2.0, say("field says “{term}”", term=match.term)))
    if piece := terms.match_part("search", f"{field.id} {field.name}"):
        signs.append((1.5, say("its id or name holds “{piece}”", piece=piece)))
    return signs


def _wording(form: Form, field: Field) -> list[tuple[float, str]]:
    signs = [sign for sign in _field_wording(field) if sign[1] != "field of type search"]
    matches = (terms.match("search", text) for text in _buttons(form))
    if match := next((match for match in matches if match), None):
        signs.append((1.5, say("button says “{term}”", term=match.term)))
    if terms.match("search", form.name):
        signs.append((1.0, say("form is named “{name}”", name=form.name)))
    if piece := terms.match_part("search", form.attributes):
        signs.append((1.5, say("attributes hold “{piece}”", piece=piece)))
    elif piece := terms.match_part("search", " ".join(_selectors(form))):
        signs.append((1.0, say("an element on the way to it is called “{piece}”", piece=piece)))
    if not signs and terms.match("search", form.text):
        signs.append((1.0, say("its text names a search")))
    return signs


def _selectors(form: Form) -> list[str]:
    return [form.selector, *(field.selector for field in form.fields if is_text(field) or is_button(field))]


def _buttons(form: Form) -> list[str]:
    buttons = [field for field in form.fields if is_button(field)]
    return [text for field in buttons for text in (field.value, field.label) if text]


def is_button(field: Field) -> bool:
    """Whether pressing the field sends the form."""
    return field.tag == "button" or field.type.lower() in {"submit", "image", "button"}


def _is_external(form: Form, hosts: frozenset[str]) -> bool:
    if any(field.name.lower() in _SITE_SEARCH_FIELDS and field.value for field in form.fields):
        return False
    return bool(key(form.action)) and not is_within(form.action, hosts)


def _opener(page: Page, form: Form) -> str:
    """A visible button of the form itself, or a visible control of the page named search."""
    if form.visible:
        own = next((field.selector for field in form.fields if is_button(field) and field.visible), "")
        if own:
            return own
    return next((toggle.selector for toggle in toggles(page) if toggle.selector), "")

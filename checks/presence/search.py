"""M08_7: whether the site can be searched, tried with two harmless queries where it may be asked."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from checks.addresses import SEARCH_RESULTS, evaluable_pages, is_within, key, own_hosts, site_hosts
from checks.answers import answered, cant_tell, counted_pages, unobserved
from checks.check import Check, JudgementSettings
from checks.finding import Answer, CheckResult, Instance
from checks.presence.pointers import pointers
from checks.presence.search_answers import Comparison, Verdict, compare
from checks.presence.search_forms import SearchForm, is_button, search_forms, toggles
from checks.presence.search_vendors import declared_search, embedded_search
from checks.presence.search_words import probe_token, probe_word
from checks.sentences import say
from crawler.evidence import Form, Page, Plan, SearchProbe, Site, SubmitSearch, VisitPage

SEARCH_PAGE = "search"
CODE = "M08_7"
_ENOUGH_PAGES = 3
"""Pages after which a search that is on none of them is likely on no other."""
ANY_SEARCH_FIELD = (
    "input[type=search], [role=search] input:not([type=hidden]), search input:not([type=hidden]), "
    "input[name=q], input[name=s], input[name=query], input[name=search], input[name=keys], "
    "input[name=search_api_fulltext]"
)


def plan(site: Site) -> tuple[Plan, ...]:
    """Open the page that a link named search leads to; ask the search twice; keep its results as a page.

    A plain GET form is asked by its address first, and by the browser only where that shows nothing
    (results may be drawn by a script).
    """
    if unobserved(site, CODE):
        return ()
    form = _best(site)
    probes = _probes(site)
    if any(compare(probe).verdict is Verdict.WORKS for probe in probes):
        return _results_page(site, probes)
    return _ask(site, form, probes) if form else (*_search_page(site), *_open_toggle(site))


def _ask(site: Site, form: SearchForm, probes: Sequence[SearchProbe]) -> tuple[Plan, ...]:
    if form.form.method.lower() != "get" or not is_within(form.form.action, site_hosts(site)):
        return ()
    template = url_template(form)
    if template and not probes:
        return (_submission(site, form, template),)
    typed = _submission(site, form, "")
    is_open = not template or compare(probes[-1]).verdict is Verdict.SAME
    return (typed,) if is_open and all(probe.plan != typed for probe in probes) else ()


def judge(site: Site, _settings: JudgementSettings) -> CheckResult:
    """Answers M08_7: 1 there is a search, 0 there is none, or it is broken, hidden or on another site."""
    return CheckResult(answers=unobserved(site, CODE) or (_answer(site),))


def url_template(form: SearchForm) -> str:
    """The form's address with `{query}`, as a browser would send it: the action's own query is dropped,
    hidden and preset fields and the first button go along. Empty where the form leads to the page on which
    it stands (a script may answer it) or its field has no name.
    """
    target = urlsplit(key(form.form.action))
    here = urlsplit(key(form.page_url))
    if not form.field.name or not target.netloc:
        return ""
    if (target.netloc, target.path) == (here.netloc, here.path) and not _has_preset(form.form):
        return ""
    pairs = "&".join(f"{quote_plus(name)}={value}" for name, value in _pairs(form))
    return urlunsplit(
        (target.scheme, target.netloc, quote(target.path, safe="/%:@!$&'()*+,;=~-._"), pairs, "")
    )


def _has_preset(form: Form) -> bool:
    return any(field.type.lower() == "hidden" and field.name for field in form.fields)


def _pairs(form: SearchForm) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    has_button = False
    for field in form.form.fields:
        if field == form.field:
            pairs.append((field.name, "{query}"))
        elif not field.name or (is_button(field) and has_button):
            continue
        elif is_button(field):
            has_button = True
            pairs += [(field.name, quote_plus(field.value))] if field.type.lower() == "submit" else []
        elif field.type.lower() == "hidden" or field.value:
            pairs.append((field.name, quote_plus(field.value)))
    return pairs


def _submission(site: Site, form: SearchForm, template: str) -> SubmitSearch:
    return SubmitSearch(
        page_url=form.page_url,
        form_selector=form.form.selector,
        field_selector=form.field.selector,
        url_template=template,
        opener_selector=form.opener,
        word=probe_word(site),
        token=probe_token(site),
    )


def _open_toggle(site: Site) -> tuple[Plan, ...]:
    found = _toggle(site)
    if found is None or _probes(site):
        return ()
    page, selector = found
    return (
        SubmitSearch(
            page_url=page.final_url or page.url,
            form_selector="",
            field_selector=ANY_SEARCH_FIELD,
            opener_selector=selector,
            word=probe_word(site),
            token=probe_token(site),
        ),
    )


def _toggle(site: Site) -> tuple[Page, str] | None:
    home = site.home
    found = next((toggle.selector for toggle in toggles(home) if toggle.selector), "") if home else ""
    return (home, found) if home and found else None


def _search_page(site: Site) -> tuple[Plan, ...]:
    if site.with_role(SEARCH_PAGE):
        return ()
    found = [pointer for pointer in pointers(site, "search") if pointer.is_own and pointer.weight >= 0.4]
    return (VisitPage(url=found[0].link.href, role=SEARCH_PAGE),) if found else ()


def _results_page(site: Site, probes: Sequence[SearchProbe]) -> tuple[Plan, ...]:
    address = next(
        (probe.for_word.final_url for probe in probes if compare(probe).verdict is Verdict.WORKS), ""
    )
    if site.with_role(SEARCH_RESULTS) or not is_within(address, site_hosts(site)):
        return ()
    return (VisitPage(url=address, role=SEARCH_RESULTS),)


def _probes(site: Site) -> tuple[SearchProbe, ...]:
    return tuple(found for found in site.observations if isinstance(found, SearchProbe))


def _forms(site: Site) -> tuple[SearchForm, ...]:
    """Search forms of the front page, of the page that its search link leads to, and those that stand on
    most pages; a form on one inner page searches a register, not the site.
    """
    hosts = own_hosts(site)
    pages = evaluable_pages(site)
    everywhere = [form for page in pages[:1] for form in search_forms(page, hosts)]
    for page in pages[1:]:
        if SEARCH_PAGE in page.roles:
            everywhere += search_forms(page, hosts)
    if not any(form.is_reachable for form in everywhere) and len(pages) >= 3:
        inner = [form for page in pages[1:] for form in search_forms(page, hosts)[:1]]
        everywhere += inner if len(inner) >= 0.6 * (len(pages) - 1) else []
    return tuple(everywhere)


def _best(site: Site) -> SearchForm | None:
    forms = [form for form in _forms(site) if form.is_reachable]
    return min(forms, key=lambda form: (form.is_external, not form.shows, -form.points), default=None)


def _answer(site: Site) -> Answer:
    form = _best(site)
    comparisons = [compare(probe) for probe in _probes(site)]
    works = next((found for found in comparisons if found.verdict is Verdict.WORKS), None)
    if works:
        reason = say("The search works: {reason}.", reason=works.reason)
        evidence = [*([form.instance()] if form else []), *_results(site, works)]
        return answered(CODE, 1, 0.98 if works.is_strong else 0.9, reason, evidence)
    if form is None:
        return _without_form(site, comparisons)
    if form.is_external:
        reason = say("The only search sends its query to another institution's host.")
        return answered(CODE, 0, 0.6, reason, [form.instance(say("leads off the site"))])
    return _untried(form, comparisons)


def _untried(form: SearchForm, comparisons: Sequence[Comparison]) -> Answer:
    """A form that did not prove to work: broken, not asked, or the same for every query."""
    last = comparisons[-1] if comparisons else None
    if last and last.verdict is Verdict.BROKEN:
        return answered(
            CODE, 0, 0.7, say("The search is broken: {reason}.", reason=last.reason), [form.instance()]
        )
    if last and last.verdict is Verdict.SAME:
        # A search that ignores its query is there, whatever it is worth; so is one on a frozen copy.
        reason = say("There is a search, but {reason}: whether it works, try by hand.", reason=last.reason)
        return answered(CODE, 1, 0.6, reason, [form.instance()])
    why = last.reason if last else say("it was not asked")
    confidence = 0.88 if form.shows and form.points >= 4.0 and not (last and last.is_doubtful) else 0.75
    return answered(
        CODE, 1, confidence, say("There is a search, not verified: {why}.", why=why), [form.instance()]
    )


def _results(site: Site, found: Comparison) -> list[Instance]:
    address = next(
        (probe.for_word.final_url for probe in _probes(site) if compare(probe).verdict is Verdict.WORKS), ""
    )
    return [
        Instance(url=address, snippet=f"{text} → {link}", message=say("a result"))
        for link, text in found.results[:3]
    ]


def _without_form(site: Site, comparisons: Sequence[Comparison]) -> Answer:
    rejected = _rejected(site)
    home = site.home
    if home and (vendor := embedded_search(home)):
        return answered(
            CODE,
            1,
            0.75,
            say("A search by {message} is built in, not verified.", message=vendor.sentence),
            [vendor],
        )
    if (found := _toggle(site)) is not None:
        page, selector = found
        why = say(": {reason}", reason=comparisons[-1].reason) if comparisons else ""
        control = Instance(url=page.final_url or page.url, selector=selector, message=say("names a search"))
        return cant_tell(
            CODE, say("A control opens a search that could not be seen{why}.", why=why), [control, *rejected]
        )
    if home and (declared := declared_search(home)):
        return cant_tell(
            CODE, say("The site declares a search, but no page shows it."), [declared, *rejected]
        )
    looked = len(evaluable_pages(site))
    hidden = [form for form in _forms(site) if not form.is_reachable]
    if hidden:
        reason = say("The only search forms are hidden, and nothing shown opens them.")
        return answered(CODE, 0, 0.85, reason, [form.instance(say("hidden")) for form in hidden])
    reason = say(
        "No search on {counted_pages} looked at, the front page among them.",
        counted_pages=counted_pages(looked),
    )
    return answered(CODE, 0, 0.88 if looked >= _ENOUGH_PAGES else 0.7, reason, rejected)


def _other_form(page: Page, form: Form) -> Instance:
    return Instance(
        url=page.final_url or page.url,
        selector=form.selector,
        snippet=form.text[:200],
        message=say(
            "a form, not a search of the site ({method} {action})",
            method=form.method.upper(),
            action=form.action,
        ),
    )


def _rejected(site: Site) -> list[Instance]:
    """Forms that were considered, and the address of the front page where there were none."""
    found = [_other_form(page, form) for page in evaluable_pages(site)[:5] for form in page.forms]
    home = site.home
    if not found and home:
        found = [Instance(url=home.final_url or home.url, message=say("no form, and nothing named search"))]
    return found


CHECK = Check(
    id="search",
    version=2,
    codes=(CODE,),
    title="Search within the site",
    basis="e-index 2017, M08 item 7; reference social-and-presence 3.1",
    judge=judge,
    plan=plan,
)

from __future__ import annotations

import re

import pytest

from checks.check import JudgementSettings
from checks.finding import Answer, Outcome
from checks.presence.search import CHECK, judge, plan
from checks.presence.search_words import probe_token, probe_word
from crawler.evidence import (
    Control,
    Failure,
    FailureReason,
    Field,
    Form,
    Institution,
    Page,
    Place,
    SearchAnswer,
    Site,
    SubmitSearch,
    VisitPage,
)
from tests.checks.build import HOME_URL, crawled, field, form, link, page, probe, site

SEARCH = form(
    field("q", placeholder="Meklēt"),
    field("lang", "hidden", value="lv", visible=False),
    field("", "submit", value="Meklēt"),
    action="/meklet",
)
FOUND = SearchAnswer(
    query="",
    status=200,
    text="Rezultāti",
    links=(
        (HOME_URL, "Sākums"),
        (HOME_URL + "a", "Atļaujas būvniecībai"),
        (HOME_URL + "b", "Atļauju reģistrs"),
    ),
)
NOTHING = SearchAnswer(query="", status=200, text="Nekas nav atrasts", links=((HOME_URL, "Sākums"),))


def answer(observed: Site) -> Answer:
    (given,) = judge(observed, JudgementSettings()).answers
    assert given.code == "M08_7"
    return given


def home_with(*forms: Form, **more: object) -> Site:
    return site(page(forms=forms, title="Atļaujas", **more))


def submission(observed: Site) -> SubmitSearch:
    (planned,) = plan(observed)
    assert isinstance(planned, SubmitSearch)
    return planned


def probed(observed: Site, for_word: SearchAnswer, for_token: SearchAnswer) -> Site:
    made = probe(submission(observed), for_word, for_token)
    return site(*observed.pages, observations=(*observed.observations, made))


def test_a_search_that_finds_the_sites_word_and_not_the_token_works() -> None:
    given = answer(probed(home_with(SEARCH), FOUND, NOTHING))
    assert (given.value, given.outcome) == (1, Outcome.PASSED)
    assert given.confidence > 0.95
    assert any("Atļaujas būvniecībai" in piece.snippet for piece in given.evidence)


def test_different_results_are_told_in_a_language_that_no_table_knows() -> None:
    links = ((HOME_URL, "Home"), *((f"{HOME_URL}{n}", f"Zzz {n}") for n in range(4)))
    found = SearchAnswer(query="", status=200, text="Qapla", links=links)
    nothing = SearchAnswer(query="", status=200, text="Qo", links=((HOME_URL, "Home"),))
    assert answer(probed(home_with(SEARCH), found, nothing)).value == 1


def test_a_plain_form_is_asked_by_its_address_with_hidden_fields_kept() -> None:
    planned = submission(home_with(SEARCH))
    assert planned.url_template == HOME_URL + "meklet?q={query}&lang=lv"
    assert re.fullmatch(r"[a-z]{12}", planned.token)
    assert planned.word == "atļaujas"


def test_the_same_evidence_gives_the_same_plan() -> None:
    assert plan(home_with(SEARCH)) == plan(home_with(SEARCH))


def test_where_the_address_shows_the_same_the_browser_asks_once_and_then_it_stays_unverified() -> None:
    same = SearchAnswer(query="", status=200, text="Sākums", links=((HOME_URL, "Sākums"),))
    by_address = probed(home_with(SEARCH), same, same)
    again = submission(by_address)
    assert again.url_template == ""
    by_browser = probed(by_address, same, same)
    given = answer(by_browser)
    assert (given.value, given.confidence) == (1, 0.6)
    assert "give the same answer" in given.reason
    assert plan(by_browser) == ()


def test_the_query_echoed_in_links_is_no_result() -> None:
    first = submission(home_with(SEARCH))
    echo = [
        SearchAnswer(
            query="", status=200, text=f"{query}?", links=((f"{HOME_URL}en/meklet?q={query}", "EN"),)
        )
        for query in (first.word, first.token)
    ]
    assert answer(probed(home_with(SEARCH), *echo)).confidence == 0.6


def test_a_search_whose_address_is_gone_is_broken() -> None:
    gone = SearchAnswer(query="", status=404, failure=Failure(FailureReason.HTTP_404, "HTTP 404"))
    given = answer(probed(home_with(SEARCH), gone, gone))
    assert (given.value, given.outcome) == (0, Outcome.FAILED)
    assert "HTTP 404" in given.reason


def test_the_status_alone_tells_that_it_is_gone() -> None:
    page_of_an_error = SearchAnswer(query="", status=500, text="Oops")
    assert answer(probed(home_with(SEARCH), page_of_an_error, page_of_an_error)).value == 0


def test_the_sites_word_in_its_menus_makes_no_difference() -> None:
    same = SearchAnswer(query="", status=200, text="Atļaujas Kontakti", links=((HOME_URL + "a", "Atļaujas"),))
    assert "give the same answer" in answer(probed(home_with(SEARCH), same, same)).reason


@pytest.mark.parametrize(
    "reason", [FailureReason.ROBOTS_DISALLOWED, FailureReason.TIMEOUT, FailureReason.BROWSER_CRASHED]
)
def test_a_search_that_may_not_or_could_not_be_asked_is_there_but_unverified(reason: FailureReason) -> None:
    refused = SearchAnswer(query="", failure=Failure(reason))
    given = answer(probed(home_with(SEARCH), refused, refused))
    assert (given.value, given.outcome) == (1, Outcome.PASSED)
    assert given.confidence < 0.9
    assert "not verified" in given.reason


def test_after_it_worked_its_results_join_the_structured_sample() -> None:
    found = SearchAnswer(
        query="", status=200, final_url=HOME_URL + "meklet?q=a", text=FOUND.text, links=FOUND.links
    )
    planned = plan(probed(home_with(SEARCH), found, NOTHING))
    assert planned == (VisitPage(url=HOME_URL + "meklet?q=a", role="search_results"),)


@pytest.mark.parametrize(
    "other",
    [
        form(field("email", "email", label="E-pasts"), action="/jaunumi"),
        form(field("user"), field("pass", "password"), action="/search"),
        form(field("q", label="Filtrēt tabulu"), method="post", action="/tabula"),
        form(field("name"), Field(tag="textarea", name="s"), action="/jautajums"),
        form(field("Vārds"), field("Uzvārds"), method="post"),
    ],
    ids=["newsletter", "login", "filter", "contact", "application"],
)
def test_other_forms_are_no_search_and_stand_as_evidence(other: Form) -> None:
    given = answer(home_with(other))
    assert (given.value, given.outcome) == (0, Outcome.FAILED)
    assert any("not a search" in piece.message for piece in given.evidence)
    assert plan(home_with(other)) == ()


@pytest.mark.parametrize(
    "found",
    [
        form(field("keys", "search"), action="/search/node"),
        form(field("txt", label="Search this site"), method="post"),
        form(field("anything"), role="search", has_form_element=False),
        form(field("s"), action="/"),
        form(field("fraza"), field("type", "checkbox", visible=False), method="post", attributes="search"),
        form(field("fraza"), Field(tag="input", type="submit", selector=".search_submit"), method="post"),
        form(field("__VIEWSTATE", "hidden"), field("mail", "email"), field("x$txtSearchBox"), method="post"),
    ],
    ids=[
        "drupal",
        "post",
        "landmark without form",
        "wordpress",
        "post by class",
        "post by button",
        "web forms",
    ],
)
def test_searches_are_found_by_structure_words_or_attributes(found: Form) -> None:
    assert answer(home_with(found)).value == 1


def test_a_search_that_nothing_opens_is_none_and_one_behind_a_toggle_is() -> None:
    hidden = form(field("q", "search", visible=False), action="/search", visible=False)
    assert answer(home_with(hidden)).value == 0
    toggle = Control(name="Open search", tag="button", selector="#open")
    with_toggle = home_with(hidden, controls=(toggle,))
    assert answer(with_toggle).value == 1
    assert submission(with_toggle).opener_selector == "#open"


def test_a_toggle_that_draws_its_form_is_opened_and_asked() -> None:
    toggle = Control(name="", tag="button", attributes="btn icon-search", selector="#open")
    observed = home_with(controls=(toggle,))
    assert submission(observed).opener_selector == "#open"
    assert answer(observed).outcome is Outcome.CANT_TELL
    assert answer(probed(observed, FOUND, NOTHING)).value == 1


def test_a_link_named_search_is_followed_and_the_form_there_counts() -> None:
    home = page(links=(link("Meklēšana", "/meklesana"), link("Vakances darba meklētājiem", "/vakances")))
    assert plan(site(home)) == (VisitPage(url=HOME_URL + "meklesana", role="search"),)
    target = page("/meklesana", roles=("search",), forms=(SEARCH,))
    assert answer(site(home, target)).value == 1


def test_a_form_on_one_inner_page_searches_a_register_not_the_site() -> None:
    inner: list[Page] = [page(f"/{n}") for n in range(4)]
    register = page("/registrs", forms=(SEARCH,))
    assert answer(site(page(), *inner, register)).value == 0


def test_a_search_on_another_institutions_host_is_not_the_sites() -> None:
    external = form(field("q", "search"), action="https://other.example/search")
    given = answer(home_with(external))
    assert given.value == 0
    assert "another institution" in given.reason
    assert plan(home_with(external)) == ()


def test_a_copy_on_localhost_knows_its_production_site_by_its_links() -> None:
    staging = "http://127.0.0.1:8000/"
    links = tuple(link(f"L{n}", f"https://www.iestade.example/{n}") for n in range(6))
    search = form(field("q", "search"), action="https://www.iestade.example/search")
    institution = Institution(url=staging)
    home = page(staging, roles=("home",), links=links, forms=(search,))
    observed = site(home, institution=institution, crawl=None)
    assert answer(observed).value == 1
    assert plan(observed) == ()
    alone = site(page(staging, roles=("home",), forms=(search,)), institution=institution, crawl=None)
    assert answer(alone).value == 0


def test_a_public_engine_told_to_search_this_site_counts_but_is_not_asked() -> None:
    engine = form(
        field("q"), field("sitesearch", "hidden", value="iestade.example"), action="https://google.com/search"
    )
    assert answer(home_with(engine)).value == 1
    assert plan(home_with(engine)) == ()


def test_nothing_is_ever_posted() -> None:
    assert plan(home_with(form(field("q", "search"), method="post", action="/search"))) == ()


def test_a_front_page_that_failed_cannot_tell_and_no_capture_is_untested() -> None:
    failed = page(failure=Failure(FailureReason.TIMEOUT), html="")
    assert answer(site(failed)).outcome is Outcome.CANT_TELL
    assert answer(site()).outcome is Outcome.UNTESTED
    assert plan(site(failed)) == ()


def test_a_declared_search_without_a_box_is_left_to_a_person() -> None:
    declared = '<link rel="search" type="application/opensearchdescription+xml" href="/os.xml">'
    assert answer(home_with(html=declared)).outcome is Outcome.CANT_TELL


def test_an_embedded_vendor_search_counts_unverified() -> None:
    embedded = '<div class="gcse-searchbox"></div><script src="https://cse.google.com/cse.js?cx=1"></script>'
    given = answer(home_with(html=embedded))
    assert given.value == 1
    assert given.confidence < 0.8


def test_the_word_comes_from_titles_headings_and_menus_and_not_from_the_interface() -> None:
    urls = (crawled("/a", "Zvejas licences"), crawled("/b", "Licences medībām"), crawled("/c", "Meklēšana"))
    home = page(links=(link("Meklēšana", "/c", Place.NAV), link("Jaunumi", "/d", Place.NAV)))
    assert probe_word(site(home, urls=urls)) == "licences"


def test_tokens_differ_by_site() -> None:
    assert probe_token(site()) == probe_token(site())
    assert len(probe_token(site())) == 12


def test_the_check_answers_one_code_of_the_questionnaire() -> None:
    assert CHECK.codes == ("M08_7",)
    assert CHECK.id == "search"

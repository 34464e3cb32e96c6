"""Reasons and messages of checks, told in the language spoken."""

from __future__ import annotations

import json

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlmodel import Session

from checks.answers import counted_pages, unobserved
from checks.finding import Answer, Finding, Instance, Outcome
from checks.judge import SiteJudgement
from checks.mobile.notes import note, sentence
from checks.mobile.rules import Issue, Rule
from checks.sentences import quoted, say, word
from crawler.evidence import Failure, FailureReason, Place
from results.database import writing
from results.document import to_json
from results.html_report import html_report
from results.language import Language, speaking
from results.records import RunRecord
from results.store import Store
from results.told import PLACES, message, reason, spoken
from tests.checks import build
from tests.results import samples

UNKNOWN = "nobody translates this"


def in_latvian(text: str) -> str:
    with speaking(Language.LV):
        return spoken(text)


def test_a_sentence_is_told_with_all_that_stands_in_it() -> None:
    place = word(Place.FOOTER)
    said = say("names “{term}”; place {place}, weight {weight:.2f}", term="footer", place=place, weight=1.5)
    assert spoken(said) == "names “footer”; place footer, weight 1.50"
    assert in_latvian(said) == "nosaukumā ir “footer”; vieta: kājene, svars 1,50"


@pytest.mark.parametrize(
    ("n", "expected"), [(1, "1 lapa"), (21, "21 lapa"), (11, "11 lapas"), (30, "30 lapas")]
)
def test_a_count_takes_the_languages_own_form(n: int, expected: str) -> None:
    said = say(
        "No search on {counted_pages} looked at, the front page among them.", counted_pages=counted_pages(n)
    )
    assert in_latvian(said) == f"Meklēšanas nav (apskatīts: {expected}, arī sākumlapa)."


STILL_THE_SITE = {FailureReason.AXE_FAILED, FailureReason.EMPTY_PAGE}
"""Such a page can be read, if not measured."""


FAILURES = [Failure(one) for one in FailureReason if one not in STILL_THE_SITE]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: str(one.reason))
def test_every_failure_and_its_remedy_have_words_within_a_sentence(failure: Failure) -> None:
    (answer,) = unobserved(build.site(build.page(failure=failure, axe=None)), "M05")
    assert str(failure.reason) in answer.reason
    with speaking(Language.LV):
        assert reason(answer).startswith("Sākumlapu nevarēja apskatīt: ")
        assert f": {failure.reason}." not in reason(answer)
        assert failure.remedy not in reason(answer)


def test_places_of_a_page_have_words() -> None:
    assert set(PLACES) == set(Place)
    for place in Place:
        assert in_latvian(word(place)) != place


def test_what_is_quoted_stays_as_the_site_wrote_it() -> None:
    assert in_latvian(say("says “{term}”", term="a form")) == "teikts “a form”"
    assert in_latvian(quoted("a form")) == "a form"


def test_what_has_no_translation_or_no_parts_is_told_in_english() -> None:
    assert in_latvian(word(UNKNOWN)) == UNKNOWN
    old = Answer(code="M05", outcome=Outcome.FAILED, reason="The contact page gives no phone number.")
    with speaking(Language.LV):
        assert reason(old) == old.reason


def test_parts_of_another_text_are_not_told() -> None:
    answer = Answer(code="M05", outcome=Outcome.FAILED, reason=say("The contact page gives no phone number."))
    other = replace(answer, reason="somebody's own words")
    with speaking(Language.LV):
        assert reason(answer) == "Kontaktu lapā nav tālruņa numura."
        assert reason(other) == "somebody's own words"


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("count", [1, 2, 11, 21])
def test_a_reason_of_the_mobile_test_is_the_studys_latvian_word_for_word(rule: Rule, count: int) -> None:
    issue = Issue(rule=rule, count=count, measure=980.0, screen=412, listed=count)
    assert in_latvian(sentence(issue)) == note(issue, "lv")


def judged() -> SiteJudgement:
    """One answer and one finding with parts."""
    place = Instance(url=samples.URL, message=say("a form for: {kind}", kind=word("search")))
    answer = Answer(
        code="M05",
        outcome=Outcome.FAILED,
        value=2,
        reason=say("The contact page gives no phone number."),
        evidence=(place,),
    )
    finding = Finding(
        rule="r", outcome=Outcome.FAILED, message=say("{links} links", links=3), instances=(place,)
    )
    return replace(samples.judgement(), answers=(answer,), findings={"own": (finding,)}, versions={"own": 1})


def saved(store: Store) -> RunRecord:
    run_id = samples.begin(store)
    store.save_site(run_id, 0, samples.site(), judged())
    return store.load_run(run_id)


def test_the_parts_are_stored_with_what_was_said(store: Store) -> None:
    site = saved(store).sites[0].judgement
    assert site.answers == judged().answers
    assert site.findings == judged().findings
    with speaking(Language.LV):
        assert reason(site.answers[0]) == "Kontaktu lapā nav tālruņa numura."
        assert message(site.answers[0].evidence[0]) == "veidlapa, nolūks: meklēšana"
        assert message(site.findings["own"][0]) == "saites: 3"


def test_what_was_stored_before_there_were_parts_is_told_in_english(store: Store) -> None:
    run = saved(store)
    with Session(writing(store.engine)) as session:
        for table in ("answer", "finding"):
            session.execute(text(f"UPDATE {table} SET said = NULL"))
        session.commit()
    site = store.load_run(run.id).sites[0].judgement
    assert site.answers[0].said is msgspec.UNSET
    with speaking(Language.LV):
        assert reason(site.answers[0]) == "The contact page gives no phone number."
        assert message(site.findings["own"][0]) == "3 links"


def test_the_report_marks_as_english_only_what_is(store: Store) -> None:
    run = saved(store)
    report = html_report(run, lang=Language.LV)
    assert "<bdi>Kontaktu lapā nav tālruņa numura.</bdi>" in report
    assert "<bdi>veidlapa, nolūks: meklēšana</bdi>" in report
    numbers = replace(judged().answers[0], reason=quoted("67000001"))
    first = run.sites[0]
    own = replace(judged().answers[0], reason="Own words.")
    sites = tuple(
        replace(first, judgement=replace(first.judgement, answers=(one,))) for one in (own, numbers)
    )
    other = html_report(replace(run, sites=sites), lang=Language.LV)
    assert '<bdi lang="en">Own words.</bdi>' in other
    assert "<bdi>67000001</bdi>" in other


def test_the_document_has_the_english_and_its_parts(store: Store) -> None:
    with speaking(Language.LV):
        found = json.loads(to_json(saved(store)))
    answer = found["sites"][0]["answers"]["M05"]
    assert answer["reason"] == "The contact page gives no phone number."
    assert answer["said"] == {"text": answer["reason"]}
    assert answer["evidence"][0]["said"] == {
        "text": "a form for: {kind}",
        "values": {"kind": {"text": "search"}},
    }
    (finding,) = found["sites"][0]["findings"]
    assert finding["said"] == {"text": "{links} links", "values": {"links": 3}}

"""Everything that a webmaster can be told of has a text in both languages, and no text is about nothing."""

from __future__ import annotations

import ast
import html.parser
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from checks.accessibility import page_language, second_engine, targets, violations, zoomed_text
from checks.check import all_checks
from checks.judge import CRASHED
from checks.mobile.rules import Rule
from crawler.axe import TAGS
from crawler.evidence import Failure, FailureReason, SkipReason
from results.advice import (
    Advice,
    General,
    advice_for_check,
    advice_for_code,
    advice_for_finding,
    advice_for_rule,
    criterion,
    criterion_name,
    failure_text,
    general_advice,
    skip_text,
    texts,
)
from results.advice.failures import failure_reasons, skip_reasons
from results.language import Language

ROOT = Path(__file__).parents[2]
ADVICE = ROOT / "checks" / "advice"
CHECKS = {check.id: check for check in all_checks()}
RULES = {
    "mobile_friendliness": {*Rule, "target-size", "resource-issues", "not-confirmed"},
    "page_language": {page_language.RULE},
    "second_engine": {second_engine.UNTESTED, texts.ANY_OF_SECOND_ENGINE},
    "wcag_percentage": {violations.NOT_CONFIRMED, "frame-tested"},
    "zoomed_text": {zoomed_text.RULE},
}
"""Rules of the findings of each check, without axe's."""
EVERY = [
    *(("rules", name) for name in sorted(texts.rule_ids())),
    *((check, name) for check in sorted(CHECKS) for name in advice_for_check(check, Language.EN)),
    *(("general", topic.value) for topic in General),
]
LATVIAN = re.compile("[āčēģīķļņšūž]")
NOT_RUN = {"experimental", "deprecated"}


@cache
def vendored_rules() -> dict[str, frozenset[str]]:
    """Tags of every rule in the vendored axe-core, by id."""
    script = (ROOT / "crawler" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
    found = re.findall(r'\{id:"([a-z0-9-]+)",(?:[^{}]|\{[^{}]*\})*?tags:\["(cat\.[^\]]*)"\]', script)
    assert len(found) == len(re.findall(r'tags:\["cat\.', script))
    return {name: frozenset(tags.split('","')) for name, tags in found}


def rules_that_run() -> set[str]:
    """Those with one of our tags; axe leaves out what is experimental or deprecated unless asked for it."""
    return {name for name, tags in vendored_rules().items() if tags & set(TAGS) and not tags & NOT_RUN}


def told(source: str, name: str, lang: Language) -> Advice:
    if source == "rules":
        return advice_for_rule(name, lang)
    return (
        general_advice(General(name), lang) if source == "general" else advice_for_check(source, lang)[name]
    )


def test_the_vendored_axe_is_read_right() -> None:
    tags = vendored_rules()
    assert len(tags) > 100
    assert {"wcag2a", "wcag111"} <= tags["image-alt"]
    assert {"wcag22aa", "wcag258"} <= tags["target-size"]
    assert not tags["p-as-heading"].isdisjoint(NOT_RUN)


def test_every_rule_that_runs_has_a_text_and_no_text_is_of_another() -> None:
    assert texts.rule_ids() == rules_that_run()


def test_every_check_has_a_file_and_every_file_a_check() -> None:
    assert {file.stem for file in ADVICE.iterdir()} == set(CHECKS)


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_the_topics_of_a_check_are_its_codes_and_its_rules(check: str) -> None:
    expected = {*CHECKS[check].codes, *RULES.get(check, ())} or {check}
    for lang in Language:
        assert set(advice_for_check(check, lang)) == expected


def test_every_code_can_be_looked_up_and_says_when_it_passes() -> None:
    for code in (code for check in CHECKS.values() for code in check.codes):
        for lang in Language:
            advice = advice_for_code(code, lang)
            assert advice is not None
            assert advice.passes, code


def test_a_code_that_only_a_person_answers_has_no_advice() -> None:
    assert advice_for_code("K11M_FB_4", Language.LV) is None


def rule_literals() -> Iterator[str]:
    """Names of rules written out where a finding is made."""
    for file in (ROOT / "checks").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding":
                for word in node.keywords:
                    if word.arg == "rule" and isinstance(word.value, ast.Constant):
                        yield str(word.value.value)


def test_no_check_names_a_rule_that_has_no_text() -> None:
    written = set(rule_literals())
    assert "frame-tested" in written
    assert written <= set().union(*RULES.values())


@pytest.mark.parametrize(("source", "name"), EVERY)
def test_every_text_is_whole_sentences_in_its_language(source: str, name: str) -> None:
    latvian, english = told(source, name, Language.LV), told(source, name, Language.EN)
    for advice in (latvian, english):
        assert 3 < len(advice.title) <= 80
        assert not advice.title.endswith(".")
        for text in filter(None, (advice.who, advice.mend, advice.passes)):
            assert re.search(r"[.”]$", text), text
            assert text == " ".join(text.split())
            assert "  " not in text
            assert '"' not in re.sub(r'="[^"]*"', "", text), text
    assert LATVIAN.search(latvian.who + latvian.mend)
    assert not LATVIAN.search(english.title + english.who + english.mend + english.passes)
    assert latvian.title != english.title
    assert bool(latvian.example) == bool(english.example)


class _Tags(html.parser.HTMLParser):
    """What is open when the text ends."""

    VOID = frozenset({"img", "input", "meta", "area", "track"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's signature
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("source", "name"), EVERY)
def test_every_example_is_whole_html_or_css(source: str, name: str) -> None:
    for lang in Language:
        example = told(source, name, lang).example
        parser = _Tags()
        parser.feed(example)
        assert not set(parser.open) - {"html"}, "only the page's own element is shown open"
        if example and not parser.seen:
            assert example.count("{") == example.count("}") > 0


def test_every_criterion_of_a_and_aa_has_a_name() -> None:
    every = {sc for levels in targets.LEVELS.values() for level in levels.values() for sc in level}
    assert texts.criteria() == every
    names = [criterion_name(sc, lang) for sc in every for lang in Language]
    assert all(names)
    assert criterion_name("1.4.10", Language.EN) == "Reflow"
    assert criterion_name("1.4.3", Language.LV) == "Kontrasts (minimālais)"
    assert criterion_name("1.4.6", Language.EN) is None, "level AAA"


def test_every_criterion_says_what_it_asks_in_a_sentence() -> None:
    for sc in texts.criteria():
        latvian, english = criterion(sc, Language.LV), criterion(sc, Language.EN)
        assert latvian is not None
        assert english is not None
        assert latvian.asks.endswith(".")
        assert english.asks.endswith(".")
        assert latvian.asks != english.asks
        assert not LATVIAN.search(english.asks)
    assert criterion("1.4.6", Language.LV) is None, "level AAA"


def test_names_of_criteria_differ() -> None:
    for lang in Language:
        names = [criterion_name(sc, lang) for sc in texts.criteria()]
        assert len(set(names)) == len(names)


def test_every_failure_and_every_skip_has_a_title_and_a_remedy() -> None:
    assert failure_reasons() == frozenset(FailureReason)
    assert skip_reasons() == frozenset(SkipReason)
    for text in (
        *(failure_text(reason, lang) for reason in FailureReason for lang in Language),
        *(skip_text(reason, lang) for reason in SkipReason for lang in Language),
    ):
        assert text.title
        assert not text.title.endswith(".")
        assert text.mend.endswith(".")


def test_the_english_remedy_of_a_failure_has_one_source() -> None:
    for reason in FailureReason:
        assert failure_text(reason, Language.EN).mend == Failure(reason).remedy
    assert "--timeout" in failure_text(FailureReason.TIMEOUT, Language.LV).mend


def test_latvian_remedies_name_the_same_options() -> None:
    for reason in FailureReason:
        options = [
            set(re.findall(r"--[a-z-]+|robots\.txt", failure_text(reason, lang).mend)) for lang in Language
        ]
        assert options[0] == options[1], reason


def test_what_has_no_text_gets_general_advice_and_says_so() -> None:
    for lang in Language:
        unknown = advice_for_rule("rule-of-another-version", lang)
        assert unknown == general_advice(General.UNKNOWN_RULE, lang)
        assert unknown.is_general
        assert advice_for_finding("nobodys_check", "no-rule", lang) == unknown
    assert not advice_for_rule("image-alt", Language.LV).is_general
    assert advice_for_check("nobodys_check", Language.LV) == {}


def test_a_finding_finds_its_advice() -> None:
    lang = Language.LV
    assert advice_for_finding("wcag_percentage", "image-alt", lang) == advice_for_rule("image-alt", lang)
    of_engine = advice_for_check("second_engine", lang)
    assert advice_for_finding("second_engine", "ibm:img_alt_valid", lang) == of_engine["ibm:*"]
    assert advice_for_finding("second_engine", second_engine.UNTESTED, lang) == of_engine["ibm:untested"]
    on_phone = advice_for_finding("mobile_friendliness", "target-size", lang)
    assert on_phone == advice_for_check("mobile_friendliness", lang)["target-size"]
    assert on_phone != advice_for_rule("target-size", lang)
    broken = general_advice(General.CHECK_FAILED, lang)
    assert {advice_for_finding(check, CRASHED, lang) for check in CHECKS} == {broken}


def test_a_text_that_lacks_a_language_is_refused() -> None:
    whole = '[x.lv]\ntitle = "a"\nwho = "b"\nmend = "c"\n'
    with pytest.raises(msgspec.ValidationError, match="`en`"):
        texts.topics_of(whole)

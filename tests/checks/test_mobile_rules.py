from __future__ import annotations

from typing import Any

import pytest

from checks.mobile.notes import note, notes
from checks.mobile.rules import Issue, Rule, issues
from crawler.evidence import PluginElement, Rect, SmallText, TextRun, WideElement
from tests.checks.build_measures import phone, target

CLOSE = tuple(target(f"t{n}", (n * 20, 0, 20, 20)) for n in range(2))
FAR = tuple(target(f"f{n}", (0, 500 + n * 200, 60, 60)) for n in range(18))


def broken(**more: Any) -> list[Rule]:
    return [issue.rule for issue in issues(phone(**more)) if not issue.strict_only]


def test_a_page_made_for_phones_breaks_no_rule() -> None:
    assert broken() == []


@pytest.mark.parametrize(
    ("viewports", "layout_width", "expected"),
    [
        ((), 980, Rule.CONFIGURE_VIEWPORT),
        ((), 411, Rule.CONFIGURE_VIEWPORT),
        (("",), 980, Rule.CONFIGURE_VIEWPORT),
        (("minimum-scale=1",), 980, Rule.CONFIGURE_VIEWPORT),
        (("width=device-width, initial-scale=0.5",), 822, Rule.CONFIGURE_VIEWPORT),
        (("width=320",), 320, Rule.FIXED_WIDTH_VIEWPORT),
        (("width=device-width", "width=1024"), 1024, Rule.FIXED_WIDTH_VIEWPORT),
        (("width=411",), 411, None),
        (("width=1024", "width=device-width"), 411, None),
        (("initial-scale=1",), 411, None),
    ],
)
def test_the_last_viewport_and_what_chromium_made_of_it_decide(
    viewports: tuple[str, ...], layout_width: float, expected: Rule | None
) -> None:
    found = broken(viewports=viewports, layout_width=layout_width)
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(("width", "wide"), [(411, False), (412, False), (412.5, True), (980, True)])
def test_content_may_be_one_pixel_wider_than_the_screen(width: float, wide: bool) -> None:
    assert broken(content_width=width) == ([Rule.SIZE_CONTENT_TO_VIEWPORT] if wide else [])


@pytest.mark.parametrize(
    ("text", "scale", "small"),
    [
        ((TextRun(11.9, 40), TextRun(12, 60)), 1, False),
        ((TextRun(11.9, 41), TextRun(12, 59)), 1, True),
        ((TextRun(12, 100),), 0.998, False),
        ((TextRun(16, 100),), 0.42, True),
        ((TextRun(8, 100),), 3, True),
        ((), 1, False),
    ],
)
def test_three_fifths_of_the_text_must_be_legible_on_the_screen(
    text: tuple[TextRun, ...], scale: float, small: bool
) -> None:
    assert broken(text=text, scale=scale) == ([Rule.USE_LEGIBLE_FONT_SIZES] if small else [])


@pytest.mark.parametrize(
    ("tag", "kind", "source", "incompatible"),
    [
        ("applet", "", "", True),
        ("object", "application/x-shockwave-flash", "", True),
        ("embed", "", "/film.SWF?x=1", True),
        ("object", "application/x-silverlight-2", "", True),
        ("object", "application/pdf", "/a.pdf", False),
        ("embed", "image/svg+xml", "/a.svg", False),
        ("object", "", "http://[broken", False),
    ],
)
def test_flash_java_and_silverlight_are_incompatible(
    tag: str, kind: str, source: str, incompatible: bool
) -> None:
    plugin = PluginElement(selector="object", snippet="<object>", tag=tag, type=kind, source=source)
    assert broken(plugins=(plugin,)) == ([Rule.USES_INCOMPATIBLE_PLUGINS] if incompatible else [])


def test_two_clashing_targets_fail_only_if_they_are_more_than_a_tenth() -> None:
    assert broken(targets=(*CLOSE, *FAR[:17])) == [Rule.TAP_TARGETS_TOO_CLOSE]
    few = issues(phone(targets=(*CLOSE, *FAR)))
    assert [(issue.rule, issue.count, issue.measure, issue.strict_only) for issue in few] == [
        (Rule.TAP_TARGETS_TOO_CLOSE, 2, 20, True)
    ]


def test_one_clashing_target_is_for_the_strict_verdict_only() -> None:
    beside_a_large_one = (target("small", (0, 0, 20, 20)), target("large", (20, 0, 60, 60)))
    assert [issue.strict_only for issue in issues(phone(targets=beside_a_large_one))] == [True]


def test_issues_show_the_elements_with_measures_and_rectangles() -> None:
    view = phone(
        content_width=600,
        wide=(WideElement("#wide", "<table>", Rect(0, 0, 600, 50)),),
        text=(TextRun(10, 90), TextRun(16, 10)),
        small_text=(SmallText("#tiny", "<p>", 10, 90, Rect(1, 2, 3, 4)),),
        targets=CLOSE,
    )
    wide, fonts, taps = issues(view)
    assert (wide.instances[0].selector, wide.instances[0].rect) == ("#wide", Rect(0, 0, 600, 50))
    assert wide.instances[0].message == "reaches 600 px on a screen of 411 px"
    assert fonts.instances[0].message == "10.0 px on the screen, 90 characters"
    assert fonts.measure == pytest.approx(10)
    assert [one.selector for one in taps.instances] == ["#t0", "#t1"]
    assert taps.instances[0].message == "20 x 20 px; a fingertip on it covers #t1 70% as much"


def test_notes_are_one_sentence_a_reason_with_counts() -> None:
    found = [
        Issue(rule=Rule.SIZE_CONTENT_TO_VIEWPORT, count=3, measure=980, screen=411, listed=3),
        Issue(rule=Rule.TAP_TARGETS_TOO_CLOSE, count=12, measure=40),
    ]
    assert notes(found, "lv") == (
        "Saturs ir platāks par ekrānu: 980 px, ekrāns – 411 px; pāri malai sniedzas 3 elementi. "
        "Noklikšķināmie elementi ir pārāk tuvu cits citam: 12 elementi no 40."
    )
    assert notes(found, "en") == (
        "The content is 980 px wide on a screen of 411 px; 3 elements reach past its edge. "
        "12 of 40 clickable elements are too close to others."
    )
    assert notes([], "lv") == ""


@pytest.mark.parametrize(
    ("count", "latvian", "english"),
    [
        (1, "1 elements no", "1 of 200 clickable elements is"),
        (11, "11 elementi no", "11 of 200 clickable elements are"),
        (21, "21 elements no", "21 of 200 clickable elements are"),
        (111, "111 elementi no", "111 of 200 clickable elements are"),
    ],
)
def test_numbers_take_each_languages_plural(count: int, latvian: str, english: str) -> None:
    issue = Issue(rule=Rule.TAP_TARGETS_TOO_CLOSE, count=count, measure=200)
    assert latvian in note(issue, "lv")
    assert english in note(issue, "en")


@pytest.mark.parametrize(
    ("listed", "latvian", "english"),
    [
        (0, "411 px.", "411 px."),
        (1, "sniedzas 1 elements.", "1 element reaches past its edge."),
        (2, "sniedzas 2 elementi.", "2 elements reach past its edge."),
        (20, "sniedzas 20 vai vairāk elementu.", "20 or more elements reach past its edge."),
    ],
)
def test_elements_past_the_edge_are_counted_as_far_as_they_are_listed(
    listed: int, latvian: str, english: str
) -> None:
    issue = Issue(
        rule=Rule.SIZE_CONTENT_TO_VIEWPORT, count=max(1, listed), measure=980, screen=411, listed=listed
    )
    assert note(issue, "lv").endswith(latvian)
    assert note(issue, "en").endswith(english)


EVERY = {
    Rule.USES_INCOMPATIBLE_PLUGINS: {
        "plugins": (PluginElement("#film", "<object>", "applet", rect=Rect(1, 2, 3, 4)),)
    },
    Rule.CONFIGURE_VIEWPORT: {"viewports": (), "layout_width": 980},
    Rule.FIXED_WIDTH_VIEWPORT: {"viewports": ("a", "width=1024"), "layout_width": 1024},
    Rule.SIZE_CONTENT_TO_VIEWPORT: {"content_width": 600},
    Rule.USE_LEGIBLE_FONT_SIZES: {"text": (TextRun(16, 9),), "scale": 0.42},
    Rule.TAP_TARGETS_TOO_CLOSE: {"targets": CLOSE},
}


@pytest.mark.parametrize("rule", list(Rule))
def test_every_issue_names_a_place_and_what_was_measured_there(rule: Rule) -> None:
    (issue,) = issues(phone(**EVERY[rule]))
    assert issue.rule is rule
    assert issue.instances
    for place in issue.instances:
        assert place.url.startswith("http")
        assert place.selector
        assert place.message
    by_element = rule in {Rule.USES_INCOMPATIBLE_PLUGINS, Rule.TAP_TARGETS_TOO_CLOSE}
    assert all((place.rect is not None) is by_element for place in issue.instances)


def test_of_several_viewports_the_counting_one_is_shown() -> None:
    (issue,) = issues(phone(**EVERY[Rule.FIXED_WIDTH_VIEWPORT]))
    assert issue.instances[0].snippet == '<meta name="viewport" content="width=1024">'
    assert "the last of 2 viewports counts" in issue.instances[0].message


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_a_sentence_in_both_languages(rule: Rule) -> None:
    issue = Issue(rule=rule, count=2, measure=50)
    sentences = [note(issue, "lv"), note(issue, "en")]
    assert all(sentence.endswith(".") and "{" not in sentence for sentence in sentences)
    assert sentences[0] != sentences[1]

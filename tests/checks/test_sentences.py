from __future__ import annotations

import ast
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.finding import Answer, Finding, Instance, Outcome
from checks.sentences import (
    Said,
    Sentence,
    again,
    in_english,
    joined,
    marked,
    quoted,
    say,
    say_counted,
    word,
    worded,
)

CHECKS = Path(__file__).parents[2] / "checks"


class Kind(StrEnum):
    FORM = marked("form")


def shouted(text: str, _many: str, _n: int) -> str:
    """A language of its own: templates in capitals, gaps as they are."""
    pieces = [piece if "}" not in piece else piece.split("}", 1) for piece in text.split("{")]
    return "".join(
        piece.upper() if isinstance(piece, str) else f"{{{piece[0]}}}{piece[1].upper()}" for piece in pieces
    )


def test_a_sentence_is_its_english_and_knows_its_parts() -> None:
    said = say("{n} links lead to {place}: “{quote}”", n=3, place=word("menu"), quote="par mums {x}")
    assert said == "3 links lead to menu: “par mums {x}”"
    assert isinstance(said, Said)
    assert worded(said.parts(), shouted) == "3 LINKS LEAD TO MENU: “par mums {x}”"


def test_only_our_own_words_are_told_in_another_language() -> None:
    said = say("{kind} at {url}", kind=word(Kind.FORM), url="https://a.example/form")
    assert said == "form at https://a.example/form"
    assert worded(said.parts(), shouted) == "FORM AT https://a.example/form"
    plain = say("{kind}, {said}", kind=Kind.FORM, said=quoted("form"))
    assert worded(plain.parts(), shouted) == "form, form"
    assert plain.parts().values["kind"] == "form", "no enumeration is stored"


def test_a_count_decides_between_two_sentences() -> None:
    said = [say_counted("{n} page", "{n} pages", n) for n in (0, 1, 2)]
    assert said == ["0 pages", "1 page", "2 pages"]
    asked: list[tuple[str, str, int]] = []

    def phrase(text: str, many: str, n: int) -> str:
        asked.append((text, many, n))
        return text

    worded(say("on {what}", what=said[2]).parts(), phrase)
    assert ("{n} page", "{n} pages", 2) in asked


def test_what_is_put_together_keeps_its_parts() -> None:
    both = joined("; ", (say("a form"), "x {y}", say("a link")))
    assert both == "a form; x {y}; a link"
    assert isinstance(both, Said)
    assert worded(both.parts(), shouted) == "A FORM; x {y}; A LINK"
    for one in (say("a form") + ".", "(" + say("a form")):
        assert isinstance(one, Said)
        assert "A FORM" in worded(one.parts(), shouted)
    assert again("own words", say("a form").parts()) == "own words"
    assert joined(", ", ()) == ""
    assert joined(", ", ("only",)) == "only"


def test_braces_of_a_separator_are_no_gap() -> None:
    assert joined(" {} ", ("a", say("b"))) == "a {} b"


@given(
    st.text(max_size=20),
    st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(max_size=20),
)
def test_parts_come_back_from_json_and_say_the_same(site_text: str, number: float, other: str) -> None:
    said = say("{number} of {inner}, {other}", number=number, inner=say("“{t}”", t=site_text), other=other)
    read = msgspec.json.decode(msgspec.json.encode(said.parts()), type=Sentence)
    assert in_english(read) == said
    if isinstance(number, float):
        return  # JSON may give a whole float back as an integer
    assert again(said, read) == said
    told = again(said, read)
    assert isinstance(told, Said)
    assert told.parts() == read


@pytest.mark.parametrize("made", [Instance, Finding, Answer])
def test_what_is_found_keeps_the_parts_of_what_is_said(
    made: type[Instance] | type[Finding] | type[Answer],
) -> None:
    field = "reason" if made is Answer else "message"
    needed = {
        Instance: {"url": "https://a.example/"},
        Finding: {"rule": "r", "outcome": Outcome.FAILED},
        Answer: {"code": "M05", "outcome": Outcome.FAILED},
    }[made]
    said = say("{count} links", count=2)
    one = msgspec.convert(needed | {field: "2 links"}, made)
    assert one.said is msgspec.UNSET
    assert b"said" not in msgspec.json.encode(one)
    told = made(**needed, **{field: said})  # type: ignore[arg-type] # the fields of one of three
    assert type(getattr(told, field)) is str
    assert told.said == said.parts()
    assert msgspec.json.decode(msgspec.json.encode(told), type=made) == told
    assert isinstance(told.sentence, Said)
    assert told.sentence.parts() == told.said
    assert one.sentence == "2 links"


def test_findings_can_still_be_kept_in_sets() -> None:
    one, other = (Instance(url="u", message=say("{n} links", n=n)) for n in (1, 2))
    assert len({one, other, Instance(url="u", message=say("{n} links", n=1))}) == 2


def test_numbers_stay_numbers_and_all_else_is_text() -> None:
    said = say("{a:.1f} {b} {c} {d} {e}", a=Decimal("2.5"), b=True, c=None, d=7, e=Kind.FORM)
    assert said.parts().values == {"a": 2.5, "b": "True", "c": "None", "d": 7, "e": "form"}
    assert in_english(said.parts()) == said


TOLD = {"reason", "message"}
"""Keywords whose texts a person reads."""
ANSWERING = {"cant_tell": 1, "answered": 3, "there": 2, "not_there": 2}
"""Functions that make an answer, and which of their arguments is the reason."""


def of_people(tree: ast.AST) -> Iterator[ast.expr]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        yield from (one.value for one in call.keywords if one.arg in TOLD)
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        at = ANSWERING.get(name, 0 if name == "instance" else None)
        if at is not None and len(call.args) > at:
            yield call.args[at] if name != "instance" else call.args[-1]


def untold(text: ast.expr) -> bool:
    """Whether it is a text of its own, which no catalogue knows: a literal or a text with gaps."""
    if isinstance(text, ast.IfExp):
        return untold(text.body) or untold(text.orelse)
    if isinstance(text, ast.BoolOp):
        return any(map(untold, text.values))
    if isinstance(text, ast.BinOp):
        return untold(text.left) or untold(text.right)
    return isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and bool(text.value))


def assigned(tree: ast.AST) -> Iterator[ast.expr]:
    """What is given the name `reason` or `message` before it is used."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") in TOLD for one in node.targets):
            yield node.value


def test_every_reason_and_message_of_a_check_can_be_told_in_any_language() -> None:
    found = [
        f"{path.relative_to(CHECKS)}:{text.lineno}: {ast.unparse(text)}"
        for path in sorted(CHECKS.rglob("*.py"))
        for tree in [ast.parse(path.read_text(encoding="utf-8"))]
        for text in (*of_people(tree), *assigned(tree))
        if untold(text)
    ]
    assert found == [], "say it with checks.sentences.say"


@pytest.mark.parametrize(
    "source",
    ['Answer(code=c, reason=f"{n} links")', 'Instance(url=u, message="a form")', 'cant_tell(c, "why")'],
)
def test_a_reason_that_nobody_can_translate_is_noticed(source: str) -> None:
    assert any(map(untold, of_people(ast.parse(source))))

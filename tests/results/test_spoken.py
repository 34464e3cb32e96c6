from __future__ import annotations

import pytest

import cli


@pytest.mark.parametrize(
    ("arguments", "rest", "asked"),
    [
        (["check", "a.lv", "--lang", "lv"], ["check", "a.lv"], "lv"),
        (["--lang=en", "show"], ["show"], "en"),
        (["--lang", "en", "show", "--lang", "lv"], ["show"], "lv"),
        (["check", "--", "--lang", "lv"], ["check", "--", "--lang", "lv"], None),
        (["check", "--lang"], ["check"], ""),
        (["check", "--language"], ["check", "--language"], None),
    ],
)
def test_the_language_may_be_asked_for_anywhere(
    arguments: list[str], rest: list[str], asked: str | None
) -> None:
    assert cli._without_language(arguments) == (rest, asked)


def test_a_language_that_is_not_spoken_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli._spoken(["--lang", "\x1b[31mde"])
    assert ended.value.code == cli.USAGE
    assert capsys.readouterr().err == "--lang: there is en, lv, not '\\x1b[31mde'.\n"

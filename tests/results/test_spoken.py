from __future__ import annotations

import pytest

from results.commands import USAGE
from schedules.settings_file import beginning
from schedules.settings_file.asked import Asked, asked


@pytest.mark.parametrize(
    ("arguments", "rest", "lang"),
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
    arguments: list[str], rest: list[str], lang: str | None
) -> None:
    assert asked(arguments) == Asked(rest=tuple(rest), lang=lang)


def test_so_may_the_file_of_settings() -> None:
    wanted = asked(["check", "--config", "a.toml", "a.lv", "--no-config"])
    assert wanted == Asked(rest=("check", "a.lv"), config="a.toml", no_config=True)


def test_a_language_that_is_not_spoken_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        beginning.begin(["--lang", "\x1b[31mde", "--no-config"], {})
    assert ended.value.code == USAGE
    assert capsys.readouterr().err == "--lang: there is en, lv, not '\\x1b[31mde'.\n"

from __future__ import annotations

import pytest

from results.errors import from_os
from results.language import Language, speaking
from results.run_window import Window, WindowError
from results.selection import choose_run
from schedules.cron import Cron
from schedules.errors import InputError, SettingsError


def test_an_error_is_kept_in_english_and_told_in_the_language_spoken() -> None:
    error = from_os(PermissionError(13, "Permission denied"), "/tmp/{x}")
    with speaking(Language.LV):
        assert error.told() == "Pierādījumus nevar ierakstīt /tmp/{x}: nav tiesību."
        assert (
            str(error) == error.failure.detail == "Evidence cannot be written at /tmp/{x}: Permission denied."
        )
    assert error.told() == str(error)


def test_words_and_errors_within_a_message_are_told_too() -> None:
    with pytest.raises(SettingsError) as cron:
        Cron.parse("61 * * * *")
    with pytest.raises(WindowError) as window:
        Window.parse("noon", "Europe/Riga")
    nested = SettingsError("--window {error}", error=window.value)
    with speaking(Language.LV):
        assert cron.value.told() == "--cron lauks '61' (minūte) nav robežās 0-59 šādā secībā"
        assert nested.told() == "--window 'noon' nav laika logs; to raksta kā 20:00-06:00"


def test_a_message_without_values_may_hold_braces() -> None:
    assert str(InputError("a {b}")) == InputError("a {b}").told() == "a {b}"


def test_no_run_is_said_in_latvian() -> None:
    with pytest.raises(Exception, match="holds no run") as error, speaking(Language.LV):
        choose_run((), None)
    assert str(error.value) == "The database holds no run."

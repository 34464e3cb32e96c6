from __future__ import annotations

from pathlib import Path

import pytest

from schedules.settings_file.errors import (
    SecretInFileError,
    SettingsFileError,
    UnknownKeyError,
    UnreadableError,
    WrongValueError,
)
from schedules.settings_file.finding import MOST_BYTES, chosen, nearest, read
from schedules.settings_file.settings import SettingsFile, settings_file
from tests.schedules.settings_file.parsing import catalogue, written


def wrong(folder: Path, text: str) -> SettingsFileError:
    path = written(folder, text)
    _made, errors = settings_file(path, read(path), catalogue())
    assert len(errors) == 1
    return errors[0]


def right(folder: Path, text: str) -> SettingsFile:
    path = written(folder, text)
    made, errors = settings_file(path, read(path), catalogue())
    assert errors == ()
    return made


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("rates = 2", UnknownKeyError, "rates: there is no such key; did you mean rate?"),
        ("max_urls = 2", UnknownKeyError, "max_urls: there is no such key; did you mean max-urls?"),
        ("[check]\nno-confirm = true", UnknownKeyError, "did you mean confirm = false?"),
        ("[chekc]\nrate = 2", UnknownKeyError, "chekc: there is no such key; did you mean check?"),
        ("kind = 'school'", UnknownKeyError, "put it into [run], [institutions.list], [schedule.add]"),
        ("concurrency = 3", UnknownKeyError, "not the same in every command"),
        ("format = 'json'", UnknownKeyError, "not the same in every command"),
        ("name = 'wave'", UnknownKeyError, "it belongs into [run]"),
        ("[check]\nlang = 'lv'", UnknownKeyError, "check.lang: it holds for all commands; put it at the top"),
        ("[run]\nevidence = 'x'", UnknownKeyError, "put it at the top"),
        ("update-baseline = true", UnknownKeyError, "it is for one call"),
        ("[check]\naccept-owner = 'x'", UnknownKeyError, "it is for one call"),
        ("[schedule]\nadds = 1", UnknownKeyError, "schedule.adds: there is no such key; did you mean add?"),
        ("rate = '2'", WrongValueError, "rate: expected a number, at least 0.01, at most 1000, found '2'"),
        ("rate = 0", WrongValueError, "at least 0.01"),
        ("rate = nan", WrongValueError, "expected a number"),
        ("pages = 2.5", WrongValueError, "expected a whole number"),
        ("pages = true", WrongValueError, "found true"),
        ("quiet = 1", WrongValueError, "expected true or false, found 1"),
        ("scope = 'all'", WrongValueError, "expected one of homepage, sample, found 'all'"),
        ("include = [1]", WrongValueError, "expected text, or a list of these, found 1"),
        ("include = 're:['", WrongValueError, "is no regular expression"),
        ("fail-on = ['nothing']", WrongValueError, "nothing"),
        ("check = 1", WrongValueError, "check: expected a table, [check]"),
        ("contact = '\\u001b[31m'\nrate = '\\u001b[31m'", WrongValueError, "rate: expected"),
        ("header = ['Authorization: Bearer hush']", SecretInFileError, "env:NAME"),
        ("cookie = ['session=hush']", SecretInFileError, "env:NAME"),
        ("basic-auth = 'me:hush'", SecretInFileError, "env:NAME"),
        ("db = 'postgresql+psycopg://me:hush@db/x'", SecretInFileError, "EINDEKSS_DB"),
        ("evidence = 's3://b?secret=hush'", SecretInFileError, "EINDEKSS_EVIDENCE"),
        ("interface = ['x=https://me:hush@x.lv']", SecretInFileError, "EINDEKSS_INTERFACES"),
        ("graph-token = 'hush'", SecretInFileError, "EINDEKSS_GRAPH_TOKEN"),
        ("password = 'hush'", SecretInFileError, "env:NAME"),
    ],
)
def test_a_mistake_names_the_key_and_what_was_expected(
    tmp_path: Path, text: str, kind: type[SettingsFileError], said: str
) -> None:
    error = wrong(tmp_path, text)
    assert type(error) is kind
    assert str(error).startswith(str(tmp_path / "eindekss.toml"))
    assert said in str(error)
    assert "hush" not in str(error)
    assert "\x1b" not in str(error)


def test_every_mistake_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, "rates = 2\nscope = 'all'\n[run]\npages = 0\n")
    errors = settings_file(path, read(path), catalogue())[1]
    assert [one.key for one in errors] == ["rates", "scope", "run.pages"]


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    made = right(
        tmp_path,
        "db = 'sqlite:///out/a.db'\nevidence = 'kept'\n"
        "baseline = 'accepted.toml'\nlogin = '/etc/login.toml'\n"
        "[check]\nalso = ['sarif=a.sarif']\nurls-from = '-'\n",
    )
    assert made.top == {
        "db": f"sqlite:///{tmp_path}/out/a.db",
        "evidence": f"{tmp_path}/kept",
        "baseline": f"{tmp_path}/accepted.toml",
        "login": "/etc/login.toml",
    }
    assert made.commands[("check",)] == {"also": [f"sarif={tmp_path}/a.sarif"], "urls-from": "-"}


def test_a_number_may_stand_where_a_percentage_is_text(tmp_path: Path) -> None:
    assert right(tmp_path, "fail-below = 95\nfail-on = 'violation'").top == {
        "fail-below": "95",
        "fail-on": ["violation"],
    }


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"rate = 1\npages =\n", "no TOML: Invalid value (at line 2, column 8)"),
        (b"rate = 1\n# \xff\n", "line 2 is no UTF-8"),
        (b"#" * (MOST_BYTES + 1), "it is larger than"),
    ],
)
def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "eindekss.toml"
    path.write_bytes(data)
    with pytest.raises(UnreadableError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}: {said}")


def test_the_nearest_file_up_to_the_repository_or_home_counts(tmp_path: Path) -> None:
    outer, deep = written(tmp_path, ""), tmp_path / "repo" / "a" / "b"
    deep.mkdir(parents=True)
    nobody = Path("/nobody")
    assert nearest(deep, nobody) is None, "outside repository and home only the folder itself counts"
    assert nearest(tmp_path, nobody) == outer
    assert nearest(deep, tmp_path) == outer
    (tmp_path / "repo" / ".git").mkdir()
    assert nearest(deep, tmp_path) is None, "the repository ends the search"
    inner = written(tmp_path / "repo", "")
    assert nearest(deep, nobody) == inner


def test_a_named_file_goes_before_the_nearest_and_must_be_there(tmp_path: Path) -> None:
    near = written(tmp_path, "")
    other = tmp_path / "other.toml"
    other.write_text("", encoding="utf-8")
    nobody = Path("/nobody")
    assert chosen(None, {}, tmp_path, nobody) == near
    assert chosen(None, {"EINDEKSS_CONFIG": "other.toml"}, tmp_path, nobody) == other
    assert chosen("other.toml", {"EINDEKSS_CONFIG": "gone.toml"}, tmp_path, nobody) == other
    for named, environ in (("gone.toml", {}), (None, {"EINDEKSS_CONFIG": "gone.toml"}), ("", {})):
        with pytest.raises(UnreadableError):
            chosen(named, environ, tmp_path, nobody)

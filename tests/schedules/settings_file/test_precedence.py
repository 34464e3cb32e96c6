from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedules.settings_file.catalogue import Kind
from tests.schedules.settings_file.parsing import catalogue, parsed, written

MAYBE = st.none() | st.integers(1, 500)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=MAYBE, variable=MAYBE, table=MAYBE, top=MAYBE)
def test_the_command_line_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, line: int | None, variable: int | None, table: int | None, top: int | None
) -> None:
    said = "" if top is None else f"pages = {top}\n"
    path = written(tmp_path, said + ("" if table is None else f"[check]\npages = {table}\n"))
    arguments = ["check", "--config", str(path), *([] if line is None else ["--pages", str(line)])]
    environ = {} if variable is None else {"EINDEKSS_CHECK_PAGES": str(variable)}
    values, _in_force = parsed(arguments, environ)
    wanted = next((one for one in (line, variable, table, top) if one is not None), 30)
    assert values["pages"] == wanted


def test_values_of_every_kind_arrive(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "confirm = false\nrate = 2\nverbose = 2\ninclude = ['/a b/*', '/c/*']\nbaseline = 'b.toml'\n"
        "db = 'sqlite:///x.db'\nfail-below = 90\n[check]\nformat = 'json'\n[run]\nname = 'wave'\n"
        "[institutions.list]\nkind = 'school'\n",
    )
    check, in_force = parsed(["check", "--config", str(path)], {})
    assert in_force.path == path
    assert (check["confirm"], check["rate"], check["verbose"]) == (False, 2.0, 2)
    assert [*check["include"]] == ["/a b/*", "/c/*"]
    assert Path(check["baseline"]) == tmp_path / "b.toml"
    assert (check["format"], check["fail_below"]) == ("json", "90")
    run, _ = parsed(["run", "--config", str(path), "--confirm"], {})
    assert (run["name"], run["format"], run["confirm"]) == ("wave", "text", True)
    show, _ = parsed(["show", "--config", str(path)], {})
    assert show["database"] == f"sqlite:///{tmp_path}/x.db"
    listed, _ = parsed(["institutions", "list", "--config", str(path)], {}, words=2)
    assert [*listed["kind"]] == ["school"]


def test_a_list_of_the_command_line_takes_the_place_of_the_files(tmp_path: Path) -> None:
    path = written(tmp_path, "include = ['/a/*']\n")
    values, _ = parsed(["check", "--config", str(path), "--include", "/b/*"], {})
    assert [*values["include"]] == ["/b/*"]
    values, _ = parsed(["check", "--config", str(path)], {"EINDEKSS_CHECK_INCLUDE": "/c/* /d/*"})
    assert [*values["include"]] == ["/c/*", "/d/*"]


def test_no_config_reads_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "pages = 7")
    monkeypatch.chdir(tmp_path)
    assert parsed(["check"], {})[0]["pages"] == 7
    assert parsed(["check", "--no-config"], {})[0]["pages"] == 30


def test_a_mistake_ends_the_command_but_not_its_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "rates = 7\npages = 0")
    with pytest.raises(SystemExit) as ended:
        parsed(["check", "--config", str(path)], {})
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{path}: rates: there is no such key; did you mean rate?",
        f"{path}: pages: expected a whole number, at least 1, at most 5000, found 0",
    ]


def test_each_option_has_a_variable_of_its_own() -> None:
    variables = [one.variable for command in catalogue().values() for one in command.options.values()]
    assert all(one.startswith("EINDEKSS_") for one in variables)
    own = [one for one in variables if one.startswith("EINDEKSS_CHECK_")]
    assert len(own) == len(set(own)) > 30
    assert "EINDEKSS_VERSION" not in variables
    assert catalogue()[("check",)].options["verbose"].kind is Kind.INTEGER

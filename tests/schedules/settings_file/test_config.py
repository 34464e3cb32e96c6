from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from schedules.settings_file.beginning import apply, begin
from schedules.settings_file.schema import schema
from schedules.settings_file.settings import settings_file
from tests.schedules.settings_file.parsing import catalogue, command, only, written

ROOT = Path(__file__).parents[3]


def config(arguments: Sequence[str], **environ: str) -> int:
    """The exit code of `eindekss config` with these arguments."""
    begun = begin(["config", *arguments], environ)
    with only(environ):
        apply(command(), begun)
        code = command().main([*begun.asked.rest], standalone_mode=False)
    return int(code or 0)


def told(capsys: pytest.CaptureFixture[str], arguments: Sequence[str], **environ: str) -> dict[str, Any]:
    """Source and value of each option, by command and key."""
    assert config([*arguments, "--format", "json"], **environ) == 0
    document = json.loads(capsys.readouterr().out)
    return {f"{one['command']} {one['key']}".strip(): one for one in document["settings"]}


def test_each_value_says_where_it_comes_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(
        tmp_path,
        "rate = 2\npages = 9\n[check]\npages = 8\n[[url]]\nmatch = 'https://a.lv/*'\npages = 7\n",
    )
    asked = ["--config", str(path)]
    found = told(capsys, asked, EINDEKSS_CHECK_TIMEOUT="5", EINDEKSS_DB="postgresql+psycopg://me:hush@db/x")
    wanted = {
        "check rate": (2.0, "file", "rate"),
        "check pages": (8, "file", "check.pages"),
        "run pages": (9, "file", "pages"),
        "check timeout": ("5", "environment", "EINDEKSS_CHECK_TIMEOUT"),
        "run timeout": (60.0, "built-in", ""),
        "show db": ("***", "environment", "EINDEKSS_DB"),
        "evidence": (None, "built-in", ""),
    }
    assert {key: (found[key]["value"], found[key]["source"], found[key]["where"]) for key in wanted} == wanted
    of_site = told(capsys, [*asked, "--url", "https://a.lv/"])
    assert (of_site["check pages"]["value"], of_site["check pages"]["where"]) == (7, "url[1].pages")
    assert of_site["schedule add pages"]["where"] == "pages", "it knows of no [[url]]"


def test_the_text_shows_what_is_set_and_of_a_named_command_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "[check]\npages = 8\n")
    assert config(["--config", str(path)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [f"# {path}", "", "[check]", "pages = 8 # file: check.pages"]
    assert len(lines) == 6
    assert config(["check", "--config", str(path)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert {"pages = 8 # file: check.pages", "rate = 5.0 # built in", "# seed # not set"} <= {*lines}
    assert config(["chekc", "--no-config"]) == 2
    assert "no command chekc" in capsys.readouterr().err


def test_a_file_is_examined_without_being_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "pages = 8\n")
    assert config(["--no-config", "--check", str(path)]) == 0
    assert "nothing is wrong" in capsys.readouterr().out
    written(tmp_path, "pages = 0\nrates = 1\n")
    assert config(["--no-config", "--check", str(path)]) == 2
    assert [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()] == ["pages", "rates"]
    assert config(["--config", str(path)]) == 2
    assert config(["--config", str(path), "--schema"]) == 0, "the schema helps with a file that is wrong"
    assert config(["--no-config", "--check", str(tmp_path / "gone.toml")]) == 2


def test_the_schema_that_ships_is_the_commands_own() -> None:
    shipped = json.loads((ROOT / "docs/eindekss.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(shipped)
    assert shipped == json.loads(json.dumps(schema(catalogue()))), (
        "run `eindekss --lang en config --schema > docs/eindekss.schema.json`"
    )


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ("rate = 2\nfail-below = 95\ninclude = '/lv/*'\n[check]\nformat = 'sarif'", True),
        ("[schedule.add]\ncron = '0 1 * * *'\n[institutions.list]\nkind = ['school']", True),
        ("[[url]]\nmatch = ['https://a.lv/*']\nrate = 1", True),
        ("rates = 2", False),
        ("rate = 0", False),
        ("pages = '3'", False),
        ("[check]\nscope = 'all'", False),
        ("[check]\nlang = 'lv'", False),
        ("[[url]]\nrate = 1", False),
        ("[[url]]\nmatch = 'https://a.lv/*'\nseed = 1", False),
    ],
)
def test_schema_and_command_line_say_the_same(tmp_path: Path, text: str, is_right: bool) -> None:
    tables = tomllib.loads(text)
    assert jsonschema.Draft202012Validator(schema(catalogue())).is_valid(tables) is is_right
    assert (settings_file(tmp_path / "eindekss.toml", tables, catalogue())[1] == ()) is is_right


def test_the_example_of_the_documentation_is_right(tmp_path: Path) -> None:
    text = (ROOT / "docs/config.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in text.split("```toml\n")[1:]]
    assert examples
    for example in examples:
        tables = tomllib.loads(example)
        assert settings_file(tmp_path / "eindekss.toml", tables, catalogue())[1] == ()
        jsonschema.validate(tables, schema(catalogue()))

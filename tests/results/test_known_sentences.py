"""What is said in English where no language is known is told in Latvian all the same."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from results.errors import RunNotFoundError
from results.known_sentences import is_known, spoken
from results.language import Language, speaking

ROOT = Path(__file__).parents[2]
OF_CRAWLER = {"CredentialError", "AxeMissingError", "SecondEngineMissingError", "BrowserNotStartedError"}
TO_PEOPLE = ("access", "login_file", "patterns", "user_agent")
"""Modules of the crawler whose ValueErrors are told of options and files."""
OURS = {"A row was used before it was stored.", "the egress guard does not listen", "'x': 'x'"}
"""Said where the program itself is wrong; and a file with what msgspec says of it."""
UsageError: Any = typer.BadParameter.__base__
"""typer keeps click's classes to itself."""


@pytest.fixture(scope="module")
def command() -> Any:
    return typer.main.get_command(cli.application())


def sample(said: ast.expr) -> str:
    """The text of a raised error, with something in each place; empty where it is no text as it stands."""
    if isinstance(said, ast.Constant) and isinstance(said.value, str):
        return said.value
    if isinstance(said, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "'x'" for one in said.values)
    return ""


def raised(file: Path, *, builtin: bool) -> Iterator[tuple[str, str]]:
    """Class and text of errors that are raised with a whole text."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args:
            text = next(filter(None, map(sample, call.args)), "")
            is_inner = call.func.id.startswith("_")
            if text and not is_inner and (builtin or not hasattr(builtins, call.func.id)):
                yield call.func.id, text


def test_every_error_that_people_are_told_can_be_told_in_their_language() -> None:
    said = [one for folder in ("results", "schedules") for file in (ROOT / folder).rglob("*.py")
            for one in raised(file, builtin=False)]  # fmt: skip
    for file in (ROOT / "crawler").glob("*.py"):
        found = raised(file, builtin=file.stem in TO_PEOPLE)
        said += [one for one in found if one[0] in OF_CRAWLER or file.stem in TO_PEOPLE]
    assert len(said) > 20
    assert [text for _, text in said if not is_known(text) and text not in OURS] == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("cancel", "Trūkst argumenta '"),
        ("run a.csv", "Trūkst izvēles '--name'."),
        ("chek", "Nav komandas 'chek'. Vai domājāt 'check'?"),
        ("check --pagse 3", "Nav izvēles --pagse (iespējams, domāta --pages"),
        ("check --pages 0", "Nederīga '--pages' vērtība: Vērtībai jābūt vismaz 1"),
        ("check --pages 9999999", "Nederīga '--pages' vērtība: Vērtībai jābūt ne lielākai par 5000"),
        ("check --pages x", "Nederīga '--pages' vērtība: Vajag veselu skaitli"),
        ("check --rate x", "Nederīga '--rate' vērtība: Vajag skaitli"),
        ("check --format pdf", "Nederīga '--format' vērtība: 'pdf' nav neviena no: 'text', "),
        ("check --quiet=1", "Izvēlei '--quiet' vērtības nav."),
        ("check --rate", "Izvēlei '--rate' vajag vērtību."),
        ("doctor a b", "Lieki argumenti (a b)"),
        ("check --basic-auth x", "Nederīga --basic-auth vērtība: noslēpuma vieta ir vides mainīgajā"),
        ("check --also x", "Nederīga --also vērtība: 'x' nav neviens no text, "),
        ("check --formula x", "nezināma formula 'x'; ir "),
    ],
)
def test_mistakes_on_the_command_line_are_told_in_the_language_spoken(
    command: Any, arguments: str, told: str
) -> None:
    with speaking(Language.LV), pytest.raises(UsageError) as error:
        command.main(arguments.split(), prog_name="eindekss", standalone_mode=False)
    with speaking(Language.LV):
        assert told in spoken(error.value.format_message())


def test_what_nobody_knows_stays_as_it_is_and_english_too() -> None:
    error = RunNotFoundError("There is no run {x}.")
    with speaking(Language.LV):
        assert error.told() == "Pārbaudes {x} nav."
        assert spoken("Nobody has ever said this {thing}.") == "Nobody has ever said this {thing}."
    assert error.told() == str(error) == "There is no run {x}."

"""The check that CONTRIBUTING.md shows to strangers is a check that works."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from checks.check import Check
from checks.finding import Outcome
from checks.judge import DEFAULTS
from crawler.evidence import Failure, FailureReason, Link
from results.advice.texts import topics_of
from tests.checks.build import link, page, site

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def source() -> str:
    found = re.search(r"^```python\n(.+?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def check(source: str, tmp_path_factory: pytest.TempPathFactory) -> Check:
    file = tmp_path_factory.mktemp("guide") / "telephone_link.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("telephone_link", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.CHECK, Check)
    return module.CHECK


def test_the_shown_check_finds_a_link_to_call(check: Check) -> None:
    answer = check.judge(
        site(page(links=(Link(href="tel:+37100000000", text="+371 00000000"),))), DEFAULTS
    ).answers[0]
    assert (answer.value, answer.outcome) == (1, Outcome.PASSED)
    assert answer.evidence[0].snippet == "+371 00000000"


def test_the_shown_check_says_no_where_there_is_none(check: Check) -> None:
    answer = check.judge(site(page(links=(link("Kontakti", "/kontakti"),))), DEFAULTS).answers[0]
    assert (answer.value, answer.outcome) == (0, Outcome.FAILED)


def test_the_shown_check_cannot_tell_of_a_page_that_failed(check: Check) -> None:
    broken = page(failure=Failure(FailureReason.HTTP_5XX), axe=None)
    assert check.judge(site(broken), DEFAULTS).answers[0].outcome is Outcome.CANT_TELL


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_the_shown_check_is_as_make_lint_wants_it(source: str, command: list[str]) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    named = ["--stdin-filename", "checks/presence/telephone_link.py", "-"]
    done = subprocess.run(
        [ruff, *command, *named], input=source, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:checks|crawler)/[\w/]+\.\w+)`", GUIDE))))
def test_files_that_the_guide_names_are_there(path: str) -> None:
    assert (ROOT / path).is_file() or Path(path).stem == "telephone_link"


def test_the_shown_advice_is_read_and_is_of_the_code(check: Check) -> None:
    shown = re.findall(r"^```toml\n(.+?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    advice = [text for text in shown if "mend" in text]
    assert [set(topics_of(text)) for text in advice] == [set(check.codes)]

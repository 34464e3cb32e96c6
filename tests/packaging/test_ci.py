"""The GitHub action and the GitLab template, carried out as their runners would, on a site on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from lxml import etree

from tests.crawler.page_server import serving
from tests.packaging.test_wheel import build, copy_project
from tests.schedules.site_server import page

pytestmark = pytest.mark.runners
ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
GITLAB = yaml.safe_load((ROOT / "ci/gitlab/eindekss.gitlab-ci.yml").read_text())["eindekss"]
OPTIONS = "--allow-private --rate 100 --no-confirm --no-third-party"
BAD = "<img src='/a.png'><p>::error::owned</p>"


class Job(NamedTuple):
    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    folder: Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel installed by the action's own first step, without its dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    project = copy_project(tmp_path_factory.mktemp("built"))
    built = build(project)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = (project / "dist").glob("*.whl")
    done = step(ACTION["runs"]["steps"][0], {"wheel": str(wheel)}, folder)
    assert done.returncode == 0, done.stderr
    return folder / "eindekss"


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, str]]:
    with serving({"/": page("Novads")}) as good, serving({"/": page("Novads", BAD)}) as bad:
        yield {"good": f"{good.url}/", "bad": f"{bad.url}/"}


def expanded(text: str, inputs: dict[str, str], folder: Path) -> str:
    """The expressions that action.yml uses; any other is an error."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1).strip()
        if name == "runner.temp":
            return str(folder)
        known = ACTION["inputs"][name.removeprefix("inputs.")]
        return inputs.get(name.removeprefix("inputs."), str(known.get("default", "")))

    return re.sub(r"\$\{\{(.*?)\}\}", value, str(text))


def step(
    one: dict[str, Any], inputs: dict[str, str], folder: Path, **more: str
) -> subprocess.CompletedProcess[str]:
    values = {name: expanded(text, inputs, folder) for name, text in one.get("env", {}).items()}
    environment = {
        **os.environ,
        **values,
        "GITHUB_ACTION_PATH": str(ROOT),
        "PIP_NO_DEPS": "1",
        "PYTHONPATH": sysconfig.get_path("purelib"),
        "LANG": "C.UTF-8",
        **more,
    }
    assert "${{" not in one["run"], "inputs are never text of a script"
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", one["run"]]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def github(folder: Path, home: Path, **inputs: str) -> Job:
    output, summary = folder / "output", folder / "summary"
    output.touch()
    done = step(
        ACTION["runs"]["steps"][1],
        {"args": OPTIONS, **{name.replace("_", "-"): text for name, text in inputs.items()}},
        folder,
        EINDEKSS_HOME=str(home),
        GITHUB_OUTPUT=str(output),
        GITHUB_STEP_SUMMARY=str(summary),
    )
    named = dict(line.split("=", 1) for line in output.read_text().splitlines())
    told = summary.read_text() if summary.exists() else ""
    return Job(done.returncode, done.stdout + done.stderr, named, told, folder)


def test_the_action_fails_a_bad_site_and_says_why(tmp_path: Path, home: Path, sites: dict[str, str]) -> None:
    job = github(tmp_path, home, urls=f"\n  {sites['bad']}\n", fail_on="rule:image-alt")
    assert (job.code, job.outputs["verdict"], job.outputs["exit-code"]) == (1, "failed", "1"), job.log
    assert "Gate failed" in job.summary
    assert "image-alt" in job.summary
    shown = job.log.split("::stop-commands::")[1]
    assert "::error title=image-alt::image-alt on" in shown
    assert job.log.index("::stop-commands::") < job.log.index("::error title=eindekss::Gate failed.")
    sarif = json.loads((tmp_path / job.outputs["sarif"]).read_text())
    assert [one["ruleId"] for one in sarif["runs"][0]["results"]].count("image-alt") == 1
    assert (tmp_path / "eindekss-reports" / "report.html").stat().st_size > 1000


def test_the_action_passes_a_good_site(tmp_path: Path, home: Path, sites: dict[str, str]) -> None:
    job = github(tmp_path, home, urls=sites["good"], fail_on="rule:image-alt,mobile", fail_below="high")
    assert (job.code, job.outputs["verdict"]) == (0, "passed"), job.log
    assert "Gate passed" in job.summary


def test_inputs_are_no_script_and_no_option(tmp_path: Path, home: Path) -> None:
    left = tmp_path / "eindekss-reports" / "summary.md"
    left.parent.mkdir()
    left.write_text("Gate passed: of another step")
    job = github(tmp_path, home, urls="--help\n$(touch owned)", fail_on="rule:image-alt`touch owned`")
    assert (job.code, job.outputs["verdict"], job.outputs["sarif"]) == (2, "error", ""), job.log
    assert job.summary == ""
    assert not (tmp_path / "owned").exists()


def test_every_output_is_written_and_every_input_used() -> None:
    script = (ROOT / "ci/github/audit.sh").read_text() + (ROOT / "ci/github/install.sh").read_text()
    for output in ACTION["outputs"].values():
        name = re.search(r"outputs\.([\w-]+)", output["value"])
        assert name is not None
        assert f'"{name.group(1)}=' in script
    for name in ACTION["inputs"]:
        assert f"INPUT_{name.upper().replace('-', '_')}" in script
    text = (ROOT / "action.yml").read_text()
    assert "secrets." not in text
    assert "github.token" not in text


def test_the_gitlab_template_writes_what_it_names(tmp_path: Path, home: Path, sites: dict[str, str]) -> None:
    (tmp_path / ".eindekss").symlink_to(home)
    (script,) = GITLAB["script"]
    variables = GITLAB["variables"] | {
        "EINDEKSS_URLS": sites["bad"],
        "EINDEKSS_FAIL_ON": "rule:image-alt",
        "EINDEKSS_OPTIONS": OPTIONS,
    }
    environment = {**os.environ, **variables, "PYTHONPATH": sysconfig.get_path("purelib"), "LANG": "C.UTF-8"}
    shell = shutil.which("bash") or "sh"
    done = subprocess.run(
        [shell, "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    reports = GITLAB["artifacts"]["reports"]
    assert json.loads((tmp_path / reports["accessibility"]).read_text())["errors"] == 1
    assert etree.parse(tmp_path / reports["junit"]).getroot().get("failures") == "2"  # the rule, and the gate
    for path in GITLAB["artifacts"]["paths"]:
        assert (tmp_path / path).exists()

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from checks.check import JudgementSettings
from crawler.evidence import AuditSettings, Consent, Institution, Scope, settings_of
from results.ci.baseline import Baseline
from results.judging import judgement_settings
from schedules.errors import InputError
from schedules.gate_options import GateWish, accepted_before, gate_wish
from schedules.options import Again, audit_settings, taking
from schedules.reach_options import Reach, of_one_site, reach
from schedules.settings_file.beginning import InForce
from schedules.settings_file.by_url import Applied, own_of, said_of
from schedules.settings_file.errors import UnknownKeyError, WrongValueError
from schedules.settings_file.finding import read
from schedules.settings_file.matching import examined, matches
from schedules.settings_file.settings import OWN_AUDIT, OWN_GATE, UrlTable, per_url, settings_file
from tests.schedules.settings_file.parsing import catalogue, only, written

PARTS: dict[str, Any] = {
    "settings": audit_settings,
    "judging": judgement_settings,
    "gate": gate_wish,
    "reached": reach,
}


def audited(
    folder: Path, text: str, sites: Iterable[str], *arguments: str, **environ: str
) -> tuple[AuditSettings, GateWish]:
    """Settings and gate that a command with the options of `check` comes to, the same for all sites."""
    found = applied(folder, text, sites, *arguments, **environ)
    (gate,) = found.gates
    assert not any(one.own_settings for one in found.institutions)
    return found.settings, gate.wish


def applied(folder: Path, text: str, sites: Iterable[str], *arguments: str, **environ: str) -> Applied:
    """What it comes to, site by site."""
    path = written(folder, text)
    made, wrong = settings_file(path, read(path), catalogue())
    assert wrong == ()
    found: list[Applied] = []
    app = typer.Typer(add_completion=False)

    @app.command()
    @taking(PARTS, scope=Scope.HOMEPAGE)
    def tried(
        *,
        settings: AuditSettings,
        judging: JudgementSettings,
        gate: GateWish,
        reached: Reach,
        context: typer.Context,
        again: Again,
    ) -> None:
        institutions = [Institution(url=url) for url in sites]
        found.append(own_of(context, again, gate)(institutions, reached.applied(settings)))

    command = typer.main.get_command(app)
    for parameter in command.params:
        parameter.envvar = f"EINDEKSS_CHECK_{(parameter.name or '').upper()}"
    with only(environ):
        command.main([*arguments], standalone_mode=False, obj=InForce(path=path, settings=made))
    return found[0]


SITE = '[[url]]\nmatch = "https://www.example.lv/*"\n'


def test_a_table_holds_for_the_sites_that_match(tmp_path: Path) -> None:
    text = (
        SITE
        + "rate = 1\npages = 7\nfail-below = 'high'\nbaseline = 'b.toml'\n"
        + "sitemap = true\nconsent = 'reject'\n"
    )
    settings, gate = audited(tmp_path, text, ["https://www.example.lv"], "--pages", "9")
    assert (settings.rate, settings.pages, settings.scope, settings.sitemap) == (1.0, 9, Scope.SAMPLE, "")
    assert (settings.consent, gate.policy.fail_below, gate.baseline) == ("reject", 85.0, tmp_path / "b.toml")
    settings, gate = audited(tmp_path, text, ["https://www.other.lv/"])
    assert (settings.rate, settings.pages, gate) == (5.0, 30, GateWish())


def test_the_environment_and_the_command_line_go_before_a_table(tmp_path: Path) -> None:
    text = SITE + "rate = 1\npages = 7\ntimeout = 9\n"
    settings, _gate = audited(
        tmp_path, text, ["https://www.example.lv/"], "--rate", "5", EINDEKSS_CHECK_PAGES="8"
    )
    assert (settings.rate, settings.pages, settings.timeout) == (5.0, 8, 9.0)


def test_of_two_tables_the_later_holds(tmp_path: Path) -> None:
    text = SITE + "rate = 1\npages = 7\n" + '[[url]]\nmatch = ["https://nowhere.lv/", "*.lv/*"]\nrate = 2\n'
    settings, _gate = audited(tmp_path, text, ["https://www.example.lv/"])
    assert (settings.rate, settings.pages) == (2.0, 7)


SITES = ("https://www.example.lv/", "https://www.other.lv/")
LOGIN = """
start = "https://www.example.lv/login"
submit = "button"
fields = [{ selector = "#p", value = "env:P" }]
[success]
url = "/my/*"
"""


def test_sites_audited_together_are_each_reached_as_their_tables_say(tmp_path: Path) -> None:
    (tmp_path / "login.toml").write_text(LOGIN)
    text = (
        SITE
        + "rate = 1\nexclude = ['/arhivs/*']\nheader = ['X-Stage: env:STAGE']\nlogin = 'login.toml'\n"
        + "consent = 'reject'\n[[url]]\nmatch = '*'\npages = 7\n"
    )
    found = applied(tmp_path, text, SITES, "--timeout", "20")
    mine, other = found.institutions
    assert (found.settings.pages, found.settings.timeout, found.settings.rate) == (7, 20.0, 5.0)
    assert other.own_settings == {}
    assert sorted(mine.own_settings) == ["consent", "exclude", "headers", "login", "rate"]
    own = settings_of(mine, found.settings)
    assert (own.rate, own.exclude, own.headers) == (1.0, ("/arhivs/*",), {"X-Stage": "env:STAGE"})
    assert (own.pages, own.seed, own.consent) == (7, found.settings.seed, Consent.REJECT)
    assert own.login is not None
    assert own.login.fields[0].value == "env:P"
    stored = msgspec.json.decode(msgspec.json.encode(mine), type=Institution)
    assert settings_of(stored, found.settings) == own


@pytest.mark.parametrize(
    ("said", "keys"),
    [("scope = 'sample'", "scope"), ("confirm = false", "confirm"), ("sitemap = true", "sitemap")],
)
def test_what_a_run_measures_is_one_for_all_its_sites(tmp_path: Path, said: str, keys: str) -> None:
    with pytest.raises(InputError, match=rf"different settings \({keys}\) of what a run measures"):
        applied(tmp_path, f"{SITE}rate = 1\n{said}\n", SITES)
    all_sites = f"[[url]]\nmatch = '*'\n{said}\n{SITE}rate = 1\n"
    assert [bool(one.own_settings) for one in applied(tmp_path, all_sites, SITES).institutions] == [
        True,
        False,
    ]
    assert applied(tmp_path, f"{SITE}sitemap = true\n", SITES, "--scope", "sample").institutions[
        0
    ].own_settings == {"sitemap": ""}


def test_each_site_has_the_gate_of_its_tables(tmp_path: Path) -> None:
    text = SITE + "fail-below = 'high'\nbaseline = 'b.toml'\n"
    found = applied(tmp_path, text, [*SITES, "https://third.lv/"], "--fail-on", "mobile", "--update-baseline")
    mine, others = found.gates
    assert (mine.positions, others.positions) == ({0}, {1, 2})
    assert (mine.wish.policy.fail_below, mine.wish.baseline) == (85.0, tmp_path / "b.toml")
    assert (others.wish.policy.fail_below, others.wish.baseline) == (None, None)
    assert accepted_before(found.gates) == {tmp_path / "b.toml": Baseline()}
    (of_none,) = applied(tmp_path, text, [], "--fail-on", "mobile").gates
    assert of_none.wish.policy.is_asked
    with pytest.raises(InputError, match="name it with --baseline"):
        accepted_before(applied(tmp_path, text, SITES[1:], "--update-baseline").gates)


def test_a_secret_goes_to_one_site_even_where_only_some_are_sent_it(tmp_path: Path) -> None:
    mine = applied(tmp_path, SITE + "cookie = ['a=env:A']\n", SITES)
    of_one_site(mine.settings, mine.institutions)
    text = "[[url]]\nmatch = '*'\ncookie = ['a=env:A']\n" + SITE + "header = ['X-Stage: env:B']\n"
    both = applied(tmp_path, text, SITES)
    with pytest.raises(InputError, match="are for one site"):
        of_one_site(both.settings, both.institutions)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        (SITE + "seed = 1", UnknownKeyError, "url[1].seed: all sites share it; put it into [check] or [run]"),
        (SITE + "concurrency = 1", UnknownKeyError, "all sites share it"),
        (SITE + "pagse = 1", UnknownKeyError, "url[1].pagse: there is no such key; did you mean pages?"),
        (SITE + "pages = 0", WrongValueError, "url[1].pages: expected a whole number"),
        (SITE + "update-baseline = true", UnknownKeyError, "it is for one call"),
        ("[[url]]\npages = 1", WrongValueError, "url[1].match: expected a pattern"),
        ("[url]\npages = 1", WrongValueError, "url: expected tables, [[url]]"),
        ('[[url]]\nmatch = "/lv/*"', WrongValueError, "url[1].match: a whole address is matched"),
        ('[[url]]\nmatch = "re:["', WrongValueError, "is no regular expression"),
    ],
)
def test_a_mistake_names_the_table(tmp_path: Path, text: str, kind: type[Exception], said: str) -> None:
    path = written(tmp_path, text)
    wrong = settings_file(path, read(path), catalogue())[1]
    assert [type(one) for one in wrong] == [kind]
    assert said in str(wrong[0])


def test_every_key_of_a_table_is_an_argument_by_its_own_name() -> None:
    options = per_url(catalogue())
    assert {key: one.name for key, one in options.items()} == {
        key: key.replace("-", "_") for key in (*OWN_AUDIT, *OWN_GATE)
    }


@pytest.mark.parametrize(
    ("pattern", "url", "is_match"),
    [
        ("https://www.example.lv/*", "https://www.example.lv", True),
        ("https://www.example.lv/*", "https://WWW.example.lv/lv/", True),
        ("https://www.example.lv/*", "https://example.lv/", False),
        ("https://www.example.lv/*", "http://www.example.lv/", False),
        ("https://www.example.lv/ziņas/", "https://www.example.lv/zi%C5%86as/", True),
        ("re:^https?://[a-z]+\\.example\\.lv/", "http://www.example.lv/", True),
        ("*", "https://a.lv/", True),
    ],
)
def test_patterns_are_matched_with_whole_addresses(pattern: str, url: str, is_match: bool) -> None:
    assert matches([examined(pattern)], url) is is_match


@given(free=st.booleans(), values=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_the_last_table_holds_unless_something_nearer_was_said(free: bool, values: list[int]) -> None:
    tables = [UrlTable(number=n, match=("*",), values={"pages": v}) for n, v in enumerate(values, 1)]
    assert said_of("https://a.lv/", tables, lambda _key: free) == ({"pages": values[-1]} if free else {})

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from checks.accessibility.second_engine import rules
from crawler.addresses import targets_of
from crawler.browser import Browser, SiteContext
from crawler.evidence import AuditSettings, Certainty, FailureReason, Page, Policy, SecondEngineResult
from crawler.guard import EgressGuard
from crawler.provision import ace_release
from crawler.second_engine import SecondEngineMissingError, load_second_engine, run_second_engine
from tests.crawler.observed_pages import AXE, ONE_LOOP, SETTINGS, a_browser, desktop
from tests.crawler.page_server import Handler, serving
from tests.crawler.test_axe import CSP, OVERWRITTEN

BOTH = replace(SETTINGS, second_engine=True)

BODY = """<main><h1>Pašvaldība</h1><p>Teksts par novadu.</p><p><img src="a.png"></p>
<table><tr><th></th><th colspan="2">Vidus</th></tr><tr><th>Ziema</th><td>1</td><td>2</td></tr></table>
<div id="host"></div>
<iframe title="iekšā" srcdoc="<html lang=lv><title>x</title><main><p></p><img src=b.png></main>"></iframe>
<iframe title="ārā" src="{other}/inner"></iframe>
<iframe title="slēpts" hidden src="{other}/inner"></iframe></main>
<script>document.getElementById("host").attachShadow({ mode: "open" })
.innerHTML = "<p></p><img src=c.png>"</script>"""
INNER = "<!doctype html><html lang=lv><title>x</title><main><p></p><img src=d.png></main>"


def document(head: str = "") -> str:
    return (
        f'<!doctype html><html lang="lv"><head>{head}<title>Novads</title></head><body>{BODY}</body></html>'
    )


async def captured(
    context: SiteContext,
    head: str = "",
    headers: dict[str, str] | None = None,
    settings: AuditSettings = BOTH,
) -> Page:
    def page(asked: Handler) -> None:
        asked.answer(document(head).replace("{other}", asked.server.other), headers=headers)

    with serving({"/page": page, "/inner": lambda asked: asked.answer(INNER)}) as server:
        return await desktop(context, f"{server.url}/page", settings)


def keys(page: Page, rule: str) -> set[str]:
    assert page.second is not None
    assert page.second.failure is None
    return {node.key for one in page.second.rules if one.id == rule for node in one.nodes}


def places(page: Page) -> dict[tuple[str, str, str], list[str]]:
    """Keys by rule, reason and certainty; ports differ from server to server, so no snippets."""
    assert page.second is not None
    assert page.second.failure is None
    return {(rule.id, rule.reason, rule.certainty): [n.key for n in rule.nodes] for rule in page.second.rules}


@ONE_LOOP
async def test_every_frame_and_shadow_root_is_looked_into_and_elements_are_told_as_axe_tells_them(
    one_browser: Browser,
) -> None:
    async with one_browser.site_context() as context:
        page = await captured(context)
    assert page.failure is None
    assert page.axe is not None
    assert page.second is not None
    assert (page.second.engine, page.second.version) == ("IBM Equal Access", ace_release.VERSION)
    failing = next(rule.failed for rule in page.axe.rules if rule.id == "image-alt")
    by_axe = {page.axe.elements[node.element].key for node in failing}
    assert len(by_axe) == 4
    assert keys(page, "img_alt_valid") == by_axe
    assert page.second.frames_untested == ()
    assert page.seconds["second"] > 0
    found = {(rule.id, rule.policy, rule.certainty) for rule in page.second.rules}
    assert ("img_alt_valid", Policy.VIOLATION, Certainty.FAIL) in found
    assert {certainty for _, _, certainty in found} >= {Certainty.FAIL, Certainty.POTENTIAL}
    image = next(rule for rule in page.second.rules if rule.id == "img_alt_valid").nodes[0]
    assert image.snippet == '<img src="a.png">'
    assert image.selector.endswith("> img")
    assert image.message


@ONE_LOOP
async def test_neither_policies_nor_overwritten_built_ins_bend_the_result(one_browser: Browser) -> None:
    async with one_browser.site_context() as context:
        plain = await captured(context, "<script>1</script>")
        bent = await captured(context, OVERWRITTEN)
        strict = await captured(context, "<script>1</script>", {"Content-Security-Policy": CSP})
    assert plain.second is not None
    assert places(bent) == places(plain)
    images = keys(plain, "img_alt_valid")
    assert keys(strict, "img_alt_valid") == images - {key for key in images if "div:nth-child(5) >>>" in key}


@ONE_LOOP
async def test_many_places_of_one_rule_are_counted_and_the_first_kept(one_browser: Browser) -> None:
    images = "<p><img src=a.png></p>" * 50
    body = f"<!doctype html><html lang=lv><title>x</title><main><p>a</p>{images}</main>"
    with serving({"/page": lambda asked: asked.answer(body)}) as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/page", BOTH)
    assert page.second is not None
    rule = next(one for one in page.second.rules if one.id == "img_alt_valid")
    assert (rule.count, len(rule.nodes)) == (50, 20)


@ONE_LOOP
async def test_it_runs_only_if_asked_and_running_out_of_time_is_a_failure_of_its_own(
    one_browser: Browser,
) -> None:
    with serving() as server:
        async with one_browser.site_context() as context, context.tab() as tab:
            page = await desktop(context, f"{server.url}/institution.html")
            await tab.begin("globalThis.nothing = 1")
            await tab.page.goto(f"{server.url}/institution.html")
            result = await run_second_engine(tab, 0.002)
            assert tab.spoiled
    assert page.axe is not None
    assert page.second is None, "nobody asked for it"
    assert isinstance(result, SecondEngineResult)
    assert result.rules == ()
    assert result.failure is not None
    assert result.failure.reason is FailureReason.SECOND_ENGINE_FAILED


OWN_RULES = """(() => {
    const found = {};
    for (const checkpoint of new ace.Checker().rulesets.find((one) => one.id === "WCAG_2_2").checkpoints)
        for (const { id } of checkpoint.rules || []) (found[id] = found[id] || []).push(checkpoint.num);
    return JSON.stringify(found);
})()"""


@ONE_LOOP
async def test_the_rule_that_takes_most_of_its_time_is_not_run(one_browser: Browser) -> None:
    head = "<style>a:focus { outline: none }</style><title>x</title>"
    body = f'<!doctype html><html lang="lv">{head}<main><a href="/">S</a><img src="a"></main>'
    with serving({"/page": lambda asked: asked.answer(body)}) as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/page", BOTH)
    assert keys(page, "img_alt_valid")
    assert not keys(page, "style_focus_visible")
    assert rules()["style_focus_visible"].left_out


@ONE_LOOP
async def test_the_table_of_rules_has_the_engines_own_criteria(one_browser: Browser) -> None:
    async with one_browser.site_context() as context, context.tab() as tab:
        await tab.begin("globalThis.nothing = 1")
        world = await tab.world(10)
        await tab.evaluate(f"{load_second_engine()};0", 10, world)
        own = json.loads(await tab.evaluate(OWN_RULES, 10, world))
    assert {rule: set(one.criteria) for rule, one in rules().items()} == {
        rule: set(criteria) for rule, criteria in own.items()
    }
    axe_rules = {rule for one in rules().values() if (rule := one.same_as)}
    assert all(f'id:"{rule}"' in AXE.source for rule in axe_rules)


def test_a_missing_or_changed_engine_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SecondEngineMissingError, match="make setup"):
        load_second_engine(tmp_path)
    (tmp_path / "ace.js").write_text("var ace = 1", encoding="utf-8")
    (tmp_path / "ace.js.LICENSE.txt").write_text("", encoding="utf-8")
    with pytest.raises(SecondEngineMissingError, match=r"ace\.js"):
        load_second_engine(tmp_path)


@ONE_LOOP
async def test_what_browser_and_guard_show_for_a_frame_that_never_came_is_no_content_of_the_site(
    one_browser: Browser,
) -> None:
    dead, refused = "http://127.0.0.1:9/", "http://localhost:9/"
    frames = "".join(
        f"<iframe title='{title}' src='{src}'></iframe>" for title, src in (("a", dead), ("b", refused))
    )

    def route(asked: Handler) -> None:
        asked.answer(f"<!doctype html><html lang=lv><title>Novads</title><h1>Novads</h1>{frames}</html>")

    with serving({"/": route}) as server:
        async with one_browser.site_context() as context:
            alone = await desktop(context, f"{server.url}/", BOTH)
        async with (
            EgressGuard(targets_of(server.url)) as guard,
            a_browser(proxy=guard.url) as browser,
            browser.site_context() as context,
        ):
            guarded = await desktop(context, f"{server.url}/", BOTH)
    for page in (alone, guarded):
        assert page.axe is not None
        assert (page.axe.frames_tested, page.axe.frames_untested) == (1, (dead, refused))
        keys = [element.key for element in page.axe.elements]
        assert page.second is not None
        keys += [node.key for rule in page.second.rules for node in rule.nodes]
        assert not [key for key in keys if ">>>" in key]
        assert page.second.frames_untested

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from crawler.axe import TAGS, AxeMissingError, load_axe
from crawler.browser import Browser, SiteContext
from crawler.evidence import AxeResult, Page
from tests.crawler.observed_pages import AXE, ONE_LOOP, desktop
from tests.crawler.page_server import PAGES, Handler, serving

Outcomes = dict[str, dict[str, list[str]]]

CSP = "script-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
OVERWRITTEN = """<script>
Array.from = () => []; JSON.stringify = () => '{}'; JSON.parse = () => ({}); window.Promise = null;
Map.prototype.get = () => undefined; Element.prototype.getAttribute = () => 'alt';
window.Map = window.Set = null; Element.prototype.matches = () => false;
document.querySelectorAll = () => []; window.getComputedStyle = () => ({});
Array.prototype.filter = () => []; Node.prototype.contains = () => true;
window.axe = { run: () => 'all is well' }; window.eindekss = { audit: { start: () => '{}' } };
Object.prototype.result = true;
</script>"""


def outcomes(result: AxeResult) -> Outcomes:
    """As the oracle below gives them: rule, outcome, ancestry paths."""
    keys = [element.key for element in result.elements]
    found: Outcomes = {rule: {"inapplicable": []} for rule in result.inapplicable}
    for rule in result.rules:
        lists = {
            "passes": [keys[index] for index in rule.passed],
            "violations": [keys[node.element] for node in rule.failed],
            "incomplete": [keys[node.element] for node in rule.review],
        }
        found[rule.id] = {name: sorted(paths) for name, paths in lists.items() if paths}
    return found


async def plain_axe(context: SiteContext, url: str) -> Outcomes:
    """axe.run as its users call it, with all frames let in."""
    async with context.tab() as tab:
        tab.spoiled = True
        await tab.page.add_init_script(
            f"{AXE.source};axe.configure({{allowedOrigins: ['<unsafe_all_origins>']}});"
        )
        await tab.page.goto(url)
        await tab.page.wait_for_load_state("networkidle")
        text = await tab.page.evaluate(
            """async (tags) => {
            const result = await axe.run(document, { runOnly: tags, ancestry: true });
            const found = {};
            for (const outcome of ["passes", "violations", "incomplete", "inapplicable"]) {
                for (const rule of result[outcome]) {
                    const paths = rule.nodes.map((node) => node.ancestry.flat(9).join(" >>> ")).sort();
                    (found[rule.id] ??= {})[outcome] = paths;
                }
            }
            return JSON.stringify(found);
        }""",
            list(TAGS),
        )
        found: Outcomes = json.loads(text)
        return found


@pytest.mark.parametrize("path", ["institution.html", "barriers.html", "phone.html", "frame.html"])
@ONE_LOOP
async def test_outcomes_are_those_of_plain_axe_in_all_frames(one_browser: Browser, path: str) -> None:
    with serving() as server:
        async with one_browser.site_context() as context:
            expected = await plain_axe(context, f"{server.url}/{path}")
            page = await desktop(context, f"{server.url}/{path}")
    assert page.axe is not None
    assert page.axe.version == AXE.version
    assert outcomes(page.axe) == expected
    assert page.axe.frames_untested == ()


@ONE_LOOP
async def test_frames_of_other_sites_and_nested_ones_are_tested(one_browser: Browser) -> None:
    with serving() as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/barriers.html")
    assert page.axe is not None
    assert page.axe.frames_tested == 4, "the page, srcdoc, srcdoc in it, the other site; not the hidden one"
    images = next(rule for rule in page.axe.rules if rule.id == "image-alt")
    failing = [page.axe.elements[node.element] for node in images.failed]
    assert sum(" >>> html > body > " in element.key for element in failing) == 2
    assert all(element.selector and element.snippet.startswith("<img") for element in failing)
    assert {node.impact for node in images.failed} == {"critical"}
    assert all("Fix any of the following" in node.message for node in images.failed)
    assert all(not page.axe.elements[index].snippet for index in images.passed)


async def captured_with(one_browser: Browser, head: str, headers: dict[str, str]) -> Page:
    text = (PAGES / "barriers.html").read_text(encoding="utf-8")
    text = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)

    def barriers(asked: Handler) -> None:
        body = text.replace("<head>", f"<head>{head}").replace("{other}", asked.server.other)
        asked.answer(body, headers=headers)

    with serving({"/barriers": barriers}) as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/barriers")
    assert page.failure is None
    return page


@ONE_LOOP
async def test_neither_policies_nor_overwritten_built_ins_bend_the_result(one_browser: Browser) -> None:
    plain = await captured_with(one_browser, "<script>1</script>", {})
    strict = await captured_with(one_browser, "<script>1</script>", {"Content-Security-Policy": CSP})
    bent = await captured_with(one_browser, OVERWRITTEN, {})
    assert plain.axe is not None
    assert strict.axe is not None
    assert bent.axe is not None
    assert outcomes(strict.axe) == outcomes(plain.axe)
    assert outcomes(bent.axe) == outcomes(plain.axe)
    assert len(bent.links) == len(plain.links) == 3
    assert bent.text == plain.text


@ONE_LOOP
async def test_an_element_is_in_one_list_of_a_rule(one_browser: Browser) -> None:
    with serving() as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/barriers.html")
    assert page.axe is not None
    for rule in page.axe.rules:
        listed = [*rule.passed, *(one.element for one in rule.failed), *(one.element for one in rule.review)]
        assert len(listed) == len(set(listed)), rule.id
    assert len({element.key for element in page.axe.elements}) == len(page.axe.elements)


@ONE_LOOP
async def test_a_rule_that_breaks_off_says_so_and_others_stand(one_browser: Browser) -> None:
    broken = AXE.source + ";axe._audit.checks['has-alt'].evaluate = () => { throw new Error('salūza'); };"
    script: Any = type(AXE)(AXE.version, broken)
    from crawler.capture import capture_page
    from tests.crawler.observed_pages import SETTINGS, Blobs, noon

    with serving() as server:
        async with one_browser.site_context() as context:
            page = await capture_page(
                context,
                f"{server.url}/barriers.html",
                settings=SETTINGS,
                axe=script,
                save_blob=Blobs(),
                clock=noon,
            )
    assert page.axe is not None
    assert page.failure is None
    errors = {rule.id: rule.error for rule in page.axe.rules if rule.error}
    assert list(errors) == ["image-alt"]
    assert "salūza" in errors["image-alt"]
    assert "link-name" in {rule.id for rule in page.axe.rules if rule.failed}


async def axe_of(one_browser: Browser, body: str) -> AxeResult:
    text = f"<!doctype html><html lang=lv><head><title>Lapa</title></head><body><main>{body}</main>"
    with serving({"/page": lambda asked: asked.answer(text)}) as server:
        async with one_browser.site_context() as context:
            page = await desktop(context, f"{server.url}/page")
    assert page.axe is not None
    return page.axe


@ONE_LOOP
async def test_open_shadow_roots_are_tested_and_roots_in_them(one_browser: Browser) -> None:
    found = await axe_of(
        one_browser,
        """<h1>Lapa</h1><div id=outer></div><script>
        const root = document.getElementById("outer").attachShadow({mode: "open"});
        root.innerHTML = "<img src=/a.png><div id=inner></div>";
        const below = root.getElementById("inner").attachShadow({mode: "open"});
        below.innerHTML = "<button></button><a href=/b>b</a>";
        </script>""",
    )
    rules = {rule.id: rule for rule in found.rules}
    (image,) = rules["image-alt"].failed
    (button,) = rules["button-name"].failed
    assert found.elements[image.element].snippet.startswith("<img")
    assert found.elements[button.element].snippet == "<button></button>"
    assert found.elements[button.element].key.count(" >>> ") == 2
    assert len(rules["link-name"].passed) == 1


@ONE_LOOP
async def test_every_pass_is_counted_without_carrying_its_markup(one_browser: Browser) -> None:
    many, markup = 800, "x" * 500
    links = "".join(f"<p><a href='/{n}' title='{markup}'>Saite {n}</a></p>" for n in range(many))
    found = await axe_of(one_browser, f"<h1>Lapa</h1>{links}<a href=/none></a>")
    (links_named,) = [rule for rule in found.rules if rule.id == "link-name"]
    assert (len(links_named.passed), len(links_named.failed)) == (many, 1)
    assert all(not found.elements[index].snippet for index in links_named.passed)
    # Of a passing element its place alone is kept: far less than the 500 characters of markup that it has.
    assert len(msgspec.json.encode(found)) < 200 * len(found.elements)


def test_the_axe_that_the_environment_names_is_taken_with_its_version(tmp_path: Path) -> None:
    mine = tmp_path / "axe.js"
    mine.write_text("/*! axe v4.9.0 */ axe.runPartial = 1", encoding="utf-8")
    script = load_axe({"EINDEKSS_AXE": str(mine)})
    assert (script.version, script.overridden) == ("4.9.0", True)
    assert (AXE.version, load_axe({}).overridden) == ("4.14.1", False)


@pytest.mark.parametrize("text", [None, "var jquery = 1"])
def test_an_axe_that_is_none_is_told_with_the_remedy(tmp_path: Path, text: str | None) -> None:
    mine = tmp_path / "axe.js"
    if text is not None:
        mine.write_text(text, encoding="utf-8")
    with pytest.raises(AxeMissingError):
        load_axe({"EINDEKSS_AXE": str(mine)})

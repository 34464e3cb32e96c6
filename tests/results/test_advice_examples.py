"""What a webmaster is shown as right is right by axe-core: its rule passes, and no other that runs fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from checks.check import all_checks
from crawler.axe import TAGS
from crawler.chromium import find_chromium
from results.advice import advice_for_check, advice_for_rule, texts
from results.language import Language

AXE = (Path(__file__).parents[2] / "crawler" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TITLE = "<title>Piemērs</title>"
APART = "<style>.apart { padding: 50px }</style>"
LINKS = "".join(f'<a href="/{name}">{name}</a> ' for name in ("viens", "divi"))
PAGE = f"""<!doctype html><html lang="lv"><head>{TITLE}{APART}HEAD</head>
<body><nav>{LINKS}</nav><main><h1>Piemērs</h1><p>Teksts ar <a href="/saite">saiti</a> vidū.</p>BODY</main>
</body></html>"""
ALONE = ("<html", "<title", "<body", "<meta")
GONE_WHEN_MENDED = {
    *("aria-conditional-attr", "aria-deprecated-role", "aria-hidden-focus", "avoid-inline-spacing", "blink"),
    *("frame-focusable-content", "marquee", "meta-refresh", "no-autoplay-audio", "server-side-image-map"),
    *("scrollable-region-focusable",),
}
"""Rules that no longer apply where the defect is mended, or where an example is too short to scroll."""
RUN = """async (tags) => {
    const result = await axe.run(document, { runOnly: tags, preload: false });
    return JSON.stringify({
        failed: result.violations.map((rule) => [rule.id, rule.nodes.map((node) => node.html)]),
        passed: result.passes.map((rule) => rule.id),
        ran: ["violations", "passes", "incomplete", "inapplicable"].flatMap(
            (outcome) => result[outcome].map((rule) => rule.id)),
    });
}"""


def page_with(example: str) -> str:
    """A sound page with the example where it belongs."""
    if example.startswith("<html"):
        return PAGE.replace('<html lang="lv">', example).replace("HEAD", "").replace("BODY", "")
    if example.startswith("<title"):
        return PAGE.replace(TITLE, example).replace("HEAD", "").replace("BODY", "")
    if example.startswith("<body"):
        return PAGE.replace("HEAD", "").replace("BODY", "")
    is_style = not example.startswith("<")
    head = f"<style>{example}</style>" if is_style else example if example.startswith("<meta") else ""
    return PAGE.replace("HEAD", head).replace("BODY", "" if head else example)


def together(code: set[str]) -> list[str]:
    """Both languages on one page where they can stand there: half the time."""
    if all(example.startswith("<") and not example.startswith(ALONE) for example in code):
        return ["".join(f'<div class="apart">{example}</div>' for example in sorted(code))]
    return sorted(code)


async def judged(page: Page, html: str) -> Any:
    await page.set_content(html)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    return json.loads(await page.evaluate(RUN, list(TAGS)))


def examples() -> dict[str, set[str]]:
    """Every example by the rule or the topic that it is shown for."""
    found: dict[str, set[str]] = {}
    for lang in Language:
        told = {rule: advice_for_rule(rule, lang) for rule in texts.rule_ids()}
        for check in all_checks():
            told |= {f"{check.id}/{name}": one for name, one in advice_for_check(check.id, lang).items()}
        for name, advice in told.items():
            if advice.example:
                found.setdefault(name, set()).add(advice.example)
    return found


async def test_every_example_passes_its_own_rule_and_breaks_no_other() -> None:
    broken, unproven, ran = [], set(), set()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium({}))
        page = await browser.new_page()
        for name, code in sorted(examples().items()):
            for example in together(code):
                found = await judged(page, page_with(example))
                broken += [(name, *failed) for failed in found["failed"]]
                ran |= set(found["ran"])
                unproven |= {name} & texts.rule_ids() - set(found["passed"])
        await browser.close()
    assert ran == texts.rule_ids()
    assert broken == []
    assert unproven == GONE_WHEN_MENDED

from __future__ import annotations

from msgspec.structs import replace

from tests.crawler.observed_pages import SETTINGS, a_browser, desktop
from tests.crawler.page_server import serving

VERSE = "Pūt, vējiņi, dzen laiviņu, aizdzen mani Kurzemē; Kurzemniece man solīja savu meitu malējiņ'. " * 4

BOXES = f"""
<p id="free">{VERSE}</p>
<div><div id="low" style="height:1.6em;overflow:hidden">{VERSE}</div></div>
<div><div id="narrow">{VERSE}</div></div>
<style>#narrow, #dots {{ width: 90px; overflow: hidden; white-space: nowrap }}</style>
<div><div id="dots" style="text-overflow:ellipsis">{VERSE}</div></div>
<div><div id="scrolls" style="height:1.6em;overflow:auto">{VERSE}</div></div>
<div><div id="whole-lines" style="height:20px;line-height:20px;overflow:hidden">{VERSE}</div></div>
<div><div id="opens" style="height:1.6em;overflow:hidden">{VERSE}</div><button>Vairāk</button></div>
<div><marquee id="moves">{VERSE}</marquee></div>
<div><div id="closed" style="height:0;overflow:hidden">{VERSE}</div></div>
<div style="position:absolute;width:1px;height:1px;overflow:hidden"><span id="unseen">{VERSE}</span></div>
<style>@media (max-width: 700px) {{ #small {{ height: 1.6em; overflow: hidden }} }}</style>
<div><div id="small">{VERSE}</div></div>
"""


async def test_only_text_that_is_cut_through_at_200_percent_is_told() -> None:
    body = f'<!doctype html><html lang="lv"><title>Dziesma</title><main>{BOXES}</main>'
    with serving({"/page": lambda asked: asked.answer(body)}) as server:
        async with a_browser() as browser, browser.site_context() as context:
            page = await desktop(context, f"{server.url}/page", replace(SETTINGS, second_engine=True))
            again = await desktop(context, f"{server.url}/page")
    assert page.cut_text is not None
    assert {text.selector: text.how for text in page.cut_text} == {
        "#low": "height",
        "#narrow": "width",
        "#small": "height",
    }
    assert all(text.text.startswith("Pūt, vējiņi") and text.snippet for text in page.cut_text)
    assert again.cut_text is None, "nobody asked for it"
    assert again.axe == page.axe, "the next page has the usual window"

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.browser import Browser
from crawler.evidence import FailureReason, SearchProbe, SubmitSearch
from crawler.search_probe import probe
from tests.crawler.observed_pages import ONE_LOOP, SETTINGS, noon
from tests.crawler.page_server import Handler, PageServer, serving

FORM = """<!doctype html><title>Sākums</title><p>Teksts
<form id=f action=/r {attributes}><input id=q name=q>{more}</form>"""


def results(asked: Handler) -> None:
    query = parse_qs(urlsplit(asked.path).query).get("q", [""])[0]
    found = f"<a href=/1>Par {query}</a>" if query == "mežs" else "<p>Nekas nav atrasts"
    asked.answer(f"<!doctype html><title>Meklēšana</title><h1>{query}</h1>{found}")


def page(attributes: str = "", more: str = "") -> Any:
    return lambda asked: asked.answer(FORM.format(attributes=attributes, more=more))


async def probed(one_browser: Browser, routes: dict[str, Any], **plan: str) -> tuple[SearchProbe, PageServer]:
    with serving({"/r": results, **routes}) as server:
        whole = {"page_url": "/", "form_selector": "#f", "field_selector": "#q", "url_template": "", **plan}
        for name in ("page_url", "url_template"):
            whole[name] = server.url + whole[name] if whole[name] else ""
        plans = SubmitSearch(word="mežs", token="xqz7", **whole)
        async with one_browser.site_context() as context:
            return await probe(context, plans, settings=SETTINGS, clock=noon), server


@ONE_LOOP
async def test_a_template_is_asked_with_both_queries(one_browser: Browser) -> None:
    found, server = await probed(one_browser, {}, url_template="/r?q={query}&x=1")
    assert (found.for_word.title, found.for_word.status) == ("Meklēšana", 200)
    assert found.for_word.final_url == f"{server.url}/r?q=me%C5%BEs&x=1"
    assert found.for_word.links == ((f"{server.url}/1", "Par mežs"),)
    assert found.for_token.text == "xqz7 Nekas nav atrasts"
    assert found.asked_at == "2026-01-02T12:00:00+00:00"


@ONE_LOOP
async def test_a_form_is_filled_in_and_sent_with_enter(one_browser: Browser) -> None:
    found, _ = await probed(one_browser, {"/": page()})
    assert found.for_word.failure is None
    assert [text for _, text in found.for_word.links] == ["Par mežs"]
    assert found.for_token.links == ()


@ONE_LOOP
async def test_a_form_that_would_post_is_refused(one_browser: Browser) -> None:
    found, server = await probed(one_browser, {"/": page("method=post")})
    assert found.for_word.failure is not None
    assert found.for_word.failure.reason is FailureReason.WOULD_POST
    assert not [method for method, _ in server.asked if method == "POST"]


@ONE_LOOP
async def test_a_script_that_posts_is_stopped(one_browser: Browser) -> None:
    posting = (
        "<script>f.onsubmit = e => { e.preventDefault(); fetch('/r', {method: 'POST', body: 'a'}) }</script>"
    )
    found, server = await probed(one_browser, {"/": page(more=posting)})
    assert found.for_word.failure is not None
    assert found.for_word.failure.reason is FailureReason.WOULD_POST
    assert not [method for method, _ in server.asked if method == "POST"]


@ONE_LOOP
async def test_results_that_a_script_shows_in_place_are_read(one_browser: Browser) -> None:
    inplace = """<output id=o></output><script>f.onsubmit = e => { e.preventDefault();
    fetch('/r?q=' + q.value).then(r => r.text()).then(t => { o.innerHTML = t }) }</script>"""
    found, server = await probed(one_browser, {"/": page(more=inplace)})
    assert found.for_word.final_url == f"{server.url}/"
    assert "Par mežs" in found.for_word.text


@ONE_LOOP
async def test_a_field_behind_a_button_is_opened_first(one_browser: Browser) -> None:
    hidden = "<button type=button id=lupa onclick='f.querySelector(\"input\").hidden = false'>Meklēt</button>"
    body = FORM.format(attributes="", more=hidden).replace("<input id=q", "<input hidden id=q")
    found, _ = await probed(one_browser, {"/": lambda asked: asked.answer(body)}, opener_selector="#lupa")
    assert [text for _, text in found.for_word.links] == ["Par mežs"]


@ONE_LOOP
async def test_a_form_that_its_opener_makes_is_found_and_its_showing_is_no_answer(
    one_browser: Browser,
) -> None:
    made = FORM.format(attributes="", more="")
    late = (
        "<button id=lupa onclick='setTimeout(() => vieta.innerHTML = forma.innerHTML, 500)'>Lupa</button>"
        f"<div id=vieta></div><template id=forma><p>Ko meklējat?</p>{made}</template>"
    )
    found, _ = await probed(one_browser, {"/": lambda asked: asked.answer(late)}, opener_selector="#lupa")
    assert [text for _, text in found.for_word.links] == ["Par mežs"]


@ONE_LOOP
async def test_a_form_that_its_opener_makes_to_post_is_left_alone(one_browser: Browser) -> None:
    made = FORM.format(attributes="method=post", more="")
    late = (
        "<button id=lupa onclick='vieta.innerHTML = forma.innerHTML'>Meklēt</button>"
        f"<div id=vieta></div><template id=forma>{made}</template>"
    )
    found, server = await probed(
        one_browser, {"/": lambda asked: asked.answer(late)}, opener_selector="#lupa"
    )
    assert found.for_word.failure is not None
    assert found.for_word.failure.reason is FailureReason.WOULD_POST
    assert not [method for method, _ in server.asked if method == "POST"]


@ONE_LOOP
async def test_a_field_that_does_not_react_is_told(one_browser: Browser) -> None:
    found, _ = await probed(one_browser, {"/": page("onsubmit='return false'")})
    assert found.for_word.failure is not None
    assert found.for_word.failure.reason is FailureReason.NOT_OPERABLE


@ONE_LOOP
async def test_robots_are_asked_before_a_template_is_used(one_browser: Browser) -> None:
    with serving({"/r": results}) as server:
        plan = SubmitSearch(
            page_url=server.url, form_selector="", field_selector="", word="a", token="b",
            url_template=f"{server.url}/r?q={{query}}",
        )  # fmt: skip
        async with one_browser.site_context() as context:
            found = await probe(
                context, plan, settings=SETTINGS, clock=noon, allows=lambda url: "/r" not in url
            )
        assert server.asked == []
    assert found.for_word.failure is not None
    assert found.for_word.failure.reason is FailureReason.ROBOTS_DISALLOWED

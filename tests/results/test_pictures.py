"""Clips of what answers point at: cut out of pictures that a real browser made of a page written for it."""

from __future__ import annotations

import io

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from checks.clips import LARGEST, clip, clipped
from checks.finding import Answer, Clip, Instance, Outcome
from crawler.evidence import Blob, MobileView, Page, Rect
from results.pictures import Pictures
from tests.checks.build import site
from tests.crawler.observed_pages import Blobs, a_browser, desktop, phone
from tests.crawler.page_server import Handler, serving

BLUE, GREEN, PURPLE, GOLD, CYAN = (0, 0, 255), (0, 128, 0), (128, 0, 128), (255, 200, 0), (0, 255, 255)
BODY = """<!doctype html><html lang="en"><title>Clips</title>
<style>body { margin: 0 } p, a, form { color: transparent }</style>
<div style="height: 100vh">
<a id="seen" href="/a" style="background: blue; display: block; width: 200px">Link</a>
<a id="hidden" href="/b" style="display: none; background: blue">Hidden</a>
<form id="unseen" style="visibility: hidden; background: blue; width: 90px; height: 90px">
<input name="q"></form>
<a id="empty" href="/c" style="position: absolute; width: 0; height: 0"></a>
<p id="fixed" style="position: fixed; margin: 0; bottom: 0; width: 300px; background: rgb(255, 200, 0)">
Fixed</p></div>
<div style="height: 2100px"></div>
<main><div><p>First</p><p style="background: green; width: 150px">Quoted</p></div></main>
<iframe id="frame" style="background: cyan; border: 0; width: 100px; height: 60px"
 srcdoc="<body style='background: cyan'>x"></iframe>
<div style="height: 200px"></div><p id="wide" style="background: purple; height: 700px">
A large one</p>
<div style="height: 9000px"></div><p id="far" style="background: blue">Far below</p>"""
NARROW = """<!doctype html><title>Old</title>
<body style="margin: 0; width: 980px"><div style="height: 1900px"></div>
<a href="/a" style="display: block; background: blue; width: 300px; height: 40px; color: blue">Link</a>"""


class Seen:
    """A captured page with its pictures, and its address."""

    def __init__(self, page: Page, view: MobileView, blobs: Blobs) -> None:
        self.site = replace(site(page), mobile=(view,))
        self.url, self.phone_url = page.final_url, view.final_url
        self.pictures = Pictures(lambda digest: blobs.kept.get(digest, b""))

    def shown(self, selector: str, **more: object) -> Instance:
        """What becomes of a place that an answer points at."""
        place = replace(Instance(url=self.url, selector=selector), **more)
        answer = Answer(code="M05", outcome=Outcome.PASSED, value=1, evidence=(place,))
        return clipped(self.site, (answer,))[0].evidence[0]

    def colours(self, clip: Clip | None) -> tuple[Image.Image, tuple[int, int, int]]:
        """The clip, and the colour at the middle of the outlined part of it."""
        assert clip is not None
        part = Image.open(io.BytesIO(self.pictures.clip(clip))).convert("RGB")
        assert part.size == (round(clip.area.width), round(clip.area.height))
        x = clip.element.x - clip.area.x + min(clip.element.width, clip.area.width) / 2
        y = clip.element.y - clip.area.y + min(clip.element.height, clip.area.height) / 2
        return part, part.getpixel((int(x), int(min(y, part.height - 30))))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def seen() -> Seen:
    def answers(body: str) -> object:
        def answer(asked: Handler) -> None:
            asked.answer(body)

        return answer

    blobs = Blobs()
    with serving({"/clips": answers(BODY), "/narrow": answers(NARROW)}) as server:
        async with a_browser() as browser:
            async with browser.site_context() as context:
                page = await desktop(context, f"{server.url}/clips", blobs=blobs, roles=("home",))
            async with browser.site_context(phone=True) as context:
                view = await phone(context, f"{server.url}/narrow", blobs=blobs)
    assert (page.failure, view.failure) == (None, None)
    return Seen(page, view, blobs)


@pytest.mark.parametrize(
    ("selector", "colour"),
    [
        ("#seen", BLUE),
        ("html > body > main:nth-of-type(1) > div:nth-of-type(1) > p:nth-of-type(2)", GREEN),
        ("#frame", CYAN),
        ("#wide", PURPLE),
        ("#fixed", GOLD),
    ],
)
def test_a_clip_shows_the_element(seen: Seen, selector: str, colour: tuple[int, int, int]) -> None:
    _, middle = seen.colours(seen.shown(selector).clip)
    assert all(abs(one - other) < 12 for one, other in zip(middle, colour, strict=True)), middle


def test_the_element_is_outlined_where_it_stands_far_down_the_page(seen: Seen) -> None:
    place = seen.shown("html > body > main > div > p:nth-of-type(2)")
    assert place.rect is not None
    assert place.rect.y > 2900
    part, _ = seen.colours(place.clip)
    assert place.clip is not None
    left = int(place.clip.element.x - place.clip.area.x)
    below = int(place.clip.element.y - place.clip.area.y + place.clip.element.height) + 1
    red, green, blue = part.getpixel((left + 60, below))
    assert red > 150, "a dark red line"
    assert max(green, blue) < 130


@pytest.mark.parametrize("selector", ["#hidden", "#unseen", "#empty", "#far", "#nowhere", ""])
def test_what_can_not_be_seen_has_no_clip(seen: Seen, selector: str) -> None:
    assert seen.shown(selector).clip is None


def test_a_hidden_element_has_none_even_where_a_box_was_measured(seen: Seen) -> None:
    assert seen.shown("#unseen", rect=Rect(0, 20, 90, 90)).clip is None


def test_a_page_that_was_only_fetched_has_none(seen: Seen) -> None:
    assert seen.shown("#seen", url="https://other.example/", rect=Rect(0, 0, 9, 9)).clip is None


def test_a_place_on_the_phone_is_cut_out_of_the_phones_picture(seen: Seen) -> None:
    at = Rect(0, 1900, 300, 40)
    place = seen.shown("a", url=seen.phone_url, rect=at, on_phone=True)
    assert place.clip is not None
    assert place.clip.width == 980, "shown at 0.42 of its size, but pictured at its own"
    _, middle = seen.colours(place.clip)
    assert middle[0] < 12
    assert middle[2] > 240


def test_evidence_of_before_pictures_had_sizes_gives_clips_of_the_screen(seen: Seen) -> None:
    page = seen.site.pages[0]
    assert page.screenshot is not None
    old = replace(page, boxes=(), screenshot=Blob(page.screenshot.digest, "image/jpeg", 1))
    answer = Answer(
        code="M05",
        outcome=Outcome.PASSED,
        value=1,
        evidence=tuple(Instance(url=page.url, rect=Rect(0, y, 50, 20)) for y in (10, 870, 1000)),
    )
    (judged,) = clipped(replace(seen.site, pages=(old,)), (answer,))
    assert [one.clip is not None for one in judged.evidence] == [True, True, False]


def test_the_same_clip_is_the_same_bytes(seen: Seen) -> None:
    place = seen.shown("#seen").clip
    assert place is not None
    assert seen.pictures.clip(place) == seen.pictures.clip(place)


def test_a_picture_that_is_gone_or_is_none_gives_no_clip() -> None:
    place = clip(Blob("0" * 64, "image/jpeg", 1, 1280, 900), Rect(1, 1, 9, 9))
    assert place is not None
    for stored in (b"", b"\xff\xd8\xff and no more"):
        assert Pictures(lambda _, stored=stored: stored).clip(place) == b""  # type: ignore[misc]


side = st.floats(-2000, 12000, allow_nan=False)
length = st.floats(0, 9000, allow_nan=False)


@given(st.builds(Rect, side, side, length, length), st.integers(50, 2000), st.integers(50, 8000))
def test_a_clip_lies_in_the_picture_and_holds_the_element_or_its_beginning(
    element: Rect, width: int, height: int
) -> None:
    found = clip(Blob("a", "image/jpeg", 1, width, height), element)
    if found is None:
        inside = min(element.x + element.width, width) - max(element.x, 0)
        below = min(element.y + element.height, height) - max(element.y, 0)
        assert min(inside, below) < 1
        return
    area, shown = found.area, found.element
    close = 1e-6
    assert area.x >= 0
    assert area.y >= 0
    assert area.x + area.width <= width + close
    assert area.y + area.height <= height + close
    assert area.x <= shown.x + close
    assert area.y <= shown.y + close
    assert area.width <= LARGEST[0]
    assert area.height <= LARGEST[1]
    if shown.width < LARGEST[0] / 2:
        assert area.x + area.width >= min(shown.x + shown.width, width) - close
    if shown.height < LARGEST[1] / 2:
        assert area.y + area.height >= min(shown.y + shown.height, height) - close


def test_numbers_of_marks_that_begin_at_one_place_stand_beside_each_other() -> None:
    """And are as large on a wide page, which is shown smaller, as on one that is as wide as the phone."""
    for width in (411, 1233):
        out = io.BytesIO()
        Image.new("RGB", (width, 600), "white").save(out, "PNG")
        pictures = Pictures({"a": out.getvalue()}.__getitem__)
        picture = Blob("a", "image/png", 1, width, 600)
        marks = {str(number): Rect(0, 0, width - 40, 500) for number in range(10, 15)}
        drawn = Image.open(io.BytesIO(pictures.marked(picture, marks, 600))).convert("RGB")
        middle = round(12 * width / 411)
        inked = sum(is_red(drawn.getpixel((x, middle))) for x in range(width)) / width
        assert 5 * 15 / 411 < inked < 5 * 30 / 411


def is_red(pixel: tuple[int, int, int]) -> bool:
    return pixel[0] > 150 and pixel[1] < 90

"""Where each place that an answer points at can be seen in the stored pictures: by evidence alone.

Elements are found by their selector among the page's boxes. No clip is given where nothing would be seen:
the element is hidden or without area, lies below the picture's end, or the page has no picture (it was only
fetched by HTTP, or did not paint).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from checks.finding import Answer, Clip, Instance
from crawler.evidence import Blob, MobileView, Page, Rect, Site

MARGIN = (60.0, 36.0)
"""Pixels around the element, left and right, above and below: what it belongs to."""
LARGEST = (800.0, 400.0)
SMALLEST = (360.0, 120.0)
_FIRST = ":nth-of-type(1)"
_Boxes = Mapping[str, Rect | None]


def clipped(site: Site, answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """The answers, with a clip at every place of theirs that a stored picture shows."""
    places = Places(site)
    return tuple(
        replace(answer, evidence=tuple(places.shown(one) for one in answer.evidence))
        if answer.evidence
        else answer
        for answer in answers
    )


def clip(picture: Blob, element: Rect) -> Clip | None:
    """The part of the picture around an element; None where less than a pixel of it is there."""
    left, top = max(element.x, 0.0), max(element.y, 0.0)
    right = min(element.x + element.width, picture.width)
    bottom = min(element.y + element.height, picture.height)
    if right - left < 1 or bottom - top < 1:
        return None
    x, width = _span(left, right, MARGIN[0], SMALLEST[0], LARGEST[0], picture.width)
    y, height = _span(top, bottom, MARGIN[1], SMALLEST[1], LARGEST[1], picture.height)
    return Clip(
        picture=picture.digest,
        width=picture.width,
        area=Rect(x, y, width, height),
        element=Rect(left, top, right - left, bottom - top),
    )


def _span(
    start: float, end: float, margin: float, least: float, most: float, whole: float
) -> tuple[float, float]:
    """(begin, length) of the clip on one axis: around the middle of a small element, from the beginning of
    one that is too large.
    """
    length = min(max(end - start + 2 * margin, least), most, whole)
    begin = start - margin if end - start + 2 * margin > most else (start + end - length) / 2
    return max(0.0, min(begin, whole - length)), length


class Places:
    """The pictures of a site, and the boxes of the pages that are asked for: shows any place of its."""

    def __init__(self, site: Site) -> None:
        self._settings = site.settings
        self._pages = {url: page for page in reversed(site.pages) for url in (page.url, page.final_url)}
        self._views = {url: view for view in site.mobile for url in (view.url, view.final_url)}
        self._known: dict[int, _Boxes] = {}

    def shown(self, one: Instance) -> Instance:
        """The place with its box and its clip, as far as there are any."""
        if one.on_phone:
            view = self._views.get(one.url)
            return _with_clip(one, one.rect, self._of_phone(view)) if view else one
        page = self._pages.get(one.url)
        if page is None or not (one.rect or one.selector):
            return one
        boxes = self._boxes(page)
        selector = _plain(one.selector)
        if selector in boxes and boxes[selector] is None:
            return one
        return _with_clip(one, one.rect or boxes.get(selector), self._of_desktop(page))

    def _boxes(self, page: Page) -> _Boxes:
        if id(page) not in self._known:
            self._known[id(page)] = _boxes(page)
        return self._known[id(page)]

    def _of_desktop(self, page: Page) -> Blob | None:
        """Evidence of before pictures had sizes holds the screen."""
        picture = page.screenshot
        if picture is None or picture.width:
            return picture
        width, height = self._settings.desktop
        return replace(picture, width=width, height=height)

    def _of_phone(self, view: MobileView) -> Blob | None:
        picture = view.screenshot
        if picture is None or picture.width:
            return picture
        if view.scale != 1:
            return None  # an old picture in pixels of the screen, not of the page
        return replace(picture, width=view.screen_width, height=view.screen_height)


def _with_clip(one: Instance, rect: Rect | None, picture: Blob | None) -> Instance:
    shown = clip(picture, rect) if picture and rect else None
    return replace(one, rect=rect, clip=shown)


def _boxes(page: Page) -> _Boxes:
    """Where elements are by selector; None for what is known to be hidden."""
    boxes: dict[str, Rect | None] = {
        _plain(box.selector): Rect(box.x, box.y, box.width, box.height) for box in page.boxes
    }
    boxes.update((_plain(link.selector), link.rect) for link in page.links if link.visible and link.rect)
    hidden = (one for group in (page.links, page.forms, page.controls, page.frames) for one in group)
    boxes.update((_plain(one.selector), None) for one in hidden if one.selector and not one.visible)
    return boxes


def _plain(selector: str) -> str:
    """The checks count the only child of its kind, too; the browser's selectors don't."""
    return selector.replace(_FIRST, "")

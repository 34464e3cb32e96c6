"""The rules of specification `mft/1` over one phone capture, named as in Google's API (searchconsole v1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from urllib.parse import urlsplit

import msgspec

from checks.finding import Instance
from checks.mobile import tap_targets, viewport
from checks.sentences import say
from crawler.evidence import MobileView, PluginElement, Rect


class Rule(StrEnum):
    """MobileFriendlyIssue.rule, in the API's order."""

    USES_INCOMPATIBLE_PLUGINS = "USES_INCOMPATIBLE_PLUGINS"
    CONFIGURE_VIEWPORT = "CONFIGURE_VIEWPORT"
    FIXED_WIDTH_VIEWPORT = "FIXED_WIDTH_VIEWPORT"
    SIZE_CONTENT_TO_VIEWPORT = "SIZE_CONTENT_TO_VIEWPORT"
    USE_LEGIBLE_FONT_SIZES = "USE_LEGIBLE_FONT_SIZES"
    TAP_TARGETS_TOO_CLOSE = "TAP_TARGETS_TOO_CLOSE"


LEGIBLE_PX = 12.0
LEGIBLE_SHARE = 60
"""Percent of the text that must be legible (Lighthouse 5 to 12: 60 % of at least 12 px)."""
TOLERANCE = 1.0
"""CSS pixels by which widths may differ: layout rounds."""
FEWEST_CLASHES = 2
CLASHING_SHARE = 10
"""Percent of the targets; more than that, and at least two, fail. Ours: Google's limit is not known."""

_PLUGIN_TYPES = frozenset(
    {
        "application/x-shockwave-flash",
        "application/x-java-applet",
        "application/x-java-bean",
        "application/x-silverlight",
        "application/x-silverlight-2",
    }
)
_PLUGIN_FILES = (".swf", ".flv", ".class", ".xap")


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that a page breaks, with the elements a person can look at."""

    rule: Rule
    count: int
    """Elements that break it; 1 where the page as a whole does."""
    measure: float = 0
    """Of a width rule the page's CSS pixels; of fonts the percent of legible text; of tap targets the
    number of all targets."""
    screen: int = 0
    """Width of the screen, CSS pixels."""
    listed: int = 0
    """Of too wide content the elements that pass the screen's edge, as far as they were listed."""
    instances: tuple[Instance, ...] = ()
    strict_only: bool = False
    """Too few tap targets clash for `mft/1`, though any would do in the strict verdict."""


def issues(view: MobileView) -> tuple[Issue, ...]:
    """Every rule that the page breaks, in the rules' order."""
    found = (_plugins(view), _viewport(view), _content_width(view), _fonts(view), _tap_targets(view))
    return tuple(issue for issue in found if issue is not None)


def _plugins(view: MobileView) -> Issue | None:
    plugins = [plugin for plugin in view.plugins if _is_incompatible(plugin)]
    if not plugins:
        return None
    instances = tuple(
        _instance(view, one.selector, one.snippet, f"{one.tag} {one.type} {one.source}".strip(), one.rect)
        for one in plugins
    )
    return Issue(rule=Rule.USES_INCOMPATIBLE_PLUGINS, count=len(plugins), instances=instances)


def _is_incompatible(plugin: PluginElement) -> bool:
    """Flash, Java or Silverlight, by tag, type or the file's ending (Lighthouse 11's plugins audit)."""
    if plugin.tag.lower() == "applet" or plugin.type.strip().lower() in _PLUGIN_TYPES:
        return True
    return _path(plugin.source).lower().endswith(_PLUGIN_FILES)


def _path(address: str) -> str:
    try:
        return urlsplit(address.strip()).path
    except ValueError:
        return ""


def _viewport(view: MobileView) -> Issue | None:
    """Whether the layout is as wide as the screen; Chromium goes by the last viewport meta element."""
    asked = viewport.parse(view.viewports[-1]) if view.viewports else None
    off = view.layout_width - view.screen_width
    if asked is not None and asked.width is not None and abs(off) > TOLERANCE:
        return _of_page(view, Rule.FIXED_WIDTH_VIEWPORT, view.layout_width)
    if asked is None or (asked.width is None and off > TOLERANCE):
        return _of_page(view, Rule.CONFIGURE_VIEWPORT, view.layout_width)
    return None


def _of_page(view: MobileView, rule: Rule, width: float) -> Issue:
    snippet = f'<meta name="viewport" content="{view.viewports[-1]}">' if view.viewports else ""
    several = (
        say("; the last of {viewports} viewports counts", viewports=len(view.viewports))
        if len(view.viewports) > 1
        else ""
    )
    message = say(
        "laid out {width:g} px wide on a screen of {screen_width} px{several}",
        width=width,
        screen_width=view.screen_width,
        several=several,
    )
    instance = _instance(view, "meta[name=viewport]" if snippet else "html", snippet, message)
    return Issue(rule=rule, count=1, measure=width, screen=view.screen_width, instances=(instance,))


def _content_width(view: MobileView) -> Issue | None:
    if view.content_width <= view.screen_width + TOLERANCE:
        return None
    instances = tuple(
        _instance(
            view,
            wide.selector,
            wide.snippet,
            say(
                "reaches {said:g} px on a screen of {screen_width} px",
                said=wide.rect.x + wide.rect.width,
                screen_width=view.screen_width,
            ),
            wide.rect,
        )
        for wide in view.wide
    )
    whole = say(
        "content {content_width:g} px wide on a screen of {screen_width} px",
        content_width=view.content_width,
        screen_width=view.screen_width,
    )
    return Issue(
        rule=Rule.SIZE_CONTENT_TO_VIEWPORT,
        count=max(1, len(instances)),
        measure=view.content_width,
        screen=view.screen_width,
        listed=len(instances),
        instances=instances or (_instance(view, "html", "", whole),),
    )


def _fonts(view: MobileView) -> Issue | None:
    """Text by length, not by element; a page without text breaks nothing."""
    zoom = min(view.scale, 1.0)
    share = legible_share(view)
    if share >= LEGIBLE_SHARE:
        return None
    instances = tuple(
        _instance(
            view,
            small.selector,
            small.snippet,
            say(
                "{said:.1f} px on the screen, {length} characters",
                said=small.font_px * zoom,
                length=small.length,
            ),
            small.rect,
        )
        for small in view.small_text
    )
    whole = (
        ()
        if zoom == 1
        else (_instance(view, "html", "", say("the page is shown at {zoom:.2f} of its size", zoom=zoom)),)
    )
    return Issue(
        rule=Rule.USE_LEGIBLE_FONT_SIZES,
        count=max(1, len(instances)),
        measure=float(share),
        instances=(*whole, *instances),
    )


def legible_share(view: MobileView) -> Fraction:
    """Percent of the text that is legible, exact; 100 where there is none."""
    zoom = min(view.scale, 1.0)
    total = sum(run.length for run in view.text)
    legible = sum(run.length for run in view.text if is_legible(run.font_px, zoom))
    return Fraction(100 * legible, total) if total else Fraction(100)


def is_legible(font_px: float, zoom: float) -> bool:
    """Whether text is at least 12 px on the screen, to a tenth: a page that is 1 px too wide is shown at
    0.998, and nobody sees the difference between 12 and 11.97.
    """
    return round(font_px * zoom, 1) >= LEGIBLE_PX


def _tap_targets(view: MobileView) -> Issue | None:
    clashes = tap_targets.clashes(view.targets, view.scale)
    if not clashes:
        return None
    targets = sum(bool(target.rects) for target in view.targets)
    many = len(clashes) >= FEWEST_CLASHES and 100 * len(clashes) > CLASHING_SHARE * targets
    return Issue(
        rule=Rule.TAP_TARGETS_TOO_CLOSE,
        count=len(clashes),
        measure=targets,
        instances=tuple(_clash(view, clash) for clash in clashes),
        strict_only=not many,
    )


def _clash(view: MobileView, clash: tap_targets.Clash) -> Instance:
    rect = _largest(clash.target.rects)
    message = say(
        "{width:g} x {height:g} px; a fingertip on it covers {selector} {overlap:.0%} as much",
        width=rect.width,
        height=rect.height,
        selector=clash.other.selector,
        overlap=clash.overlap,
    )
    return _instance(view, clash.target.selector, clash.target.snippet, message, rect)


def _largest(rects: Iterable[Rect]) -> Rect:
    return max(rects, key=lambda rect: rect.width * rect.height)


def _instance(
    view: MobileView, selector: str, snippet: str, message: str, rect: Rect | None = None
) -> Instance:
    return Instance(
        url=view.final_url or view.url,
        selector=selector,
        snippet=snippet,
        message=message,
        rect=rect,
        on_phone=True,
    )

"""One page as a real browser showed it on a desktop."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crawler.evidence.access import ConsentRecord
from crawler.evidence.axe import AxeResult
from crawler.evidence.failure import Failure
from crawler.evidence.rect import Rect
from crawler.evidence.second_engine import SecondEngineResult
from crawler.evidence.zoomed import CutText


class Blob(msgspec.Struct, frozen=True):
    """Bytes kept in the evidence store under their own SHA-256 (64 hexadecimal digits)."""

    digest: str
    media_type: str
    size: int
    width: float = 0
    """Of a picture: CSS pixels shown, from the document's top left corner; 0 where that is not known."""
    height: float = 0


class Place(StrEnum):
    """The landmark in which an element stands; the innermost that says something."""

    HEADER = "header"
    NAV = "nav"
    MAIN = "main"
    ASIDE = "aside"
    FOOTER = "footer"
    SEARCH = "search"
    BODY = "body"


class Box(msgspec.Struct, frozen=True, array_like=True):
    """Where an element stands that shows something of its own: whole CSS pixels, as in `Rect`."""

    selector: str
    x: int
    y: int
    width: int
    height: int


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """An `a[href]` or `area[href]` of the rendered document, open shadow roots included."""

    href: str
    """Resolved, as the browser has it."""
    text: str
    """Visible text, white space folded, at most 200 characters."""
    name: str = ""
    """aria-label, title, or the alternative text of what it holds, where text does not say it."""
    place: Place = Place.BODY
    visible: bool = True
    selector: str = ""
    rel: str = ""
    hreflang: str = ""
    rect: Rect | None = None


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A form control. `value` is kept only of hidden, submit and default-valued choice fields."""

    tag: str
    type: str = ""
    name: str = ""
    id: str = ""
    label: str = ""
    """Accessible name as far as labels, aria-label, title and placeholder give one."""
    placeholder: str = ""
    value: str = ""
    visible: bool = True
    selector: str = ""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A `form`, or a group of fields outside any form (then `selector` is their landmark's and
    `has_form_element` is False).
    """

    action: str
    """Resolved; the page's own address where the attribute is missing."""
    method: str = "get"
    role: str = ""
    name: str = ""
    """aria-label, or legend, or the nearest heading."""
    attributes: str = ""
    """id and class joined by spaces."""
    place: Place = Place.BODY
    visible: bool = True
    selector: str = ""
    fields: tuple[Field, ...] = ()
    has_form_element: bool = True
    text: str = ""
    """Visible text, at most 300 characters."""
    rect: Rect | None = None


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """A button, summary or element with role=button that is not a form field."""

    name: str
    tag: str
    place: Place = Place.BODY
    visible: bool = True
    selector: str = ""
    attributes: str = ""
    """id, class, aria-controls and data-target joined by spaces."""
    expanded: str = ""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """An iframe of the page."""

    url: str
    title: str = ""
    selector: str = ""
    visible: bool = True


class Resource(msgspec.Struct, frozen=True, kw_only=True):
    """A sub-request worth telling: it failed, or it went to another host (`status` then as answered)."""

    url: str
    type: str
    status: int | None = None
    failure: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence of one desktop capture (1280x900). Where `failure` is set the rest may be missing."""

    url: str
    """As asked for, normalised."""
    captured_at: str
    """ISO 8601 in UTC."""
    final_url: str = ""
    roles: tuple[str, ...] = ()
    """`random` and/or structured roles under which the page was captured."""
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    """Of the main response, names in lower case; Set-Cookie values are dropped."""
    content_type: str = ""
    redirects: tuple[str, ...] = ()
    """Addresses passed through, the first asked for, without the final one."""
    html: str = ""
    """The rendered DOM, serialised, cut at the cap of the settings."""
    html_truncated: bool = False
    title: str = ""
    lang: str = ""
    text_length: int = 0
    """Visible characters, white space folded."""
    text: str = ""
    """Visible text, at most 20,000 characters."""
    element_count: int = 0
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    controls: tuple[Control, ...] = ()
    frames: tuple[Frame, ...] = ()
    boxes: tuple[Box, ...] = ()
    """Of elements that hold text, and of fields, frames and pictures: the first 3,000 that are visible."""
    resources: tuple[Resource, ...] = ()
    axe: AxeResult | None = None
    second: SecondEngineResult | None = None
    """Where the settings asked for it."""
    cut_text: tuple[CutText, ...] | None = None
    """Text that is cut off at 200 % zoom; looked for with the second engine."""
    screenshot: Blob | None = None
    """From the top of the page down, at most 8,000 px of it."""
    load_event: bool = True
    """False where the load event never fired and the page was measured as it stood."""
    dialogs: tuple[str, ...] = ()
    """Alerts, prompts and confirms that were dismissed."""
    popups: int = 0
    downloads: int = 0
    seconds: dict[str, float] = msgspec.field(default_factory=dict)
    """Wall time by stage: load, observe, axe, screenshot, second, zoomed."""
    failure: Failure | None = None
    consent: ConsentRecord | None = None
    """Where the settings ask for more than to ignore a banner."""
    withheld: bool = False
    """Whether something secret was taken out of what is kept; such a page has no picture."""

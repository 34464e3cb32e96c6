"""The pictures of one site in a report: each embedded once, together within a limit."""

from __future__ import annotations

import base64

import msgspec

from checks.finding import Clip
from crawler.evidence import Blob, Rect
from results.pictures import MEDIA_TYPE, Pictures

PICTURE_BYTES = 150_000
"""A larger picture is left out: a report of 100 sites must stay small enough to send."""
SITE_BYTES = 6_000_000
"""Of all pictures of a site; what comes after stands in words only."""
SCREEN_RATIO = 900 / 1280
PHONE_HEIGHT = 2400
"""CSS pixels of a phone's page that are shown."""
PHONE_BYTES = 400_000


class Shown(msgspec.Struct, frozen=True):
    """A clip in the report."""

    id: str
    source: str
    """The picture itself, where it is shown first; else empty, and `id` leads to it."""


class Album:
    """Gives `data:` addresses; empty ones where a picture can't be had or there is no room."""

    def __init__(self, pictures: Pictures | None, number: int) -> None:
        self._pictures = pictures
        self._number = number
        self._left = SITE_BYTES
        self._ids: dict[Clip, str] = {}

    def clip(self, clip: Clip | None) -> Shown | None:
        """The clip, or the way to where it was shown before."""
        if clip is None or self._pictures is None:
            return None
        if clip in self._ids:
            return Shown(self._ids[clip], "")
        source = self._embedded(self._pictures.clip(clip), PICTURE_BYTES)
        if not source:
            return None
        self._ids[clip] = f"clip-{self._number}-{len(self._ids) + 1}"
        return Shown(self._ids[clip], source)

    def screen(self, digest: str | None) -> str:
        """What shows of a desktop page before anybody scrolls."""
        if digest is None or self._pictures is None:
            return ""
        return self._embedded(self._pictures.screen(digest, SCREEN_RATIO), PICTURE_BYTES)

    def phone(self, picture: Blob | None, marks: dict[str, Rect]) -> str:
        """A phone's page with what was marked on it."""
        if picture is None or self._pictures is None:
            return ""
        return self._embedded(self._pictures.marked(picture, marks, PHONE_HEIGHT), PHONE_BYTES)

    def _embedded(self, picture: bytes, most: int) -> str:
        if not 0 < len(picture) <= min(most, self._left):
            return ""
        self._left -= len(picture)
        return f"data:{MEDIA_TYPE};base64,{base64.b64encode(picture).decode('ascii')}"

"""The browser, the settings and the clock that the browser tests share."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.axe import load_axe
from crawler.browser import Browser, SiteContext
from crawler.capture import capture_page
from crawler.chromium import find_chromium
from crawler.evidence import AuditSettings, Blob, MobileView, Page
from crawler.mobile import capture_mobile

AXE = load_axe(os.environ)
SETTINGS = AuditSettings(seed=1, timeout=20.0)
ONE_LOOP = pytest.mark.asyncio(loop_scope="module")
"""Marks the tests of a module that share its `one_browser`."""


def chromium() -> Path:
    found = find_chromium(os.environ, downloaded=lambda: None)
    assert found is not None, "the browser tests need a Chromium: see eindekss doctor"
    return found


class Blobs:
    """Keeps blobs in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def __call__(self, data: bytes, media_type: str) -> Blob:
        digest = hashlib.sha256(data).hexdigest()
        self.kept[digest] = data
        return Blob(digest, media_type, len(data))


def noon() -> datetime:
    return datetime(2026, 1, 2, 12, tzinfo=UTC)


def a_browser(settings: AuditSettings = SETTINGS, **more: Any) -> Browser:
    return Browser(chromium(), settings, **more)


async def desktop(
    context: SiteContext,
    url: str,
    settings: AuditSettings = SETTINGS,
    blobs: Blobs | None = None,
    **more: Any,
) -> Page:
    kept = blobs or Blobs()
    return await capture_page(context, url, settings=settings, axe=AXE, save_blob=kept, clock=noon, **more)


async def phone(
    context: SiteContext, url: str, settings: AuditSettings = SETTINGS, blobs: Blobs | None = None
) -> MobileView:
    return await capture_mobile(context, url, settings=settings, save_blob=blobs or Blobs(), clock=noon)

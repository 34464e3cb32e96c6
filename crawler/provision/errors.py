"""Why set-up could not go on."""

from __future__ import annotations

from crawler.errors import CrawlerError


class ProvisionError(CrawlerError):
    """Something an audit needs could not be had; the message says what the reader can do."""

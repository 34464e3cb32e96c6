"""An address of a social network, understood: whose account or post it is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Network(StrEnum):
    """A social network."""

    FACEBOOK = "facebook"
    X = "x"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    YOUTUBE = "youtube"
    FLICKR = "flickr"
    TIKTOK = "tiktok"
    TELEGRAM = "telegram"
    THREADS = "threads"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    DRAUGIEM = "draugiem"


class Kind(StrEnum):
    """What an address of a network leads to."""

    PROFILE = "profile"
    POST = "post"
    SHARE = "share"
    PERSON = "person"
    """A private person's page: not an institution's."""
    OTHER = "other"


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An address of a network, understood."""

    network: Network
    kind: Kind
    handle: str = ""
    """The account: as written, or its number; empty where the address does not tell it."""
    url: str = ""
    """The account's plain address."""
    post_id: str = ""
    is_weak: bool = False
    """It names the account only in passing: one of its sub-pages, a messenger, an embed."""

    @property
    def identity(self) -> tuple[Network, str]:
        """Equal for the same account: handles ignore case (YouTube's channel ids don't), Facebook's also
        dots.
        """
        if self.network is Network.YOUTUBE and self.handle.startswith("channel/"):
            return self.network, self.handle
        folded = self.handle.casefold()
        return self.network, folded.replace(".", "") if self.network is Network.FACEBOOK else folded


class Address(msgspec.Struct, frozen=True):
    """A network's address in parts."""

    host: str
    sub: str
    """Labels before the network's own host (`lv-lv`, `plus`)."""
    segments: tuple[str, ...]
    """Path segments, percent-decoded."""
    query: Mapping[str, str]

    def segment(self, index: int) -> str:
        """A segment as written, or an empty string."""
        return self.segments[index] if index < len(self.segments) else ""

    @property
    def first(self) -> str:
        """The first segment in lower case."""
        return self.segment(0).lower()

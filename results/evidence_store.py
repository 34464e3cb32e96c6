"""Evidence: content-addressed, compressed, verified on every read, in a folder or a store of objects.

A document's address is the SHA-256 of its uncompressed bytes, so equal pages of two runs are kept once and
what is read is known to be what was observed. Pictures are kept as they are: they are compressed already.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
import zstandard

from crawler.evidence import Blob, MobileView, Observation, Page, Site
from results.errors import (
    EvidenceCorruptError,
    EvidenceMissingError,
    InvalidDigestError,
)
from results.evidence_places import place_at

JSON = "application/json"
_LEVEL = 3
"""zstd 3 makes 45 times less of axe's JSON in a millisecond; level 19 takes a second for 4 % more."""
_COMPRESSED = ".zst"
_PICTURES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_SUFFIXES = (_COMPRESSED, *_PICTURES.values())
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_T = TypeVar("_T")


_OBSERVATION: msgspec.json.Decoder[Observation] = msgspec.json.Decoder(Observation)


class SiteManifest(msgspec.Struct, frozen=True, kw_only=True):
    """A site without its large parts, and where those are."""

    site: Site
    """Without pages, mobile views and observations."""
    pages: tuple[Blob, ...]
    mobile: tuple[Blob, ...]
    observations: tuple[Blob, ...]


class StoredSite(msgspec.Struct, frozen=True):
    """Where a site was put."""

    manifest: Blob
    pages: tuple[Blob, ...]
    """In the order of the site's pages."""


class KeptBlob(msgspec.Struct, frozen=True):
    """One piece of evidence as it lies there."""

    digest: str
    size: int
    """Bytes that it takes, compressed."""
    written_at: datetime | None
    """None where the place does not tell."""


class EvidenceStore:
    """Evidence in one place, as `ab/abcdef….zst`. Safe for many threads, processes and machines at once.

    It waits for disk or network: call it from a thread, never from an event loop.
    """

    def __init__(self, address: Path | str) -> None:
        """The evidence at a path or URL (`s3://bucket/prefix`). EvidencePlaceError."""
        self.place = place_at(address)

    @staticmethod
    def digest_of(data: bytes) -> str:
        """By what bytes are found again."""
        return hashlib.sha256(data).hexdigest()

    def put(self, data: bytes, media_type: str) -> Blob:
        """Keeps the bytes, once however often they come: what is there and whole is not written again.
        DiskFullError, EvidenceUnwritableError, EvidenceAwayError.
        """
        digest = self.digest_of(data)
        suffix = _PICTURES.get(media_type, _COMPRESSED)
        stored = zstandard.ZstdCompressor(level=_LEVEL).compress(data) if suffix == _COMPRESSED else data
        # What is there already is renewed, or `prune` could take it before a row refers to it.
        keep = self.place.renew if self._holds(digest, suffix) else self.place.write
        keep(_key(digest, suffix), stored)
        return Blob(digest, media_type, len(data))

    def get(self, digest: str) -> bytes:
        """The bytes that were put in. InvalidDigestError, EvidenceMissingError, EvidenceCorruptError,
        EvidenceAwayError.
        """
        _require_digest(digest)
        for suffix in _SUFFIXES:
            data = self._read(digest, suffix)
            if data is not None:
                return data
        raise EvidenceMissingError(digest, f"Evidence {digest} is not in {self.place.name}.")

    def kept(self) -> Iterator[KeptBlob]:
        """What is there, each piece once, folder by folder (`ab/`); millions are not held at once.
        EvidenceAwayError.
        """
        for file in self.place.files():
            digest, _, suffix = file.name.partition(".")
            if _DIGEST.fullmatch(digest) and f".{suffix}" in _SUFFIXES:
                yield KeptBlob(digest, file.size, file.written_at)

    def remove(self, digest: str) -> None:
        """Removes a piece of evidence, if it is there: only one that no row refers to, and that no site under
        way may be about to refer to. Raises as `put`, and InvalidDigestError.
        """
        _require_digest(digest)
        for suffix in _SUFFIXES:
            self.place.remove(_key(digest, suffix))

    def remove_older(self, digest: str, moment: datetime) -> bool:
        """Removes a piece of evidence that no row refers to, unless it was put since a moment: a site under
        way may be about to refer to it. Whether it did. Raises as `put`, and InvalidDigestError.
        """
        _require_digest(digest)
        removed = [self.place.remove_older(_key(digest, suffix), moment) for suffix in _SUFFIXES]
        return any(removed)

    def put_site(self, site: Site) -> StoredSite:
        """Keeps a site; its manifest's digest loads it. Text that no database takes (NUL, lone surrogates) is
        replaced by U+FFFD: `storable(site)` is what `load_site` will give back.
        """
        site = storable(site)
        manifest = SiteManifest(
            site=msgspec.structs.replace(site, pages=(), mobile=(), observations=()),
            pages=self._put_all(site.pages),
            mobile=self._put_all(site.mobile),
            observations=self._put_all(site.observations),
        )
        return StoredSite(self.put(msgspec.json.encode(manifest), JSON), manifest.pages)

    def load_manifest(self, digest: str) -> SiteManifest:
        """A site's manifest, without reading its pages."""
        return self._load(digest, SiteManifest)

    def load_site(self, digest: str) -> Site:
        """The whole site as it was stored. Raises as `get`."""
        manifest = self.load_manifest(digest)
        return msgspec.structs.replace(
            manifest.site,
            pages=tuple(self._load(blob.digest, Page) for blob in manifest.pages),
            mobile=tuple(self._load(blob.digest, MobileView) for blob in manifest.mobile),
            observations=tuple(self._decode(blob.digest, _OBSERVATION) for blob in manifest.observations),
        )

    def load_page(self, digest: str) -> Page:
        """One page as it was stored. Raises as `get`."""
        return self._load(digest, Page)

    def _put_all(self, parts: Iterable[Page | MobileView | Observation]) -> tuple[Blob, ...]:
        return tuple(self.put(msgspec.json.encode(part), JSON) for part in parts)

    def _load(self, digest: str, kind: type[_T]) -> _T:
        return self._decode(digest, msgspec.json.Decoder(kind))

    def _decode(self, digest: str, decoder: msgspec.json.Decoder[_T]) -> _T:
        try:
            return decoder.decode(self.get(digest))
        except msgspec.MsgspecError as error:
            raise EvidenceCorruptError(digest, f"Evidence {digest} is something else: {error}.") from error

    def _holds(self, digest: str, suffix: str) -> bool:
        """Reading it back costs as much as writing it, and mends what was damaged."""
        try:
            return self._read(digest, suffix) is not None
        except EvidenceCorruptError:
            return False

    def _read(self, digest: str, suffix: str) -> bytes | None:
        """The verified bytes, or None where there are none."""
        try:
            data = self.place.read(_key(digest, suffix))
            if data is not None and suffix == _COMPRESSED:
                data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        except (OSError, zstandard.ZstdError) as error:
            raise EvidenceCorruptError(digest, f"Evidence {digest} cannot be read: {error}.") from error
        if data is not None and hashlib.sha256(data).hexdigest() != digest:
            raise EvidenceCorruptError(digest, f"Evidence {digest} is damaged: its content has another hash.")
        return data


def _key(digest: str, suffix: str) -> str:
    return f"{digest[:2]}/{digest}{suffix}"


def _require_digest(text: str) -> None:
    if not _DIGEST.fullmatch(text):
        raise InvalidDigestError(text, f"{text[:80]!r} is no SHA-256 digest.")


def storable(value: _T) -> _T:
    """The value with NUL and lone surrogates, which neither JSON in PostgreSQL nor UTF-8 can hold, replaced
    by U+FFFD; the same object where there are none, as almost always.
    """
    try:
        if b"\\u0000" not in msgspec.json.encode(value):
            return value
    except UnicodeEncodeError:
        pass  # a lone surrogate
    return msgspec.convert(_clean(msgspec.to_builtins(value)), type(value))


def _clean(value: object) -> object:
    if isinstance(value, str):
        paired = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return paired.replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value

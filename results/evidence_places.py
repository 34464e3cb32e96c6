"""Where evidence lies: a folder of this machine, or any store that fsspec reaches, such as S3.

A place keeps named bytes and nothing else; what they are, and whether they are whole, `EvidenceStore` knows.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import msgspec

from results.errors import EvidenceAwayError, EvidencePlaceError, from_os

_OPTIONS: dict[str, dict[str, Any]] = {
    # What another machine has just written must be seen; and a network that hangs must end.
    "s3": {
        "use_listings_cache": False,
        "config_kwargs": {"connect_timeout": 10, "read_timeout": 60},
    }
}

_YOUNG = timedelta(hours=12)
"""Objects that were written since need not be renewed: `prune` spares a day."""


class KeptFile(msgspec.Struct, frozen=True):
    """A file of a place."""

    name: str
    """Without its folder."""
    size: int
    """Bytes that it takes there."""
    written_at: datetime | None
    """None where the place does not tell."""


class Place(Protocol):
    """Keeps bytes by key, `ab/abcdef….zst`. May be called from any thread."""

    name: str
    """For messages, and to find the place again."""
    holds_still: bool
    """Whether what is renewed while it is being removed is sure to stay."""

    def read(self, key: str) -> bytes | None:
        """The bytes, or None where there are none. OSError where they can't be read, EvidenceAwayError."""

    def write(self, key: str, data: bytes) -> None:
        """Keeps the bytes. DiskFullError, EvidenceUnwritableError, EvidenceAwayError."""

    def remove(self, key: str) -> None:
        """Removes the bytes, if they are there. Raises as `write`."""

    def renew(self, key: str, data: bytes) -> None:
        """Makes the bytes, which are there, as good as written now. Raises as `write`."""

    def remove_older(self, key: str, moment: datetime) -> bool:
        """Removes the bytes unless they were written or renewed since a moment; whether it did. Raises as
        `write`.
        """

    def files(self) -> Iterator[KeptFile]:
        """What is kept in folders. EvidenceAwayError."""


def place_at(address: str | Path) -> Place:
    """The place at a path or URL. EvidencePlaceError where there can be none, EvidenceAwayError."""
    text = str(address)
    scheme, separator, _ = text.partition("://")
    if not separator:
        return Folder(Path(text))
    return Folder(Path(unquote(urlsplit(text).path))) if scheme == "file" else Remote(text)


class Folder:
    """A folder of this machine, or one that is mounted. A file is whole or not there, whatever crashes."""

    holds_still = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def read(self, key: str) -> bytes | None:
        """As `Place.read`."""
        try:
            return (self.path / key).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, key: str, data: bytes) -> None:
        """All or nothing. The file is synced before it gets its name, or a crash could leave an empty file
        under the name of a full one; the folder is not, since a file that a power cut unmade is noticed when
        read.
        """
        path = self.path / key
        partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as error:
            raise from_os(error, str(path.parent)) from error
        finally:
            with suppress(OSError):
                partial.unlink()

    def remove(self, key: str) -> None:
        """As `Place.remove`."""
        try:
            (self.path / key).unlink(missing_ok=True)
        except OSError as error:
            raise from_os(error, str(self.path)) from error

    def renew(self, key: str, data: bytes) -> None:
        """As `Place.renew`. Written anew where somebody has just removed it."""
        try:
            os.utime(self.path / key)
        except FileNotFoundError:
            self.write(key, data)
        except OSError as error:
            raise from_os(error, str(self.path)) from error

    def remove_older(self, key: str, moment: datetime) -> bool:
        """As `Place.remove_older`. The file is looked at once it has lost its name: who renewed it before is
        seen, who wants to renew it after does not find it and writes it again.
        """
        path = self.path / key
        aside = path.with_name(f".{path.name}.{os.getpid()}.aside")
        try:
            path.replace(aside)
            if datetime.fromtimestamp(aside.stat().st_mtime, UTC) >= moment:
                aside.replace(path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise from_os(error, str(self.path)) from error
        return True

    def files(self) -> Iterator[KeptFile]:
        """As `Place.files`; what a crash left half written is not among them."""
        for folder in sorted(self.path.glob("??")):
            with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
                for entry in found:
                    if not entry.name.startswith("."):
                        told = entry.stat()
                        yield KeptFile(entry.name, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC))


class Remote:
    """A store that fsspec reaches: S3 puts whole objects only; what another tore is noticed when read."""

    holds_still = False

    def __init__(self, address: str) -> None:
        self.name = address.rstrip("/")
        scheme = address.partition("://")[0]
        try:
            import fsspec  # it reads the entry points of all that is installed

            self._files, self._root = fsspec.url_to_fs(self.name, **_OPTIONS.get(scheme, {}))
        except ImportError as error:
            raise EvidencePlaceError(
                f"Evidence at {scheme}:// needs a package that is not installed: {error}."
            ) from error
        except Exception as error:
            raise EvidencePlaceError(f"{self.name} is no address for evidence: {error}.") from error

    def read(self, key: str) -> bytes | None:
        """As `Place.read`."""
        try:
            return bytes(self._files.cat_file(f"{self._root}/{key}"))
        except Exception as error:
            if _is_missing(error):
                return None
            raise self._told(error) from error

    def write(self, key: str, data: bytes) -> None:
        """As `Place.write`."""
        try:
            self._files.pipe_file(f"{self._root}/{key}", data)
        except Exception as error:
            raise self._told(error) from error

    def remove(self, key: str) -> None:
        """As `Place.remove`."""
        try:
            self._files.rm_file(f"{self._root}/{key}")
        except Exception as error:
            if not _is_missing(error):
                raise self._told(error) from error

    def renew(self, key: str, data: bytes) -> None:
        """As `Place.renew`: an object cannot be touched, only written, so a young one is left as it is."""
        try:
            written_at = _written_at(self._files.info(f"{self._root}/{key}"))
        except Exception as error:
            if not _is_missing(error):
                raise self._told(error) from error
            written_at = None
        if written_at is None or written_at < datetime.now(UTC) - _YOUNG:
            self.write(key, data)

    def remove_older(self, key: str, moment: datetime) -> bool:
        """As `Place.remove_older`. Between the look and the removal lies a moment in which a store of objects
        can't be held: whoever prunes such a store sees to it that no site is under way.
        """
        try:
            written_at = _written_at(self._files.info(f"{self._root}/{key}"))
        except Exception as error:
            if _is_missing(error):
                return False
            raise self._told(error) from error
        if written_at is None or written_at >= moment:
            return False
        self.remove(key)
        return True

    def files(self) -> Iterator[KeptFile]:
        """As `Place.files`; a listing for each folder, so that none of millions is held."""
        folders = [told["name"] for told in self._listed(self._root) if told["type"] == "directory"]
        for told in chain.from_iterable(map(self._listed, folders)):
            yield KeptFile(told["name"].rpartition("/")[2], int(told["size"] or 0), _written_at(told))

    def _listed(self, path: str) -> list[dict[str, Any]]:
        try:
            return list(self._files.ls(path, detail=True))
        except Exception as error:
            if _is_missing(error):
                return []
            raise self._told(error) from error

    def _told(self, error: Exception) -> EvidencePlaceError | EvidenceAwayError:
        """Every store raises exceptions of its own; who reads needs its words, and what to look at."""
        if _code(error) == "NoSuchBucket":
            return EvidencePlaceError(f"There is no bucket for {self.name}.")
        text = str(error).rstrip(".") or type(error).__name__
        return EvidenceAwayError(f"Evidence at {self.name} cannot be reached: {text}.")


def _is_missing(error: Exception) -> bool:
    """Whether the object is not there, in a bucket that is."""
    return isinstance(error, FileNotFoundError) and _code(error) != "NoSuchBucket"


def _code(error: Exception) -> str:
    """The code that S3 answered with; s3fs hides it in the cause."""
    response = getattr(error.__cause__, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def _written_at(told: dict[str, Any]) -> datetime | None:
    found = told.get("LastModified") or told.get("mtime") or told.get("created")
    if isinstance(found, int | float):
        return datetime.fromtimestamp(found, UTC)
    return found if isinstance(found, datetime) else None

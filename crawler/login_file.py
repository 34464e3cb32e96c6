"""Reads the file that says how to log in: addresses, selectors and names of variables, never a value.

start = "https://www.example.lv/login"
submit = "button[type=submit]"

[[fields]]
selector = "#user"
value = "env:SITE_USER"

[[fields]]
selector = "#password"
value = "env:SITE_PASSWORD"

[success]
url = "/my/*"             # or: selector = "a.logout"
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from crawler.access import basic_reference
from crawler.evidence import LoginField, LoginStep
from crawler.patterns import compiled
from crawler.urls import normalise

MOST_BYTES = 64 * 1024


class _Success(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str = ""
    selector: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    start: str
    submit: str
    fields: tuple[LoginField, ...]
    success: _Success


def read_login(path: Path) -> LoginStep:
    """The login that a file describes.

    Raises:
        ValueError: it can't be read, or is no such file; the message quotes nothing of it.
    """
    try:
        data = path.read_bytes()[:MOST_BYTES]
        file = msgspec.convert(tomllib.loads(data.decode()), _File)
    except OSError as error:
        raise ValueError(f"{path} can't be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} is no TOML file") from error
    except msgspec.ValidationError as error:
        raise ValueError(f"{path}: {error}") from error
    start = normalise(file.start)
    if start is None or not file.fields or not file.submit.strip():
        raise ValueError(f"{path}: `start` is a whole URL, with `fields` and `submit`")
    if not (file.success.url or file.success.selector):
        raise ValueError(f"{path}: `success` needs a `url` pattern or a `selector`")
    if file.success.url:
        compiled(file.success.url)
    return LoginStep(
        start=start,
        fields=tuple(LoginField(one.selector, basic_reference(one.value)) for one in file.fields),
        submit=file.submit,
        success_url=file.success.url,
        success_selector=file.success.selector,
    )

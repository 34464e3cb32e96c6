"""Options of `check` and `run` that say how far an audit reaches: which pages, and with what access."""

# ruff: noqa: ANN401  (typer declares its options as Any)
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from msgspec.structs import replace

from crawler.access import basic_reference, cookie_reference, header_reference
from crawler.evidence import AuditSettings, Consent, Institution, LoginStep, Scope, settings_of
from crawler.login_file import read_login
from crawler.patterns import compiled
from crawler.urls import normalise, parse
from results.language import N_
from schedules.errors import InputError

_PANEL = "How far to reach"
_Made = TypeVar("_Made")


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far an audit reaches; fields as in `AuditSettings`."""

    sitemap: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    cookies: dict[str, str] = msgspec.field(default_factory=dict)
    basic_auth: str = ""
    login: LoginStep | None = None
    consent: Consent = Consent.IGNORE

    def applied(self, settings: AuditSettings) -> AuditSettings:
        """The settings with this reach. Pages of a sitemap are a sample of it."""
        scope = settings.scope if self.sitemap is None else Scope.SAMPLE
        return replace(settings, scope=scope, **msgspec.structs.asdict(self))


def of_one_site(settings: AuditSettings, institutions: Iterable[Institution]) -> None:
    """See that what is sent to a site is meant for it: each header, cookie, password and login goes to
    addresses of one host, whether it is the run's or some sites' own.

    Raises:
        InputError: one goes to several.
    """
    hosts: dict[object, str] = {}
    for one in institutions:
        url = normalise(one.url.strip())
        if url is None:
            continue
        host = parse(url).authority.removeprefix("www.")
        for sent in _sent(settings_of(one, settings)):
            if hosts.setdefault(sent, host) != host:
                raise InputError(
                    N_("--header, --cookie, --basic-auth and --login are for one site: run each by itself")
                )


def _sent(settings: AuditSettings) -> Iterator[object]:
    """What is sent beyond what the public sends, thing by thing."""
    yield from (("header", name, value) for name, value in settings.headers.items())
    yield from (("cookie", name, value) for name, value in settings.cookies.items())
    if settings.basic_auth:
        yield settings.basic_auth
    if settings.login:
        yield settings.login


def _option(help_text: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=help_text, rich_help_panel=_PANEL, **more)


def reach(  # noqa: PLR0913  (each option of the command line is an argument)
    *,
    sitemap: Annotated[
        bool, _option("Score the pages that the site's sitemaps list, up to --pages.", "--sitemap")
    ] = False,
    sitemap_url: Annotated[
        str, _option("The same, of the sitemap at this address or path.", metavar="URL")
    ] = "",
    include: Annotated[
        list[str] | None,
        _option("Only pages whose path and query match; `*` is any text, or `re:`.", metavar="PATTERN"),
    ] = None,
    exclude: Annotated[
        list[str] | None, _option("No pages whose path and query match.", metavar="PATTERN")
    ] = None,
    header: Annotated[
        list[str] | None,
        _option("Send the site a header; `env:NAME` is its secret's variable.", metavar="'NAME: env:NAME'"),
    ] = None,
    cookie: Annotated[list[str] | None, _option("Send the site a cookie.", metavar="'NAME=env:NAME'")] = None,
    basic_auth: Annotated[
        str, _option("Variable that holds `user:password` for the site.", metavar="env:NAME")
    ] = "",
    login: Annotated[
        Path | None, _option("Log in as this file says.", metavar="FILE.toml", dir_okay=False)
    ] = None,
    consent: Annotated[Consent, _option("What to do with a consent banner.")] = Consent.IGNORE,
) -> Reach:
    """How far an audit reaches; what can be wrong is a BadParameter that shows no secret."""
    return Reach(
        sitemap=sitemap_url.strip() if sitemap or sitemap_url else None,
        include=_each(include, _pattern, "--include"),
        exclude=_each(exclude, _pattern, "--exclude"),
        headers=dict(_each(header, header_reference, "--header")),
        cookies=dict(_each(cookie, cookie_reference, "--cookie")),
        basic_auth=_made(basic_auth, basic_reference, "--basic-auth") if basic_auth else "",
        login=_made(login, read_login, "--login") if login else None,
        consent=consent,
    )


def _pattern(text: str) -> str:
    compiled(text)
    return text


_Given = TypeVar("_Given")


def _each(given: Iterable[str] | None, make: Callable[[str], _Made], option: str) -> tuple[_Made, ...]:
    return tuple(_made(text, make, option) for text in given or ())


def _made(given: _Given, make: Callable[[_Given], _Made], option: str) -> _Made:
    try:
        return make(given)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None

"""Options that `check` and `run` share: each declared once, collected into frozen values."""

# ruff: noqa: ANN401  (typer declares its options, and takes their values, as Any)
from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec
import typer

from crawler.credentials import may_carry_tokens
from crawler.evidence import AuditSettings, RobotsPolicy, Scope
from crawler.evidence.interfaces import INTERFACES
from crawler.user_agent import sendable, with_contact
from results.commands import DEFAULT_DATABASE, Format
from results.language import _

_HOW = "How to audit"
_WHAT = "What to give"
_DEFAULT = AuditSettings(seed=0)
_MIB = 1024**2
AGAIN = "again"
Again = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Makes the parts of a command with other values of the options named."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What to give, and where."""

    format: Format
    output: Path | None
    also: tuple[tuple[Format, Path], ...] = ()
    """Further formats, and the file of each."""
    database: str
    evidence: str | None = None
    quiet: bool


def _how(help_text: str, **limits: Any) -> Any:
    return typer.Option(help=help_text, rich_help_panel=_HOW, **limits)


def _what(help_text: str, **limits: Any) -> Any:
    return typer.Option(help=help_text, rich_help_panel=_WHAT, **limits)


def audit_settings(  # noqa: PLR0913  (each option of the command line is an argument)
    *,
    scope: Annotated[Scope, _how("What WCAG and the mobile test measure.")],
    pages: Annotated[int, _how("Random pages that carry the score.", min=1, max=5000)] = _DEFAULT.pages,
    seed: Annotated[int | None, _how("Draw the same random pages again.", min=0)] = None,
    concurrency: Annotated[int, _how("Pages measured at once.", min=1, max=32)] = _DEFAULT.concurrency,
    timeout: Annotated[float, _how("Seconds a page may take.", min=1, max=600)] = _DEFAULT.timeout,
    rate: Annotated[float, _how("Requests a second and host.", min=0.01, max=1000)] = _DEFAULT.rate,
    max_urls: Annotated[int, _how("Pages the crawl fetches.", min=1, max=50_000)] = _DEFAULT.max_urls,
    confirm: Annotated[
        bool, _how("Capture what is scored twice; what differs does not count.")
    ] = _DEFAULT.confirm,
    structured_pages: Annotated[
        int, _how("Most pages of a site captured because checks ask.", min=0, max=1000)
    ] = _DEFAULT.structured_pages,
    second_engine: Annotated[
        bool,
        typer.Option(
            "--second-engine",
            help="Run IBM Equal Access too; never in the percentage.",
            rich_help_panel=_HOW,
        ),
    ] = False,
    browser_contexts: Annotated[
        int, _how("Contexts (two or more a site) that one browser serves.", min=2)
    ] = _DEFAULT.browser_contexts,
    browser_memory: Annotated[
        int, _how("MiB that one browser may hold before the next takes over.", min=256)
    ] = _DEFAULT.browser_memory // _MIB,
    user_agent: Annotated[
        str, _how("User agent of HTTP and browser; say who you are.", metavar="TEXT")
    ] = _DEFAULT.user_agent,
    contact: Annotated[
        str,
        _how("Contact in our own user agent: e-mail or URL.", metavar="TEXT", envvar="EINDEKSS_CONTACT"),
    ] = "",
    robots: Annotated[RobotsPolicy, _how("Whether robots.txt binds the crawl.")] = _DEFAULT.robots,
    third_party: Annotated[bool, _how("Ask networks, and other hosts off the site.")] = _DEFAULT.third_party,
    best_effort_social: Annotated[
        bool,
        typer.Option(
            "--best-effort-social",
            help="Read networks' public pages where they have no open interface.",
            rich_help_panel=_HOW,
        ),
    ] = False,
    instagram_account: Annotated[
        str,
        _how(
            "Number of your Instagram account, to ask of others'.",
            metavar="NUMBER",
            envvar="EINDEKSS_INSTAGRAM_ACCOUNT",
        ),
    ] = "",
    interface: Annotated[
        list[str] | None,
        _how(
            "Another address of an interface: x, graph, threads.",
            metavar="NAME=URL",
            envvar="EINDEKSS_INTERFACES",
        ),
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Open private addresses, of the targets only.", rich_help_panel=_HOW
        ),
    ] = False,
) -> AuditSettings:
    """The settings of an audit; without a seed a fresh one is drawn, and recorded with the run."""
    return AuditSettings(
        scope=scope,
        pages=pages,
        seed=secrets.randbits(32) if seed is None else seed,
        confirm=confirm,
        structured_pages=structured_pages,
        concurrency=concurrency,
        timeout=timeout,
        rate=rate,
        second_engine=second_engine,
        max_urls=max_urls,
        browser_contexts=browser_contexts,
        browser_memory=browser_memory * _MIB,
        user_agent=_named(user_agent, contact),
        robots=robots,
        third_party=third_party,
        best_effort_social=best_effort_social,
        instagram_account=_number(instagram_account),
        interfaces=dict(map(_interface, interface or ())),
        allow_private=allow_private,
    )


def _named(user_agent: str, contact: str) -> str:
    """The user agent chosen, or ours with the contact chosen; empty where neither was."""
    if user_agent and not sendable(user_agent):
        raise typer.BadParameter(_("a user agent is printable ASCII"), param_hint="--user-agent")
    try:
        return user_agent or (with_contact(contact) if contact else "")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--contact") from error


def _number(account: str) -> str:
    if account and not (account.isascii() and account.isdigit()):
        raise typer.BadParameter(_("an account's number has digits only"), param_hint="--instagram-account")
    return account


def _interface(text: str) -> tuple[str, str]:
    """Name and address of an interface; BadParameter where no token may be sent there."""
    name, _equals, url = text.partition("=")
    if name not in INTERFACES:
        said = _("'{text}' is none of {known}, = and its URL").format(
            text=text[:200], known=", ".join(INTERFACES)
        )
        raise typer.BadParameter(said, param_hint="--interface")
    if not may_carry_tokens(url):
        said = _("a token is sent by https only, not to '{url}'").format(url=url[:200])
        raise typer.BadParameter(said, param_hint="--interface")
    return name, url.rstrip("/")


def wish(
    *,
    format: Annotated[Format, _what("Tables, JSON, HTML, or a format of build servers.")] = Format.TEXT,  # noqa: A002  (the option's name)
    output: Annotated[Path | None, _what("Write there instead of standard output.", dir_okay=False)] = None,
    also: Annotated[
        list[str] | None,
        _what("Write another format too, such as sarif=report.sarif.", metavar="FORMAT=FILE"),
    ] = None,
    db: Annotated[
        str, _what("Database of runs; evidence lies beside.", envvar="EINDEKSS_DB")
    ] = DEFAULT_DATABASE,
    evidence: Annotated[
        str | None,
        _what(
            "Where evidence lies; left out: as the database knows, or beside it.",
            envvar="EINDEKSS_EVIDENCE",
            metavar="URL|PATH",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.", rich_help_panel=_WHAT)] = False,
) -> Wish:
    """What to give, and where."""
    return Wish(
        format=format,
        output=output,
        also=tuple(map(_also, also or ())),
        database=db,
        evidence=evidence,
        quiet=quiet,
    )


def _also(text: str) -> tuple[Format, Path]:
    name, _equals, path = text.partition("=")
    if name not in set(Format) or not path:
        said = _("'{text}' is none of {known}, = and a file").format(text=text[:200], known=", ".join(Format))
        raise typer.BadParameter(said, param_hint="--also")
    return Format(name), Path(path)


def taking(
    parts: dict[str, Callable[..., Any]], **defaults: Any
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of other functions.

    The command gets what `parts[name]` made of its options as its argument `name`; `defaults` fill in
    the options that a part leaves without one. Its argument `again`, where it has one, makes the parts anew
    with other values of some options.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in _parameters(command) if p.name not in (*parts, AGAIN)]
        wants_again = AGAIN in inspect.signature(command).parameters
        shared = {name: _parameters(part) for name, part in parts.items()}

        def called(**options: Any) -> None:
            def again(changed: Mapping[str, Any]) -> dict[str, Any]:
                given = {**options, **changed}
                return {
                    name: parts[name](**{p.name: given[p.name] for p in parameters})
                    for name, parameters in shared.items()
                }

            made = again({}) | ({AGAIN: again} if wants_again else {})
            command(**{p.name: options[p.name] for p in own}, **made)

        added = [
            p.replace(default=defaults.get(p.name, p.default)) for group in shared.values() for p in group
        ]
        called.__name__, called.__doc__ = command.__name__, command.__doc__
        called.__signature__ = inspect.Signature([*own, *added])  # type: ignore[attr-defined]  # typer reads it
        called.__annotations__ = {p.name: p.annotation for p in (*own, *added)}
        return called

    return decorate


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    hints = get_type_hints(function, include_extras=True)
    return [
        parameter.replace(annotation=hints[parameter.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(function).parameters.values()
    ]

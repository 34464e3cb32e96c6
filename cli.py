"""The command `eindekss`: mounts each package's commands, and nothing else.

The packages are imported when the command runs, not when this module is: importing takes most of a second,
and Ctrl-C in that time must end the command like any other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

INTERNAL = 4
INTERRUPTED = 130
_FAILED = "eindekss failed: {error}. Report it with the command; nobody lost points."
_HELP = "Audits websites of public institutions: accessibility, mobile-friendliness, services, contacts."


def app() -> None:
    """Run what the command line asks for, in the language and with the settings that it asks for."""
    import typer

    from results import command_help
    from results.language import Language, language
    from schedules.settings_file import beginning

    begun = beginning.begin(sys.argv[1:], os.environ)
    sys.argv[1:] = begun.asked.rest
    command = typer.main.get_command(application())
    beginning.apply(command, begun)
    if language() is not Language.EN:
        command_help.translate(command)
    command()


def application() -> typer.Typer:
    """The command with all packages' commands, and their help in English."""
    import typer

    import results.commands
    import results.comparing
    import results.evidence_address
    import results.exports.commands
    import results.panel.commands
    import results.prune
    import results.rejudging
    import schedules.commands
    import schedules.commands_runs
    import schedules.commands_worker
    import schedules.institutions
    import schedules.schedule_commands
    import schedules.settings_file.commands
    import schedules.study_commands

    eindekss = typer.Typer(
        name="eindekss",
        help=_HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for package in (
        schedules.commands,
        schedules.commands_runs,
        schedules.commands_worker,
        schedules.institutions,
        schedules.schedule_commands,
        schedules.settings_file.commands,
        schedules.study_commands,
        results.commands,
        results.comparing,
        results.exports.commands,
        results.panel.commands,
        results.prune,
        results.rejudging,
    ):
        package.mount(eindekss)

    @eindekss.callback(help=_HELP)
    def before(
        *,
        version: bool = typer.Option(  # noqa: ARG001 - its callback does all
            False, "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
        evidence: str | None = typer.Option(
            None,
            envvar="EINDEKSS_EVIDENCE",
            metavar="URL|PATH",
            help="Where the evidence of --db lies, for any command.",
        ),
        lang: str | None = typer.Option(  # noqa: ARG001 - taken before anything is imported
            None, envvar="EINDEKSS_LANG", metavar="lv|en", help="Language of everything told, anywhere."
        ),
        config: str | None = typer.Option(  # noqa: ARG001 - likewise
            None,
            envvar="EINDEKSS_CONFIG",
            metavar="FILE.toml",
            help="File of settings, anywhere; else the nearest eindekss.toml.",
        ),
        no_config: bool = typer.Option(  # noqa: ARG001 - likewise
            False, "--no-config", help="Read no file of settings."
        ),
    ) -> None:
        """Take the options that come before a command."""
        results.evidence_address.ask_for(evidence)

    return eindekss


def texts() -> Iterator[str]:
    """What is told in the language chosen without a call of `_`: help of commands, remedies of errors."""
    from importlib import import_module

    import typer

    from results import command_help
    from results.errors import remedies

    import_module("results.panel.errors")  # its command loads it late, with openpyxl
    yield from command_help.texts(typer.main.get_command(application()))
    yield from remedies()
    yield _FAILED


def messages(*_asked: object, **_options: object) -> Iterator[tuple[int, str, str, list[str]]]:
    """`texts` as Babel extracts them from this file."""
    return ((1, "_", text, []) for text in texts())


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        sys.stdout.write(f"eindekss {metadata.version('eindekss')}\n")
        sys.exit()


def main() -> None:
    """Entry point of the console script. A fault of ours ends with 4: 1 is kept for a failed policy."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            # Whoever read the output has gone; typer ends with 1 then.
            sys.exit(INTERNAL)
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is, the user gets one line and the right code)
        sys.stderr.write(f"{_told(error)}\n")
        sys.exit(INTERNAL)


def _told(error: Exception) -> str:
    from results.language import _

    return _(_FAILED).format(error=_plain(error))


def _plain(error: Exception) -> str:
    from results.terminal import plain

    return plain(f"{type(error).__name__}: {error}")

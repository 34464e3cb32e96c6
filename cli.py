"""The command `eindekss`: mounts each package's commands, and nothing else.

The packages are imported when the command runs, not when this module is: importing takes most of a second,
and Ctrl-C in that time must end the command like any other.
"""

from __future__ import annotations

import sys

INTERNAL = 4
INTERRUPTED = 130
_HELP = "Audits websites of public institutions: accessibility, mobile-friendliness, services, contacts."


def app() -> None:
    """Run what the command line asks for."""
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
    import schedules.study_commands

    application = typer.Typer(
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
        schedules.study_commands,
        results.commands,
        results.comparing,
        results.exports.commands,
        results.panel.commands,
        results.prune,
        results.rejudging,
    ):
        package.mount(application)

    @application.callback(help=_HELP)
    def eindekss(
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
    ) -> None:
        """Take the options that come before a command."""
        results.evidence_address.ask_for(evidence)

    application()


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
    except Exception as error:  # noqa: BLE001  (whatever it is, the user gets one line and the right code)
        sys.stderr.write(
            f"eindekss failed: {_plain(error)}. Report it with the command; nobody lost points.\n"
        )
        sys.exit(INTERNAL)


def _plain(error: Exception) -> str:
    from results.terminal import plain

    return plain(f"{type(error).__name__}: {error}")

"""`python -m tests.provision`: installs what only tests need: PostgreSQL, PgBouncer, LibreOffice.

On Debian they are installed where that asks nobody anything; elsewhere, exit code 4 says what to install.
Without LibreOffice the tests go on, and what they skip is said.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from crawler.provision.chromium import is_debian, root_prefix
from crawler.provision.command import run, say
from tests.libreoffice import MISSING, is_there
from tests.postgres import PostgresMissingError, pgbouncer, program

_SERVERS = ("postgresql", "pgbouncer")
_OFFICE = ("libreoffice-calc",)
_SECONDS = 600.0


def missing() -> str:
    """Which server is not there, in words; empty where all are."""
    try:
        program("initdb")
        pgbouncer()
    except PostgresMissingError as error:
        return str(error)
    return ""


def install(packages: Sequence[str], environ: dict[str, str]) -> str:
    """Installs Debian's packages; why not, or ''."""
    prefix = root_prefix(environ)
    apt_get = shutil.which("apt-get")
    if not is_debian(Path("/etc/os-release")) or prefix is None or apt_get is None:
        return "only Debian's packages can be installed here, by root or by sudo without a password"
    say(f"installing {' and '.join(packages)} for the tests")
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt_get, "-q", "-y"]
    return run([*quiet, "update"], environ, seconds=_SECONDS) or run(
        [*quiet, "install", "--no-install-recommends", *packages], environ, seconds=_SECONDS
    )


def main() -> int:
    """0 where the servers are there in the end, 4 where they are not."""
    environ = dict(os.environ)
    if missing():
        reason = install(_SERVERS, environ) or missing()
        if reason:
            say(f"{missing()} ({reason})")
            return 4
    if not is_there():
        reason = install(_OFFICE, environ)
        if not is_there():
            say(f"{MISSING}; tests that open files in it are skipped ({reason})")
    return 0


if __name__ == "__main__":
    sys.exit(main())

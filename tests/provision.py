"""`python -m tests.provision`: makes sure that PostgreSQL and PgBouncer are there, which only tests need.

On Debian they are installed where that asks nobody anything; elsewhere, exit code 4 says what to install.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from crawler.provision.chromium import is_debian, root_prefix
from crawler.provision.command import run, say
from tests.postgres import PostgresMissingError, pgbouncer, program

_PACKAGES = ("postgresql", "pgbouncer")
_SECONDS = 600.0


def missing() -> str:
    """What is not there, in words; empty where everything is."""
    try:
        program("initdb")
        pgbouncer()
    except PostgresMissingError as error:
        return str(error)
    return ""


def install(environ: dict[str, str]) -> str:
    """Installs Debian's packages; why not, or ''."""
    prefix = root_prefix(environ)
    apt_get = shutil.which("apt-get")
    if not is_debian(Path("/etc/os-release")) or prefix is None or apt_get is None:
        return "only Debian's packages can be installed here, by root or by sudo without a password"
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", apt_get, "-q", "-y"]
    return run([*quiet, "update"], environ, seconds=_SECONDS) or run(
        [*quiet, "install", "--no-install-recommends", *_PACKAGES], environ, seconds=_SECONDS
    )


def main() -> int:
    """0 where everything is there in the end, 4 where it is not."""
    if missing():
        say(f"installing {' and '.join(_PACKAGES)} for the tests")
        reason = install(dict(os.environ)) or missing()
        if reason:
            say(f"{missing()} ({reason})")
            return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())

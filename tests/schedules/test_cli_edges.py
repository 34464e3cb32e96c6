"""Signals, a full disk, a locked database, files that can't be written: one clear line, the right code."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from results.store import Store
from tests.crawler.page_server import Handler, serving
from tests.schedules.site_server import (
    COMMAND,
    ROOT,
    Call,
    Ran,
    call,
    environment,
    html,
    run,
    run_all,
    silent,
)

AT_IMPORT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == "schedules.commands":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Pressed())
from cli import main
main()
"""


def test_ctrl_c_while_modules_are_imported_ends_without_a_traceback() -> None:
    done = run(Call(("check", "http://127.0.0.1:9/"), command=(sys.executable, "-c", AT_IMPORT)))
    assert (done.code, done.out, done.err) == (130, "", "")


def test_sigterm_stores_the_run_as_interrupted(tmp_path: Path) -> None:
    database = tmp_path / "runs.db"
    asked = threading.Event()

    def mute(handler: Handler) -> None:
        asked.set()
        silent(handler)

    with serving({"/": mute}) as site:
        options = ["--allow-private", "--format", "json", "--db", str(database)]
        with subprocess.Popen(
            [*COMMAND, "check", f"{site.url}/", *options],
            cwd=ROOT, env=environment({}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            try:
                assert asked.wait(60)
                running.send_signal(signal.SIGTERM)
                out, err = running.communicate(timeout=40)
            finally:
                running.kill()
    assert running.returncode == 130
    assert "Traceback" not in err
    document = json.loads(out)
    assert document["run"]["state"] == "interrupted"
    assert document["sites"][0]["failure"]["reason"] == "interrupted"
    with closing(Store.open(str(database), create=False)) as store:
        (kept,) = store.runs()
    assert kept.state == "interrupted"


@contextmanager
def held(database: Path) -> Iterator[None]:
    """The database in another program's hands."""
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ran]]:
    folder = tmp_path_factory.mktemp("edges")
    (folder / "file").write_text("in the way")
    for name in ("locked.db", "free.db"):
        Store.open(str(folder / name)).close()
    full = ("bash", "-c", 'ulimit -f 16; exec "$0" "$@"', *COMMAND)
    with serving({"/": lambda handler: handler.answer(html("Novads"))}) as site, held(folder / "locked.db"):

        def audit(name: str, *more: object) -> tuple[str, ...]:
            database = f"sqlite:///{folder / name}.db?timeout=0.2"
            shared = ("--allow-private", "--db", database, "--quiet")
            return call("check", f"{site.url}/", *shared, *more).arguments

        done = run_all(
            {
                "full": Call(audit("full"), command=full),
                "locked": Call(audit("locked")),
                "no folder": Call(audit("a", "--output", folder / "file" / "r.html")),
                "full device": call("show", "--list", "--db", folder / "free.db", "--output", "/dev/full"),
                "contact": Call(audit("c", "--contact", "a) b")),
                "agent": Call(audit("d", "--user-agent", "ā")),
            }
        )
        assert site.asked == [], "all of it is noticed before the audit"
        yield done


@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("full", 4, "No space is left for the database"),
        ("locked", 4, "is locked by another program"),
        ("no folder", 2, "r.html cannot be written: "),
        ("full device", 2, "/dev/full cannot be written: No space left on device"),
        ("contact", 2, "a contact is an e-mail address or URL in ASCII"),
        ("agent", 2, "a user agent is printable ASCII"),
    ],
)
def test_what_stops_an_audit_is_one_clear_message_before_it_begins(
    ran: dict[str, Ran], name: str, code: int, told: str
) -> None:
    done = ran[name]
    assert (done.code, done.out) == (code, "")
    assert told in " ".join(done.err.replace("│", " ").split())
    assert "Traceback" not in done.err

"""PostgreSQL for tests: a cluster of our own in a temporary folder, and one fresh database a test.

Nothing is installed, no server of the machine is touched. The cluster listens on a socket in its folder only,
does not sync: it survives its own crash, not the machine's. It ends with the thread that started it.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.small_disk import SmallDisk, small_disk

_PLACES = "/usr/lib/postgresql/*/bin"
_START_SECONDS = 60.0
_STARTS = 30
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "log_min_messages": "fatal",
}


class PostgresMissingError(Exception):
    """The programs of PostgreSQL are not there."""


def program(name: str) -> str:
    """The path of one of PostgreSQL's programs, of the newest release installed. PostgresMissingError."""
    on_path = shutil.which(name)
    found = sorted(Path("/").glob(f"{_PLACES[1:]}/{name}"), key=lambda path: int(path.parts[-3]))
    if found or on_path:
        return str(found[-1]) if found else str(on_path)
    raise PostgresMissingError(
        f"PostgreSQL's {name} is in neither {_PLACES} nor PATH: `make test` installs it on Debian "
        "(apt-get install postgresql), or put its bin folder into PATH."
    )


def pgbouncer() -> str:
    """The path of PgBouncer. PostgresMissingError."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise PostgresMissingError("PgBouncer is not there: `make test` installs it on Debian.")
    return found


class Cluster:
    """One PostgreSQL server with its data, in a folder of its own; `postgres` is its superuser, trusted."""

    def __init__(self, folder: Path, disk: SmallDisk | None = None) -> None:
        self.folder, self._disk = folder, disk
        self._data = folder / "data"
        self._names = itertools.count()
        self._server: subprocess.Popen[bytes] | None = None

    def initialise(self) -> None:
        """Makes the data folder."""
        options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
        done = subprocess.run(
            [*self.as_owner(), program("initdb"), *options, f"--pgdata={self._data}"],
            capture_output=True,
            check=False,
            cwd="/",
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        """Starts the server and waits until it answers; what a killed one left behind may hold its memory for
        a moment.
        """
        for left in reversed(range(_STARTS)):
            try:
                return self._start()
            except AssertionError as error:
                if not left or "shared memory block" not in str(error):
                    raise
                time.sleep(0.3)
        return None

    def _start(self) -> None:
        settings = {**_SETTINGS, "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [*self.as_owner(), program("postgres"), "-D", str(self._data), *options],
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
            )
        self._wait()

    @property
    def pid(self) -> int:
        """Of the server that runs: killing it kills PostgreSQL."""
        assert self._server is not None
        return self._server.pid

    def stop(self, how: str = "fast") -> None:
        """`fast` breaks connections off, `immediate` crashes: the next start recovers."""
        if self._server is not None:
            self._server.send_signal({"fast": 2, "immediate": 3, "kill": 9}[how])
            self._server.wait(_START_SECONDS)
            self._server = None

    def restart(self, how: str = "fast") -> None:
        """Stops and starts the server."""
        self.stop(how)
        self.start()

    def url(self, database: str, user: str = "postgres") -> str:
        """The address of a database, for `--db`."""
        return f"postgresql+psycopg://{user}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of psycopg's own, every statement a transaction."""
        return psycopg.connect(f"host={self.folder} user=postgres dbname={database}", autocommit=True)

    def create(self) -> str:
        """Makes an empty database and gives back its name."""
        name = f"test_{next(self._names)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 STRATEGY file_copy")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name)))
        return name

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def as_owner(self) -> list[str]:
        """What to put before a command: PostgreSQL refuses to be root, and is to end with us."""
        inside = self._disk.inside if self._disk else []
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            assert os.geteuid() != 0, "root needs setpriv(1) to run PostgreSQL as another user"
            return inside
        user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        return [*inside, setpriv, *user, "--pdeathsig=INT"]

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                ended = self._server is None or self._server.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise AssertionError((self.folder / "log").read_text()) from None
                time.sleep(0.05)
            else:
                return


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster that is gone afterwards, for a test that stops or breaks it."""
    with ExitStack() as stack:
        yield stack.enter_context(_running(Cluster(_own_folder(stack))))


@contextmanager
def cramped_cluster(megabytes: int) -> Iterator[tuple[Cluster, SmallDisk]]:
    """A cluster whose data and write-ahead log lie on a small disk; 39 MB of it are PostgreSQL's own."""
    with ExitStack() as stack:
        folder = _own_folder(stack)
        disk = stack.enter_context(small_disk(folder / "data", megabytes, folder.stat().st_uid))
        yield stack.enter_context(_running(Cluster(folder, disk))), disk


@contextmanager
def _running(cluster: Cluster) -> Iterator[Cluster]:
    try:
        cluster.initialise()
        cluster.start()
        yield cluster
    finally:
        cluster.stop("immediate")


def _own_folder(stack: ExitStack) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="eindekss-pg-", dir="/tmp"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


@contextmanager
def pgbouncer_before(cluster: Cluster) -> Iterator[Path]:
    """The folder of the socket (port 6432) of a PgBouncer in transaction mode before a cluster."""
    settings = {
        "listen_addr": "",
        "listen_port": "6432",
        "unix_socket_dir": str(cluster.folder),
        "pool_mode": "transaction",
        "auth_type": "any",
        "default_pool_size": "5",
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    ini = cluster.folder / "pgbouncer.ini"
    head = f"[databases]\n* = host={cluster.folder} user=postgres\n[pgbouncer]\n"
    ini.write_text(head + "\n".join(lines), encoding="utf-8")
    with (cluster.folder / "pgbouncer.log").open("ab") as log:
        bouncer = subprocess.Popen(
            [*cluster.as_owner(), pgbouncer(), str(ini)], stdout=log, stderr=log, cwd="/"
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not (cluster.folder / ".s.PGSQL.6432").exists():
            assert bouncer.poll() is None, (cluster.folder / "pgbouncer.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield cluster.folder
    finally:
        bouncer.terminate()
        bouncer.wait(_START_SECONDS)


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """The cluster of this test process, made when it is first asked for. Do not stop it."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgresql(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    name = postgresql_cluster.create()
    yield postgresql_cluster.url(name)
    postgresql_cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of this test's own, once on each engine: `Store.open(database)`."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql"))
    return f"sqlite:///{tmp_path / 'runs.sqlite3'}"

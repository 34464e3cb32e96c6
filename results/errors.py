"""What can go wrong with results: one tree, each error with what its reader can do about it."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

from crawler.evidence import Failure, FailureReason
from results.language import N_
from results.spoken_errors import SpokenError, Word


class ResultsError(SpokenError):
    """Base of everything that this package raises on purpose; `str()` is one sentence."""

    remedy: str = "Repeat the command and report the message."
    reason: FailureReason = FailureReason.INTERNAL_ERROR
    is_usage: bool = False
    """Whether the command's arguments are at fault (exit code 2), not the machine (4)."""

    @property
    def failure(self) -> Failure:
        """The error as the value that is stored with a site; it costs nobody points."""
        return Failure(self.reason, str(self))


def remedies(of: type[ResultsError] = ResultsError) -> Iterator[str]:
    """What the readers of every error known by now are told to do, in English."""
    yield of.remedy
    for kind in of.__subclasses__():
        yield from remedies(kind)


class DatabaseError(ResultsError):
    """The database cannot be used."""


class DatabaseLockedError(DatabaseError):
    """Another connection holds the database longer than the busy time-out."""

    reason = FailureReason.DATABASE_LOCKED
    remedy = "Another program holds the database: close it, or name another with --db."


class DiskFullError(ResultsError):
    """No space is left for the database or for evidence."""

    reason = FailureReason.DISK_FULL
    remedy = "Free some space, or name a database on another disk with --db."


class DatabaseUnreadableError(DatabaseError):
    """The database is damaged, or may not be read or written."""

    is_usage = True
    remedy = "Check that the file and its folder may be read and written, or name another with --db."


class DatabaseMissingError(DatabaseError):
    """There is no database where one was to be read."""

    is_usage = True
    remedy = "Audit a site or import institutions first, or name the database with --db."


class ServerDatabaseMissingError(DatabaseMissingError):
    """The server has no database of that name; only its administrator may make one."""

    remedy = "Make it with createdb, or name another with --db."


class DatabaseRefusedError(DatabaseError):
    """The server does not take the user, the password or the machine."""

    is_usage = True
    remedy = "Check user and password (in --db, PGPASSWORD or ~/.pgpass) and the server's pg_hba.conf."


class DatabaseAwayError(DatabaseError):
    """The database server cannot be reached, or takes no connections now."""

    remedy = "Check that the server runs and has disk space, and its address in --db; what was stored stays."


class TransactionLostError(DatabaseError):
    """The connection or the server ended in the middle of a transaction. Nothing of it was stored, unless it
    was just being committed: repeat only what may be done twice.
    """

    remedy = "Repeat the command; what was stored before is kept."


class NotOurDatabaseError(DatabaseError):
    """The file is something else, or another program's database; it was left as it is."""

    is_usage = True
    remedy = "Name another file with --db; eindekss makes it where there is none."


class NewerSchemaError(DatabaseError):
    """A newer eindekss wrote the database."""

    is_usage = True
    remedy = "Use the newer eindekss, or name another database with --db."


class EvidenceError(ResultsError):
    """Stored evidence cannot be used."""

    def __init__(self, digest: str, message: str) -> None:
        super().__init__(message)
        self.digest = digest


class InvalidDigestError(EvidenceError):
    """What was given is no digest."""

    remedy = "Give the SHA-256 as 64 lower-case hexadecimal digits."


class EvidenceMissingError(EvidenceError):
    """The evidence folder does not hold the digest."""

    remedy = "Restore the evidence folder that belongs to the database, or audit the site again."


class EvidenceCorruptError(EvidenceError):
    """What the evidence folder holds is not what was put in."""

    remedy = "Restore the file from a backup, or audit the site again; the disk may be failing."


class EvidencePrunedError(ResultsError):
    """The evidence of the run's pages was removed by `prune`."""

    is_usage = True
    remedy = "Its answers, findings and quotes are kept: `eindekss show`, `compare` and `history` have them."


class RunUnderWayError(ResultsError):
    """Sites are being audited, which what was asked for does not allow."""

    is_usage = True
    remedy = "Wait for the runs to end, or pause them; `eindekss status` lists them."


class EvidenceUnwritableError(ResultsError):
    """The evidence folder refuses to be written."""

    remedy = "Check the rights of the evidence folder beside the database."


class EvidencePlaceError(ResultsError):
    """The address given for evidence cannot hold this database's."""

    is_usage = True
    remedy = "Correct --evidence (or EINDEKSS_EVIDENCE); s3:// needs `pip install 'eindekss[s3]'`."


class EvidenceAwayError(ResultsError):
    """The store of evidence does not answer, or does not let us in."""

    remedy = "Check that it answers, AWS_ENDPOINT_URL and the credentials; what was stored is kept."


class RunNotFoundError(ResultsError):
    """No run, or no site in it, answers to what was asked for."""

    is_usage = True
    remedy = "Give a run's id, name, or the beginning of either."


class SiteNotInRunError(RunNotFoundError):
    """The run is there, the site is not in it."""

    remedy = "Give the site's address as `eindekss show RUN` lists it."


class AmbiguousRunError(ResultsError):
    """Several runs answer to it."""

    is_usage = True
    remedy = "Give more of the id."


class JudgementStateError(ResultsError):
    """A judgement or run is not in the state that the operation needs."""


class PublishedRunError(ResultsError):
    """A run holds published answers: nothing was observed that could be judged."""

    is_usage = True
    remedy = "Name a run that was audited."


class StaleLeaseError(ResultsError):
    """The lease of a task is not the newest: another worker has the task, or the run was cancelled.
    Nothing was stored.
    """

    reason = FailureReason.INTERRUPTED
    remedy = "Nothing is to be done: the task is in other hands."


class RunStateError(ResultsError):
    """The run is in a state that does not allow what was asked for."""

    is_usage = True
    remedy = "`eindekss status` says how the runs stand."


class RunExistsError(ResultsError):
    """There is such a run already: with this id, or of this schedule and fire time."""


class ScheduleNotFoundError(ResultsError):
    """No schedule has that name."""

    is_usage = True
    remedy = "`eindekss schedule list` lists them."


class ScheduleExistsError(ResultsError):
    """A schedule has that name already."""

    is_usage = True
    remedy = "Choose another name, or remove that one first."


class RegistryConflictError(ResultsError):
    """An import does not say which institution a row means; nothing was imported."""

    is_usage = True
    remedy = "Give the row its registration number; nothing was imported."


_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
# SQLite reports a full disk under its write-ahead index or journal as an input/output error.
_FULL_EXTENDED = frozenset({sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE})
_UNREADABLE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_AUTH,
    }
)


def from_sqlite(error: BaseException | None, database: str) -> ResultsError | None:
    """The typed error for what sqlite3 raised on `database` (a name for the message), or None where it
    is not the environment's doing (a broken constraint, wrong SQL).
    """
    extended = error.sqlite_errorcode if isinstance(error, sqlite3.Error) and _has_code(error) else 0
    code = extended & 0xFF
    if code == sqlite3.SQLITE_FULL or extended in _FULL_EXTENDED:
        return DiskFullError(N_("No space is left for the database {database}."), database=database)
    if code in _LOCKED:
        return DatabaseLockedError(
            N_("The database {database} is locked by another program."), database=database
        )
    if code == sqlite3.SQLITE_NOTADB:
        return NotOurDatabaseError(N_("{database} is not a database."), database=database)
    if code in _UNREADABLE:
        return DatabaseUnreadableError(
            N_("The database {database} cannot be used: {error}."), database=database, error=error
        )
    return None


def _has_code(error: sqlite3.Error) -> bool:
    """False for what the Python module raises by itself, such as using a closed connection."""
    return hasattr(error, "sqlite_errorcode")


def from_os(error: OSError, path: str) -> DiskFullError | EvidenceUnwritableError:
    """The typed error for a failed write of evidence at `path`."""
    if error.errno in _NO_SPACE:
        return DiskFullError(N_("No space is left for evidence at {path}."), path=path)
    return EvidenceUnwritableError(
        N_("Evidence cannot be written at {path}: {strerror}."), path=path, strerror=Word(error.strerror)
    )

"""SQLite behind three verbs: `write` opens a transaction, `rows` asks, `run` changes."""

from __future__ import annotations

import errno
import os
import sqlite3
import sys
import threading
from collections import deque
from contextlib import closing, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from sqlite_utils import Database, Migrations

from assessor.errors import StoreError
from assessor.store import origin
from assessor.store.folding import Folding
from assessor.store.schema import AFTER, STEPS, UNORDERED

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PRAGMAS = (
    "journal_mode = wal",
    "synchronous = full",
    "foreign_keys = on",
    "secure_delete = on",  # what is deleted is overwritten, so that a draft cannot be read out of the file
)
PATIENCE = 30
SMALL = 10_000_000  # bytes that are written anew in passing; what is larger waits until a survey has closed


class Session:
    """One connection, inside a transaction or for reading."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def rows(self, sql: str, *values: str | int | None) -> list[dict[str, Any]]:
        """Return what a query finds; `$1` stands for the first value."""
        found = self._db.execute(sql, _numbered(values))  # `query` would put a savepoint round every question
        names = [column[0] for column in found.description]
        return [dict(zip(names, line, strict=True)) for line in found.fetchall()]

    def lines(self, sql: str, *values: str | int | None) -> Iterator[tuple[Any, ...]]:
        """Return what a query finds, line by line, while the connection is lent."""
        found: Iterator[tuple[Any, ...]] = self._db.execute(sql, _numbered(values))
        return found

    def run(self, sql: str, *values: str | int | None) -> int:
        """Execute a change and return how many lines it touched."""
        return self._db.execute(sql, _numbered(values)).rowcount

    def add(self, sql: str, lines: Sequence[tuple[str | int | None, ...]], conflict: str = "") -> None:
        """Insert many lines with one statement; `sql` ends before VALUES, `conflict` is what follows it.

        One, because every statement lets other threads in, and is let in again when they are done.
        """
        if lines:
            numbers = iter(range(1, 1 + sum(map(len, lines))))
            groups = (", ".join(f"${next(numbers)}" for _ in line) for line in lines)
            values = ", ".join(f"({group})" for group in groups)
            self.run(f"{sql} VALUES {values} {conflict}", *(value for line in lines for value in line))


class Sqlite:
    """A database file (None: in memory), brought to the newest schema when it is opened."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._idle: deque[Database] = deque()
        self._turn = (
            threading.Lock() if path is None else nullcontext()
        )  # in memory, the only connection is the database
        self._writing = threading.Lock()
        self._swept = True
        self._folding = Folding(self._sweep)
        with self._said(), suppress(sqlite3.OperationalError):  # what cannot be opened is said better below
            origin.look(path)
        self._gate = None if path is None else _gate(path)
        with self._alone(), self._said():
            db = self._connect()
            try:
                _migrate(db, path)
            except BaseException:
                db.close()
                raise
            self._idle.append(db)
        self.fold()  # what a killed process left in the log

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Lend a connection for queries."""
        with self._said(), self._lent() as db:
            yield Session(db)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Lend a connection inside a transaction: all of it is stored, or nothing."""
        with self._said(), self._alone(), self._lent() as db, _transaction(db):
            yield Session(db)

    def fold(self) -> bool:
        """Fold the log into the file, so that a copy of the file alone has everything and the log nothing.

        Wait for nobody: return False where a reader still needs the log.
        """
        with self._said(), self._alone(), self._lent() as db:
            db.execute("PRAGMA busy_timeout = 0").fetchall()
            try:
                ((busy, _, _),) = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                db.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}").fetchall()
            return not busy

    def fold_soon(self) -> None:
        """Fold the log in the background: nobody waits for it, and many at once are folded once."""
        self._swept = False
        self._folding.soon()

    def _sweep(self) -> bool:
        """Write a small file anew, then fold its log.

        A page that was split keeps old lines in its unused room, where `secure_delete` does not reach.
        """
        if not self._swept and self._path is not None and self._path.stat().st_size <= SMALL:
            with self._said(), self._alone(), self._lent() as db:
                db.execute("VACUUM")
        self._swept = True
        return self.fold()

    def rebuild(self) -> None:
        """Write the file anew, line by line in the order of the keys, without the pages that were set free."""
        with self._said(), self._alone(), self._lent() as db:
            db.execute("VACUUM")
        self._folding.soon()

    def copy(self, path: Path) -> None:
        """Copy everything into a new file, while others read and write; raise OSError where there is one already."""
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with self._said(), self._lent() as db, closing(sqlite3.connect(path)) as copy:
            db.conn.backup(copy)
            copy.execute("PRAGMA journal_mode = delete").fetchall()  # so that it is whole without files beside it

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._folding.close()
        while self._idle:
            self._idle.pop().close()
        if self._gate is not None:
            os.close(self._gate)
            self._gate = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Queue up writers fairly: SQLite's own wait polls in steps of up to 100 ms."""
        with self._writing, _locked(self._gate):
            yield

    @contextmanager
    def _lent(self) -> Iterator[Database]:
        with self._turn:
            db = self._take()
            try:
                yield db
            finally:
                self._idle.append(db)

    def _take(self) -> Database:
        try:
            return self._idle.pop()
        except IndexError:
            return self._connect()

    def _connect(self) -> Database:
        name = ":memory:" if self._path is None else str(self._path.absolute())
        conn = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            for pragma in PRAGMAS:
                conn.execute(f"PRAGMA {pragma}")
            return Database(conn, execute_plugins=False)
        except BaseException:
            conn.close()
            raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn what SQLite says into a sentence."""
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(_sentence(error, self._path)) from error


def _numbered(values: tuple[str | int | None, ...]) -> dict[str, str | int | None]:
    return {str(n): value for n, value in enumerate(values, start=1)}


@contextmanager
def _transaction(db: Database) -> Iterator[None]:
    """BEGIN IMMEDIATE: a deferred transaction that reads first can fail at its first write."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _gate(path: Path) -> int:
    """Open the lock file beside the database; raise StoreError where a database cannot be."""
    if path.is_dir():
        raise StoreError(f"{path} is a folder. Name a file in it, for example {path / 'readiness.db'}.")
    if not path.parent.is_dir():
        raise StoreError(f"The folder {path.parent} does not exist. Create it first, or choose another place.")
    try:
        _create(path)
        return os.open(f"{path}-lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}). Choose a place where you may write.") from error


def _create(path: Path) -> None:
    """Make an empty file that is nobody else's business; raise OSError where there is one that cannot be written.

    One that is there is never opened here: to close it would drop the locks that SQLite holds on it in this process,
    and another process could then sweep away the log that the answers are in.
    """
    if not path.exists():
        with suppress(FileExistsError):  # another process was quicker
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    elif not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


@contextmanager
def _locked(gate: int | None) -> Iterator[None]:
    """Hold the lock between processes; on Windows SQLite's own wait does it, correctly if less evenly."""
    if sys.platform == "win32" or gate is None:
        yield
        return
    fcntl.flock(gate, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(gate, fcntl.LOCK_UN)


def _migrate(db: Database, path: Path | None) -> None:
    migrations = _migrations()
    applied = {step.name for step in migrations.applied(db)}
    origin.refuse(path, applied, db.table_names())
    if len(applied) < len(STEPS):
        with _transaction(db):
            migrations.apply(db)


def _migrations() -> Migrations:
    migrations = Migrations(origin.SET)
    for name, statements in STEPS:
        migrations(name=name)(_step(name, statements))
    return migrations


def _step(name: str, statements: tuple[str, ...]) -> Callable[[Database], None]:
    """Return a step with what only SQLite knows behind every table; nothing else is not portable."""
    options = " STRICT, WITHOUT ROWID" if name in UNORDERED else " STRICT"

    def step(db: Database) -> None:
        for statement in statements:
            table = statement.lstrip().startswith("CREATE TABLE")
            db.execute(statement.rstrip() + (options if table else ""))
        if name in AFTER:
            AFTER[name](Session(db))

    return step


def _sentence(error: sqlite3.Error, path: Path | None) -> str:
    name = path or "The database"
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return f"{name} is not a database. Choose another file. Nothing was changed."
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
        return f"{name} cannot grow: the disk is full. Make room and try again. What was saved before is kept."
    return f"{name} cannot be used ({error}). What was saved before is kept."

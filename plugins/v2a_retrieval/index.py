"""The index of all libraries: one SQLite file, changed in whole batches, so that a kill costs at most one of them."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.errors import DocumentError, FileDamaged
from v2a.files import writing
from v2a_retrieval.licences import UNKNOWN
from v2a_retrieval.recording import SOUND, Sound, sound_of

if TYPE_CHECKING:
    import sqlite3

SCHEMA = "v2a.library"
VERSION = 1
_PATIENCE = 60.0
_CACHE_KIB = 64_000
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE libraries (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, root BLOB NOT NULL UNIQUE,
    licence TEXT NOT NULL, author TEXT NOT NULL, package TEXT NOT NULL);
CREATE TABLE recordings (
    id INTEGER PRIMARY KEY, library INTEGER NOT NULL, path BLOB NOT NULL, size INTEGER NOT NULL,
    mtime INTEGER NOT NULL, beside TEXT NOT NULL, digest TEXT NOT NULL, title TEXT NOT NULL,
    licence TEXT NOT NULL, author TEXT NOT NULL, trouble TEXT NOT NULL,
    duration REAL NOT NULL, rate INTEGER NOT NULL, channels INTEGER NOT NULL, loudness REAL, peak REAL,
    onsets INTEGER NOT NULL, sync REAL NOT NULL, decay REAL NOT NULL, centroid REAL NOT NULL,
    flatness REAL NOT NULL, steady REAL NOT NULL, loop INTEGER NOT NULL, bands BLOB NOT NULL,
    meaning INTEGER, mark INTEGER NOT NULL, UNIQUE (library, path));
CREATE INDEX recordings_digest ON recordings (digest);
CREATE INDEX recordings_meaning ON recordings (meaning);
CREATE VIRTUAL TABLE words USING fts5 (
    title, said, folders, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE meanings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, vector BLOB);
CREATE TABLE heard (digest TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One library: a folder of recordings, the licence and author of those that name none of their own.

    `package` is the system package it came with, if it did: that one's copyright file says the licences.
    """

    id: int
    name: str
    root: Path
    licence: str = ""
    author: str = ""
    package: str = ""

    @property
    def online(self) -> bool:
        """Whether its folder is there now."""
        return self.root.is_dir()


@dataclass(frozen=True, slots=True)
class Known:
    """What the index knows of a file: enough to tell whether it changed."""

    id: int
    size: int
    mtime: int
    beside: str
    digest: str


class Index:
    """An opened index; use it in a `with` block."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.db = db
        self.path = path

    def __enter__(self) -> Index:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.db.close()

    @contextlib.contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside is written together or not at all."""
        import sqlite3

        with writing(self.path):
            try:
                self.db.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self.db.execute("ROLLBACK")
                    raise
                self.db.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise OSError(None, str(error)) from error

    @property
    def state(self) -> str:
        """What the index holds and can reach, as a short name: the same for the same recordings."""
        shelves = [(s.name, s.licence, s.author, s.online) for s in self.shelves()]
        return hashlib.sha256(f"{self.meta('state')} {shelves}".encode()).hexdigest()[:12]

    def meta(self, key: str) -> str:
        """Something that the index notes of itself."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return "" if row is None else str(row[0])

    def shelves(self) -> tuple[Shelf, ...]:
        """All libraries, in the order in which they were added."""
        rows = self.db.execute(
            "SELECT id, name, root, licence, author, package FROM libraries ORDER BY id"
        ).fetchall()
        return tuple(Shelf(r[0], r[1], Path(os.fsdecode(r[2])), *r[3:]) for r in rows)

    def add_shelf(self, shelf: Shelf) -> Shelf:
        """Remember a library; one with the same root is changed instead."""
        with self.change():
            self.db.execute(
                "INSERT INTO libraries (name, root, licence, author, package) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (root) DO UPDATE SET name = excluded.name, licence = excluded.licence,"
                " author = excluded.author, package = excluded.package",
                (shelf.name, os.fsencode(shelf.root), shelf.licence, shelf.author, shelf.package),
            )
        return next(s for s in self.shelves() if s.root == shelf.root)

    def known(self, shelf: Shelf) -> dict[bytes, Known]:
        """All files of a library that were seen, by their path within it."""
        rows = self.db.execute(
            "SELECT path, id, size, mtime, beside, digest FROM recordings WHERE library = ?", (shelf.id,)
        )
        return {row[0]: Known(*row[1:]) for row in rows}

    def sound(self, digest: str) -> Sound | None:
        """What was measured before of the same sound, in whichever library."""
        row = self.db.execute(
            f"SELECT {', '.join(SOUND)} FROM recordings WHERE digest = ? AND trouble = '' LIMIT 1", (digest,)
        ).fetchone()
        return None if row is None else sound_of(row)

    def meant(self, text: str) -> bool:
        """Whether it is known what a text means."""
        query = "SELECT 1 FROM meanings WHERE text = ? AND vector IS NOT NULL"
        return self.db.execute(query, (text,)).fetchone() is not None

    def without_meaning(self, limit: int) -> list[str]:
        """Texts whose meaning is not known yet."""
        rows = self.db.execute("SELECT text FROM meanings WHERE vector IS NULL ORDER BY id LIMIT ?", (limit,))
        return [row[0] for row in rows]

    def unheard(self, limit: int) -> list[tuple[str, Path]]:
        """Sounds that no model has heard yet: digest and file."""
        rows = self.db.execute(
            "SELECT r.digest, l.root, r.path FROM recordings r JOIN libraries l ON l.id = r.library"
            " WHERE r.trouble = '' AND r.digest NOT IN (SELECT digest FROM heard) GROUP BY r.digest LIMIT ?",
            (limit,),
        )
        return [(d, Path(os.fsdecode(root)) / os.fsdecode(path)) for d, root, path in rows]

    def troubles(self, shelf: Shelf) -> list[tuple[str, str]]:
        """The files of a library that cannot be used, and why."""
        rows = self.db.execute(
            "SELECT path, trouble FROM recordings WHERE library = ? AND trouble <> '' ORDER BY path",
            (shelf.id,),
        )
        return [(os.fsdecode(path), why) for path, why in rows]

    def licences(self, shelf: Shelf) -> dict[str, int]:
        """How many recordings of a library are under which licence, the most first."""
        rows = self.db.execute(
            "SELECT licence, COUNT(*) FROM recordings WHERE library = ? AND trouble = '' GROUP BY 1"
            " ORDER BY 2 DESC, 1",
            (shelf.id,),
        )
        counts: dict[str, int] = {}
        for licence, count in rows:
            name = licence or shelf.licence or UNKNOWN
            counts[name] = counts.get(name, 0) + count
        return counts

    def count(self, where: str = "1", values: tuple[Any, ...] = ()) -> int:
        """How many recordings meet a condition in SQL."""
        (count,) = self.db.execute(f"SELECT COUNT(*) FROM recordings WHERE {where}", values).fetchone()
        return int(count)


def opened(path: Path, *, make: bool = False) -> Index:
    """Open the index, or make it; one on a read-only disk is opened for reading."""
    import sqlite3

    if make:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
    mode = "rwc" if make else "rw"
    if path.exists() and not os.access(path, os.W_OK):
        mode = "ro&immutable=1"
    with writing(path):
        try:
            db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_PATIENCE, isolation_level=None
            )
        except sqlite3.OperationalError as error:
            raise OSError(None, str(error)) from error
    try:
        _prepare(db, mode)
    except sqlite3.DatabaseError as error:
        db.close()
        raise FileDamaged(
            f"the library's index cannot be read ({error})",
            where=str(path),
            remedy="Remove it and add your libraries again; the recordings themselves are not touched.",
        ) from error
    index = Index(db, path)
    _check(index)
    return index


def _prepare(db: sqlite3.Connection, mode: str) -> None:
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    if mode.startswith("ro"):
        return
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return
    db.execute("BEGIN IMMEDIATE")
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        for statement in _TABLES.split(";\n"):
            db.execute(statement)
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("schema", SCHEMA), ("version", str(VERSION))])
    db.execute("COMMIT")


def _check(index: Index) -> None:
    if (index.meta("schema"), index.meta("version")) != (SCHEMA, str(VERSION)):
        version = index.meta("version") or "none"
        index.db.close()
        raise DocumentError(
            f"this index is of another version ({version})",
            where=str(index.path),
            remedy="Update v2a, or remove the file and add your libraries again.",
        )

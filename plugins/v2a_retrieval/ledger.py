"""Writes to the index: recordings in batches, what is gone, and what texts and sounds mean."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

from v2a_retrieval.index import Index, Shelf
from v2a_retrieval.recording import SOUND, Recording, Sound
from v2a_retrieval.words import plain, taken_apart

_WRAP = 1 << 62
_COLUMNS = (
    "library", "path", "size", "mtime", "beside", "digest", "title", "licence", "author", "trouble",
    *SOUND, "meaning", "mark",
)  # fmt: skip
_INSERT = f"INSERT INTO recordings ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


def keep(index: Index, shelf: Shelf, recordings: Sequence[Recording]) -> None:
    """Write a batch of recordings, new or changed, all of them or none."""
    with index.change():
        _turn(index, sum(_keep(index, shelf, recording) for recording in recordings))


def touch(index: Index, times: Sequence[tuple[int, int]]) -> None:
    """Note another time of change for files whose sound is the same: pairs of time and id."""
    with index.change():
        index.db.executemany("UPDATE recordings SET mtime = ? WHERE id = ?", times)


def forget(index: Index, ids: Sequence[int]) -> None:
    """Remove recordings whose files are gone."""
    with index.change():
        _turn(index, -sum(_removed(index, number) for number in ids))


def remove_shelf(index: Index, shelf: Shelf) -> int:
    """Forget a library and all that is known of its recordings; answers how many those were."""
    ids = [r[0] for r in index.db.execute("SELECT id FROM recordings WHERE library = ?", (shelf.id,))]
    with index.change():
        _turn(index, -sum(_removed(index, number) for number in ids))
        index.db.execute("DELETE FROM libraries WHERE id = ?", (shelf.id,))
    return len(ids)


def keep_meanings(index: Index, vectors: Sequence[tuple[str, bytes]]) -> None:
    """Write what texts mean."""
    with index.change():
        _keep_meanings(index, vectors)


def keep_heard(index: Index, vectors: Sequence[tuple[str, bytes]]) -> None:
    """Write what a model heard in sounds, by their digests."""
    with index.change():
        index.db.executemany("INSERT OR REPLACE INTO heard VALUES (?, ?)", vectors)
        _turn(index, sum(_number(f"heard {digest}") for digest, _ in vectors))


def _keep(index: Index, shelf: Shelf, recording: Recording) -> int:
    """Write one; answers by how much the index's state turns."""
    path = os.fsencode(recording.path)
    old = index.db.execute(
        "SELECT id FROM recordings WHERE library = ? AND path = ?", (shelf.id, path)
    ).fetchone()
    before = _removed(index, old[0]) if old is not None else 0
    said = recording.said
    mark = _number(
        "\x1f".join([shelf.name, recording.digest, said.title, said.text, said.licence, said.author])
    )
    sound = recording.sound or Sound(0.0, 0, 0)
    measured = tuple(getattr(sound, name) for name in SOUND)
    told = (recording.digest, said.title, said.licence, said.author, recording.trouble)
    known = (recording.size, recording.mtime, recording.beside)
    row = index.db.execute(
        _INSERT, (shelf.id, path, *known, *told, *measured, _meaning(index, recording), mark)
    )
    if not recording.trouble:
        texts = (said.title, said.text, recording.folders)
        index.db.execute(
            "INSERT INTO words (rowid, title, said, folders) VALUES (?, ?, ?, ?)",
            (row.lastrowid, *(taken_apart(plain(t)) for t in texts)),
        )
    return mark - before


def _meaning(index: Index, recording: Recording) -> int | None:
    meant = recording.meant
    if recording.trouble or not meant:
        return None
    if recording.vector:
        _keep_meanings(index, [(meant, recording.vector)])
    else:
        index.db.execute("INSERT OR IGNORE INTO meanings (text) VALUES (?)", (meant,))
    (number,) = index.db.execute("SELECT id FROM meanings WHERE text = ?", (meant,)).fetchone()
    return int(number)


def _keep_meanings(index: Index, vectors: Sequence[tuple[str, bytes]]) -> None:
    index.db.executemany(
        "INSERT INTO meanings (text, vector) VALUES (?, ?)"
        " ON CONFLICT (text) DO UPDATE SET vector = excluded.vector",
        vectors,
    )


def _removed(index: Index, number: int) -> int:
    (mark,) = index.db.execute("SELECT mark FROM recordings WHERE id = ?", (number,)).fetchone()
    index.db.execute("DELETE FROM words WHERE rowid = ?", (number,))
    index.db.execute("DELETE FROM recordings WHERE id = ?", (number,))
    return int(mark)


def _turn(index: Index, by: int) -> None:
    state = (int(index.meta("state") or 0) + by) % _WRAP
    index.db.execute("INSERT OR REPLACE INTO meta VALUES ('state', ?)", (str(state),))


def _number(text: str) -> int:
    data = text.encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big") % _WRAP

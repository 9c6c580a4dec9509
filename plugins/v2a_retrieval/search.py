"""Searches all libraries: by words first, and by meaning and sound where the words find little."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from v2a_retrieval import licences, meaning
from v2a_retrieval.index import Index
from v2a_retrieval.nearest import Heard, Near
from v2a_retrieval.recording import SOUND, Sound, sound_of
from v2a_retrieval.words import asked, qualities, relatives, stem

_LEAST_ASKED = 32
_NEAREST = 128
_LARGEST = 4096
_ENOUGH = 3
_COUNTED = 512
_RELATIVE = 0.8
_IN_FOLDERS = 0.5
_QUALITY = 0.06
_FROM_NEARNESS = 0.35
_FAR, _NEAR = 0.2, 0.8
_UNHEARD, _HEARD = 0.1, 0.5
_LEAST = 0.1
_COLUMNS = "r.id, r.library, r.digest, r.licence, r.title, w.title, w.said, w.folders"
_DETAILS = "id, path, author, " + ", ".join(SOUND)


@dataclass(frozen=True, slots=True)
class Hit:
    """A recording that was found: where it is, how well it fits (0 to 1), its licence, and what was measured."""

    id: int
    file: Path
    library: str
    online: bool
    digest: str
    title: str
    said: str
    licence: str
    author: str
    sound: Sound
    fit: float = 0.0


@dataclass(frozen=True)
class Query:
    """What is looked for: the words, and the licences that will do (empty: any)."""

    prompt: str
    licences: frozenset[str] = frozenset()
    limit: int = 20
    online: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    """A recording under consideration: its licence, and the stems of what is said of it and of its folders."""

    id: int
    library: int
    digest: str
    licence: str
    title: str
    said: str
    stems: frozenset[str]
    folders: frozenset[str]


class Search:
    """A search over an opened index; it remembers what it read for the next question."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._shelves = {shelf.id: shelf for shelf in index.shelves()}
        self._online = {number: shelf.online for number, shelf in self._shelves.items()}
        self._near = Near(index)
        self._heard = Heard(index)
        self._counts: dict[str, int] = {}

    def __call__(self, query: Query) -> list[Hit]:
        """The recordings that fit, best first; the same sound in two libraries comes once."""
        naming = asked(query.prompt)
        if not naming:
            return []
        found = self._by_words(query, [_quoted(word) for word in naming])
        if len(found) < query.limit:
            groups = [_alternatives(word) for word in naming]
            found |= self._by_words(query, groups)
            wholly = len(found)
            if wholly < query.limit and len(groups) > 1:
                found |= self._by_some(query, naming, groups)
            near = {}
            if wholly < _ENOUGH:
                near = self._by_nearness(query, found)
            return self._ranked(query, naming, found, near)
        return self._ranked(query, naming, found, {})

    def at(self, file: Path) -> Hit | None:
        """The recording that lies at a path."""
        for shelf in self._shelves.values():
            if not file.is_relative_to(shelf.root):
                continue
            rows = self._index.db.execute(
                f"SELECT {_COLUMNS} FROM recordings r JOIN words w ON w.rowid = r.id"
                " WHERE r.library = ? AND r.path = ? AND r.trouble = ''",
                (shelf.id, os.fsencode(file.relative_to(shelf.root).as_posix())),
            )
            if found := self._admitted(Query(""), rows):
                return self._hits(list(found.values()), dict.fromkeys(found, 1.0))[0]
        return None

    def _by_words(self, query: Query, groups: Sequence[str]) -> dict[int, _Row]:
        """The best that have a word of every group; more are looked at where the licence leaves out many."""
        most = max(_LEAST_ASKED, query.limit)
        while True:
            rows = self._index.db.execute(
                f"SELECT {_COLUMNS} FROM (SELECT rowid, rank, title, said, folders FROM words"
                " WHERE words MATCH ? ORDER BY rank LIMIT ?) w JOIN recordings r ON r.id = w.rowid",
                (" AND ".join(groups), most),
            ).fetchall()
            found = self._admitted(query, rows)
            if len(rows) < most or len(found) >= query.limit or most >= _LARGEST:
                return found
            most *= 8

    def _by_some(self, query: Query, naming: Sequence[str], groups: Sequence[str]) -> dict[int, _Row]:
        """Those that lack one of the words, the commonest first; in the end those that have the rarest."""
        order = sorted(range(len(naming)), key=lambda n: (-self._count(naming[n]), n))
        found: dict[int, _Row] = {}
        for without in order if len(groups) > 2 else []:
            found |= self._by_words(query, [g for n, g in enumerate(groups) if n != without])
        if len(found) < query.limit:
            found |= self._by_words(query, [_quoted(naming[order[-1]])])
        return found

    def _by_nearness(self, query: Query, found: dict[int, _Row]) -> dict[int, float]:
        """Add those that are near by meaning or by sound; answers how near all are, from 0 to 1."""
        if meaning.available():
            texts = self._near.texts(query.prompt, _LEAST_ASKED)
            found |= self._admitted(query, self._where("meaning", list(texts)))
        heard = self._heard.sounds(query.prompt)
        loudest = sorted(heard, key=lambda digest: (-heard[digest], digest))[:_LEAST_ASKED]
        found |= self._admitted(query, self._where("digest", loudest))
        meant = self._near.vectors_of(list(found), query.prompt)
        return {
            number: max(
                _between(meant.get(number, 0.0), _FAR, _NEAR),
                _between(heard.get(row.digest, 0.0), _UNHEARD, _HEARD),
            )
            for number, row in found.items()
        }

    def _where(self, column: str, values: Sequence[Any]) -> list[Any]:
        if not values:
            return []
        return self._index.db.execute(
            f"SELECT {_COLUMNS} FROM recordings r JOIN words w ON w.rowid = r.id"
            f" WHERE r.{column} IN ({', '.join('?' * len(values))}) ORDER BY r.id LIMIT {_NEAREST}",
            values,
        ).fetchall()

    def _admitted(self, query: Query, rows: Iterable[Any]) -> dict[int, _Row]:
        found = {}
        for number, library, digest, own, title, titled, said, folders in rows:
            licence = own or self._shelves[library].licence or licences.UNKNOWN
            if query.licences and not licences.admits(query.licences, licence):
                continue
            if self._online[library] or not query.online:
                stems = _stems(f"{titled} {said}")
                found[number] = _Row(number, library, digest, licence, title, said, stems, _stems(folders))
        return found

    def _ranked(
        self, query: Query, naming: Sequence[str], found: dict[int, _Row], near: dict[int, float]
    ) -> list[Hit]:
        judge = _Judge(self._weights(naming), {stem(word) for word in qualities(query.prompt)})
        fits = {number: judge(row, near.get(number, 0.0)) for number, row in found.items()}
        rows = [row for number, row in found.items() if fits[number] >= _LEAST]
        rows.sort(key=lambda row: (-fits[row.id], row.title, row.digest, row.library))
        best: dict[str, _Row] = {}
        for row in rows:
            if row.digest not in best or (
                self._online[row.library] and not self._online[best[row.digest].library]
            ):
                best[row.digest] = row
        return self._hits(list(best.values())[: query.limit], fits)

    def _hits(self, rows: Sequence[_Row], fits: dict[int, float]) -> list[Hit]:
        query = f"SELECT {_DETAILS} FROM recordings WHERE id IN ({', '.join('?' * len(rows))})"
        details = {d[0]: d[1:] for d in self._index.db.execute(query, [row.id for row in rows])}
        hits = []
        for row in rows:
            path, author, *measured = details[row.id]
            shelf = self._shelves[row.library]
            hits.append(
                Hit(row.id, shelf.root / os.fsdecode(path), shelf.name, self._online[shelf.id], row.digest,
                    row.title, row.said, row.licence, author or shelf.author, sound_of(tuple(measured)),
                    fits[row.id])
            )  # fmt: skip
        return hits

    def _count(self, word: str) -> int:
        """How many recordings have a word, counted up to some hundreds."""
        if word not in self._counts:
            (self._counts[word],) = self._index.db.execute(
                f"SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT {_COUNTED})",
                (_quoted(word),),
            ).fetchone()
        return self._counts[word]

    def _weights(self, naming: Sequence[str]) -> dict[str, float]:
        """How much each word tells: rare ones more, and the last two of a phrase more, as English has it."""
        weights = {}
        for number, word in enumerate(naming):
            rare = 1 - math.log(1 + self._count(word)) / math.log(1 + _COUNTED)
            weights[word] = 0.6 + rare / 2 + (0.1 if number >= len(naming) - 2 else 0.0)
        return weights


class _Judge:
    """Says how well a recording fits: the words it has, how near it is for what it lacks, a little for qualities."""

    def __init__(self, weights: dict[str, float], wanted: set[str]) -> None:
        self._words = [
            (stem(word), frozenset(map(stem, relatives(word))), weight) for word, weight in weights.items()
        ]
        self._total = sum(weights.values())
        self._wanted = wanted

    def __call__(self, row: _Row, near: float) -> float:
        """From 0 to 1."""
        shares = sum(weight * _share(own, others, row) for own, others, weight in self._words) / self._total
        had = shares + (1 - shares) * near * _FROM_NEARNESS
        if self._wanted:
            had -= _QUALITY * (1 - len(self._wanted & row.stems) / len(self._wanted))
        more = len(row.stems) - sum(own in row.stems for own, _, _ in self._words)
        return round(max(0.0, had - 0.002 * min(more, 20)), 6)


@functools.lru_cache(16384)
def _stems(text: str) -> frozenset[str]:
    """The stems of a text as the index holds it: taken apart already."""
    return frozenset(map(stem, text.casefold().split()))


def _share(own: str, others: frozenset[str], row: _Row) -> float:
    """How much of a word a recording has: itself, a relative of it, or only its folders."""
    if own in row.stems:
        return 1.0
    if own in row.folders or not others.isdisjoint(row.stems):
        return _RELATIVE
    return 0.0 if others.isdisjoint(row.folders) else _IN_FOLDERS


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _quoted(word: str) -> str:
    return f'"{word}"'


def _alternatives(word: str) -> str:
    return f"({' OR '.join(map(_quoted, (word, *relatives(word))))})"

"""Searches all libraries: by words first, and by what they mean where the words find too little."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from v2a_retrieval import licences, meaning
from v2a_retrieval.index import Index, Shelf
from v2a_retrieval.nearest import Heard, Near
from v2a_retrieval.recording import SOUND, Sound, sound_of
from v2a_retrieval.words import asked, qualities, relatives, stem, stems

_MOST = 64
_LARGEST = 4096
_RELATIVE = 0.8
_QUALITY = 0.06
_FROM_MEANING = 0.35
_FAR, _NEAR = 0.2, 0.8
_UNHEARD, _HEARD = 0.1, 0.5
_LEAST = 0.1
_COLUMNS = "r.id, r.library, r.path, r.digest, r.title, r.licence, r.author, w.said, w.folders, " + ", ".join(
    f"r.{name}" for name in SOUND
)


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


class Search:
    """A search over an opened index; it remembers what it read for the next question."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._shelves = {shelf.id: shelf for shelf in index.shelves()}
        self._online = {number: shelf.online for number, shelf in self._shelves.items()}
        self._near = Near(index)
        self._heard = Heard(index)

    def __call__(self, query: Query) -> list[Hit]:
        """The recordings that fit, best first; the same sound in two libraries comes once."""
        naming = asked(query.prompt)
        if not naming:
            return []
        found = self._by_words(query, " AND ".join(map(_alternatives, naming)))
        if len(found) < query.limit and len(naming) > 1:
            found = _merged(found, self._by_words(query, " OR ".join(map(_alternatives, naming))))
        cosines: dict[int, float] = {}
        if len(found) < query.limit or _least_fit(found, naming) < 1:
            cosines = self._near.texts(query.prompt, _MOST) if meaning.available() else {}
            found = _merged(found, self._admitted(query, self._where("meaning", list(cosines))))
        heard = self._heard.sounds(query.prompt)
        loudest = sorted(heard, key=lambda digest: (-heard[digest], digest))[:_MOST]
        found = _merged(found, self._admitted(query, self._where("digest", loudest)))
        return self._ranked(query, naming, found, heard)

    def _ranked(
        self, query: Query, naming: Sequence[str], found: Sequence[_Row], heard: dict[str, float]
    ) -> list[Hit]:
        vectors = self._near.vectors_of([row.hit.id for row in found], query.prompt)
        wanted = {stem(word) for word in qualities(query.prompt)}
        weights = self._weights(naming)
        hits = [
            replace(row.hit, fit=_fit(row, weights, wanted, vectors.get(row.hit.id, 0.0))) for row in found
        ]
        hits.sort(key=lambda hit: (-hit.fit, hit.title, hit.digest, hit.library))
        best: dict[str, Hit] = {}
        for hit in hits:
            if hit.digest not in best or (hit.online and not best[hit.digest].online):
                best[hit.digest] = hit
        return list(best.values())[: query.limit]

    def _by_words(self, query: Query, match: str) -> list[_Row]:
        """The best by words; more are looked at where the licence leaves out many."""
        most = max(_MOST, query.limit)
        while True:
            rows = self._index.db.execute(
                f"SELECT {_COLUMNS} FROM (SELECT rowid, rank, said, folders FROM words WHERE words MATCH ?"
                " AND rank MATCH 'bm25(4.0, 2.0, 1.0)' ORDER BY rank LIMIT ?) w"
                " JOIN recordings r ON r.id = w.rowid ORDER BY w.rank, r.id",
                (match, most),
            ).fetchall()
            found = self._admitted(query, rows)
            if len(rows) < most or len(found) >= min(query.limit, _MOST) or most >= _LARGEST:
                return found
            most *= 8

    def _where(self, column: str, values: Sequence[Any]) -> list[Any]:
        if not values:
            return []
        return self._index.db.execute(
            f"SELECT {_COLUMNS} FROM recordings r JOIN words w ON w.rowid = r.id"
            f" WHERE r.{column} IN ({', '.join('?' * len(values))}) ORDER BY r.id LIMIT {_LARGEST}",
            values,
        ).fetchall()

    def _admitted(self, query: Query, rows: Iterable[Any]) -> list[_Row]:
        found = []
        for row in rows:
            shelf = self._shelves[row[1]]
            licence = row[5] or shelf.licence or licences.UNKNOWN
            if licences.admits(query.licences, licence) and (self._online[shelf.id] or not query.online):
                found.append(self._row(row, shelf, licence))
        return found

    def _row(self, row: Any, shelf: Shelf, licence: str) -> _Row:
        hit = Hit(row[0], shelf.root / os.fsdecode(row[2]), shelf.name, self._online[shelf.id], row[3], row[4],
                  row[7], licence, row[6] or shelf.author, sound_of(row[9:]))  # fmt: skip
        return _Row(hit, frozenset(stems(f"{row[4]} {row[7]}")), frozenset(stems(row[8])))

    def _weights(self, naming: Sequence[str]) -> dict[str, float]:
        """How much each word tells: rare ones more, and the last two names of a phrase most, as English has it."""
        total = max(1, self._index.count())
        weights = {}
        for number, word in enumerate(naming):
            (count,) = self._index.db.execute(
                "SELECT COUNT(*) FROM (SELECT 1 FROM words WHERE words MATCH ? LIMIT 2000)", (_quoted(word),)
            ).fetchone()
            rare = math.log(1 + total / (1 + count)) / math.log(1 + total)
            weights[word] = 0.5 + rare / 2 + (0.1 if number >= len(naming) - 2 else 0.0)
        return weights


@dataclass(frozen=True, slots=True)
class _Row:
    hit: Hit
    stems: frozenset[str]
    folders: frozenset[str]


def _quoted(word: str) -> str:
    return f'"{word}"'


def _alternatives(word: str) -> str:
    return f"({' OR '.join(map(_quoted, (word, *relatives(word))))})"


def _merged(first: Sequence[_Row], second: Iterable[_Row]) -> list[_Row]:
    return list({row.hit.id: row for row in [*first, *second]}.values())


def _share(word: str, row: _Row) -> float:
    """How much of a word a recording has: itself, a relative of it, or only its folders."""
    own = stem(word)
    if own in row.stems:
        return 1.0
    others = {stem(other) for other in relatives(word)}
    if others & row.stems:
        return _RELATIVE
    return _RELATIVE if own in row.folders else 0.5 if others & row.folders else 0.0


def _least_fit(found: Sequence[_Row], naming: Sequence[str]) -> float:
    """The best share that any recording has of the word that is had least."""
    return max((min(_share(word, row) for word in naming) for row in found), default=0.0)


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _fit(row: _Row, weights: dict[str, float], wanted: set[str], near: float) -> float:
    """From 0 to 1: the words that are had, a part of what is lacking by nearness, and a little by qualities."""
    shares = sum(weight * _share(word, row) for word, weight in weights.items()) / sum(weights.values())
    had = shares + (1 - shares) * near * _FROM_MEANING
    if wanted:
        had -= _QUALITY * (1 - len(wanted & row.stems) / len(wanted))
    more = len(row.stems - {stem(word) for word in weights})
    return round(max(0.0, had - 0.002 * min(more, 20)), 6)

"""The nearest meanings: every vector is compared, so that the same index always gives the same answer.

Written with numpy, because sqlite-vec wants an SQLite that loads extensions, which many Pythons lack, and usearch
crashes onnxruntime where it is imported first. The signs of 384 numbers are 48 bytes: counting the bits in which two
differ ranks them nearly as their cosine does (Charikar, 2002), and the exact cosine ranks what comes out on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from v2a.files import whole
from v2a_retrieval import clap, meaning
from v2a_retrieval.index import Index

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.int8]
    Bits = NDArray[np.uint64]

_COARSE = 512
_PIECE = 4096
_FEW = 512


class Near:
    """The vectors of an index, read when they are first asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: _Table | None = None

    def texts(self, prompt: str, most: int) -> dict[int, float]:
        """The numbers of the texts whose meaning is nearest to a prompt's, with their cosines, nearest first."""
        if self._rows is None:
            self._rows = _Table.of(self._index)
        query = meaning.vector(prompt)
        near = self._rows.coarse(query)
        cosines = meaning.cosines(self._rows.vectors[near], query)
        best = np.argsort(-cosines, kind="stable")[:most]
        return {int(self._rows.numbers[near[n]]): float(cosines[n]) for n in best}

    def vectors_of(self, recordings: Sequence[int], prompt: str) -> dict[int, float]:
        """How near some recordings are to a prompt, by their ids; none where there is no model."""
        if not recordings or not meaning.available():
            return {}
        found: dict[int, float] = {}
        for first in range(0, len(recordings), _FEW):
            some = recordings[first : first + _FEW]
            rows = self._index.db.execute(
                "SELECT r.id, m.vector FROM recordings r JOIN meanings m ON m.id = r.meaning"
                f" WHERE m.vector IS NOT NULL AND r.id IN ({', '.join('?' * len(some))})",
                some,
            ).fetchall()
            if rows:
                vectors = np.frombuffer(b"".join(row[1] for row in rows), np.int8).reshape(len(rows), -1)
                cosines = meaning.cosines(vectors, meaning.vector(prompt))
                found.update({row[0]: float(cosine) for row, cosine in zip(rows, cosines)})
        return found


class Heard:
    """What a model heard in the recordings of an index, by digest, read when it is first asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._rows: tuple[list[str], Bytes] | None = None

    def sounds(self, prompt: str) -> dict[str, float]:
        """How near each sound is to a prompt; none where there is no model."""
        if not clap.available():
            return {}
        if self._rows is None:
            rows = self._index.db.execute(
                "SELECT digest, vector FROM heard WHERE vector <> x'' ORDER BY digest"
            ).fetchall()
            vectors = np.frombuffer(b"".join(row[1] for row in rows), np.int8)
            self._rows = [row[0] for row in rows], vectors.reshape(len(rows), -1) if rows else vectors
        digests, vectors = self._rows
        if not digests:
            return {}
        asked = clap.text(prompt)
        pieces = [meaning.cosines(vectors[n : n + _PIECE], asked) for n in range(0, len(vectors), _PIECE)]
        return dict(zip(digests, map(float, np.concatenate(pieces))))


class _Table:
    """All vectors: a file beside the index, mapped into memory, that is made anew when the index has others."""

    def __init__(self, packed: NDArray[np.uint8]) -> None:
        self.numbers = np.ascontiguousarray(packed[:, :8]).view("<u8")[:, 0]
        self.signs: Bits = np.ascontiguousarray(packed[:, 8 : 8 + meaning.SIZE // 8]).view("<u8").T.copy()
        self.vectors: Bytes = packed[:, 8 + meaning.SIZE // 8 :].view(np.int8)

    def coarse(self, query: Bytes) -> NDArray[np.int64]:
        """The rows that differ from a query in the fewest signs, in their order."""
        count = self.signs.shape[1]
        if count <= _COARSE:
            return np.arange(count)
        differing = np.zeros(count, np.uint16)
        for column, sign in zip(self.signs, np.packbits(query > 0).view("<u8")):
            differing += np.bitwise_count(column ^ sign)
        edge = np.partition(differing, _COARSE)[_COARSE]
        return np.flatnonzero(differing <= edge)

    @classmethod
    def of(cls, index: Index) -> _Table:
        count, last = index.db.execute(
            "SELECT COUNT(*), COALESCE(MAX(id), 0) FROM meanings WHERE vector IS NOT NULL"
        ).fetchone()
        path = index.path.with_name(f"meanings-{index.meta('state')}-{count}-{last}.npy")
        if path.is_file():
            return cls(np.load(path, mmap_mode="r"))
        rows = index.db.execute(
            "SELECT id, vector FROM meanings WHERE vector IS NOT NULL ORDER BY id"
        ).fetchall()
        packed = _packed([row[0] for row in rows], b"".join(row[1] for row in rows))
        for old in path.parent.glob("meanings-*.npy"):
            old.unlink(missing_ok=True)
        with whole(path) as part, part.open("wb") as file:
            np.save(file, packed)
        return cls(packed)


def _packed(numbers: Sequence[int], vectors: bytes) -> NDArray[np.uint8]:
    rows = np.frombuffer(vectors, np.int8).reshape(len(numbers), meaning.SIZE)
    keys = np.array(numbers, "<u8").view(np.uint8).reshape(-1, 8)
    return np.concatenate([keys, np.packbits(rows > 0, axis=1), rows.view(np.uint8)], axis=1)

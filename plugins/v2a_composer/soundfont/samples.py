"""Samples: the recordings in a font, as single precision, decoded when they are first used."""

from __future__ import annotations

import io
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.soundfont.chunks import Stretch
from v2a_composer.soundfont.tables import Table, text

_VORBIS = 0x10
_ROM = 0x8000
_KEPT = 96 << 20


@dataclass(frozen=True, slots=True)
class Recording:
    """A sample's head: `start` and `end` count in the font's pool, loops from the sample's own start."""

    name: str
    start: int
    end: int
    loop_start: int
    loop_end: int
    rate: int
    key: int
    correction: int
    coded: bool


class Pool:
    """The samples of a font; those that are coded are kept decoded while there is room."""

    def __init__(self, data: memoryview, heads: Table, smpl: Stretch, sm24: Stretch | None) -> None:
        """Take the mapped file, the heads, and where the samples and their lowest bytes lie."""
        self._data, self._heads = data, heads
        self._smpl, self._sm24 = smpl, sm24
        self._decoded: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._size = 0

    def head(self, number: int) -> Recording | None:
        """A sample's head; none where it is of no sample, or of one that is not in the file."""
        if not 0 <= number < len(self._heads) - 1:
            return None
        row = self._heads[number]
        start, end, coded = int(row["start"]), int(row["end"]), bool(int(row["kind"]) & _VORBIS)
        room = self._smpl.size if coded else self._smpl.size // 2
        if int(row["kind"]) & _ROM or not start < end or start >= room:
            return None
        first = 0 if coded else start
        return Recording(
            name=text(row["name"]),
            start=start,
            end=min(end, room),
            loop_start=int(row["loop_start"]) - first,
            loop_end=int(row["loop_end"]) - first,
            rate=min(max(int(row["rate"]), 400), 400_000) or 44_100,
            key=int(row["key"]) if int(row["key"]) <= 127 else 60,
            correction=int(row["correction"]),
            coded=coded,
        )

    def wave(self, number: int) -> NDArray[np.float32]:
        """All of a sample, from -1 to 1; a moment of silence where it cannot be decoded."""
        if number in self._decoded:
            self._decoded.move_to_end(number)
            return self._decoded[number]
        made = self._read(number)
        made.flags.writeable = False
        self._decoded[number] = made
        self._size += made.nbytes
        while self._size > _KEPT and len(self._decoded) > 1:
            self._size -= self._decoded.popitem(last=False)[1].nbytes
        return made

    def _read(self, number: int) -> NDArray[np.float32]:
        head = self.head(number)
        if head is None:
            return np.zeros(1, np.float32)
        if head.coded:
            return _vorbis(self._data[self._smpl.start + head.start : self._smpl.start + head.end])
        count = head.end - head.start
        raw = np.frombuffer(self._data, "<i2", count, self._smpl.start + 2 * head.start)
        if self._sm24 is None or self._sm24.size < head.end:
            return raw.astype(np.float32) * np.float32(1 / 32768)
        low = np.frombuffer(self._data, np.uint8, count, self._sm24.start + head.start)
        whole = (raw.astype(np.int32) << 8) + low
        return whole.astype(np.float32) * np.float32(1 / 8388608)


def _vorbis(coded: memoryview) -> NDArray[np.float32]:
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(coded)) as file:
            heard: NDArray[np.float32] = file.read(dtype="float32", always_2d=True)
    except (soundfile.SoundFileError, RuntimeError):
        return np.zeros(1, np.float32)
    return np.ascontiguousarray(heard[:, 0]) if len(heard) else np.zeros(1, np.float32)

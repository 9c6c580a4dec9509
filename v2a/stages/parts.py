"""The parts a film is watched in, and the rows of a part in the store."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from v2a.files import writing
from v2a.interfaces import FeatureCard, Observer, ObserverCard, PictureNeed, SoundNeed, Store
from v2a.media.losses import source_of
from v2a.model import FeatureTrack, Lost, Span, Video, codec

TIMES = "times"
_STEP = Fraction(5)
_COPY = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the film that is watched at once."""

    span: Span
    last: bool

    def opens(self, lead: Fraction) -> Fraction:
        """Where decoding begins for what is shown `lead` seconds from before the part."""
        return max(Fraction(0), self.span.start - lead)

    def holds(self, time: Fraction | float) -> bool:
        """Whether what is shown at that time belongs to the part; the last part takes all that comes."""
        return self.span.start <= time and (self.last or time < self.span.end)


def parts_of(video: Video, length: Fraction) -> tuple[Part, ...]:
    """The parts of a film, at least one."""
    count = max(1, -int(-video.duration // length))
    ends = [min(video.duration, length * (n + 1)) for n in range(count)]
    return tuple(Part(Span(length * n, end), n == count - 1) for n, end in enumerate(ends))


def companies(observers: Sequence[Observer]) -> tuple[tuple[Observer, ...], ...]:
    """The observers that watch together, most often all of them.

    Frames are the same from wherever decoding begins, but sound that is decoded and resampled from another point
    differs in its last bits. So where sound begins must depend on an observer's own lead alone: up to five seconds are
    as good as five, and those who listen with a longer memory watch by themselves.
    """
    found: dict[Fraction, list[Observer]] = {}
    for observer in observers:
        found.setdefault(listening(observer.card), []).append(observer)
    return tuple(map(tuple, found.values()))


def listening(card: ObserverCard) -> Fraction:
    """How long before a part sound is decoded for an observer; who does not listen goes with those who do."""
    return _STEP if card.sound is None else _STEP * max(1, -(-card.lead // _STEP))


def need_of(card: ObserverCard, feature: FeatureCard) -> PictureNeed | SoundNeed | None:
    """What feeds a feature."""
    return card.picture if feature.source == "picture" else card.sound


def columns(card: ObserverCard) -> dict[str, FeatureCard]:
    """What is stored for an observer: its features, and the frames' times where rows follow the frames."""
    kept = dict(card.features)
    if card.picture is not None and card.picture.rate is None and _sources(card, "picture"):
        kept[TIMES] = FeatureCard("picture", dtype="float64")
    return kept


def _sources(card: ObserverCard, source: str) -> bool:
    return any(f.source == source for f in card.features.values())


@dataclass(frozen=True)
class Shelf:
    """Where the rows of one observer lie in the store: part by part, and as one file once the whole film is watched."""

    store: Store
    video: Video
    card: ObserverCard

    def _key(self, feature: str, *rest: object) -> str:
        entry = columns(self.card)[feature]
        need = need_of(self.card, entry)
        name, version = self.card.name, self.card.version
        lead = self.card.lead
        return self.store.key("observe", self.video.key, name, version, feature, entry, need, lead, *rest)

    def stored(self, feature: str, part: Part) -> Path | None:
        """The file of a feature's rows in a part, or nothing."""
        return self.store.path(self._key(feature, "part", part), ".npy")

    def lacking(self, parts: Sequence[Part]) -> tuple[Part, ...]:
        """The parts that have to be watched; an observer without features watches nothing."""
        if not self.card.features:
            return ()
        apart = [feature for feature in columns(self.card) if self._joined(feature, parts) is None]
        return tuple(
            part
            for part in parts
            if self.lost(part) is None or any(self.stored(feature, part) is None for feature in apart)
        )

    def _joined(self, feature: str, parts: Sequence[Part]) -> Path | None:
        return self.store.path(self._key(feature, "track", tuple(parts)), ".npy")

    def keep(self, part: Part, rows: Mapping[str, Sequence[NDArray[Any]]], lost: Iterable[Lost] = ()) -> None:
        """Store the rows of a part, and what was lost there of the picture and the sound that they come from."""
        for feature, entry in columns(self.card).items():
            pieces = [np.empty((0, *entry.shape), entry.dtype), *rows.get(feature, ())]
            self._write(self._key(feature, "part", part), np.concatenate(pieces))
        fed = {entry.source for entry in self.card.features.values()}
        self.store.keep_value(self._lost_key(part), tuple(each for each in lost if source_of(each) in fed))

    def lost(self, part: Part) -> tuple[Lost, ...] | None:
        """What the observer could not see or hear of a part, or nothing where it has not watched it."""
        found = self.store.value(self._lost_key(part))
        return None if found is None else codec.decode(tuple[Lost, ...], found)

    def _lost_key(self, part: Part) -> str:
        card = self.card
        watcher = (card.name, card.version, tuple(card.features.items()), card.picture, card.sound, card.lead)
        return self.store.key("observe", self.video.key, *watcher, "lost", part)

    def _write(self, key: str, rows: NDArray[Any]) -> None:
        scratch = self.store.scratch(".npy")
        with writing(scratch):
            np.save(scratch, rows, allow_pickle=False)
            self.store.keep(key, scratch)

    def tracks(self, parts: Sequence[Part]) -> dict[str, FeatureTrack]:
        """The features over the whole film; every part must have been watched."""
        paths = {feature: self._whole(feature, parts) for feature in columns(self.card)}
        return {
            feature: FeatureTrack(
                str(paths[feature]),
                self._rate(entry),
                str(paths[TIMES]) if self._rate(entry) is None else None,
                entry.sliceable,
            )
            for feature, entry in self.card.features.items()
        }

    def _rate(self, entry: FeatureCard) -> Fraction | None:
        need = need_of(self.card, entry)
        if isinstance(need, SoundNeed):
            return Fraction(need.rate * entry.rows, need.block)
        return None if need is None else need.rate

    def _whole(self, feature: str, parts: Sequence[Part]) -> Path:
        """One file of all rows; those of the parts are let go, for they are most of what a project holds."""
        files = [path for part in parts if (path := self.stored(feature, part)) is not None]
        if len(parts) == 1:
            return files[0]
        whole = self._joined(feature, parts)
        if whole is None:
            scratch = self.store.scratch(".npy")
            with writing(scratch):
                _join(files, columns(self.card)[feature], scratch)
                whole = self.store.keep(self._key(feature, "track", tuple(parts)), scratch)
        for path in files:
            with contextlib.suppress(OSError):
                path.unlink()
        return whole


def _join(files: Sequence[Path], entry: FeatureCard, target: Path) -> None:
    mapped = [np.load(path, mmap_mode="r", allow_pickle=False) for path in files]
    shape = (sum(len(rows) for rows in mapped), *entry.shape)
    header = {"descr": npy.dtype_to_descr(np.dtype(entry.dtype)), "fortran_order": False, "shape": shape}
    with target.open("wb") as file:
        npy.write_array_header_1_0(file, header)
        for rows in mapped:
            for piece in blocks_of(rows):
                file.write(np.ascontiguousarray(piece).tobytes())


def blocks_of(rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """A long array in pieces of about a megabyte, so that memory does not grow with the film."""
    step = max(1, _COPY // max(1, rows[:1].nbytes))
    for start in range(0, len(rows), step):
        yield rows[start : start + step]

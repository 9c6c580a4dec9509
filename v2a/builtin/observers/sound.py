"""The sound observer: how loud the production sound is, where it begins anew, where it is silent, steady or musical."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.onsets import onsets
from v2a.builtin.observers.spectra import BANDS, Flux, Tones
from v2a.builtin.observers.steady import atmosphere, music, silence
from v2a.builtin.observers.weighting import Weighting
from v2a.interfaces import Bench, Block, FeatureCard, Observer, ObserverCard, Rows, SoundNeed, Watcher
from v2a.model import Findings, Observations, Video

RATE = 24_000
BLOCK = 2_400
_FRAMES = 10
_STEPS = 50


class Sound(Observer):
    """Loudness, onsets, silence, atmosphere and music in the production sound.

    `loudness` is K-weighted, in LUFS, of every 100 ms; `onset` the rise of the spectrum over 20 ms, every 10 ms;
    `attack` the level of the highs in dB, every 2 ms; `bands` the level in 24 bands in dB, every 100 ms; `tones` how
    tonal the sound is and how its energy falls on the twelve pitches, every 100 ms.
    """

    card = ObserverCard(
        name="sound",
        version="1",
        about="loudness, onsets, silence, atmosphere and music in the production sound",
        sound=SoundNeed(RATE, BLOCK, channels=2),
        features={
            "loudness": FeatureCard("sound"),
            "onset": FeatureCard("sound", rows=_FRAMES),
            "attack": FeatureCard("sound", rows=_STEPS),
            "bands": FeatureCard("sound", shape=(BANDS,)),
            "tones": FeatureCard("sound", shape=(13,)),
        },
        after=("speech",),
        finds=("onsets", "silence", "atmosphere", "music"),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher that remembers the last fraction of a second."""
        track = next((t for t in video.sound if t.default), video.sound[0] if video.sound else None)
        return _Ear(single=track is not None and track.channels == 1)

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """Where sound begins, is missing, is steady, and is music."""
        features, duration = so_far.features, so_far.video.duration
        loudness = np.asarray(features["loudness"].values())
        played = music(features["tones"].values(), loudness, features["onset"].values(), so_far)
        return Findings(
            onsets=onsets(features["onset"].values(), features["attack"].values(), duration),
            silence=silence(loudness, duration),
            atmosphere=atmosphere(loudness, played, duration),
            music=played,
        )


class _Ear(Watcher):
    def __init__(self, single: bool) -> None:
        self._weighting = Weighting(RATE, 2)
        self._flux, self._tones = Flux(RATE, BLOCK // _FRAMES), Tones(RATE)
        self._share = 0.5 if single else 1.0
        self._last = np.zeros(1, np.float32)

    def hear(self, block: Block) -> Rows:
        """Reduce 100 ms to numbers."""
        sound = np.asarray(block.sound.samples, np.float32)
        mono = sound.mean(0)
        weighted = self._weighting(sound)
        power = float((weighted.astype(np.float64) ** 2).mean(1).sum()) * self._share
        flux, bands = self._flux(mono)
        return {
            "loudness": np.array([_decibels(power) - 0.691], np.float32),
            "onset": flux,
            "attack": self._attack(mono),
            "bands": bands[np.newaxis],
            "tones": self._tones(mono)[np.newaxis],
        }

    def _attack(self, mono: NDArray[np.float32]) -> NDArray[np.float32]:
        before = np.concatenate([self._last, mono[:-1]])
        self._last = mono[-1:]
        high = (mono - 0.9 * before).reshape(_STEPS, -1).astype(np.float64)
        return np.asarray(10 * np.log10((high**2).mean(1) + 1e-10), np.float32)


def _decibels(power: float) -> float:
    return 10 * float(np.log10(max(power, 1e-10)))

"""The sound observer: how loud the production sound is, where it begins anew, where it is silent, steady or musical."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from v2a.builtin.observers.audible import audible
from v2a.builtin.observers.onsets import onsets
from v2a.builtin.observers.steady import atmosphere, music, silence
from v2a.dsp.climbs import Levels
from v2a.dsp.meter import Meter
from v2a.dsp.spectra import BANDS, REGISTERS, Flux, Tones
from v2a.interfaces import Bench, Block, FeatureCard, Observer, ObserverCard, Rows, SoundNeed, Watcher
from v2a.media.production import chosen
from v2a.model import Findings, Observations, Video

RATE = 48_000
_TENTH = RATE // 10
_TENTHS = 5
_HOPS = 10
_STEPS = 50
_QUIETEST = np.float32(-100.691)


class Sound(Observer):
    """Loudness, onsets, silence, atmosphere and music in the production sound.

    `loudness` is K-weighted, in LUFS, of every 100 ms; `onset` the rise of the spectrum in four registers, low to
    high, every 10 ms; `attack` the level of all and of the highs in dB, every 2 ms; `bands` the level in 24 bands in
    dB, every 100 ms; `tones` how tonal the sound is and how its energy falls on the twelve pitches, every 100 ms.
    """

    card = ObserverCard(
        name="sound",
        version="4",
        about="loudness, onsets, silence, atmosphere and music in the production sound",
        sound=SoundNeed(RATE, _TENTHS * _TENTH, channels=2),
        lead=Fraction(4),
        features={
            "loudness": FeatureCard("sound", rows=_TENTHS),
            "onset": FeatureCard("sound", rows=_TENTHS * _HOPS, shape=(REGISTERS,)),
            "attack": FeatureCard("sound", rows=_TENTHS * _STEPS, shape=(2,)),
            "bands": FeatureCard("sound", rows=_TENTHS, shape=(BANDS,)),
            "tones": FeatureCard("sound", rows=_TENTHS, shape=(13,)),
        },
        after=("speech",),
        finds=("onsets", "silence", "atmosphere", "music"),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher that remembers the last three seconds."""
        track = chosen(video)
        return _Ear(single=track is not None and track.channels == 1)

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """Where sound begins, is missing, is steady, and is music."""
        features, duration = so_far.features, so_far.video.duration
        tenths = math.ceil(duration * 10)
        loudness = np.asarray(features["loudness"].values()[:tenths])
        rise, attack = features["onset"].values(), features["attack"].values()
        played = music(features["tones"].values()[:tenths], loudness, rise, attack, so_far)
        return Findings(
            onsets=onsets(rise, attack, duration),
            silence=silence(loudness, duration),
            atmosphere=atmosphere(loudness, played, duration),
            music=played,
        )


class _Ear(Watcher):
    def __init__(self, single: bool) -> None:
        self._meter = Meter(RATE, 1 if single else 2, hop=0.1, true_peak=False, keep_curve=True)
        self._flux, self._tones = Flux(RATE, _TENTH // _HOPS, _HOPS), Tones(RATE, _TENTH)
        self._single = single
        self._levels = Levels(_TENTH // _STEPS)

    def hear(self, block: Block) -> Rows:
        """Reduce half a second to numbers."""
        sound = audible(block.sound.samples)
        mono = (sound[0] + sound[1]) * np.float32(0.5)
        self._meter.add(sound[:1] if self._single else sound)
        spectrum = self._flux(mono)
        return {
            "loudness": np.maximum(self._meter.curve()[-_TENTHS:], _QUIETEST),
            "onset": spectrum.rise,
            "attack": self._levels(mono),
            "bands": spectrum.bands,
            "tones": self._tones(mono),
        }

"""Balance: every instrument as loud as its seat says, whatever the font: measured by what it plays."""

from __future__ import annotations

import functools
from collections import Counter

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.playing.instruments import Instrument
from v2a_composer.playing.rack import Rack
from v2a_composer.playing.seats import Seat
from v2a_composer.playing.tone import RATE

_VELOCITY = 96
_SECONDS = 0.8
_FRAME = 9600
_NOMINAL = -20.0
_MOST = 18.0
_DRUMS_HEARD = 6


def level(voice: v2a.Voice, instrument: Instrument, rack: Rack, seat: Seat) -> float:
    """The gain that brings a voice's instrument to its nominal level, plus what its seat gives it."""
    heard = [power for key in _keys(voice) if (power := _power(instrument, rack, key)) > 0]
    if not heard:
        return 1.0
    typical = max(heard) if voice.drums else float(np.exp(np.mean(np.log(heard))))
    lacking = _NOMINAL - 10.0 * float(np.log10(typical))
    return float(10.0 ** ((min(max(lacking, -_MOST), _MOST) + seat.level) / 20.0))


def _keys(voice: v2a.Voice) -> list[int]:
    """Of drums the ones struck most, else the lower, middle and upper pitch of the voice."""
    if voice.drums:
        return [
            key
            for key, _ in sorted(Counter(n.pitch for n in voice.notes).items(), key=lambda p: (-p[1], p[0]))
        ][:_DRUMS_HEARD]
    pitches = sorted(n.pitch for n in voice.notes)
    return sorted({pitches[len(pitches) * part // 4] for part in (1, 2, 3)}) if pitches else []


def _power(instrument: Instrument, rack: Rack, key: int) -> float:
    """The mean square of a note's loudest fifth of a second, weighted as loudness is."""
    power = np.zeros(round(_SECONDS * RATE) // _FRAME)
    for layer in instrument.layers(min(max(key, 0), 127), _VELOCITY, _SECONDS):
        frame = _FRAME >> layer.struck.tone.octaves
        wave = np.zeros(len(power) * frame, np.float32)
        tone = rack.wave(layer.number, len(wave))[: len(wave)]
        wave[: len(tone)] = tone
        spectra = np.abs(np.fft.rfft(wave.reshape(-1, frame), axis=1)) ** 2
        power += layer.gain**2 * (spectra @ _weights()[: spectra.shape[1]]) * (2.0 / frame**2)
    return float(power.max())


@functools.cache
def _weights() -> NDArray[np.float64]:
    """What loudness makes of each frequency: less of the lowest, four dB more of the upper ones (after BS.1770)."""
    hertz = np.fft.rfftfreq(_FRAME, 1 / RATE)
    low = (hertz / 60.0) ** 4 / (1.0 + (hertz / 60.0) ** 4)
    high = 1.0 + 1.51 * (hertz / 1700.0) ** 2 / (1.0 + (hertz / 1700.0) ** 2)
    return np.asarray(low * high)

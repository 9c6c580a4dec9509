"""Rooms: what the space around a microphone adds to a sound, computed from its size and its surfaces.

Early reflections come from mirror images of the source in the walls (Allen and Berkley 1979), what follows is diffuse
noise that decays in each octave by Sabine's law and by the air's absorption (ISO 9613-1, 20 °C, 50 %). How much of it
there is beside the sound itself follows from the distance to the microphone over the room's critical distance.
"""

from __future__ import annotations

import functools
import itertools
import math
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.model import Span, to_seconds

# Octaves, and what a metre of air takes of each in dB.
_OCTAVES = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
_AIR = np.array([0.0004, 0.0013, 0.0027, 0.0047, 0.0099, 0.0297, 0.105])
_SOUND = 343.0
# Film sound is recorded closer than it is seen: its microphone hears what lies before it sixteen times as well as the
# room, and nothing of the room below so many hertz, where it only booms.
_AIM = 4.0
_BOOM = 120.0
_WETTEST = 1.4
_EARLY = 0.08
_SPACING = 0.17
_SPEAKS_AT = (0.43, 0.37, 0.45)
_HEARS_AT = (0.57, 0.61, 0.5)


@dataclass(frozen=True, slots=True)
class Room:
    """A space: its sides in metres, and what its surfaces take of each octave from 125 Hz to 8 kHz, 0 to 1.

    `sky` leaves the ceiling out; what has no `walls` scatters sound everywhere and mirrors it nowhere.
    """

    name: str
    about: str
    sides: tuple[float, float, float]
    absorbed: tuple[float, ...]
    sky: bool = False
    walls: bool = True

    @property
    def volume(self) -> float:
        """In cubic metres."""
        return math.prod(self.sides)

    @property
    def decay(self) -> NDArray[np.float64]:
        """The time in seconds in which each octave falls by 60 dB."""
        long, wide, high = self.sides
        gone = long * wide if self.sky else 0.0
        surface = 2 * (long * wide + long * high + wide * high) - gone
        taken = gone - surface * np.log1p(-np.array(self.absorbed)) + 4 * self.volume * _AIR / 4.343
        return np.asarray(0.161 * self.volume / taken)

    @property
    def seconds(self) -> float:
        """How long its tail is kept."""
        return min(4.0, 0.75 * float(self.decay.max()))

    @property
    def critical(self) -> float:
        """The distance in metres at which the room is as loud as the sound itself, for a microphone aimed at it."""
        return 0.057 * math.sqrt(self.volume / float(self.decay[3])) * _AIM


_FURNISHED = (0.14, 0.18, 0.25, 0.3, 0.33, 0.36, 0.4)
_PLASTERED = (0.16, 0.18, 0.2, 0.22, 0.24, 0.26, 0.3)
_STONE = (0.07, 0.07, 0.08, 0.09, 0.11, 0.13, 0.16)
ROOMS = (
    Room("cabin", "a car or a cupboard", (2.4, 1.6, 1.2), (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.5)),
    Room("small", "a small furnished room", (3.2, 4.1, 2.5), _FURNISHED),
    Room("room", "a living room or an office", (5.2, 6.3, 2.7), _FURNISHED),
    Room("bare", "a stairwell or a bathroom", (2.6, 5.2, 3.4), (0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.14)),
    Room("hall", "a large hall", (17.0, 27.0, 9.5), _PLASTERED),
    Room("church", "a church or a cave", (19.0, 44.0, 15.0), _STONE),
    Room("street", "between houses", (14.0, 60.0, 12.0), (0.1, 0.1, 0.12, 0.14, 0.16, 0.2, 0.25), True),
    Room("forest", "among trees", (30.0, 30.0, 12.0), (0.3, 0.26, 0.22, 0.22, 0.28, 0.4, 0.55), True, False),
)


def ringing(span: Span, name: str) -> Span:
    """A span with the time in which the room of that name rings on behind it."""
    space = next((r for r in ROOMS if r.name == name), None)
    return span if space is None else Span(span.start, span.end + to_seconds(space.seconds))


def wetness(space: Room, metres: float) -> float:
    """How strong the room is beside a sound whose microphone is so many metres away."""
    return min(_WETTEST, metres / space.critical)


def answered(sent: NDArray[np.float32], space: Room, rate: int) -> NDArray[np.float32]:
    """What a room answers to one channel of sound, on two: only what rests on all that was sent before it, so one
    sample less than its tail is used up."""
    size = _round_up(len(sent))
    used = tail(space, rate).shape[1] - 1
    spectrum = np.fft.rfft(sent, size) * _spectrum(space, rate, size)
    return np.asarray(np.fft.irfft(spectrum, size)[:, used : len(sent)], np.float32)


@functools.lru_cache(maxsize=8)
def _spectrum(space: Room, rate: int, size: int) -> NDArray[np.complex128]:
    return np.fft.rfft(tail(space, rate), size)


def _round_up(length: int) -> int:
    """A length that is quick to transform."""
    step = 1 << max(0, length.bit_length() - 4)
    return -(-length // step) * step


@functools.lru_cache(maxsize=8)
def tail(space: Room, rate: int) -> NDArray[np.float32]:
    """What the room answers to a click one critical distance away, left and right, as strong as the click itself."""
    decay = space.decay
    size = round(space.seconds * rate)
    time = np.arange(size) / rate
    noise = np.random.default_rng(zlib.crc32(space.name.encode())).standard_normal((2, size))
    fading = np.exp(-6.91 * time / decay[:, None]) * np.clip(time / _mixed(space), 0.0, 1.0) ** 2
    made = _summed(np.fft.rfft(noise)[None], size, rate, fading)
    if space.walls:
        early = 1.0 - math.exp(-13.8 * _mixed(space) / float(decay[3]))
        mirrored = _summed(np.fft.rfft(_mirrored(space, size, rate)), size, rate)
        made = made / _strength(made) * math.sqrt(1.0 - early) + mirrored / _strength(mirrored) * math.sqrt(
            early
        )
    made = _unboomed(made, rate) * np.minimum(1.0, (size - np.arange(size)) / (0.1 * size))
    response: NDArray[np.float32] = (made / _strength(made)).astype(np.float32)
    response.flags.writeable = False
    return response


def _unboomed(made: NDArray[np.float64], rate: int) -> NDArray[np.float64]:
    """Without its lowest pitches: the response of a Butterworth filter of the second order."""
    size = made.shape[1]
    pitch = 1j * np.fft.rfftfreq(size, 1 / rate) / _BOOM
    return np.fft.irfft(np.fft.rfft(made) * pitch**2 / (pitch**2 + math.sqrt(2.0) * pitch + 1.0), size)


def _mixed(space: Room) -> float:
    """After so many seconds reflections are too many to be told apart."""
    return min(_EARLY, 0.3 * float(space.decay[3])) if space.walls else 0.02


def _strength(response: NDArray[np.float64]) -> float:
    return math.sqrt(float((response**2).sum()) / len(response))


def _summed(
    spectra: NDArray[np.complex128], size: int, rate: int, fading: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Octaves put together: of each, what its filter leaves of its spectrum, times how it fades."""
    where = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / rate), 1.0) / _OCTAVES[0])
    made = np.zeros((2, size))
    for n in range(len(_OCTAVES)):
        place = np.clip(where, 0, len(_OCTAVES) - 1) - n
        share = np.cos(np.clip(place, -1, 1) * np.pi / 2) ** 2
        octave = np.fft.irfft(spectra[min(n, len(spectra) - 1)] * share, size)
        made += octave if fading is None else octave * fading[n]
    return made


def _mirrored(space: Room, size: int, rate: int) -> NDArray[np.float64]:
    """The mirror images that are heard before the reflections mix, by octave, for two microphones."""
    sides, kept = np.array(space.sides), np.sqrt(1.0 - np.array(space.absorbed))
    reach = int(np.ceil(_mixed(space) * _SOUND / (2 * sides.min()))) + 1
    shifts = np.array(list(itertools.product(range(-reach, reach + 1), repeat=3)))
    trains = np.zeros((len(_OCTAVES), 2, size))
    for side, beside in enumerate((-_SPACING / 2, _SPACING / 2)):
        ear = np.array(_HEARS_AT) * sides + np.array([beside, 0.0, 0.0])
        direct = float(np.linalg.norm(np.array(_SPEAKS_AT) * sides - ear))
        for flip in itertools.product((0, 1), repeat=3):
            image = (1 - 2 * np.array(flip)) * np.array(_SPEAKS_AT) * sides + 2 * shifts * sides
            metres = np.linalg.norm(image - ear, axis=1)
            bounces = (np.abs(shifts - flip) + np.abs(shifts)).sum(1)
            heard = (bounces > 0) & (metres - direct < _mixed(space) * _SOUND)
            if space.sky:
                heard &= shifts[:, 2] == 0
            at = np.rint((metres[heard] - direct) / _SOUND * rate).astype(int)
            strength = direct / metres[heard]
            for octave, share in enumerate(kept):
                np.add.at(trains[octave, side], at, strength * share ** bounces[heard])
    return trains

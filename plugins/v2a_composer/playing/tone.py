"""A tone: everything that decides how a sample sounds while its key is held, read from a zone of a soundfont."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from v2a_composer.playing.envelopes import Envelope, Swing
from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont.samples import Recording
from v2a_composer.soundfont.zones import Zone

RATE = 48_000
# A tone is played at half the rate or a quarter of it where it then still takes so few samples of its recording for one;
# half as many where its pitch moves, as what is then read is less pure.
OCTAVES = 2
_ROOM = 0.82
OPEN = 13_500.0
# No recording is read faster: it would hold nothing that can be heard.
FASTEST = 8.0
_SHORTEST = 0.012
_DEAD = 60.0
# After so many samples the weights of a reading come round: the fewest at which it is off by a tenth of a cent at most.
_ROUNDS = np.arange(128, 1025)
_OFF = 5.8e-5


@dataclass(frozen=True, slots=True)
class Loop:
    """What goes round, in samples of the recording; `leaves` is when the key is let go, where it then plays out."""

    start: int
    end: int
    leaves: float | None = None

    def rounds(self, first: int, speed: float) -> int | None:
        """How often it goes round again before it is left, at so many samples a second; without end where it is not."""
        if self.leaves is None:
            return None
        reached = first + self.leaves * speed
        return max(0, int((reached - self.start) // (self.end - self.start)))


@dataclass(frozen=True, slots=True)
class Colour:
    """The low-pass filter: its edge in cents over 8.176 Hz, its resonance in dB, and what moves the edge."""

    edge: float = OPEN
    resonance: float = 0.0
    envelope: float = 0.0
    swing: float = 0.0

    @property
    def used(self) -> bool:
        """Whether it takes anything away."""
        return self.edge < OPEN or self.envelope < 0 or self.swing != 0


@dataclass(frozen=True, slots=True)
class Bend:
    """What moves the pitch, in cents: the second envelope and the two slow oscillators."""

    envelope: float = 0.0
    swing: float = 0.0
    vibrato: float = 0.0

    @property
    def used(self) -> bool:
        """Whether anything does."""
        return bool(self.envelope or self.swing or self.vibrato)

    @property
    def most(self) -> float:
        """How many times as fast it gets at most."""
        cents = max(0.0, self.envelope) + abs(self.swing) + abs(self.vibrato)
        return float(2.0 ** (cents / 1200.0))


@dataclass(frozen=True, slots=True)
class Tone:
    """A sample from `first` to `last` at `step` samples of it for each of ours, and what is done to it.

    What holds nothing high has a rate that is so many `octaves` lower.
    """

    sample: int
    first: int
    last: int
    step: Fraction
    loop: Loop | None
    loudness: Envelope
    movement: Envelope
    swing: Swing
    vibrato: Swing
    colour: Colour
    bend: Bend
    tremolo: float = 0.0
    octaves: int = 0

    @property
    def rate(self) -> int:
        """How many samples of ours it has a second."""
        return RATE >> self.octaves

    @property
    def rounds(self) -> int | None:
        """How often its loop goes round again; without end where it is not left."""
        return self.loop.rounds(self.first, self.rate * float(self.step)) if self.loop else 0

    @property
    def length(self) -> float:
        """How many samples of ours it has; without end where it goes round."""
        rounds = self.rounds
        if rounds is None:
            return self.loudness.silent * self.rate
        again = rounds * (self.loop.end - self.loop.start) if self.loop else 0
        return min(float((self.last - self.first + again) / self.step), self.loudness.silent * self.rate)


@dataclass(frozen=True, slots=True)
class Struck:
    """A tone as a key gives it: its place from -1 to 1, the seconds of its release, which others it cuts off."""

    tone: Tone
    pan: float
    release: float
    exclusive: int

    @property
    def rings(self) -> bool:
        """Whether it dies away by itself while its key is held."""
        return self.tone.loop is None or self.tone.loudness.gone >= _DEAD


@dataclass(frozen=True, slots=True)
class Stroke:
    """A key, how hard it is struck, and for how many seconds it is held."""

    key: int
    velocity: int
    held: float


def struck(zone: Zone, head: Recording, size: int, stroke: Stroke) -> Struck:
    """What a zone plays of its recording of so many samples; how loud, the zone says."""
    said = zone.said(stroke.key, stroke.velocity)
    played = int(said[g.KEY]) if said[g.KEY] >= 0 else stroke.key
    first, last = _stretch(said, size)
    speed = _speed(said, head, played)
    colour = _colour(said, speed)
    bend = Bend(said[g.MOD_ENV_TO_PITCH], said[g.MOD_LFO_TO_PITCH], said[g.VIB_LFO_TO_PITCH])
    tremolo = said[g.MOD_LFO_TO_VOLUME] / 10.0
    octaves = _octaves(min(speed * bend.most, FASTEST), bend)
    moves, swings = bend.envelope or colour.envelope, bend.swing or colour.swing or tremolo
    tone = Tone(
        sample=zone.sample,
        first=first,
        last=last,
        step=_step(speed * 2**octaves),
        loop=_loop(said, head, size, stroke.held),
        loudness=_envelope(said, g.DELAY, played, said[g.SUSTAIN] / 10.0),
        movement=_envelope(said, g.MOD_DELAY, played, said[g.MOD_SUSTAIN] / 1000.0) if moves else Envelope(),
        swing=_swing(said, g.MOD_LFO_DELAY) if swings else Swing(),
        vibrato=_swing(said, g.VIB_LFO_DELAY) if bend.vibrato else Swing(),
        colour=colour,
        bend=bend,
        tremolo=tremolo,
        octaves=octaves,
    )
    release = max(_SHORTEST, _seconds(said[g.RELEASE]))
    return Struck(tone, said[g.PAN] / 500.0, release, int(said[g.EXCLUSIVE]))


def _stretch(said: list[float], size: int) -> tuple[int, int]:
    first = int(said[g.START] + 32768 * said[g.START_COARSE])
    last = size + int(said[g.END] + 32768 * said[g.END_COARSE])
    first = min(max(0, first), size - 1)
    return first, min(max(first + 1, last), size)


def _loop(said: list[float], head: Recording, size: int, held: float) -> Loop | None:
    mode = int(said[g.LOOPS]) & 3
    start = head.loop_start + int(said[g.LOOP_START] + 32768 * said[g.LOOP_START_COARSE])
    end = min(size, head.loop_end + int(said[g.LOOP_END] + 32768 * said[g.LOOP_END_COARSE]))
    if mode not in (1, 3) or start < 0 or end - start < 2:
        return None
    return Loop(start, end, held if mode == 3 else None)


def _speed(said: list[float], head: Recording, key: int) -> float:
    """How many samples of the recording are read for one at the full rate."""
    root = said[g.ROOT] if 0 <= said[g.ROOT] <= 127 else head.key
    cents = (key - root) * said[g.SCALE] + 100 * said[g.COARSE] + said[g.FINE] + head.correction
    return min(float(2.0 ** (min(max(cents, -6000.0), 6000.0) / 1200.0)) * head.rate / RATE, FASTEST)


def _octaves(speed: float, bend: Bend) -> int:
    """How far the rate may go down: of what is read so slowly nothing lies in the octaves that are left out."""
    room = _ROOM / 2 if bend.used else _ROOM
    return next(n for n in range(OCTAVES, -1, -1) if n == 0 or speed * 2**n <= room)


def _step(exact: float) -> Fraction:
    """The speed as a fraction whose weights come round soon."""
    off = np.abs(np.rint(exact * _ROUNDS) / _ROUNDS - exact) / exact
    near = off <= _OFF
    best = int(_ROUNDS[np.argmax(near) if near.any() else np.argmin(off)])
    return Fraction(max(1, round(exact * best)), best)


def _envelope(said: list[float], first: int, key: int, gone: float) -> Envelope:
    """The six generators from `first` on are delay, attack, hold, decay, sustain, release; behind them what keys do."""
    hold, decay = said[first + 6], said[first + 7]
    return Envelope(
        _seconds(said[first]),
        _seconds(said[first + 1]),
        _seconds(said[first + 2] + hold * (60 - key)),
        _seconds(said[first + 3] + decay * (60 - key)),
        gone,
    )


def _swing(said: list[float], first: int) -> Swing:
    return Swing(_seconds(said[first]), float(8.176 * 2.0 ** (said[first + 1] / 1200.0)))


def _colour(said: list[float], speed: float) -> Colour:
    """The filter; one that stays above all that the recording holds at this speed is left open."""
    made = Colour(
        said[g.CUTOFF], said[g.RESONANCE] / 10.0, said[g.MOD_ENV_TO_CUTOFF], said[g.MOD_LFO_TO_CUTOFF]
    )
    still = not (made.envelope or made.swing)
    return Colour() if still and 8.176 * 2.0 ** (made.edge / 1200.0) >= speed * RATE / 2 else made


def _seconds(timecents: float) -> float:
    return 0.0 if timecents <= -12000 else float(2.0 ** (min(timecents, 8000.0) / 1200.0))

"""A finished mix behind one more limiter, with a lower ceiling and as loud as before as far as the limits allow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from v2a.dsp.levels import gain_of
from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter
from v2a.interfaces import Bench
from v2a.media.sound import blocks
from v2a.media.writer import SoundWriter
from v2a.stages.mixing.curve import STEP
from v2a.stages.mixing.target import Limits, sustained

_RATE = 48_000
_BLOCK = 1 << 17
_TRIES = 3
_CLOSE = 0.03


@dataclass(frozen=True)
class Pass:
    """How loud the mix is behind the limiter, and the most it took off, for a moment and on average over three seconds."""

    loudness: float | None
    most: float
    held: float


@dataclass(frozen=True, slots=True)
class Target:
    """What a mix is to become: the ceiling in dBTP, which is `lower` dB under what it was, and how loud in LUFS; the mix's
    own limiter has taken off `taken` dB at most."""

    ceiling: float
    lower: float
    loudness: float | None
    taken: float

    @property
    def room(self) -> float:
        """What may still be taken off a peak, in dB."""
        return max(0.0, Limits().momentary - self.taken)

    @property
    def drive(self) -> float:
        """The gain before the limiter that leaves it no more to take off, in dB."""
        return -max(0.0, self.lower - self.room)


def relimited(mix: Path, to: Path, target: Target, bench: Bench) -> None:
    """Write a mix under a lower ceiling; what both limiters together may not take off is taken from the level."""
    limits, room, drive = Limits(), target.room, target.drive
    for number in range(_TRIES):
        done = limited(mix, to, target.ceiling, drive, bench)
        if target.loudness is None or done.loudness is None or number == _TRIES - 1:
            return
        lost = target.loudness - done.loudness
        step = min(1.1 * lost, room - done.most, limits.sustained - done.held)
        if lost < _CLOSE or step < _CLOSE:
            return
        drive += step


def limited(mix: Path, to: Path, ceiling: float, drive: float, bench: Bench) -> Pass:
    """Write the mix under a gain and a ceiling, both in dB."""
    limiter, meter = Limiter(_RATE, 2, ceiling), Meter(_RATE, hop=0.1, true_peak=False)
    waiting, factor = np.zeros((2, 0), np.float32), np.float32(gain_of(drive))
    taken = [np.zeros(0)]
    with blocks(mix, _RATE, 2, _BLOCK) as parts, SoundWriter(to, _RATE, 2, "s24") as writer:

        def settle(gains: np.ndarray) -> None:
            nonlocal waiting
            done = waiting[:, : len(gains)] * gains
            waiting = waiting[:, len(gains) :]
            writer.write(done)
            meter.add(done)
            steps = np.pad(gains, (0, -len(gains) % STEP), constant_values=1.0).reshape(-1, STEP)
            taken.append(-20.0 * np.log10(steps.mean(1, dtype=np.float64)))

        for part in parts:
            bench.check_cancelled()
            driven = part * factor
            waiting = np.concatenate([waiting, driven], axis=1)
            settle(limiter.push(driven))
        settle(limiter.flush())
    return Pass(meter.integrated, limiter.reduction, sustained(np.concatenate(taken), _RATE))

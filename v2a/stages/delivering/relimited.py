"""A finished mix behind one more limiter, with a lower ceiling and as loud as before as far as the limits allow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import gain_of
from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter
from v2a.interfaces import Bench
from v2a.media.sound import blocks
from v2a.media.writer import SoundWriter
from v2a.model import SampleSpan
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
    own limiter has taken off `taken` dB at most. `programme` is what of it is no leader, which stays as it is."""

    ceiling: float
    lower: float
    loudness: float | None
    taken: float
    programme: SampleSpan | None = None

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
        done = limited(mix, to, target, drive, bench)
        if target.loudness is None or done.loudness is None or number == _TRIES - 1:
            return
        lost = target.loudness - done.loudness
        step = min(1.1 * lost, room - done.most, limits.sustained - done.held)
        if lost < _CLOSE or step < _CLOSE:
            return
        drive += step


def limited(mix: Path, to: Path, target: Target, drive: float, bench: Bench) -> Pass:
    """Write the mix under a gain in dB and the target's ceiling."""
    limiter, meter = Limiter(_RATE, 2, target.ceiling), Meter(_RATE, hop=0.1, true_peak=False)
    waiting, factor = np.zeros((2, 0), np.float32), np.float32(gain_of(drive))
    taken, at = [np.zeros(0)], 0
    with blocks(mix, _RATE, 2, _BLOCK) as parts, SoundWriter(to, _RATE, 2, "s24") as writer:

        def settle(gains: np.ndarray) -> None:
            nonlocal waiting, at
            done = waiting[:, : len(gains)] * _unset(gains, at, target.programme, factor)
            at += len(gains)
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


def _unset(
    gains: NDArray[np.float32], start: int, programme: SampleSpan | None, factor: np.float32
) -> NDArray[np.float32]:
    """Gains of driven samples from `start` on; those of leader undo the drive."""
    if programme is None:
        return gains
    at = np.arange(start, start + len(gains))
    return np.where((at < programme.start) | (at >= programme.stop), np.float32(1) / factor, gains)

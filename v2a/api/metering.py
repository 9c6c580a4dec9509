"""The loudness of a finished file: measured as it decodes, and held against a delivery's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.meter import Meter
from v2a.dsp.specs import SPECS, Spec, spec
from v2a.dsp.verdict import Check, verdict
from v2a.media import sound
from v2a.model import Loudness

HOP = 0.1
_MOMENTARY, _SHORT_TERM = 4, 30
_SHAPES = (1, 2, 6)


@dataclass(frozen=True, eq=False)
class Reading:
    """What the meter says of a file; `steps` is the loudness of every 100 ms in LUFS."""

    path: Path
    loudness: Loudness
    seconds: float
    channels: int
    folded: bool
    steps: NDArray[np.float32]

    def against(self, name: str) -> Ruling:
        """This reading under the spec of that name."""
        wanted = spec(name)
        return Ruling(wanted, verdict(wanted, self.loudness))

    def all_rulings(self) -> tuple[Ruling, ...]:
        """This reading under every spec that has rules."""
        return tuple(self.against(each.name) for each in SPECS if each.loudness is not None)

    def momentary(self) -> NDArray[np.float64]:
        """Loudness over the last 0.4 s, every 100 ms, in LUFS."""
        return _sliding(self.steps, _MOMENTARY)

    def short_term(self) -> NDArray[np.float64]:
        """Loudness over the last 3 s, every 100 ms, in LUFS."""
        return _sliding(self.steps, _SHORT_TERM)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A spec, and a check for each of its rules."""

    spec: Spec
    checks: tuple[Check, ...]

    @property
    def passes(self) -> bool | None:
        """Whether every rule holds; nothing where there are none."""
        return all(check.holds for check in self.checks) if self.checks else None


def loudness(path: Path | str, hear: Callable[[float], None] = lambda seconds: None) -> Reading:
    """Measure the sound of a file, or of a film's default track; `hear` is told how many seconds are done."""
    path = Path(path)
    held = sound.info(path)
    channels = held.channels if held.channels in _SHAPES else 2
    meter = Meter(held.rate, channels, HOP, keep_curve=True)
    length = 0
    with sound.blocks(path, held.rate, channels) as blocks:
        for block in _plain(blocks):
            meter.add(block)
            length += block.shape[1]
            hear(length / held.rate)
    measured = meter.loudness()
    return Reading(
        path, measured, length / held.rate, held.channels, channels != held.channels, meter.curve()
    )


def _plain(blocks: Iterator[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The blocks with samples that are not numbers silenced, as a player would."""
    for block in blocks:
        yield block if np.isfinite(block).all() else np.nan_to_num(block, posinf=0.0, neginf=0.0)


def _sliding(steps: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    energy = np.where(np.isfinite(steps), 10.0 ** (steps.astype(np.float64) / 10.0), 0.0)
    sums = np.cumsum(np.concatenate([np.zeros(count), energy]))
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(np.maximum((sums[count:] - sums[:-count]) / count, 0.0)))

"""From a sum of stems to a spec: one gain, and as much limiting as is allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter
from v2a.dsp.specs import Spec
from v2a.interfaces import Bench
from v2a.model import Loudness
from v2a.stages.mixing.spool import Spool

BLOCK = 1 << 17
_STEP = 2048
_TRIES = 4
_CLOSE = 0.2
_HEARD = 0.1
_HIGHEST = 22.0


@dataclass(frozen=True)
class Limits:
    """How far the limiter may go, in dB: held over three seconds, and for a moment."""

    sustained: float = 3.0
    momentary: float = 6.0


def headroom(spec: Spec, limits: Limits) -> float:
    """How far above the programme's loudness a peak may lie, in dB, so that the spec can be met without more limiting
    than is allowed; never more than leaves a hit in its place beside a voice."""
    if spec.loudness is None or spec.ceiling is None:
        return _HIGHEST
    return min(_HIGHEST, spec.ceiling - spec.loudness + limits.momentary)


@dataclass(frozen=True)
class Summed:
    """What is known of the sum of the stems before any gain: its loudness, and the peak of every short step."""

    loudness: Loudness
    peaks: NDArray[np.float64]
    rate: int


@dataclass(frozen=True)
class Setting:
    """The one gain in dB for all stems, the ceiling the limiter works to, and by how many LU the target is missed."""

    gain: float
    ceiling: float | None
    between_samples: bool = True
    notes: tuple[str, ...] = ()
    short: float = 0.0

    def limiter(self, rate: int) -> Limiter | None:
        """A limiter at the beginning of the film."""
        if self.ceiling is None:
            return None
        return Limiter(rate, 2, self.ceiling, between_samples=self.between_samples)


class Peaks:
    """The highest sample of every step of 2048."""

    def __init__(self) -> None:
        self._found: list[NDArray[np.float32]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """Take a block; all but the last are whole steps long."""
        highest = np.abs(block).max(axis=0)
        missing = -len(highest) % _STEP
        self._found.append(np.pad(highest, (0, missing)).reshape(-1, _STEP).max(axis=1))

    def all(self) -> NDArray[np.float64]:
        """One number for each step."""
        return np.concatenate(self._found).astype(np.float64) if self._found else np.zeros(0)


def decide(
    summed: Summed, spool: Spool, spec: Spec, limits: Limits, spoken: float | None, bench: Bench
) -> Setting:
    """The setting for a spec; `spoken` is the loudness of the dialogue, where a spec is anchored to it."""
    highest = summed.loudness.true_peak
    if spec.loudness is None or spec.ceiling is None:
        over = bool(summed.peaks.size and summed.peaks.max() >= 1.0)
        return Setting(0.0, -0.001 if over else None, between_samples=False, notes=_over(over))
    measured, target, notes = _aim(summed, spec, spoken)
    if measured is None or highest is None:
        return Setting(0.0, None, notes=("The mix is silent; no loudness target was set.",))
    wanted = target - measured
    bound = _bound(summed, spec, limits)
    setting = Setting(min(wanted, bound), None, notes=notes)
    if highest + setting.gain > spec.ceiling:
        setting = _approach(replace(setting, ceiling=spec.ceiling), spool, summed, (wanted, bound), bench)
    return replace(setting, short=max(0.0, wanted - bound))


def _aim(summed: Summed, spec: Spec, spoken: float | None) -> tuple[float | None, float, tuple[str, ...]]:
    """What is measured, what it should be, and what to say of it."""
    assert spec.loudness is not None
    if spec.measured == "programme":
        return summed.loudness.integrated, spec.loudness, ()
    if spoken is not None:
        note = (
            f"{spec.name}: the level follows the dialogue, measured where speech was detected: an estimate."
        )
        return spoken, spec.loudness, (note,)
    target = spec.without_dialogue
    note = f"{spec.name}: there is no dialogue to measure; the programme is set to {target:g} LUFS."
    return summed.loudness.integrated, target, (note,)


def _over(over: bool) -> tuple[str, ...]:
    if not over:
        return ()
    return ("The sum of the stems went over full scale; the limiter holds it there. Lower the new sound.",)


def shortfall(wanted: Spec, limits: Limits, setting: Setting, reached: Loudness) -> tuple[str, ...]:
    """What to say where the finished mix stays under its target."""
    short = setting.short
    if wanted.loudness is not None and wanted.measured == "programme" and reached.integrated is not None:
        short = wanted.loudness - reached.integrated
    if short <= _HEARD:
        return ()
    return (
        f"The mix stays {short:.1f} LU under {wanted.name}'s {wanted.loudness:g} LUFS: more would take over "
        f"{limits.sustained:g} dB of limiting held or {limits.momentary:g} dB at a peak, or break its short-term "
        "limit. Compress or re-balance what peaks.",
    )


def _bound(summed: Summed, spec: Spec, limits: Limits) -> float:
    """The highest gain in dB that keeps within the limiter's bounds and the spec's short-term maximum."""
    assert spec.ceiling is not None and summed.loudness.true_peak is not None
    # The limiter works a little below the ceiling, and sees a little more than the meter.
    bound = spec.ceiling + limits.momentary - summed.loudness.true_peak - 0.15
    if spec.short_term_max is not None and summed.loudness.short_term_max is not None:
        bound = min(bound, spec.short_term_max - summed.loudness.short_term_max)
    low, high = bound - limits.momentary, bound
    if _held(summed, high - spec.ceiling) <= limits.sustained:
        return high
    while high - low > 0.01:
        middle = (low + high) / 2.0
        if _held(summed, middle - spec.ceiling) <= limits.sustained:
            low = middle
        else:
            high = middle
    return low


def _held(summed: Summed, above: float) -> float:
    """The most that is taken off on average over three seconds, in dB, with peaks raised by `above` dB."""
    with np.errstate(divide="ignore"):
        over = np.maximum(20.0 * np.log10(summed.peaks) + above, 0.0)
    steps = min(len(over), max(1, round(3.0 * summed.rate / _STEP)))
    sums = np.cumsum(np.concatenate([[0.0], over]))
    return float((sums[steps:] - sums[:-steps]).max() / steps) if len(over) else 0.0


def _approach(
    setting: Setting, spool: Spool, summed: Summed, aims: tuple[float, float], bench: Bench
) -> Setting:
    """Raise the gain by what the limiter took from the loudness, within the bound."""
    wanted, bound = aims
    before = summed.loudness.integrated
    for _ in range(_TRIES):
        if before is None or setting.gain >= bound:
            break
        after = _limited(setting, spool, summed.rate, bench)
        lost = before + wanted - after if after is not None else 0.0
        # Of what is added, the limiter takes a part again.
        setting = replace(setting, gain=min(bound, setting.gain + 1.1 * lost))
        if abs(lost) < _CLOSE:
            break
    return setting


def _limited(setting: Setting, spool: Spool, rate: int, bench: Bench) -> float | None:
    """The integrated loudness behind the limiter."""
    meter = Meter(rate, true_peak=False)
    curve = Curve(setting, spool, rate)
    for block in spool.blocks(BLOCK):
        bench.check_cancelled()
        meter.add(block * curve.next(block.shape[1]))
    return meter.integrated


class Curve:
    """The gain of every sample, in order, with the limiter's work in it."""

    def __init__(self, setting: Setting, spool: Spool, rate: int) -> None:
        self._limiter = setting.limiter(rate)
        self._factor = np.float32(10.0 ** (setting.gain / 20.0))
        self._spool = spool
        self._pushed = 0
        self._settled = np.zeros(0, np.float32)

    @property
    def reduction(self) -> float:
        """The most that the limiter took off so far, in dB."""
        return self._limiter.reduction if self._limiter is not None else 0.0

    def next(self, length: int) -> NDArray[np.float32]:
        """The gain of the next so many samples."""
        if self._limiter is None:
            return np.full(length, self._factor, np.float32)
        while len(self._settled) < length:
            self._settled = np.concatenate([self._settled, self._more(self._limiter)])
        answer, self._settled = self._settled[:length], self._settled[length:]
        return answer * self._factor

    def _more(self, limiter: Limiter) -> NDArray[np.float32]:
        stop = min(self._pushed + BLOCK, self._spool.length)
        if stop == self._pushed:
            return limiter.flush()
        block = self._spool.read(self._pushed, stop) * self._factor
        self._pushed = stop
        return limiter.push(block)

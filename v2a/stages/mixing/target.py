"""From a sum of stems to a spec: one gain, and as much limiting as is allowed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.dialogue import DialogueMeter, Stretches
from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter
from v2a.dsp.specs import Spec
from v2a.dsp.verdict import short_limit
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
    """The one gain in dB for all stems, the ceiling the limiter works to, and the loudness in LUFS it is to bring."""

    gain: float
    ceiling: float | None
    between_samples: bool = True
    notes: tuple[str, ...] = ()
    target: float | None = None

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


@dataclass(frozen=True)
class Order:
    """What is wanted: a spec, how far the limiter may go, and where the mix is spoken if the spec is anchored to that."""

    spec: Spec
    limits: Limits
    voices: Stretches = ()

    def meter(self, rate: int) -> Meter | DialogueMeter:
        """A meter of what the spec measures."""
        return DialogueMeter(rate, 2, self.voices) if self.voices else Meter(rate, true_peak=False)


def decide(summed: Summed, spool: Spool, order: Order, bench: Bench) -> Setting:
    """The setting for what is wanted."""
    spec, limits = order.spec, order.limits
    highest = summed.loudness.true_peak
    if spec.loudness is None or spec.ceiling is None:
        over = bool(summed.peaks.size and summed.peaks.max() >= 1.0)
        return Setting(0.0, -0.001 if over else None, between_samples=False, notes=_over(over))
    aim = _aim(summed, spool, order, bench)
    if aim.measured is None or highest is None:
        why = "is silent" if highest is None else "is too short or too soft to be measured"
        return Setting(0.0, None, notes=(f"The mix {why}; no loudness target was set.",))
    wanted = aim.target - aim.measured
    bound = _bound(summed, spec, limits)
    setting = Setting(min(wanted, bound), None, notes=aim.notes, target=aim.target)
    if highest + setting.gain > spec.ceiling:
        setting = _approach(replace(setting, ceiling=spec.ceiling), spool, summed.rate, aim, bound, bench)
    return setting


@dataclass(frozen=True)
class _Aim:
    """What is measured by which order, what it should be in LUFS, and what to say of it."""

    order: Order
    measured: float | None
    target: float
    notes: tuple[str, ...] = ()


def _aim(summed: Summed, spool: Spool, order: Order, bench: Bench) -> _Aim:
    spec = order.spec
    assert spec.loudness is not None
    if spec.measured == "programme":
        return _Aim(order, summed.loudness.integrated, spec.loudness)
    spoken = _heard(spool, order, summed.rate, None, bench) if order.voices else None
    if spoken is not None:
        note = (
            f"{spec.name}: the level follows the dialogue, measured where speech was detected: an estimate."
        )
        return _Aim(order, spoken, spec.loudness, (note,))
    least, target = 100 * spec.least_dialogue, spec.without_dialogue
    note = f"{spec.name}: speech was detected in less than {least:g} % of it; the programme is set to {target:g} LUFS."
    return _Aim(Order(spec, order.limits), summed.loudness.integrated, target, (note,))


def _over(over: bool) -> tuple[str, ...]:
    if not over:
        return ()
    return ("The sum of the stems went over full scale; the limiter holds it there. Lower the new sound.",)


def shortfall(wanted: Spec, limits: Limits, setting: Setting, reached: float | None) -> tuple[str, ...]:
    """What to say where the finished mix, or its dialogue, stays under its target."""
    short = 0.0 if setting.target is None or reached is None else setting.target - reached
    if short <= _HEARD:
        return ()
    return (
        f"The mix stays {short:.1f} LU under {wanted.name}'s {setting.target:g} LUFS: more would take over "
        f"{limits.sustained:g} dB of limiting held or {limits.momentary:g} dB at a peak, or break its short-term "
        "limit. Compress or re-balance what peaks.",
    )


def _bound(summed: Summed, spec: Spec, limits: Limits) -> float:
    """The highest gain in dB that keeps within the limiter's bounds and the spec's short-term maximum."""
    assert spec.ceiling is not None and summed.loudness.true_peak is not None
    # The limiter works a little below the ceiling, and sees a little more than the meter.
    bound = spec.ceiling + limits.momentary - summed.loudness.true_peak - 0.15
    short = short_limit(spec, summed.loudness)
    if short is not None:
        bound = min(bound, short.room)
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


def _approach(setting: Setting, spool: Spool, rate: int, aim: _Aim, bound: float, bench: Bench) -> Setting:
    """Raise the gain by what the limiter took from the loudness, within the bound."""
    for _ in range(_TRIES):
        if setting.gain >= bound:
            break
        after = _heard(spool, aim.order, rate, setting, bench)
        lost = aim.target - after if after is not None else 0.0
        # Of what is added, the limiter takes a part again.
        setting = replace(setting, gain=min(bound, setting.gain + 1.1 * lost))
        if abs(lost) < _CLOSE:
            break
    return setting


def _heard(spool: Spool, order: Order, rate: int, setting: Setting | None, bench: Bench) -> float | None:
    """The loudness of what is measured, as it is or behind the gain and the limiter."""
    meter = order.meter(rate)
    curve = Curve(setting, spool, rate) if setting is not None else None
    for block in spool.blocks(BLOCK):
        bench.check_cancelled()
        meter.add(block if curve is None else block * curve.next(block.shape[1]))
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

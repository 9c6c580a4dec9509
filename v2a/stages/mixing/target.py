"""From a sum of stems to a spec: one gain, and as much limiting as is allowed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.dialogue import DialogueMeter, Stretches
from v2a.dsp.meter import Meter
from v2a.dsp.specs import Spec
from v2a.dsp.verdict import short_limit
from v2a.interfaces import Bench
from v2a.model import Loudness
from v2a.stages.mixing.curve import BLOCK, STEP, Curve, Setting
from v2a.stages.mixing.spool import Recorded

_SUSTAINED = 3.0
_TRIES = 6
_CLOSE = 0.05
# Of what is added, the limiter takes a part again.
_SLOPE = 0.9
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
    """What is known of the sum of the stems of all reels before any gain: its loudness, and the peak of every short step."""

    loudness: Loudness
    peaks: NDArray[np.float64]
    rate: int


class Peaks:
    """The highest sample of every step of 2048."""

    def __init__(self) -> None:
        self._found: list[NDArray[np.float32]] = []

    def add(self, block: NDArray[np.float32]) -> None:
        """Take a block; one that ends within a step ends with a short one."""
        highest = np.abs(block).max(axis=0)
        missing = -len(highest) % STEP
        self._found.append(np.pad(highest, (0, missing)).reshape(-1, STEP).max(axis=1))

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


def decide(summed: Summed, spool: Recorded, order: Order, bench: Bench) -> Setting:
    """The setting for what is wanted."""
    spec, limits = order.spec, order.limits
    highest = summed.loudness.true_peak
    if spec.loudness is None or spec.ceiling is None:
        over = bool(summed.peaks.size and summed.peaks.max() >= 1.0)
        return Setting(0.0, -0.001 if over else None, between_samples=False, notes=_over(over))
    aim = _aim(summed, spool, order, bench)
    if aim.measured is None or highest is None:
        why = "is silent" if highest is None else "is too short or too soft to be measured"
        ceiling = spec.ceiling if highest is not None and highest > spec.ceiling else None
        return Setting(0.0, ceiling, notes=(f"The mix {why}; no loudness target was set.",))
    wanted = aim.target - aim.measured
    bound = _bound(summed, spec, limits)
    setting = Setting(min(wanted, bound), None, notes=aim.notes, target=aim.target)
    if highest + setting.gain > spec.ceiling:
        setting = _approach(replace(setting, ceiling=spec.ceiling), spool, summed.rate, aim, bound, bench)
    return setting


def kept(summed: Summed, spec: Spec, gain: float) -> Setting:
    """The setting of a reel that was set with others before: their gain, and the limiter where it is needed."""
    highest = summed.loudness.true_peak
    over = spec.ceiling is not None and highest is not None and highest + gain > spec.ceiling
    return Setting(gain, spec.ceiling if over else None)


@dataclass(frozen=True)
class _Aim:
    """What is measured by which order, what it should be in LUFS, and what to say of it."""

    order: Order
    measured: float | None
    target: float
    notes: tuple[str, ...] = ()


def _aim(summed: Summed, spool: Recorded, order: Order, bench: Bench) -> _Aim:
    spec = order.spec
    assert spec.loudness is not None
    if spec.measured == "programme":
        return _Aim(order, summed.loudness.integrated, spec.loudness)
    spoken = _heard(spool, order, summed.rate, bench) if order.voices else None
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
    if short < -_HEARD:
        over = f"The mix lies {-short:.1f} LU over {wanted.name}'s {setting.target:g} LUFS"
        return (f"{over}: its loudness jumps there, for softer passages come to count.",)
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
    """The most that is taken off on average over three seconds, in dB, with peaks raised by `above` dB: guessed from
    the samples alone."""
    with np.errstate(divide="ignore"):
        over = np.maximum(20.0 * np.log10(summed.peaks) + above, 0.0)
    return sustained(over, summed.rate)


def sustained(taken: NDArray[np.float64], rate: int) -> float:
    """The highest mean over three seconds of what is taken off in every step."""
    steps = min(len(taken), max(1, round(_SUSTAINED * rate / STEP)))
    sums = np.cumsum(np.concatenate([[0.0], taken]))
    return float((sums[steps:] - sums[:-steps]).max() / steps) if steps else 0.0


@dataclass(frozen=True, slots=True)
class _Point:
    """A gain in dB, how far over the target in LU it leads, and by how many dB too much limiting would be held."""

    gain: float
    off: float
    held: float

    @property
    def allowed(self) -> bool:
        """Whether the limiter keeps within its bounds."""
        return self.held < _CLOSE


def _approach(setting: Setting, spool: Recorded, rate: int, aim: _Aim, bound: float, bench: Bench) -> Setting:
    """The gain within the limiter's bounds whose loudness behind it comes nearest to what is aimed at."""
    gain, found = setting.gain, list[_Point]()
    while len(found) < _TRIES:
        point = _tried(replace(setting, gain=gain), spool, rate, aim, bench)
        if point is None:
            break
        found.append(point)
        enough = abs(point.off) < _CLOSE or (point.off < 0.0 and (gain >= bound or point.held > -2 * _CLOSE))
        if point.allowed and enough:
            break
        gain = min(bound, _next(found))
    if not found:
        return setting
    allowed = [p for p in found if p.allowed] or [min(found, key=lambda p: p.held)]
    return replace(setting, gain=min(allowed, key=lambda p: abs(p.off)).gain)


def _next(found: Sequence[_Point]) -> float:
    """The gain to try after these: on the line through the last two, within what is known to be too little and too
    much."""
    last = found[-1]
    slope = _SLOPE
    if len(found) > 1 and found[-2].gain != last.gain:
        slope = min(4.0, max(0.25, (last.off - found[-2].off) / (last.gain - found[-2].gain)))
    gain = last.gain - last.off / slope if last.allowed else last.gain - last.held / _SLOPE
    little = max((p.gain for p in found if p.allowed and p.off < 0.0), default=-math.inf)
    much = min((p.gain for p in found if not p.allowed or p.off > 0.0), default=math.inf)
    return gain if little < gain < much else (little + much) / 2.0


def _tried(setting: Setting, spool: Recorded, rate: int, aim: _Aim, bench: Bench) -> _Point | None:
    """Where a setting leads, by way of its limiter."""
    curve, taken = Curve(setting, spool, rate), list[NDArray[np.float64]]()
    meter = aim.order.meter(rate)
    for block in spool.blocks(BLOCK):
        bench.check_cancelled()
        gains = curve.next(block.shape[1])
        taken.append(curve.taken(gains))
        meter.add(block * gains)
    if meter.integrated is None:
        return None
    held = sustained(np.concatenate(taken), rate) - aim.order.limits.sustained
    return _Point(setting.gain, meter.integrated - aim.target, held)


def _heard(spool: Recorded, order: Order, rate: int, bench: Bench) -> float | None:
    """The loudness of what is measured, as it is."""
    meter = order.meter(rate)
    for block in spool.blocks(BLOCK):
        bench.check_cancelled()
        meter.add(block)
    return meter.integrated

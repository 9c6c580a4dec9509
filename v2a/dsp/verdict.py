"""Whether a measured sound keeps a delivery's loudness rules, and what to change where it does not."""

from __future__ import annotations

import math
from dataclasses import dataclass

from v2a.dsp.specs import Spec
from v2a.model import Loudness

_ROUNDING = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: what was measured, what is allowed, whether it holds, and the change that would make it hold, of which
    `turn` is the gain in dB."""

    measure: str
    value: float | None
    allowed: str
    holds: bool
    change: str = ""
    turn: float = 0.0


def anchored(spec: Spec, share: float) -> bool:
    """Whether a spec is judged by dialogue in a programme of which such a share, 0 to 1, is speech."""
    return spec.measured == "dialogue" and share >= spec.least_dialogue


def verdict(spec: Spec, measured: Loudness, spoken: float | None = None) -> tuple[Check, ...]:
    """A check for every rule of a spec; `spoken` is the loudness of the dialogue where the spec is anchored to it.

    A figure is judged as it is printed: to a tenth.
    """
    if spec.loudness is None or spec.ceiling is None:
        return ()
    level = _level(spec, measured, spoken)
    return (level, *_short(spec, measured, level), _peak(spec.ceiling, measured, level))


def _peak(ceiling: float, measured: Loudness, level: Check) -> Check:
    over = -math.inf if measured.true_peak is None else measured.true_peak - ceiling
    holds = over < _ROUNDING
    change = ""
    if not holds and level.turn > 0.0:
        change = f"limit to {ceiling:g} dBTP"
    elif not holds:
        change = _mended(over, level) or f"limit to {ceiling:g} dBTP, or lower it by {over:.1f} dB"
    return Check("true peak", measured.true_peak, f"at most {ceiling:g} dBTP", holds, change)


def _mended(over: float, level: Check) -> str:
    """What is over a limit by no more than the programme is to be lowered anyway needs nothing else."""
    return "lowering it mends this too" if over + level.turn < _ROUNDING else ""


def target(spec: Spec, spoken: float | None) -> float | None:
    """What a spec asks of the programme in LUFS, or of its dialogue where it is anchored to that."""
    return spec.without_dialogue if spec.measured == "dialogue" and spoken is None else spec.loudness


def _level(spec: Spec, measured: Loudness, spoken: float | None) -> Check:
    by_dialogue = spec.measured == "dialogue" and spoken is not None
    wanted = target(spec, spoken)
    assert wanted is not None
    value = spoken if by_dialogue else measured.integrated
    name = "dialogue" if by_dialogue else "integrated"
    allowed = f"{wanted:g} LUFS ±{spec.tolerance:g}"
    if value is None:
        silent = measured.true_peak is None
        why = "there is nothing to hear" if silent else "it is too short or too soft to be measured"
        return Check(name, None, allowed, False, why)
    off = wanted - value
    holds = abs(off) < spec.tolerance + _ROUNDING
    if holds:
        return Check(name, value, allowed, True)
    return Check(name, value, allowed, False, _turn(off, spec, measured), off)


def _turn(off: float, spec: Spec, measured: Loudness) -> str:
    if off < 0.0:
        return f"lower it by {-off:.1f} dB"
    assert spec.ceiling is not None
    said = [f"raise it by {off:.1f} dB"]
    limit = short_limit(spec, measured)
    louder = off - limit.room if limit is not None else 0.0
    if limit is not None and louder >= _ROUNDING:
        said.append(f"compress: the loudest passage then goes {louder:.1f} LU over {limit.most:g} LUFS")
    above = 0.0 if measured.true_peak is None else measured.true_peak + off - spec.ceiling
    if above >= _ROUNDING:
        said.append(f"limit: peaks then go {above:.1f} dB over {spec.ceiling:g} dBTP")
    return " and ".join(said)


@dataclass(frozen=True, slots=True)
class ShortLimit:
    """What a spec allows of the loudest passage, and what was measured, in LUFS."""

    name: str
    most: float
    value: float | None

    @property
    def room(self) -> float:
        """How much louder the passage may be, in LU; silence as loud as one likes."""
        return math.inf if self.value is None else self.most - self.value


def short_limit(spec: Spec, measured: Loudness) -> ShortLimit | None:
    """The one short limit that is judged, where the spec has any: what lasts under three seconds has no short-term
    loudness and is judged by its momentary one."""
    if spec.short_term_max is not None and measured.short_term_max is not None:
        return ShortLimit("short-term", spec.short_term_max, measured.short_term_max)
    if spec.momentary_max is not None:
        return ShortLimit("momentary", spec.momentary_max, measured.momentary_max)
    return None


def _short(spec: Spec, measured: Loudness, level: Check) -> list[Check]:
    limit = short_limit(spec, measured)
    if limit is None:
        return []
    over = -limit.room
    holds = over < _ROUNDING
    change = "" if holds else _mended(over, level) or f"lower the loudest passage by {over:.1f} dB"
    return [Check(f"highest {limit.name}", limit.value, f"at most {limit.most:g} LUFS", holds, change)]

"""Whether a measured sound keeps a delivery's loudness rules, and what to change where it does not."""

from __future__ import annotations

from dataclasses import dataclass

from v2a.dsp.specs import Spec
from v2a.model import Loudness

_ROUNDING = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: what was measured, what is allowed, whether it holds, and the change that would make it hold."""

    measure: str
    value: float | None
    allowed: str
    holds: bool
    change: str = ""


def verdict(spec: Spec, measured: Loudness, spoken: float | None = None) -> tuple[Check, ...]:
    """A check for every rule of a spec; `spoken` is the loudness of the dialogue, for specs that are anchored to it.

    A figure is judged as it is printed: to a tenth.
    """
    if spec.loudness is None or spec.ceiling is None:
        return ()
    checks = [_level(spec, measured, spoken)]
    checks += _short(spec, measured)
    peak = measured.true_peak
    over = 0.0 if peak is None else peak - spec.ceiling
    checks.append(
        Check(
            "true peak",
            peak,
            f"at most {spec.ceiling:g} dBTP",
            over < _ROUNDING,
            "" if over < _ROUNDING else f"limit to {spec.ceiling:g} dBTP, or lower it by {over:.1f} dB",
        )
    )
    return tuple(checks)


def _level(spec: Spec, measured: Loudness, spoken: float | None) -> Check:
    assert spec.loudness is not None
    by_dialogue = spec.measured == "dialogue" and spoken is not None
    target = spec.loudness if by_dialogue or spec.measured == "programme" else spec.without_dialogue
    value = spoken if by_dialogue else measured.integrated
    name = "dialogue" if by_dialogue else "integrated"
    allowed = f"{target:g} LUFS ±{spec.tolerance:g}"
    if value is None:
        return Check(name, None, allowed, False, "there is nothing to hear")
    off = target - value
    holds = abs(off) < spec.tolerance + _ROUNDING
    return Check(name, value, allowed, holds, "" if holds else _turn(off, spec, measured))


def _turn(off: float, spec: Spec, measured: Loudness) -> str:
    if off < 0.0:
        return f"lower it by {-off:.1f} dB"
    assert spec.ceiling is not None
    above = 0.0 if measured.true_peak is None else measured.true_peak + off - spec.ceiling
    if above < _ROUNDING:
        return f"raise it by {off:.1f} dB"
    return f"raise it by {off:.1f} dB and limit: peaks then go {above:.1f} dB over {spec.ceiling:g} dBTP"


def _short(spec: Spec, measured: Loudness) -> list[Check]:
    rules = (
        ("short-term", measured.short_term_max, spec.short_term_max),
        ("momentary", measured.momentary_max, spec.momentary_max),
    )
    found = []
    for name, value, most in rules:
        if most is None:
            continue
        over = 0.0 if value is None else value - most
        holds = over < _ROUNDING
        change = "" if holds else f"lower the loudest passage by {over:.1f} dB"
        found.append(Check(f"highest {name}", value, f"at most {most:g} LUFS", holds, change))
    return found

"""Generators: the numbers of what a zone sets, with their defaults and limits (SoundFont 2.04, 8.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

START, END, LOOP_START, LOOP_END, START_COARSE = 0, 1, 2, 3, 4
MOD_LFO_TO_PITCH, VIB_LFO_TO_PITCH, MOD_ENV_TO_PITCH = 5, 6, 7
CUTOFF, RESONANCE, MOD_LFO_TO_CUTOFF, MOD_ENV_TO_CUTOFF, END_COARSE, MOD_LFO_TO_VOLUME = 8, 9, 10, 11, 12, 13
PAN = 17
MOD_LFO_DELAY, MOD_LFO_RATE, VIB_LFO_DELAY, VIB_LFO_RATE = 21, 22, 23, 24
MOD_DELAY, MOD_ATTACK, MOD_HOLD, MOD_DECAY, MOD_SUSTAIN, MOD_RELEASE, KEY_TO_MOD_HOLD, KEY_TO_MOD_DECAY = (
    range(25, 33)
)
DELAY, ATTACK, HOLD, DECAY, SUSTAIN, RELEASE, KEY_TO_HOLD, KEY_TO_DECAY = range(33, 41)
INSTRUMENT, KEYS, VELOCITIES, LOOP_START_COARSE = 41, 43, 44, 45
KEY, VELOCITY, ATTENUATION, LOOP_END_COARSE, COARSE, FINE, SAMPLE, LOOPS = 46, 47, 48, 50, 51, 52, 53, 54
SCALE, EXCLUSIVE, ROOT = 56, 57, 58
COUNT = 61

DEFAULTS: Mapping[int, int] = {
    CUTOFF: 13500,
    **dict.fromkeys((MOD_LFO_DELAY, VIB_LFO_DELAY), -12000),
    **dict.fromkeys((MOD_DELAY, MOD_ATTACK, MOD_HOLD, MOD_DECAY, MOD_RELEASE), -12000),
    **dict.fromkeys((DELAY, ATTACK, HOLD, DECAY, RELEASE), -12000),
    KEYS: 127 << 8,
    VELOCITIES: 127 << 8,
    KEY: -1,
    VELOCITY: -1,
    SCALE: 100,
    ROOT: -1,
}
LIMITS: Mapping[int, tuple[int, int]] = {
    **dict.fromkeys((MOD_LFO_TO_PITCH, VIB_LFO_TO_PITCH, MOD_ENV_TO_PITCH), (-12000, 12000)),
    CUTOFF: (1500, 13500),
    RESONANCE: (0, 960),
    **dict.fromkeys((MOD_LFO_TO_CUTOFF, MOD_ENV_TO_CUTOFF), (-12000, 12000)),
    MOD_LFO_TO_VOLUME: (-960, 960),
    PAN: (-500, 500),
    **dict.fromkeys((MOD_LFO_DELAY, VIB_LFO_DELAY, MOD_DELAY, MOD_HOLD, DELAY, HOLD), (-12000, 5000)),
    **dict.fromkeys((MOD_LFO_RATE, VIB_LFO_RATE), (-16000, 4500)),
    **dict.fromkeys((MOD_ATTACK, MOD_DECAY, MOD_RELEASE, ATTACK, DECAY, RELEASE), (-12000, 8000)),
    MOD_SUSTAIN: (0, 1000),
    SUSTAIN: (0, 1440),
    **dict.fromkeys((KEY_TO_MOD_HOLD, KEY_TO_MOD_DECAY, KEY_TO_HOLD, KEY_TO_DECAY), (-1200, 1200)),
    ATTENUATION: (0, 1440),
    COARSE: (-120, 120),
    FINE: (-99, 99),
    SCALE: (0, 1200),
}
# What a preset may not add to: addresses, what is played instead, and whatever names rather than measures.
_ADDRESSES = (START, END, LOOP_START, LOOP_END, START_COARSE, END_COARSE, LOOP_START_COARSE, LOOP_END_COARSE)
INSTRUMENT_ONLY = frozenset((*_ADDRESSES, KEY, VELOCITY, SAMPLE, LOOPS, EXCLUSIVE, ROOT))


_LOWS = tuple(LIMITS.get(n, (-32768, 32767))[0] for n in range(COUNT))
_HIGHS = tuple(LIMITS.get(n, (-32768, 32767))[1] for n in range(COUNT))


def limited(amounts: Sequence[float]) -> list[float]:
    """The amounts of all generators within what each may have."""
    return [
        low if amount < low else high if amount > high else amount
        for amount, low, high in zip(amounts, _LOWS, _HIGHS)
    ]

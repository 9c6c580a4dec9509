"""How loud each take is to be: set against the dialogue, or against an anchor where nobody speaks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import finite
from v2a.dsp.meter import Meter, measure
from v2a.dsp.pan import stereo
from v2a.interfaces import Bench, StageBench
from v2a.model import Audio, Kind, Loudness, Region, Span, codec
from v2a.stages.mixing.sounds import Heard
from v2a.stages.mixing.spool import Spool

_BLOCK = 1 << 18
_FARTHEST = 8.0
# What is less than this many LU under its level is not worth a word; so many sounds are named.
_NOTED, _NAMED = 1.0, 3


@dataclass(frozen=True)
class Levels:
    """Levels in LU against the dialogue: integrated for `bg`, `mx` and `vo`, the loudest moment for `fo` and `fx`.

    A short sound peaks no further above the dialogue than `headroom`, however quiet its mean is.
    """

    bg: float
    mx: float
    fo: float
    fx: float
    vo: float
    headroom: float

    def of(self, kind: Kind) -> float:
        """The level of one kind of sound."""
        return {"bg": self.bg, "mx": self.mx, "fo": self.fo, "fx": self.fx, "vo": self.vo}[kind]


@dataclass(frozen=True)
class Talk:
    """The production sound of a reel, which begins at sample `origin` of its film, and where someone speaks in it."""

    spool: Spool
    speech: tuple[Span, ...]
    origin: int


def dialogue(reels: Iterable[Talk], rate: int) -> float | None:
    """The loudness in LUFS of the production sound where someone speaks; nothing where nobody is heard."""
    meter = Meter(rate, true_peak=False)
    for reel in reels:
        for span in reel.speech:
            samples = span.samples(rate)
            stop = samples.stop - reel.origin
            for start in range(samples.start - reel.origin, stop, _BLOCK):
                meter.add(reel.spool.read(start, min(start + _BLOCK, stop)))
    return meter.loudness().integrated


@dataclass(frozen=True)
class Gains:
    """The gain in dB for each take, by its id, and by how many LU a take is held under its level for its peaks."""

    by_take: Mapping[str, float]
    held: Mapping[str, float]

    def notes(self, regions: Iterable[Region]) -> tuple[str, ...]:
        """Which of these sounds are clearly softer than was asked, in one line."""
        under: dict[str, float] = {}
        for region in regions:
            by = self.held.get(region.take.id, 0.0)
            if by > _NOTED:
                under[region.take.prompt] = max(by, under.get(region.take.prompt, 0.0))
        if not under:
            return ()
        told = sorted(under.items(), key=lambda one: (-one[1], one[0]))
        names = ", ".join(f"{prompt!r} by {by:.1f} LU" for prompt, by in told[:_NAMED])
        more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
        return (
            f"Held under the level asked for, since their peaks would leave the limiter too much to do: {names}{more}.",
        )


def gains(
    regions: Sequence[Region], sounds: Mapping[Heard, Audio], levels: Levels, anchor: float, bench: Bench
) -> Gains:
    """The gain of each take.

    Backgrounds, music and narration are set one by one. Of the foley and of the effects of one generator the
    loudest is set and the rest keep their distance to it: a far step stays softer than a near one. Between sounds
    asked for in other words that distance is bounded, so that a hammer is still heard in a film with thunder.
    """
    found: dict[str, float] = {}
    held: dict[str, float] = {}
    groups: dict[tuple[Kind, str], dict[str, dict[str, Loudness]]] = {}
    for region in {r.take.id: r for r in regions}.values():
        take = region.take
        loudness = _measured(region, sounds[Heard.by(region)], bench)
        target = anchor + levels.of(region.stem)
        if region.stem in ("fo", "fx"):
            alike = groups.setdefault((region.stem, take.generator), {}).setdefault(take.prompt, {})
            alike[take.id] = loudness
        elif loudness.integrated is not None:
            found[take.id] = target - loudness.integrated
        elif loudness.momentary_max is not None:
            found[take.id] = target - loudness.momentary_max
    for (kind, _), group in groups.items():
        heard = [alike for alike in group.values() if math.isfinite(_loudest(alike))]
        loudest = max(map(_loudest, heard), default=0.0)
        for alike in heard:
            nearer = max(0.0, loudest - _FARTHEST - _loudest(alike))
            wanted = anchor + levels.of(kind) - loudest + nearer
            gain = min(wanted, anchor + levels.headroom - _highest(alike))
            found.update(dict.fromkeys(alike, gain))
            held.update(dict.fromkeys(alike, wanted - gain))
    return Gains(found, held)


def _loudest(alike: Mapping[str, Loudness]) -> float:
    return max((m.momentary_max for m in alike.values() if m.momentary_max is not None), default=-math.inf)


def _highest(alike: Mapping[str, Loudness]) -> float:
    return max((m.true_peak for m in alike.values() if m.true_peak is not None), default=-math.inf)


def _measured(region: Region, sound: Audio, bench: Bench) -> Loudness:
    """The loudness of a take; the peak only of what may be a single hit."""
    take, hit = region.take, region.stem in ("fo", "fx")
    hop = 0.02 if hit else 0.1
    store = bench.store if isinstance(bench, StageBench) else None
    if store is None:
        return measure(_blocks(sound), sound.rate, hop, true_peak=hit)
    key = store.key(
        "loudness of a take", 1, take.id, take.generator, take.version, take.seed, sound.length, hit
    )
    value = store.value(key)
    if value is not None:
        return codec.decode(Loudness, value)
    loudness = measure(_blocks(sound), sound.rate, hop, true_peak=hit)
    store.keep_value(key, codec.encode(loudness))
    return loudness


def _blocks(sound: Audio) -> Iterable[NDArray[np.float32]]:
    # As it will be heard: one channel plays on both sides.
    for start in range(0, sound.length, _BLOCK):
        yield stereo(finite(np.asarray(sound.samples[:, start : start + _BLOCK])))
    # A click is over before the meter's window is full.
    short = round(0.5 * sound.rate) - sound.length
    if short > 0:
        yield np.zeros((2, short), np.float32)

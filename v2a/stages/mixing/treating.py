"""Effects on a stem: found by name, opened one behind the other, and run over all of it once.

Effects colour a sound, and levels are set by the options of the mix. So a chain works at one nominal level whatever the
balance is: the stem is brought to -18 LUFS before it, which thresholds and drives refer to, and behind it is as loud as
it came. All reels of a programme are brought there by one gain. What works in the steps of a file comes after all that.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import gain_of
from v2a.dsp.meter import Meter
from v2a.errors import PluginContract, PresetError, UnknownName
from v2a.interfaces import Bench, Effect, Processor, checked, keyed
from v2a.model import Applied, SampleSpan, Stem, Treatment, codec
from v2a.stages.mixing.curve import BLOCK
from v2a.stages.mixing.spool import Spool, within
from v2a.stages.mixing.tracks import Track, Treated

NOMINAL = -18.0
"""The loudness in LUFS at which effects see a stem."""

_RATE = 48_000
_NAME = "effect"
# A chain that takes nearly everything away is not answered with its noise.
_FURTHEST = 24.0


@dataclass(frozen=True)
class Insert:
    """An effect in a stem's chain, with its parameters."""

    effect: Effect
    params: object

    @property
    def where(self) -> str:
        """What it is called where something goes wrong."""
        return f"effect {self.effect.card.name}"

    @property
    def said(self) -> Applied:
        """What it is and how it is set."""
        card = self.effect.card
        return Applied(card.name, card.version, codec.encode(keyed(self.params)))


@dataclass(frozen=True)
class Line:
    """A stem of one reel on its way through the effects: how long it is, which of it is programme, and what makes a
    spool of some name for what comes out.
    """

    stem: Stem
    track: Track
    length: int
    programme: SampleSpan
    spool: Callable[[str], Spool]

    def blocks(self, bench: Bench) -> Iterator[NDArray[np.float32]]:
        """All of it, before it steps back for speech."""
        for start in range(0, self.length, BLOCK):
            bench.progress(start / 3, self.length, "effects")
            yield self.track.dry(start, min(start + BLOCK, self.length))

    def through(self, inserts: Sequence[Insert], gain: float, bench: Bench) -> Line:
        """The same stem behind effects, `gain` dB louder before them; none of it later than before."""
        if not inserts:
            return self
        spool = self.spool(f"{self.stem}-{inserts[0].effect.card.name}")
        _run(self.blocks(bench), gain_of(gain), inserts, spool, bench)
        return replace(self, track=Treated(spool, _RATE, self.track.ducking))

    def louder(self, gain: float) -> Line:
        """The same stem so many dB louder."""
        return (
            replace(self, track=replace(self.track, gain=gain)) if isinstance(self.track, Treated) else self
        )


def chain(named: Sequence[Mapping[str, Any]], known: Mapping[str, Effect], stem: str) -> tuple[Insert, ...]:
    """The effects of a stem as options name them: `{effect = "eq", low_gain = 2.0}`."""
    return tuple(_insert(dict(one), known, f"[mix.effects] {stem}") for one in named)


def _insert(values: dict[str, Any], known: Mapping[str, Effect], where: str) -> Insert:
    name = values.pop(_NAME, None)
    if not isinstance(name, str) or name not in known:
        close = difflib.get_close_matches(str(name), known, 1)
        guess = f"Did you mean {close[0]!r}? " if close else ""
        what = "an effect without a name" if name is None else f"there is no effect {name!r}"
        raise UnknownName(
            what, where=where, remedy=f"{guess}There are: {', '.join(sorted(known)) or 'none'}."
        )
    effect = known[name]
    try:
        return Insert(effect, checked(effect.card.params, values, name))
    except ValueError as error:
        raise PresetError(
            str(error),
            where=where,
            remedy="Correct it or leave it out.",
        ) from error


def treated(
    lines: Sequence[Line], inserts: Sequence[Insert], bench: Bench, known: Treatment | None = None
) -> tuple[tuple[Track, ...], Treatment]:
    """A stem of all reels behind its effects, and the levels at which these worked: measured, or as `known` of them."""
    applied = tuple(insert.said for insert in inserts)
    known = known if known is not None and known.effects == applied else None
    colours = [insert for insert in inserts if not insert.effect.card.last]
    closing = [insert for insert in inserts if insert.effect.card.last]
    heard = _loudness(lines, bench) if known is None and colours else None
    before = known.before if known is not None else 0.0 if heard is None else NOMINAL - heard
    lines = [line.through(colours, before, bench) for line in lines]
    behind = known.behind if known is not None else -before
    if heard is not None:
        made = _loudness(lines, bench)
        lost = 0.0 if made is None else NOMINAL - made
        behind += min(_FURTHEST, max(-_FURTHEST, lost))
    lines = [line.louder(behind).through(closing, 0.0, bench) for line in lines]
    return tuple(line.track for line in lines), Treatment(lines[0].stem, applied, before, behind)


def _loudness(lines: Sequence[Line], bench: Bench) -> float | None:
    """How loud a stem is in LUFS, over all reels; the loudest moment of what is too short for more."""
    meter = Meter(_RATE, hop=0.1, true_peak=False)
    for line in lines:
        at = 0
        for block in line.blocks(bench):
            meter.add(within(line.programme, block, at))
            at += block.shape[1]
    found = meter.loudness()
    return found.momentary_max if found.integrated is None else found.integrated


def _run(
    blocks: Iterable[NDArray[np.float32]],
    gain: float,
    inserts: Sequence[Insert],
    spool: Spool,
    bench: Bench,
) -> None:
    """Write what comes out of a chain, without what its latency lets come late."""
    with ExitStack() as opened:
        processors = []
        for insert in inserts:
            processor = insert.effect.open(bench, _RATE, 2, insert.params)
            opened.callback(processor.close)
            processors.append(processor)
        late = sum(processor.latency for processor in processors)
        louder = (block * np.float32(gain) for block in blocks)
        for block in _through(louder, processors, inserts):
            skipped = min(late, block.shape[1])
            late -= skipped
            spool.add(block[:, skipped:])


def _through(
    blocks: Iterator[NDArray[np.float32]], processors: Sequence[Processor], inserts: Sequence[Insert]
) -> Iterator[NDArray[np.float32]]:
    """The sound behind all processors; what each of them still holds at the end goes through those after it."""
    for processor, insert in zip(processors, inserts, strict=True):
        blocks = _behind(blocks, processor, insert)
    return blocks


def _behind(
    blocks: Iterator[NDArray[np.float32]], processor: Processor, insert: Insert
) -> Iterator[NDArray[np.float32]]:
    for block in blocks:
        made = processor(block)
        if made.shape != block.shape:
            what = f"made {made.shape} out of a block of {block.shape}"
            raise PluginContract(
                what, where=insert.where, remedy="Take it off the stem, or update its plugin."
            )
        yield made
    rest = processor.flush()
    if rest is not None:
        yield rest

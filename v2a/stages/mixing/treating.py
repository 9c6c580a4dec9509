"""Effects on a stem: found by name, opened one behind the other, and run over all of it once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import PluginContract, PresetError, UnknownName
from v2a.interfaces import Bench, Effect, Processor, checked
from v2a.stages.mixing.curve import BLOCK
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.tracks import Track

_RATE = 48_000
_NAME = "effect"


@dataclass(frozen=True)
class Insert:
    """An effect in a stem's chain, with its parameters."""

    effect: Effect
    params: object

    @property
    def where(self) -> str:
        """What it is called where something goes wrong."""
        return f"effect {self.effect.card.name}"


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


def treat(track: Track, length: int, inserts: Sequence[Insert], spool: Spool, bench: Bench) -> None:
    """Write a track as it sounds behind its effects, none of it later than before."""
    with ExitStack() as opened:
        processors = []
        for insert in inserts:
            processor = insert.effect.open(bench, _RATE, 2, insert.params)
            opened.callback(processor.close)
            processors.append(processor)
        late = sum(processor.latency for processor in processors)
        for block in _through(_dry(track, length, bench), processors, inserts):
            skipped = min(late, block.shape[1])
            late -= skipped
            spool.add(block[:, skipped:])


def _dry(track: Track, length: int, bench: Bench) -> Iterator[NDArray[np.float32]]:
    for start in range(0, length, BLOCK):
        bench.progress(start / 3, length, "effects")
        yield track.dry(start, min(start + BLOCK, length))


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

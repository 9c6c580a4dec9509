"""The parts of a take that was made without them: its generator makes it once more and keeps them apart."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np

from v2a.api.session import Session
from v2a.model import Cue, SoundFile, Take
from v2a.stages.generate import Generated, GenerateInputs

# The parameter by which a generator is asked to keep named parts.
PARTS = "parts"
_BLOCK = 1 << 20


def parted(session: Session, cue: Cue, take: Take) -> Take | None:
    """The take with its parts; none where its generator makes none, or where it would not sound now as it did then."""
    if take.parts:
        return take
    entry = session.host.generators.get(take.generator)
    if entry is None or all(f.name != PARTS for f in dataclasses.fields(entry.thing.card.params)):
        return None
    again = _made_again(session, cue, take)
    if again is None or not again.parts or not _same(again.sound, take.sound):
        return None
    return replace(take, parts=again.parts)


def _made_again(session: Session, cue: Cue, take: Take) -> Take | None:
    """A take made as this one was, with parts; the project does not count it among its takes."""
    asked = replace(
        cue,
        prompt=take.prompt,
        generator=take.generator,
        seed=take.seed,
        params={**cue.params, PARTS: True},
        take=None,
        muted=False,
        solo=False,
        suggested=False,
    )
    inputs = GenerateInputs(
        replace(session.spotting(), cues=(asked,)),
        session.observe(),
        session.host,
        session.choices.params,
        tempo=session.options("tempo"),
    )
    options = replace(session.options("generate"), candidates=1, fallback=False)
    made: Generated = session.run("generate", inputs, options)
    return made.takes[0] if made.takes else None


def _same(one: SoundFile, other: SoundFile) -> bool:
    """Whether two sounds are alike, sample by sample."""
    a, b = one.open().samples, other.open().samples
    return a.shape == b.shape and all(
        np.array_equal(a[:, at : at + _BLOCK], b[:, at : at + _BLOCK]) for at in range(0, a.shape[1], _BLOCK)
    )

"""Sound that lies early, late or runs away from its picture, put where it belongs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.alignment import Alignment, align
from v2a.dsp.marks import Marks
from v2a.media import mux, sound
from v2a.media.production import production
from v2a.media.resample import Resampler, reblocked
from v2a.media.writer import SoundWriter
from v2a.model import Moment, Onset, nearest
from v2a.stages.listening import listen

if TYPE_CHECKING:
    from v2a.api.session import Session

_BLOCK = 48_000
_SEEN, _HEARD = 0.012, 0.003
_WEAKEST = 0.3
_KINDS = {"impact": 1.0, "contact": 1.0, "flash": 0.8, "stop": 0.6, "start": 0.4, "turn": 0.4}
_SOUNDS = (".wav", ".bwf", ".wave", ".rf64", ".flac")


@dataclass(frozen=True)
class Synced:
    """How a sound lay against its picture, what was done, and where the result is."""

    alignment: Alignment
    seen: int
    heard: int
    output: Path | None

    @property
    def done(self) -> str:
        """What was done, in words."""
        found = self.alignment
        if found.abstained:
            return f"left alone: {found.why}"
        if not found.moves:
            return "in sync: nothing was moved"
        way = "earlier" if found.lag > 0 else "later"
        ran = f", and its drift of {100 * found.drift:+.2f} % taken out" if found.drift else ""
        return f"moved {1000 * abs(found.lag):.0f} ms {way}{ran}"


def measure(session: Session, audio: Path | None) -> Synced:
    """How late the film's own sound, or a file's, is against what is seen."""
    seen = session.observe()
    heard = seen.onsets
    if audio is not None:
        bench = session.bench("listen")
        heard = listen(audio, seen.video, session.host.observers["sound"].thing, bench).onsets
    moments = tuple(m for m in seen.moments if m.kind in _KINDS)
    return Synced(align(seen_marks(moments), heard_marks(heard)), len(moments), len(heard), None)


def seen_marks(moments: tuple[Moment, ...]) -> Marks:
    """Moments as the aligner takes them."""
    return Marks.of([float(m.time) for m in moments], [m.confidence * _KINDS[m.kind] for m in moments], _SEEN)


def heard_marks(onsets: tuple[Onset, ...]) -> Marks:
    """Onsets as the aligner takes them."""
    loudest = max((o.strength for o in onsets), default=1.0) or 1.0
    weights = [max(_WEAKEST, o.strength / loudest) for o in onsets]
    return Marks.of([float(o.time) for o in onsets], weights, _HEARD)


def write(session: Session, found: Synced, audio: Path | None, output: Path) -> Synced:
    """Write the sound where it belongs: as a sound file, or into the film before its own sound."""
    if output.suffix.lower() in _SOUNDS:
        _write_sound(session, found.alignment, audio, output)
    else:
        mux.check(session.video, output, None)
        folder = session.store.scratch()
        folder.mkdir(parents=True, exist_ok=True)
        _write_sound(session, found.alignment, audio, folder / "synced.wav")
        mux.mux(session.video, output, [mux.MuxTrack(folder / "synced.wav", "synced")])
    return Synced(found.alignment, found.seen, found.heard, output)


def _write_sound(session: Session, found: Alignment, audio: Path | None, path: Path) -> None:
    if audio is None:
        rate, channels = 48_000, 2
        source = production(session.video, rate, channels, block=_BLOCK)
    else:
        held = sound.info(audio)
        rate, channels = held.rate, held.channels
        source = sound.blocks(audio, rate, channels, _BLOCK)
    with source as blocks, SoundWriter(path, rate, channels) as writer:
        for block in moved(blocks, found, rate, channels):
            writer.write(block)


def moved(
    blocks: Iterator[NDArray[np.float32]], found: Alignment, rate: int, channels: int
) -> Iterator[NDArray[np.float32]]:
    """The sound with what is heard at `heard_at(t)` put at t; a drift is taken out as it came, by running faster."""
    if not found.moves:
        yield from blocks
        return
    speed = 1 + Fraction(found.drift).limit_denominator(1_000_000)
    first = found.heard_at(0.0)
    skip = nearest(Fraction(max(0.0, first)) * rate)
    silence = nearest(Fraction(max(0.0, -first)) * rate)
    yield from reblocked(
        _faster(_after(blocks, silence, channels), speed, rate, channels, skip), _BLOCK, channels
    )


def _after(
    blocks: Iterator[NDArray[np.float32]], silence: int, channels: int
) -> Iterator[NDArray[np.float32]]:
    if silence:
        yield np.zeros((channels, silence), np.float32)
    yield from blocks


def _faster(
    blocks: Iterator[NDArray[np.float32]], speed: Fraction, rate: int, channels: int, skip: int
) -> Iterator[NDArray[np.float32]]:
    stream = Resampler(rate * speed, rate, channels)
    for block in blocks:
        dropped = min(skip, block.shape[1])
        skip -= dropped
        yield stream(block[:, dropped:])
    yield stream.flush()

"""Sound that lies early, late or runs away from its picture, put where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.dsp.alignment import Alignment, align
from v2a.media import mux, sound
from v2a.media.production import production
from v2a.media.writer import SoundWriter
from v2a.stages.listening import listen
from v2a.stages.moving import heard_marks, moved, seen_marks

if TYPE_CHECKING:
    from v2a.api.session import Session

_BLOCK = 48_000
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
    moments = seen_marks(seen.moments)
    return Synced(align(moments, heard_marks(heard)), len(moments.times), len(heard), None)


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

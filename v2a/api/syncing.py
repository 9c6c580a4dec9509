"""Sound that lies early, late or runs away from its picture, put where it belongs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.alignment import Alignment, align
from v2a.dsp.lags import Reach
from v2a.errors import CannotWrite, InputError
from v2a.media import mux, sound
from v2a.media.broadcast import Broadcast, broadcast
from v2a.media.channels import names
from v2a.media.production import chosen, partner, production
from v2a.media.tracks import track
from v2a.media.writer import Depth, SoundWriter
from v2a.model import Video
from v2a.stages.listening import listen
from v2a.stages.moving import heard_marks, moved, seen_marks

if TYPE_CHECKING:
    from v2a.api.session import Session

REACH = Reach().lag
_BLOCK = 48_000
_SOUNDS = (".wav", ".bwf", ".wave", ".rf64", ".flac")
_MOST_CODED = 8


@dataclass(frozen=True)
class Sync:
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
            return "in sync as far as can be told: nothing was moved"
        way = "earlier" if found.lag > 0 else "later"
        ran = f", and its drift of {100 * found.drift:+.2f} % taken out" if found.drift else ""
        return f"moved {1000 * abs(found.lag):.0f} ms {way}{ran}"


def measure(session: Session, audio: Path | None, reach: float = REACH) -> Sync:
    """How late the film's own sound, or a file's, is against what is seen; looked for up to `reach` seconds."""
    if audio is None and not session.video.sound:
        raise InputError(
            "the film has no sound of its own",
            where=session.video.path,
            remedy="Name the sound that belongs to it after it.",
        )
    seen = session.observe()
    heard = seen.onsets
    if audio is not None:
        bench = session.bench("listen")
        heard = listen(audio, seen.video, session.host.observers["sound"].thing, bench).onsets
    moments = seen_marks(seen.moments)
    thought = Reach(lag=reach, frame=float(1 / seen.video.frame_rate))
    return Sync(align(moments, heard_marks(heard), thought), len(moments.times), len(heard), None)


def write(session: Session, found: Sync, audio: Path | None, output: Path) -> Sync:
    """Write the sound where it belongs: as a sound file, or into the film before its own sound.

    The film's sound, and any that goes into the film, is as long as the picture to the sample; a file of its own keeps
    all that lies behind its beginning.
    """
    source = _Source.of_film(session.video) if audio is None else _Source.of_file(audio)
    if output.suffix.lower() in _SOUNDS:
        _write_sound(source, found.alignment, output, None if audio else session.video)
    else:
        _check(session.video, output, source)
        folder = session.store.scratch()
        folder.mkdir(parents=True, exist_ok=True)
        _write_sound(source, found.alignment, folder / "synced.wav", session.video)
        mux.mux(session.video, output, [mux.MuxTrack(folder / "synced.wav", "synced")])
    return replace(found, output=output)


def _check(video: Video, output: Path, source: _Source) -> None:
    mux.check(video, output, None)
    if source.channels > _MOST_CODED and mux.lossy(video, output, None):
        raise CannotWrite(
            f"{source.channels} channels cannot be coded there",
            where=str(output),
            remedy="Use a name that ends in .mov or .mkv.",
        )


@dataclass(frozen=True)
class _Source:
    """A sound as it is: its rate, loudspeakers and depth, what its file says of it, and how its blocks are had."""

    rate: int
    speakers: tuple[str, ...]
    open: Callable[[], AbstractContextManager[Iterator[NDArray[np.float32]]]]
    depth: Depth = "s24"
    said: Broadcast = Broadcast()

    @property
    def channels(self) -> int:
        """How many channels there are."""
        return len(self.speakers)

    @classmethod
    def of_film(cls, video: Video) -> _Source:
        """The film's own sound from the first frame shown: the track that plays, or a pair of mono tracks."""
        one = chosen(video)
        assert one is not None
        with track(video.path, one.index) as opened:
            rate, speakers = opened.rate, opened.speakers
        if partner(video, one) is not None:
            speakers = names(2)
        return cls(rate, speakers, lambda: production(video, rate, len(speakers), block=_BLOCK))

    @classmethod
    def of_file(cls, path: Path) -> _Source:
        """The sound of a file."""
        held, said = sound.info(path), broadcast(path)
        depth: Depth = "float" if sound.is_float(path) else "s24"
        opened = partial(sound.blocks, path, held.rate, held.channels, _BLOCK)
        return cls(held.rate, said.speakers or held.speakers, opened, depth, said)


def _write_sound(source: _Source, found: Alignment, path: Path, within: Video | None) -> None:
    rate, channels = source.rate, source.channels
    length = None if within is None else within.span.samples(rate).length
    depth: Depth = "s24" if path.suffix.lower() == ".flac" else source.depth
    said = _kept(source.said, depth, rate, channels, found)
    with (
        source.open() as blocks,
        SoundWriter(path, rate, channels, depth, said.bext, said.ixml, source.speakers) as writer,
    ):
        for block in moved(blocks, found, rate, channels, length):
            writer.write(block)


def _kept(said: Broadcast, depth: Depth, rate: int, channels: int, found: Alignment) -> Broadcast:
    """What a file said, with what was done in its history.

    Its time reference stays: sound that was late loses its head, so that the new first sample lies where the old one lay.
    """
    bits = "32" if depth == "float" else "24"
    ixml = said.ixml and re.sub(r"(<AUDIO_BIT_DEPTH>)\d+", rf"\g<1>{bits}", said.ixml)
    if said.bext is None:
        return replace(said, ixml=ixml)
    what = f"moved {-1000 * found.lag:+.1f} ms" if found.moves else "in sync"
    mode = {1: "mono", 2: "stereo"}.get(channels, "multitrack")
    line = f"A=PCM,F={rate},W={bits},M={mode},T=v2a sync; {what}\r\n"
    before = said.bext.history
    ended = before if not before or before.endswith("\n") else before + "\r\n"
    return replace(said, bext=replace(said.bext, history=ended + line), ixml=ixml)

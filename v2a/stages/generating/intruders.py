"""Who is in a take that was not asked for: speech, and music, as the observers of the film's own sound hear them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import speech
from v2a.builtin.observers.sound import Sound
from v2a.interfaces import Bench
from v2a.media.resample import Resampler, reblocked
from v2a.model import Cue, Findings, Notice, SoundFile, Span, Video
from v2a.stages.generating.choose import matches
from v2a.stages.listening import hear

# What is heard of a long take: so many pieces of so many seconds, evenly spread.
_PIECES, _PIECE = 3, 10
# No word fits into less, and no tune.
_SHORTEST_SPEECH, _SHORTEST_MUSIC = 1.0, 4.0
_VOICES = (
    "voice", "speech", "speak", "talk", "chatter", "murmur", "walla", "crowd", "conversation", "whisper", "shout",
    "scream", "cry", "laugh", "sing", "choir", "vocal", "singer", "speaker", "announcement", "babble", "people",
    "children", "child", "baby", "cheer", "audience", "party", "radio", "television", "tv", "cafe", "restaurant",
    "market", "bar", "pub", "station", "human", "man", "woman", "kids", "playground", "classroom", "applause", "gasp",
    "groan", "grunt", "moan", "breath", "sigh", "snore", "cough", "yell",
)  # fmt: skip
_MUSIC = (
    "music", "song", "melody", "tune", "piano", "guitar", "violin", "strings", "orchestra", "band", "drum", "choir",
    "organ", "synth", "bell", "chime", "jingle", "ringtone", "radio", "television", "tv", "sing", "whistle", "harp",
    "flute", "trumpet", "horn", "bass", "chord", "drone", "carillon", "club", "disco", "arcade", "theremin", "siren",
    "alarm", "beep", "stinger", "fanfare", "gong", "ice cream van", "musical",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intruders:
    """The share of what was heard in which someone speaks, and in which music plays; nothing where nobody can tell."""

    speech: float | None
    music: float | None


def wants_speech(cue: Cue) -> bool:
    """Whether voices belong to what a cue asks for."""
    return cue.kind == "vo" or matches(_VOICES, cue.prompt) > 0


def wants_music(cue: Cue) -> bool:
    """Whether music belongs to what a cue asks for."""
    return cue.kind == "mx" or matches(_MUSIC, cue.prompt) > 0


def intruders(sound: SoundFile, cue: Cue, film: Video, bench: Bench) -> Intruders:
    """What is heard in a take that its cue does not ask for."""
    quietly = replace(bench, tell=_unsaid)
    seconds = float(_seconds(sound))
    said = played = None
    if not wants_speech(cue) and speech.available() and seconds >= _SHORTEST_SPEECH:
        found = hear(_blocks(sound, speech.Speech()), film, speech.Speech(), quietly, "take")
        said = _share([s.span for s in found.speech], seconds)
    if not wants_music(cue) and seconds >= _SHORTEST_MUSIC:
        played = _share([m.span for m in _listened(sound, film, quietly).music], seconds)
    return Intruders(said, played)


def _listened(sound: SoundFile, film: Video, bench: Bench) -> Findings:
    return hear(_blocks(sound, Sound()), film, Sound(), bench, "take")


def _blocks(sound: SoundFile, observer: Sound | speech.Speech) -> Iterator[NDArray[np.float32]]:
    """What is heard of a take, as an observer wants it."""
    need = observer.card.sound
    assert need is not None
    resampler = Resampler(sound.rate, need.rate, need.channels) if need.rate != sound.rate else None

    def pieces() -> Iterator[NDArray[np.float32]]:
        for piece in _pieces(sound):
            mixed = _in_channels(piece, need.channels)
            yield mixed if resampler is None else resampler(mixed)
        if resampler is not None:
            yield resampler.flush()

    return reblocked(pieces(), need.block, need.channels)


def _pieces(sound: SoundFile) -> Iterator[NDArray[np.float32]]:
    samples, piece = sound.open().samples, _PIECE * sound.rate
    if sound.length <= _PIECES * piece:
        yield np.array(samples)
        return
    for n in range(_PIECES):
        start = (sound.length - piece) * n // (_PIECES - 1)
        yield np.array(samples[:, start : start + piece])


def _seconds(sound: SoundFile) -> float:
    return min(sound.length / sound.rate, float(_PIECES * _PIECE))


def _in_channels(samples: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    if channels == 1:
        return np.asarray(samples.mean(axis=0, keepdims=True), np.float32)
    return np.array(np.broadcast_to(samples, (2, samples.shape[1])) if len(samples) == 1 else samples[:2])


def _share(spans: list[Span], seconds: float) -> float:
    return min(1.0, float(sum(s.duration for s in spans)) / seconds)


def _unsaid(notice: Notice) -> None:
    """Nobody is told of the listening."""

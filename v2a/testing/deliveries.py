"""A small delivery for tests: a film of ten seconds with three cues, their takes, regions and stems."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from v2a.model import (
    Audio,
    Cue,
    Delivery,
    Kind,
    Licence,
    Loudness,
    Mixdown,
    Reasoning,
    Region,
    SoundFile,
    Span,
    SpottingList,
    StemFile,
    Take,
    Unplaced,
    Video,
)
from v2a.testing.makers import film

_LICENCE = Licence("CC0-1.0", commercial="yes")
_LOUDNESS = Loudness(-23.0, 3.0, -18.0, -20.0, -3.0)


def tone(seconds: Fraction, frequency: float = 440.0, rate: int = 48_000, channels: int = 2) -> Audio:
    """A quiet tone."""
    time = np.arange(int(seconds * rate)) / rate
    wave = (0.1 * np.sin(2 * np.pi * frequency * time)).astype(np.float32)
    return Audio(np.tile(wave, (channels, 1)), rate)


def take(path: Path, cue: str, sound: Audio) -> Take:
    """A take of a cue with this sound, written to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return Take(
        f"t-{cue}",
        cue,
        SoundFile.write(path, sound),
        "tone",
        "1",
        1,
        0,
        "a test sound",
        _LICENCE,
        sync=Fraction(1, 10),
    )


def delivery(folder: Path, video: Video | None = None) -> Delivery:
    """A delivery whose sound files lie in this folder as WAV and `.npy`."""
    known = video or film(10, start="01:00:00:00")
    spans: tuple[tuple[Kind, Span, str], ...] = (
        ("bg", Span(Fraction(0), Fraction(10)), "rain on a roof"),
        ("fx", Span(Fraction(2), Fraction(5, 2)), "door slam"),
        ("mx", Span(Fraction(4), Fraction(10)), "sad piano"),
    )
    cues = tuple(Cue(f"{kind}1", kind, span, prompt) for kind, span, prompt in spans)
    takes = tuple(take(folder / f"{c.id}.npy", c.id, tone(c.span.duration)) for c in cues)
    regions = tuple(
        Region(c.id, c.kind, t, c.span, gain=-6.0, pan=0.25, fade_in=Fraction(1, 25), fade_out=Fraction(1, 5))
        for c, t in zip(cues, takes, strict=True)
    )
    spotting = SpottingList(
        known.identity,
        7,
        "rain, a door, sad piano",
        cues,
        (Reasoning(0, known.span, "rain"),),
        (Unplaced("a dragon", "nothing in the picture"),),
    )
    mixdown = _mixdown(folder, known)
    output = str(folder / "film.scored.mp4")
    stems = tuple(s.path for s in mixdown.stems)
    return Delivery(
        known,
        output,
        stems,
        str(folder / "film.report.json"),
        str(folder),
        spotting,
        regions,
        mixdown,
        spotting.unplaced,
    )


def _mixdown(folder: Path, video: Video) -> Mixdown:
    import soundfile

    length = int(video.duration * 48_000)
    paths = {}
    for name in ("bg", "fx", "mx", "mix"):
        paths[name] = str(folder / f"film.{name}.wav")
        sound = tone(video.duration, 440.0)
        soundfile.write(paths[name], sound.samples.T, sound.rate, subtype="PCM_24")
    stems = tuple(StemFile(kind, paths[kind], 48_000, 2, length, _LOUDNESS) for kind in ("bg", "fx", "mx"))
    return Mixdown(stems, paths["mix"], 48_000, 2, length, _LOUDNESS, -1.0, 0.0, "youtube")

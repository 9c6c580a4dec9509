"""The true peak of a mix as it is heard: coding moves samples, so a mix under its ceiling may go over it as AAC."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from v2a.dsp.levels import decibels_of, peak
from v2a.dsp.peaks import TruePeak
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.media.coding import coded_alone
from v2a.media.mux import MuxTrack
from v2a.media.probe import probe
from v2a.media.production import chosen, production
from v2a.media.programs import Ffmpeg
from v2a.media.sound import blocks
from v2a.media.writer import SoundWriter

_LOSSLESS = ("pcm_", "flac", "alac")
_RATE = 48_000
_TRIES = 3
_MARGIN = 0.02
# What the loudest passages may not tell of the whole.
_UNTOLD = 0.12
_STEP = 4800
# Steps of a tenth of a second: those that are tried first, and how many a mix has for which that does not pay.
_LOUDEST, _SHORT = 200, 1200
# No coder of ours raises a peak by more.
_RISE = 6.0
_TOLERANCE = 0.05


@dataclass(frozen=True)
class Coder:
    """An encoder that loses something, and the program that has it."""

    encoder: str
    by: Ffmpeg


def under_ceiling(
    output: Path,
    named: str,
    write: Callable[[MuxTrack], None],
    mix: MuxTrack,
    bench: Bench,
    coder: Coder | None,
) -> str:
    """Write a film, and again with a softer mix while its decoded peak is over the spec's ceiling; what to say of it.

    How much softer is asked of the loudest passages first, for coding a film's length takes most of the time.
    """
    ceiling = spec(named).ceiling
    if ceiling is not None and coder is not None:
        mix = replace(mix, gain=mix.gain + _foretold(mix.path, ceiling, coder, bench))
    write(mix)
    codec = _lossy(output)
    if ceiling is None or codec is None:
        return ""
    for _ in range(_TRIES):
        over = _peak(output, bench) - ceiling
        if over <= _TOLERANCE:
            break
        mix = replace(mix, gain=mix.gain - over - _MARGIN)
        write(mix)
    if not mix.gain:
        return ""
    return (
        f"As {codec} the mix peaked over {ceiling:g} dBTP, so it is {-mix.gain:.1f} dB softer in {output.name}; stems and "
        "other files are as they were."
    )


def _lossy(output: Path) -> str | None:
    track = chosen(probe(output))
    if track is None or track.codec.startswith(_LOSSLESS):
        return None
    return track.codec.upper()


def _peak(output: Path, bench: Bench) -> float:
    """The true peak of a film's first track as it decodes, in dBTP."""
    peaks = TruePeak(_RATE, 2)
    with production(probe(output), _RATE) as parts:
        for part in parts:
            bench.check_cancelled()
            peaks.add(part)
    return decibels_of(peaks.highest())


def _foretold(sound: Path, ceiling: float, coder: Coder, bench: Bench) -> float:
    """By how many dB the mix must be softer, as its loudest passages tell once they are coded; 0 for a short one."""
    with blocks(sound, _RATE, 2, _STEP) as parts:
        peaks = np.array([peak(part) for part in parts])
    if len(peaks) <= _SHORT or decibels_of(float(peaks.max())) < ceiling - _RISE:
        return 0.0
    with tempfile.TemporaryDirectory(prefix="v2a-") as folder:
        loudest, coded = Path(folder) / "loudest.wav", Path(folder) / "coded.mka"
        _excerpt(sound, loudest, set(np.argsort(-peaks, kind="stable")[:_LOUDEST].tolist()))
        coded_alone(loudest, coded, coder.encoder, coder.by)
        found = TruePeak(_RATE, 2)
        with blocks(coded, _RATE, 2) as parts:
            for part in parts:
                bench.check_cancelled()
                found.add(part)
    over = decibels_of(found.highest()) - ceiling
    return min(0.0, -over - _UNTOLD)


def _excerpt(sound: Path, to: Path, chosen: Set[int]) -> None:
    """Some steps of a sound one after the other, with what is around them, which fades."""
    fade = np.linspace(0.0, 1.0, _STEP, dtype=np.float32)
    with blocks(sound, _RATE, 2, _STEP) as parts, SoundWriter(to, _RATE, 2) as writer:
        for n, part in enumerate(parts):
            before, after = n - 1 in chosen, n + 1 in chosen
            if n in chosen or (before and after):
                writer.write(part)
            elif before or after:
                writer.write(part * (fade if after else fade[::-1])[: part.shape[1]])

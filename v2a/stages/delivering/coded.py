"""The true peak of a mix as it is heard: coding moves samples, so a mix under its ceiling may go over it as AAC."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from v2a.dsp.peaks import TruePeak
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.media.mux import MuxTrack
from v2a.media.probe import probe
from v2a.media.production import chosen, production

_LOSSLESS = ("pcm_", "flac", "alac")
_RATE = 48_000
_TRIES = 3
_MARGIN = 0.02
_TOLERANCE = 0.05


def under_ceiling(
    output: Path, named: str, write: Callable[[MuxTrack], None], mix: MuxTrack, bench: Bench
) -> str:
    """Write a film, and again with a softer mix while its decoded peak is over the spec's ceiling; what to say of it."""
    write(mix)
    ceiling, codec = spec(named).ceiling, _lossy(output)
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
    with production(probe(output), _RATE) as blocks:
        for block in blocks:
            bench.check_cancelled()
            peaks.add(block)
    highest = peaks.highest()
    return 20.0 * math.log10(highest) if highest > 0.0 else -math.inf

"""The last pass: every stem under the one gain curve, rounded to 24 bits, and the mix as the sum of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.dialogue import DialogueMeter, Stretches
from v2a.dsp.levels import quantised
from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter
from v2a.dsp.specs import Spec
from v2a.interfaces import Bench
from v2a.media.writer import SoundWriter
from v2a.model import Loudness, Mixdown, Stem, StemFile
from v2a.stages.mixing.curve import BLOCK, Curve, Setting
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.tracks import Track, total


@dataclass(frozen=True)
class Writing:
    """What is written where: a length in samples, a spec, whether M&E and undipped stems are wanted, and where the mix
    is spoken if its dialogue is to be measured."""

    folder: Path
    rate: int
    length: int
    spec: Spec
    me: bool
    undipped: bool
    voices: Stretches = ()

    def path(self, name: str) -> Path:
        """The file of a stem, of `mix` or of `me`."""
        return self.folder / f"{name}.wav"


class _Out:
    """A sound file that is measured while it is written."""

    def __init__(self, path: Path, rate: int, files: ExitStack, true_peak: bool = False) -> None:
        self.path = path
        self._writer = files.enter_context(SoundWriter(path, rate, 2, "s24"))
        self._meter = Meter(rate, true_peak=true_peak)

    def add(self, block: NDArray[np.float32]) -> None:
        self._writer.write(block)
        self._meter.add(block)

    def loudness(self) -> Loudness:
        return self._meter.loudness()


class _MusicAndEffects:
    """M&E: what is not speech, undipped, under the same gain and a limiter of its own."""

    def __init__(self, out: _Out, setting: Setting, rate: int) -> None:
        self._out = out
        self._factor = np.float32(10.0 ** (setting.gain / 20.0))
        ceiling = -0.001 if setting.ceiling is None else setting.ceiling
        self._limiter = Limiter(rate, 2, ceiling, between_samples=setting.ceiling is not None)
        self._waiting = np.zeros((2, 0), np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        louder = block * self._factor
        self._waiting = np.concatenate([self._waiting, louder], axis=1)
        self._settle(self._limiter.push(louder))

    def close(self) -> None:
        self._settle(self._limiter.flush())

    def _settle(self, gains: NDArray[np.float32]) -> None:
        self._out.add(quantised(self._waiting[:, : len(gains)] * gains))
        self._waiting = self._waiting[:, len(gains) :]


def write(to: Writing, tracks: Mapping[Stem, Track], setting: Setting, spool: Spool, bench: Bench) -> Mixdown:
    """Write all stems and the mix, and say how loud they are."""
    curve = Curve(setting, spool, to.rate)
    with ExitStack() as files:
        outs = {stem: _Out(to.path(stem), to.rate, files) for stem in tracks}
        mix = _Out(to.path("mix"), to.rate, files, true_peak=True)
        spoken = DialogueMeter(to.rate, 2, to.voices)
        effects = _MusicAndEffects(_Out(to.path("me"), to.rate, files), setting, to.rate) if to.me else None
        for start in range(0, to.length, BLOCK):
            bench.progress((2 * to.length + start) / 3, to.length, "writing")
            stop = min(start + BLOCK, to.length)
            gain = curve.next(stop - start)
            parts = []
            for stem, track in tracks.items():
                part = quantised(track.render(start, stop) * gain)
                parts.append(part)
                outs[stem].add(_undipped(track, start, stop, gain) if to.undipped else part)
            mixed = total(parts, stop - start)
            mix.add(mixed)
            spoken.add(mixed)
            if effects is not None:
                effects.add(
                    total(
                        [t.dry(start, stop) for s, t in tracks.items() if s not in ("dx", "vo")],
                        stop - start,
                    )
                )
        if effects is not None:
            effects.close()
        stems = tuple(
            StemFile(stem, str(out.path), to.rate, 2, to.length, out.loudness()) for stem, out in outs.items()
        )
        loudness = mix.loudness()
    return Mixdown(
        stems,
        str(mix.path),
        to.rate,
        2,
        to.length,
        loudness,
        setting.gain,
        curve.reduction,
        to.spec.name,
        setting.notes,
        str(to.path("me")) if to.me else None,
        dialogue=spoken.integrated,
    )


def _undipped(track: Track, start: int, stop: int, gain: NDArray[np.float32]) -> NDArray[np.float32]:
    return quantised(track.dry(start, stop) * gain)

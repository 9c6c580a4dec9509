"""The last pass: every stem under the one gain curve, rounded to 24 bits, and the mix as the sum of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from v2a.model import Loudness, Mixdown, SampleSpan, Stem, StemFile
from v2a.stages.mixing.curve import BLOCK, Curve, Setting
from v2a.stages.mixing.spool import Recorded, within
from v2a.stages.mixing.tracks import Track, total


@dataclass(frozen=True)
class Writing:
    """What is written where: a length in samples, and which of them are programme, the others leader; a spec, whether
    M&E and undipped stems are wanted, and where the programme is spoken if its dialogue is to be measured; `together`
    are meters that hear the mixes of all reels."""

    folder: Path
    rate: int
    length: int
    programme: SampleSpan
    spec: Spec
    me: bool
    undipped: bool
    voices: Stretches = ()
    together: tuple[Meter | DialogueMeter, ...] = ()

    def path(self, name: str) -> Path:
        """The file of a stem, of `mix` or of `me`."""
        return self.folder / f"{name}.wav"

    def unset(self, gains: NDArray[np.float32], start: int) -> NDArray[np.float32]:
        """Gains of the samples from `start` on, none where they are leader, which passes as it is."""
        stop = start + len(gains)
        if self.programme.start <= start and stop <= self.programme.stop:
            return gains
        at = np.arange(start, stop)
        leader = (at < self.programme.start) | (at >= self.programme.stop)
        return np.where(leader, np.float32(1), gains)


class _Out:
    """A sound file whose programme is measured while it is written, also by `others`."""

    def __init__(
        self, name: str, to: Writing, files: ExitStack, others: Sequence[Meter | DialogueMeter] = ()
    ) -> None:
        self.path = to.path(name)
        self._writer = files.enter_context(SoundWriter(self.path, to.rate, 2, "s24"))
        self._meter = Meter(to.rate, true_peak=name == "mix")
        self._programme, self._others, self._at = to.programme, others, 0

    def add(self, block: NDArray[np.float32]) -> None:
        self._writer.write(block)
        inside = within(self._programme, block, self._at)
        self._at += block.shape[1]
        for meter in (self._meter, *self._others):
            meter.add(inside)

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


def write(
    to: Writing, tracks: Mapping[Stem, Track], setting: Setting, spool: Recorded, bench: Bench
) -> Mixdown:
    """Write all stems and the mix, and say how loud they are."""
    curve = Curve(setting, spool, to.rate)
    with ExitStack() as files:
        outs = {stem: _Out(stem, to, files) for stem in tracks}
        spoken = DialogueMeter(to.rate, 2, to.voices)
        mix = _Out("mix", to, files, (spoken, *to.together))
        effects = _MusicAndEffects(_Out("me", to, files), setting, to.rate) if to.me else None
        for start in range(0, to.length, BLOCK):
            bench.progress((2 * to.length + start) / 3, to.length, "writing")
            stop = min(start + BLOCK, to.length)
            gain = to.unset(curve.next(stop - start), start)
            parts = []
            for stem, track in tracks.items():
                part = quantised(track.render(start, stop) * gain)
                parts.append(part)
                outs[stem].add(_undipped(track, start, stop, gain) if to.undipped else part)
            mix.add(total(parts, stop - start))
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

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
from v2a.dsp.meter import Meter
from v2a.dsp.specs import Spec
from v2a.interfaces import Bench
from v2a.media.writer import SoundWriter
from v2a.model import Loudness, Mixdown, SampleSpan, Stem, StemFile
from v2a.stages.mixing.curve import BLOCK, Curve, Setting
from v2a.stages.mixing.holding import Block, Fitted, Held
from v2a.stages.mixing.spool import Recorded, within
from v2a.stages.mixing.tracks import Track, total

_SPOKEN: tuple[Stem, ...] = ("dx", "vo")


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


class _Files:
    """All files of a mix while they are written."""

    def __init__(self, to: Writing, tracks: Mapping[Stem, Track], files: ExitStack) -> None:
        self._to, self._tracks = to, tracks
        self.spoken = DialogueMeter(to.rate, 2, to.voices)
        self.mix = _Out("mix", to, files, (self.spoken, *to.together))
        self._stems = {stem: _Out(stem, to, files) for stem in tracks}
        self._undipped = {
            stem: Held(f"{stem.upper()}, undipped,", self._stems[stem], to.rate)
            for stem, track in tracks.items()
            if to.undipped and track.ducking is not None
        }
        self._effects = _Out("me", to, files) if to.me else None
        self._me = Held("M&E", self._effects, to.rate, to.spec.ceiling) if self._effects else None
        self._fitted = Fitted(to.rate)

    def add(self, start: int, stop: int, gain: NDArray[np.float32]) -> None:
        """Take samples `start` to `stop` of every stem, under the one gain."""
        heard = {stem: track.render(start, stop) * gain for stem, track in self._tracks.items()}
        undipped = {
            stem: track.dry(start, stop) * gain if self._steps_back(stem, start, stop) else heard[stem]
            for stem, track in self._tracks.items()
        }
        for block in self._fitted.push(Block(stop - start, heard, undipped)):
            self._write(block)

    def close(self) -> None:
        """Write what the limiters still hold back."""
        for block in self._fitted.flush():
            self._write(block)
        for held in self._held:
            held.close()

    def _write(self, block: Block) -> None:
        parts = {stem: quantised(sound) for stem, sound in block.heard.items()}
        effects = []
        for stem, part in parts.items():
            sound = block.undipped[stem]
            if stem in self._undipped:
                self._undipped[stem].add(sound)
            else:
                self._stems[stem].add(part)
            if self._me is not None and stem not in _SPOKEN:
                effects.append(part if sound is block.heard[stem] else quantised(sound))
        self.mix.add(total(list(parts.values()), block.length))
        if self._me is not None:
            self._me.add(total(effects, block.length))

    @property
    def stems(self) -> tuple[StemFile, ...]:
        """The stems as they were written."""
        rate, length = self._to.rate, self._to.length
        return tuple(
            StemFile(stem, str(out.path), rate, 2, length, out.loudness())
            for stem, out in self._stems.items()
        )

    @property
    def me_loudness(self) -> Loudness | None:
        """How loud M&E is, where there is any."""
        return self._effects.loudness() if self._effects is not None else None

    @property
    def notes(self) -> tuple[str, ...]:
        """Which files went over what they can hold by themselves."""
        return tuple(filter(None, (self._fitted.note, *(held.note for held in self._held))))

    @property
    def _held(self) -> tuple[Held, ...]:
        return (*self._undipped.values(), *([self._me] if self._me is not None else []))

    def _steps_back(self, stem: Stem, start: int, stop: int) -> bool:
        """Whether a stem steps back for speech there and somebody wants it as it was before."""
        wanted = stem in self._undipped or (self._me is not None and stem not in _SPOKEN)
        ducking = self._tracks[stem].ducking
        return wanted and ducking is not None and not ducking.automation.idle(start, stop)


def write(
    to: Writing, tracks: Mapping[Stem, Track], setting: Setting, spool: Recorded, bench: Bench
) -> Mixdown:
    """Write all stems and the mix, and say how loud they are."""
    curve = Curve(setting, spool, to.rate)
    with ExitStack() as opened:
        files = _Files(to, tracks, opened)
        for start in range(0, to.length, BLOCK):
            bench.progress((2 * to.length + start) / 3, to.length, "writing")
            stop = min(start + BLOCK, to.length)
            files.add(start, stop, to.unset(curve.next(stop - start), start))
        files.close()
    return Mixdown(
        files.stems,
        str(to.path("mix")),
        to.rate,
        2,
        to.length,
        files.mix.loudness(),
        setting.gain,
        curve.reduction,
        to.spec.name,
        (*setting.notes, *files.notes),
        str(to.path("me")) if to.me else None,
        dialogue=files.spoken.integrated,
        me_loudness=files.me_loudness,
    )

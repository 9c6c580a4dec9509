"""The loudness of a finished file: measured as it decodes, and held against a delivery's rules."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import speech
from v2a.builtin.observers.tone import LINE_UP, RATE, line_up
from v2a.dsp.dialogue import DialogueMeter, Stretches, joined
from v2a.dsp.levels import finite
from v2a.dsp.meter import Meter
from v2a.dsp.specs import SPECS, Spec, spec
from v2a.dsp.verdict import Check, anchored, target, verdict
from v2a.interfaces import Bench
from v2a.media import sound
from v2a.media.probe import probe
from v2a.media.production import chosen, partner, production
from v2a.model import Loudness, Notice, Progress, Video
from v2a.stages.listening import hear

HOP = 0.01
STAGE = "measure"
_MOMENTARY, _SHORT_TERM = 40, 300
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where somebody speaks, and how loud the programme is there in LUFS: an estimate."""

    spans: Stretches
    loudness: float | None

    @property
    def seconds(self) -> float:
        """For how long somebody speaks."""
        return float(sum(s.duration for s in self.spans))


@dataclass(frozen=True, eq=False)
class Reading:
    """What the meter says of a file; `steps` is the loudness of every 10 ms in LUFS, and `dialogue` is missing where
    nobody listened for speech."""

    path: Path
    loudness: Loudness
    seconds: float
    channels: int
    folded: bool
    steps: NDArray[np.float32]
    dialogue: Dialogue | None = None
    siblings: int = 0
    tone: float = 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of how it was measured."""
        told = []
        if self.tone:
            told.append(f"tone up to {self.tone:.1f} s is leader and is left out")
        if self.siblings:
            told.append(f"{self.siblings + 1} sound tracks, of which the default one is measured")
        if self.folded:
            told.append(f"{self.channels} channels, measured as their stereo fold")
        if self.channels == 1:
            told.append("mono, measured as one loudspeaker; played by two it is 3 LU louder")
        return tuple(told)

    def against(self, name: str) -> Ruling:
        """This reading under the spec of that name."""
        wanted = spec(name)
        heard = self.dialogue or Dialogue((), None)
        spoken = heard.loudness if anchored(wanted, heard.seconds / max(HOP, self.seconds)) else None
        checks = verdict(wanted, self.loudness, spoken)
        return Ruling(wanted, checks, self._notes(wanted, spoken), target(wanted, spoken))

    def _notes(self, wanted: Spec, spoken: float | None) -> tuple[str, ...]:
        if wanted.measured != "dialogue":
            return ()
        if spoken is not None:
            return ("the dialogue is an estimate: its gate is a speech detector, not the one the spec names",)
        instead = f"so the programme is judged instead, against {wanted.without_dialogue:g} LUFS"
        if self.dialogue is None:
            return (f"no speech detector is installed, {instead}",)
        share, least = 100 * self.dialogue.seconds / max(HOP, self.seconds), 100 * wanted.least_dialogue
        return (f"speech was detected in {share:.0f} % of it, under {least:g} %, {instead}",)

    def all_rulings(self) -> tuple[Ruling, ...]:
        """This reading under every spec that has rules."""
        return tuple(self.against(each.name) for each in SPECS if each.loudness is not None)

    def momentary(self) -> NDArray[np.float64]:
        """Loudness over the last 0.4 s, every 10 ms, in LUFS."""
        return _sliding(self.steps, _MOMENTARY)

    def short_term(self) -> NDArray[np.float64]:
        """Loudness over the last 3 s, every 10 ms, in LUFS."""
        return _sliding(self.steps, _SHORT_TERM)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A spec, a check for each of its rules, what to know of them, and the loudness in LUFS that is asked for."""

    spec: Spec
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()
    target: float | None = None

    @property
    def passes(self) -> bool | None:
        """Whether every rule holds; nothing where there are none."""
        return all(check.holds for check in self.checks) if self.checks else None


def loudness(
    path: Path | str, tell: Callable[[Notice], None] = lambda notice: None, dialogue: bool = True
) -> Reading:
    """Measure the sound of a file, or of a film's default track; `dialogue` listens for speech and measures it too."""
    source = _opened(Path(path))
    voices = _voices(source, tell) if dialogue and speech.available() else None
    meter = Meter(source.rate, source.channels, HOP, keep_curve=True, speakers=source.speakers)
    spoken = DialogueMeter(source.rate, source.channels, voices or (), source.speakers)
    length, tone = 0, _tone(source)
    with source.blocks(source.rate, source.channels) as blocks:
        for block in map(finite, blocks):
            left_out = round(tone * source.rate) - length
            if left_out > 0:
                block = block.copy()
                block[:, :left_out] = 0.0
            meter.add(block)
            spoken.add(block)
            length += block.shape[1]
            tell(Progress(STAGE, length / source.rate, 0.0))
    return Reading(
        source.path,
        meter.loudness(),
        length / source.rate,
        source.held,
        source.held > source.channels,
        meter.curve(),
        None if voices is None else Dialogue(voices, spoken.integrated),
        source.siblings,
        tone,
    )


@dataclass(frozen=True)
class _Source:
    """What is measured of a file: `held` channels, as so many; a film whose sound is a pair of mono tracks as stereo."""

    path: Path
    rate: int
    held: int
    channels: int
    speakers: tuple[str, ...]
    siblings: int
    pair: Video | None = None

    def blocks(
        self, rate: int, channels: int, size: int = 48_000
    ) -> AbstractContextManager[Iterator[NDArray[np.float32]]]:
        """Its sound as a stream of blocks."""
        if self.pair is not None:
            return production(self.pair, rate, channels, block=size)
        return sound.blocks(self.path, rate, channels, size)


def _opened(path: Path) -> _Source:
    held = sound.info(path)
    if held.siblings and held.channels == 1:
        video = probe(path)
        first = chosen(video)
        if first is not None and partner(video, first) is not None:
            return _Source(path, held.rate, 2, 2, (), held.siblings - 1, video)
    if held.channels > _NAMED:
        return _Source(path, held.rate, held.channels, 2, (), held.siblings)
    return _Source(path, held.rate, held.channels, held.channels, held.speakers, held.siblings)


def _tone(source: _Source) -> float:
    """Where the line-up tone at the head of a reel ends, in seconds; 0 where there is none."""
    with source.blocks(RATE, 1, LINE_UP) as blocks:
        return line_up(finite(block)[0] for block in blocks)


def _voices(source: _Source, tell: Callable[[Notice], None]) -> Stretches:
    """Where the observer of speech hears somebody, on the clock of the sound."""
    ear = speech.Speech()
    need = ear.card.sound
    assert need is not None
    with (
        tempfile.TemporaryDirectory(prefix="v2a-") as scratch,
        source.blocks(need.rate, need.channels, need.block) as blocks,
    ):
        bench = Bench(scratch=Path(scratch), stage=STAGE, tell=tell)
        return joined(s.span for s in hear(blocks, source.pair, ear, bench, source.path.name).speech)


def _sliding(steps: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    energy = np.where(np.isfinite(steps), 10.0 ** (steps.astype(np.float64) / 10.0), 0.0)
    sums = np.cumsum(np.concatenate([np.zeros(count), energy]))
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(np.maximum((sums[count:] - sums[:-count]) / count, 0.0)))

"""The loudness of a finished file: measured as it decodes, and held against a delivery's rules."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import speech
from v2a.dsp.dialogue import DialogueMeter, Stretches, joined
from v2a.dsp.levels import finite
from v2a.dsp.meter import Meter
from v2a.dsp.specs import SPECS, Spec, spec
from v2a.dsp.verdict import Check, anchored, verdict
from v2a.interfaces import Bench
from v2a.media import sound
from v2a.model import Loudness, Notice, Progress
from v2a.stages.listening import listen

HOP = 0.01
STAGE = "measure"
_MOMENTARY, _SHORT_TERM = 40, 300
_NAMED = 8


@dataclass(frozen=True, slots=True)
class Dialogue:
    """For how many seconds somebody speaks, and how loud the programme is there in LUFS: an estimate."""

    seconds: float
    loudness: float | None


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

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of how it was measured."""
        if self.folded:
            return (f"{self.channels} channels, measured as their stereo fold",)
        if self.channels == 1:
            return ("mono, measured as one loudspeaker; played by two it is 3 LU louder",)
        return ()

    def against(self, name: str) -> Ruling:
        """This reading under the spec of that name."""
        wanted = spec(name)
        heard = self.dialogue or Dialogue(0.0, None)
        spoken = heard.loudness if anchored(wanted, heard.seconds / max(HOP, self.seconds)) else None
        return Ruling(wanted, verdict(wanted, self.loudness, spoken), self._notes(wanted, spoken))

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
    """A spec, a check for each of its rules, and what to know of them."""

    spec: Spec
    checks: tuple[Check, ...]
    notes: tuple[str, ...] = ()

    @property
    def passes(self) -> bool | None:
        """Whether every rule holds; nothing where there are none."""
        return all(check.holds for check in self.checks) if self.checks else None


def loudness(
    path: Path | str, tell: Callable[[Notice], None] = lambda notice: None, dialogue: bool = True
) -> Reading:
    """Measure the sound of a file, or of a film's default track; `dialogue` listens for speech and measures it too."""
    path = Path(path)
    held = sound.info(path)
    voices = _voices(path, tell) if dialogue and speech.available() else None
    folded = held.channels > _NAMED
    channels, speakers = (2, ()) if folded else (held.channels, held.speakers)
    meter = Meter(held.rate, channels, HOP, keep_curve=True, speakers=speakers)
    spoken = DialogueMeter(held.rate, channels, voices or (), speakers)
    length = 0
    with sound.blocks(path, held.rate, channels) as blocks:
        for block in map(finite, blocks):
            meter.add(block)
            spoken.add(block)
            length += block.shape[1]
            tell(Progress(STAGE, length / held.rate, 0.0))
    return Reading(
        path,
        meter.loudness(),
        length / held.rate,
        held.channels,
        folded,
        meter.curve(),
        None if voices is None else Dialogue(_seconds(voices), spoken.integrated),
    )


def _voices(path: Path, tell: Callable[[Notice], None]) -> Stretches:
    """Where the observer of speech hears somebody in a file, on the clock of its sound."""
    with tempfile.TemporaryDirectory(prefix="v2a-") as scratch:
        bench = Bench(scratch=Path(scratch), stage=STAGE, tell=tell)
        return joined(s.span for s in listen(path, None, speech.Speech(), bench).speech)


def _seconds(voices: Stretches) -> float:
    return float(sum(s.duration for s in voices))


def _sliding(steps: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    energy = np.where(np.isfinite(steps), 10.0 ** (steps.astype(np.float64) / 10.0), 0.0)
    sums = np.cumsum(np.concatenate([np.zeros(count), energy]))
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(np.maximum((sums[count:] - sums[:-count]) / count, 0.0)))

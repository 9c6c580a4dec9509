"""How good a finished take is: what no mix can use is refused, and of several candidates the best is kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.executors.failures import blamed, told
from v2a.dsp.clicks import clicks
from v2a.host import Registered
from v2a.interfaces import Bench, Metric
from v2a.model import Mark, SoundFile, Take
from v2a.stages.generating.aligning import fitting
from v2a.stages.generating.canvas import BLOCK
from v2a.stages.generating.criteria import CRITERIA
from v2a.stages.generating.intruders import intruders, wants_music, wants_speech
from v2a.stages.generating.shelf import Attempt

_FULL, _HARDLY, _RUN = 0.985, 1e-4, 4
_CUT = 0.9999
_SILENT = 10.0 ** (-70.0 / 20.0)
_FRAME = 0.05
# What is louder than this beside the take's peak has not died away.
_BROKEN_OFF = 10.0 ** (-40.0 / 20.0)
# At these shares of a take a criterion is wholly failed: flat at full scale, spoken, with music.
_CLIPPED, _SPOKEN, _PLAYED = 0.01, 0.25, 0.5
# Clicks are counted by so many seconds, in what is longer: all else that a take loses by is a share of it too.
_CLICKING = 10.0
# Flat at full scale for more than this it is refused.
_RUINED = 0.05
_SHARE = "share"


def ruined(sound: SoundFile) -> str:
    """Why no mix can use a sound, whatever else it is; nothing where one can."""
    clipped = 0
    for block in sound.blocks(BLOCK):
        if not np.isfinite(block).all():
            return "made samples that are not numbers"
        high = np.abs(block)
        if high.max(initial=0.0) >= _FULL:
            clipped += sum(map(_flat, high))
    share = clipped / max(1, sound.length * sound.channels)
    return f"made sound of which {share:.0%} is clipped" if share >= _RUINED else ""


@dataclass(frozen=True, slots=True)
class Looked:
    """The share of samples that are clipped, the highest sample of every 50 ms, how many clicks there are, and in how many
    seconds."""

    clipped: float
    peaks: NDArray[np.float32]
    clicks: int
    seconds: float

    @property
    def smooth(self) -> float:
        """From 1 down: a half with one click, a third with two; in a long sound with so many in every ten seconds."""
        return 1.0 / (1.0 + self.clicks / max(1.0, self.seconds / _CLICKING))

    def silent(self, *, decays: bool) -> float:
        """The share that is silent; where a sound `decays`, only silence that it breaks off into counts."""
        silence = self.peaks < _SILENT
        if not decays or silence.all():
            return float(silence.mean()) if len(silence) else 1.0
        edges = np.flatnonzero(np.diff(np.concatenate([[False], silence, [False]]).astype(np.int8)))
        high = _BROKEN_OFF * float(self.peaks.max())
        runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
        broken_off = [end - start for start, end in runs if start and self.peaks[start - 1] > high]
        return float(sum(broken_off)) / len(silence)


def looked(sound: SoundFile) -> Looked:
    """Look through a take, block by block."""
    frame = max(1, round(_FRAME * sound.rate))
    clipped, peaks = 0, [np.zeros(0, np.float32)]
    for block in map(np.abs, sound.blocks(BLOCK // frame * frame)):
        clipped += sum(_flat(channel) for channel in block)
        peaks.append(np.maximum.reduceat(block.max(axis=0), np.arange(0, block.shape[1], frame)))
    total = max(1, sound.length * sound.channels)
    found = len(clicks(sound.blocks(BLOCK), sound.rate))
    return Looked(clipped / total, np.concatenate(peaks), found, sound.length / sound.rate)


class Judge:
    """Marks takes by the criteria, and by the metrics that are installed; one that fails is not asked again."""

    def __init__(self, metrics: Sequence[Registered[Metric]], bench: Bench) -> None:
        """Judge with these metrics."""
        self._metrics = list(metrics)
        self._bench = bench

    def marks(self, take: Take, attempt: Attempt) -> tuple[Mark, ...]:
        """The marks of a take in the order of their names; what has no meaning for it has none."""
        marks = {**self._heard(take, attempt), **dict(self._measured(take, attempt))}
        return tuple(Mark(name, round(value, 4)) for name, value in sorted(marks.items()))

    def _heard(self, take: Take, attempt: Attempt) -> dict[str, float]:
        found = looked(take.sound)
        marks: dict[str, float | None] = {
            "clipping": _spared(found.clipped, _CLIPPED),
            "silence": 1.0 - found.silent(decays=attempt.cue.kind != "bg"),
            "clicks": found.smooth,
        }
        if attempt.film is not None:
            if take.sync is None and attempt.cue.kind in ("fo", "fx"):
                marks["onsets"] = fitting(take.sound, attempt.request, attempt.film, self._bench)
            others = intruders(take.sound, attempt.cue, attempt.film, self._bench)
            marks["speech"] = None if others.speech is None else _spared(others.speech, _SPOKEN)
            marks["music"] = None if others.music is None else _spared(others.music, _PLAYED)
        return {name: value for name, value in marks.items() if value is not None}

    def _measured(self, take: Take, attempt: Attempt) -> Iterator[tuple[str, float]]:
        if attempt.seen is None:
            return
        wanted = {"speech": wants_speech(attempt.cue), "music": wants_music(attempt.cue)}
        unasked = {name for name, is_wanted in wanted.items() if is_wanted}
        for entry in tuple(self._metrics):
            card = entry.thing.card
            if card.name in unasked or (card.name in CRITERIA and card.unit != _SHARE):
                continue
            try:
                value = entry.thing.measure(self._bench, take.sound.open(), take, attempt.seen)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a metric may raise anything at all
                where = f"plugin {entry.plugin}: metric {entry.name}"
                self._bench.tell(told(blamed(error, where, "It is not asked again; tell its author.")))
                self._metrics.remove(entry)
                continue
            if value is not None and math.isfinite(value):
                yield card.name, 1.0 - value if card.unit == _SHARE and not card.better else float(value)


def _spared(share: float, wholly: float) -> float:
    return 1.0 - min(1.0, share / wholly)


def _flat(channel: NDArray[np.float32]) -> int:
    """How many samples stay at one value at full scale: some that hardly differ, or two that are cut off alike."""
    step = np.abs(np.diff(channel))
    return max(
        _in_runs((channel[1:] >= _FULL) & (step < _HARDLY), _RUN),
        _in_runs((channel[1:] >= _CUT) & (step == 0.0), 2),
    )


def _in_runs(held: NDArray[np.bool_], shortest: int) -> int:
    """How many samples lie in runs of so many and more; `held` says of each but the first whether it goes on a run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], held, [False]]).astype(np.int8)))
    lengths = edges[1::2] - edges[::2] + 1
    return int(lengths[lengths >= shortest].sum())

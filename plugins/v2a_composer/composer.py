"""The generator: from a request to music that begins and ends with its cue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer import moods, score, tempo
from v2a_composer.render import Band

_LEVEL = 1.1
_KNEE = 0.6
_PIECE = 1 << 16


@dataclass(frozen=True)
class ComposerParams:
    """How the music is to be."""

    mood: str = v2a.option("", "the mood; without one it is read from the prompt", choices=("", *moods.MOODS))
    tempo: float = v2a.option(
        0.0, "beats a minute; 0 finds the tempo that fits the picture", low=0.0, high=240.0
    )


class Composer(v2a.Generator):
    """Composes and plays."""

    card = v2a.GeneratorCard(
        name="composer",
        version="1",
        kinds=("mx",),
        licence=v2a.Licence(
            "GPL-3.0-or-later", commercial="yes", read="https://www.gnu.org/licenses/gpl-3.0.html"
        ),
        about="music to picture, composed and synthesised",
        windowing="exact",
        window=Fraction(60),
        words=moods.WORDS,
        accepts=("tempo", "moments"),
        params=ComposerParams,
    )

    def open(self, bench: v2a.Bench) -> v2a.Maker:
        """A maker that remembers the cue it is at, so that its windows are composed once."""
        return _Desk()


class _Desk(v2a.Maker):
    def __init__(self) -> None:
        self._at: object = None
        self._band: Band | None = None

    def __call__(self, requests: Sequence[v2a.Request]) -> Iterator[v2a.Made | v2a.Failure]:
        for request in requests:
            yield self._made(request)

    def _made(self, request: v2a.Request) -> v2a.Made:
        plan = plan_for(request)
        if self._band is None or self._at != plan:
            self._at, self._band = plan, Band(score.compose(plan), plan.seed)
        sound = self._band.window(request.start, request.length)
        for start in range(0, request.length, _PIECE):
            piece = sound[:, start : start + _PIECE]
            piece[:] = _soft(piece * np.float32(_LEVEL))
        _faded(sound, request.start, request.whole_length)
        return v2a.Made(v2a.Audio(sound, request.rate), notes=(f"{plan.mood.name}, {plan.bpm:g} bpm",))

    def close(self) -> None:
        """Forget the notes."""
        self._at = self._band = None


def plan_for(request: v2a.Request) -> score.Plan:
    """What is to be composed for a request."""
    mood = moods.mood_of(request.prompt, str(request.params.get("mood", "")))
    bpm = float(request.params.get("tempo", 0.0) or 0.0)
    if not bpm and request.timing:
        bpm = request.timing.tempo.marks[0].bpm
    hits = [tempo.Hit(float(s.span.start), 1.0) for s in request.shots if s.span.start > 0]
    hits += [tempo.Hit(float(m.time), m.strength * m.confidence) for m in request.moments]
    return score.Plan(
        mood=mood,
        bpm=bpm or tempo.best_tempo(hits, mood.slow, mood.fast),
        length=float(request.whole),
        sections=tuple(float(s.span.start) for s in request.shots if s.span.start > 0),
        quiet=tuple(score.Quiet(float(s.span.start), float(s.span.end)) for s in request.speech),
        seed=request.seed,
    )


def _soft(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Peaks above the knee are rounded, so that nothing clips; what lies below stays as it is."""
    size = np.abs(sound)
    over = np.maximum(0, size - _KNEE)
    bent = np.minimum(size, _KNEE) + (1 - _KNEE - 0.05) * np.tanh(over / (1 - _KNEE))
    return np.asarray(np.sign(sound) * bent, np.float32)


def _faded(sound: NDArray[np.float32], start: int, whole: int) -> None:
    """The last samples of the cue go down to nothing, whichever window they fall into."""
    fade = min(whole, 24_000)
    at = np.arange(start, start + sound.shape[1])
    left = np.clip((whole - 1 - at) / fade, 0, 1).astype(np.float32)
    sound *= np.sin(left * np.float32(np.pi / 2))

"""The composer's desk: requests come in, music goes out, with its parts, its score and what is owed for the font."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer import fonts
from v2a_composer.playing.band import Band
from v2a_composer.playing.tone import RATE
from v2a_composer.soundfont.chunks import FontError
from v2a_composer.soundfont.font import Font
from v2a_composer.writing.plans import Plan, plan_for
from v2a_composer.writing.scoring import compose, summed

# The last fade in seconds: where next to nothing is left shortly before the end, and where the music is still at full.
_SHORT, _LONG = 0.25, 1.5
_FAINT, _FULL = -40.0, -15.0
_AHEAD = 0.3


class Desk(v2a.Maker):
    """Remembers the cue it is at, so that its windows are composed and cast once."""

    def __init__(self) -> None:
        """Nothing is open before the first request."""
        self._font: Font | None = None
        self._path = Path()
        self._asked: str | None = None
        self._at: tuple[Plan, Path, bool] | None = None
        self._band: Band | None = None
        self._score: v2a.Score | None = None
        self._loud: float | None = None

    def __call__(self, requests: Sequence[v2a.Request]) -> Iterator[v2a.Made | v2a.Failure]:
        """Compose and play each."""
        for request in requests:
            try:
                yield self._made(request)
            except FontError as error:
                yield v2a.Failure(f"{error.where} {error.what}", error.remedy, error.exit_code)

    def _made(self, request: v2a.Request) -> v2a.Made:
        font = self._opened(str(request.params.get("soundfont", "") or ""))
        plan, apart = plan_for(request), bool(request.params.get("parts", False))
        if self._band is None or self._score is None or self._at != (plan, self._path, apart):
            self._score = compose(plan)
            self._at, self._band = (plan, self._path, apart), Band(self._score, font, apart)
            self._loud = None
        heard = self._band.window(request.start, request.length)
        gain = self._ending(self._band, request)
        for sound in (heard.whole, *heard.parts.values()):
            sound[:, request.length - len(gain) :] *= gain
        terms = fonts.terms(font.name, self._path.stem, font.copyright)
        return v2a.Made(
            v2a.Audio(heard.whole, request.rate),
            parts={name: v2a.Audio(part, request.rate) for name, part in heard.parts.items()},
            credits=(v2a.Credit(f"{font.name} (soundfont)", terms.author, terms.licence, terms.read),),
            notes=(summed(plan), f"played from {font.name}", *self._band.notes),
            commercial=None if terms.commercial else "unknown",
            score=self._score if request.start == 0 else None,
        )

    def _ending(self, band: Band, request: v2a.Request) -> NDArray[np.float32]:
        """The gain of the window's last samples, which goes down to nothing at the end of the cue."""
        if request.start + request.length <= request.whole_length - round(_LONG * RATE):
            return np.ones(0, np.float32)
        if self._loud is None:
            self._loud = _loudness(band, request.whole_length)
        return _fall(request, self._loud)

    def _opened(self, asked: str) -> Font:
        """The font that is asked for; without one the first of this machine that is whole."""
        if self._font is None or asked != self._asked:
            self._font, self._path = fonts.opened(Path(asked) if asked else None)
            self._asked = asked
        return self._font

    def close(self) -> None:
        """Forget the notes and let go of the font."""
        self._at = self._band = self._score = self._font = self._asked = None


def _loudness(band: Band, whole: int) -> float:
    """From 0 to 1, how much is still played shortly before the end of a cue."""
    ahead = min(whole, round(_AHEAD * RATE))
    heard = band.window(whole - ahead, max(1, ahead // 2)).whole
    level = 10.0 * np.log10(float(np.mean(np.square(heard, dtype=np.float64))) + 1e-12)
    return float(np.clip((level - _FAINT) / (_FULL - _FAINT), 0.0, 1.0))


def _fall(request: v2a.Request, loud: float) -> NDArray[np.float32]:
    """The gain of the last samples of a window: louder music takes longer to go, and goes more evenly to the ear."""
    whole = request.whole_length
    longest = max(_SHORT, min(_LONG, whole / RATE / 8))
    fade = min(whole, round((_SHORT + loud * (longest - _SHORT)) * RATE))
    at = np.arange(max(request.start, whole - fade), request.start + request.length)
    left = np.clip((whole - 1 - at) / fade, 0, 1)
    return np.asarray(np.sin(left * (np.pi / 2)) ** (1.0 + loud), np.float32)

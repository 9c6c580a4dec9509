"""The rack: tones that were played once and may be needed again, as long as there is room for them."""

from __future__ import annotations

import functools
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.colouring import SLOW, coloured, tail
from v2a_composer.playing.resampling import raw, seamless
from v2a_composer.playing.tone import RATE, Tone
from v2a_composer.soundfont.samples import Pool

Wave = NDArray[np.float32]
PAGE = 4 * SLOW
_KEPT = 256 << 20
_FADE = 96


class Rack:
    """Tones as sound, for as long as any note has held them; they grow page by page, and each page stands by itself."""

    def __init__(self, samples: Pool) -> None:
        """Take the samples that are played."""
        self._samples = samples
        self._numbers: dict[Tone, int] = {}
        self._tones: list[Tone] = []
        self._longest: list[int] = []
        self._last: list[int] = []
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._size = 0

    @property
    def size(self) -> int:
        """How many bytes of sound are kept."""
        return self._size

    def number(self, tone: Tone) -> int:
        """What a tone is asked for by: the same number for the same tone."""
        number = self._numbers.setdefault(tone, len(self._tones))
        if number == len(self._tones):
            self._tones.append(tone)
            self._longest.append(0)
            self._last.append(0)
        return number

    def announce(self, number: int, count: int, until: int) -> None:
        """Say that a tone will be asked for at this length, so that it has its place once, and until which sample."""
        self._longest[number] = max(self._longest[number], count)
        self._last[number] = max(self._last[number], until)

    def passed(self, sample: int) -> None:
        """Make room: forget the tones that are not asked for any more where a score is played on from here."""
        for number in [n for n in self._kept if self._last[n] < sample]:
            self._size -= self._kept.pop(number).size

    def wave(self, number: int, count: int) -> Wave:
        """The first samples of a tone, at least so many unless it ends before."""
        tone = self._tones[number]
        most = int(min(tone.length, 1e9)) + 1
        pages = -(-min(count, most) // PAGE)
        known = self._kept.pop(number, None) or _Kept(np.empty(0, np.float32))
        self._size -= known.size
        if pages * PAGE > len(known.place):
            longest = -(-min(self._longest[number], most) // PAGE)
            known = known.moved(max(pages, longest) * PAGE)
        if pages > known.pages:
            source = seamless(self._samples.wave(tone.sample), tone.loop)
            for n in range(known.pages, pages):
                page(tone, source, n, known.place[n * PAGE : (n + 1) * PAGE])
            known.pages = pages
        self._kept[number] = known
        self._size += known.size
        while self._size > _KEPT and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].size
        return known.place[: known.pages * PAGE]


@dataclass
class _Kept:
    """A tone's place, and how many pages of it are filled."""

    place: Wave
    pages: int = 0

    @property
    def size(self) -> int:
        return self.pages * PAGE * 4

    def moved(self, room: int) -> _Kept:
        """The same in a larger place."""
        place = np.empty(room, np.float32)
        place[: self.pages * PAGE] = self.place[: self.pages * PAGE]
        return _Kept(place, self.pages)


def page(tone: Tone, wave: Wave, number: int, into: Wave) -> None:
    """Fill in one page of a tone whose key is held."""
    start = number * PAGE
    context = tail(tone) if tone.colour.used else 0
    made = raw(tone, wave, start - context, PAGE + context)
    if tone.colour.used:
        made = coloured(tone, made, start)
    np.multiply(made, tone.loudness.loudness(_time(number)), out=into)
    if tone.tremolo:
        into *= (10.0 ** (tone.tremolo * tone.swing.shape(_time(number)) / 20.0)).astype(np.float32)
    if start + PAGE > tone.length - _FADE:
        left = tone.length - np.arange(start, start + PAGE)
        into *= np.clip(left / _FADE, 0.0, 1.0).astype(np.float32)


@functools.lru_cache(maxsize=64)
def _time(number: int) -> NDArray[np.float64]:
    """When each sample of a page is, in seconds."""
    return np.arange(number * PAGE, (number + 1) * PAGE) / RATE

"""The rack: tones that were played once and may be needed again, as long as there is room for them."""

from __future__ import annotations

import functools
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.colouring import SLOW, coloured, margin, tail
from v2a_composer.playing.resampling import raw, seamless
from v2a_composer.playing.tone import Tone
from v2a_composer.soundfont.samples import Pool

Wave = NDArray[np.float32]
_PAGE = 4 * SLOW
# So many pages of a tone lie together; of a longer one only those are needed that sound.
_REACH = 64
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
        self._kept: OrderedDict[tuple[int, int], _Kept] = OrderedDict()
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
        for key in [key for key in self._kept if self._last[key[0]] < sample]:
            self._size -= self._kept.pop(key).size

    def wave(self, number: int, count: int, first: int = 0) -> Wave:
        """The samples of a tone at its own rate from one on, at least up to so many from its start unless it ends before."""
        reach = _REACH * page_of(self._tones[number])
        parts = [
            self._reach(number, n, count - n * reach)
            for n in range(first // reach, max(first // reach + 1, -(-self._least(number, count) // reach)))
        ]
        parts[0] = parts[0][first % reach :]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _least(self, number: int, count: int) -> int:
        """So many samples, or as many as the tone has."""
        return min(count, int(min(self._tones[number].length, 1e9)) + 1)

    def _reach(self, number: int, nth: int, count: int) -> Wave:
        """So many samples of a tone at least from the nth reach on, or as many as it has, and as lie together."""
        tone, before = self._tones[number], nth * _REACH
        size = page_of(tone)

        def pages(samples: int) -> int:
            return min(_REACH, -(-self._least(number, samples) // size) - before)

        wanted = pages(count + before * size)
        known = self._kept.pop((number, nth), None) or _Kept(np.empty(0, np.float32))
        self._size -= known.size
        if wanted * size > len(known.place):
            known = known.moved(max(wanted, pages(self._longest[number])) * size)
        if wanted * size > known.filled:
            source = seamless(self._samples.wave(tone.sample), tone.loop)
            for n in range(known.filled // size, wanted):
                page(tone, source, before + n, known.place[n * size : (n + 1) * size])
            known.filled = wanted * size
        self._kept[number, nth] = known
        self._size += known.size
        while self._size > _KEPT and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].size
        return known.place[: known.filled]

    def octaves(self, number: int) -> int:
        """How many octaves a tone's rate is below the full one."""
        return self._tones[number].octaves


@dataclass
class _Kept:
    """A tone's place, and how much of it is filled."""

    place: Wave
    filled: int = 0

    @property
    def size(self) -> int:
        return self.filled * 4

    def moved(self, room: int) -> _Kept:
        """The same in a larger place."""
        place = np.empty(room, np.float32)
        place[: self.filled] = self.place[: self.filled]
        return _Kept(place, self.filled)


def page_of(tone: Tone) -> int:
    """How many samples a tone grows by: longer ones at a lower rate, where they cost less."""
    return _PAGE >> max(0, tone.octaves - 1)


def page(tone: Tone, wave: Wave, number: int, into: Wave) -> None:
    """Fill in one page of a tone whose key is held."""
    size = page_of(tone)
    start = number * size
    if tone.colour.used:
        before = tail(tone)
        made = coloured(tone, raw(tone, wave, start - before, before + size + margin(tone)), start)
    else:
        made = raw(tone, wave, start, size)
    time = _time(start, size, tone.rate)
    np.multiply(made, tone.loudness.loudness(time), out=into)
    if tone.tremolo:
        into *= (10.0 ** (tone.tremolo * tone.swing.shape(time) / 20.0)).astype(np.float32)
    length, fade = tone.length, _FADE >> tone.octaves
    if start + size > length - fade:
        into *= np.clip((length - np.arange(start, start + size)) / fade, 0.0, 1.0).astype(np.float32)


@functools.lru_cache(maxsize=64)
def _time(start: int, size: int, rate: int) -> NDArray[np.float64]:
    """When each sample of a page is, in seconds."""
    return np.arange(start, start + size) / rate

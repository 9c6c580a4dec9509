"""The rack: tones that were played once and may be needed again, as long as there is room for them."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from v2a_composer.playing.colouring import SLOW, TAIL, coloured
from v2a_composer.playing.resampling import raw
from v2a_composer.playing.tone import RATE, Tone
from v2a_composer.soundfont.samples import Pool

Wave = NDArray[np.float32]
PAGE = 4 * SLOW
_KEPT = 192 << 20
_FADE = 96


class Rack:
    """Tones as sound, for as long as any note has held them; they grow page by page, and each page stands by itself."""

    def __init__(self, samples: Pool) -> None:
        """Take the samples that are played."""
        self._samples = samples
        self._numbers: dict[Tone, int] = {}
        self._tones: list[Tone] = []
        self._kept: OrderedDict[int, Wave] = OrderedDict()
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
        return number

    def wave(self, number: int, count: int) -> Wave:
        """The first samples of a tone, at least so many unless it ends before."""
        known = self._kept.pop(number, None)
        self._size -= 0 if known is None else known.nbytes
        have, tone = 0 if known is None else len(known), self._tones[number]
        wanted = min(count, int(min(tone.length, 1e9)) + 1)
        if known is None or have < wanted:
            source = self._samples.wave(tone.sample)
            pages = [page(tone, source, n) for n in range(have // PAGE, -(-wanted // PAGE))]
            known = np.concatenate([*(() if known is None else (known,)), *pages])
        self._kept[number] = known
        self._size += known.nbytes
        while self._size > _KEPT and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].nbytes
        return known


def page(tone: Tone, wave: Wave, number: int) -> Wave:
    """One page of a tone whose key is held."""
    start = number * PAGE
    context = TAIL if tone.colour.used else 0
    made = raw(tone, wave, start - context, PAGE + context)
    if tone.colour.used:
        made = coloured(tone, made, start)
    time = np.arange(start, start + PAGE) / RATE
    made *= tone.loudness.loudness(time)
    if tone.tremolo:
        made *= (10.0 ** (tone.tremolo * tone.swing.shape(time) / 20.0)).astype(np.float32)
    if start + PAGE > tone.length - _FADE:
        left = tone.length - np.arange(start, start + PAGE)
        made *= np.clip(left / _FADE, 0.0, 1.0).astype(np.float32)
    return np.asarray(made, np.float32)

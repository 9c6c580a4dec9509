"""Synchformer and VideoPrism as encoders: what moves when, and what is to be seen.

Their weights lie in `WEIGHTS/synchformer` and `WEIGHTS/videoprism` as they are published; a `config.json` beside them may
tell other sizes than those of the published models.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_encoders import neural
from v2a_encoders.loaded import Loaded, Weighted, frames_of, place_of, sizes
from v2a_encoders.models import SYNCHFORMER, VIDEOPRISM

MOST_FRAMES = 60
_TOGETHER = 8
_CODE = "GPL-3.0-or-later"


class Synchformer(Weighted):
    """Synchformer's picture tower: eight rows for every stretch of 16 frames, a stretch every 8 frames.

    So row 8 n + m tells of the frames 8 n + 2 m and 8 n + 2 m + 1, 25 frames a second. There are 25 rows a second but for
    the last stretch, and as each moment is told twice, once by each stretch it is in, they are not in order of time: the
    feature is used as a whole. Frames at the end that fill no stretch are not told; fewer than 16 are filled up with the
    last one.
    """

    folder = "synchformer"
    plain = v2a.EncoderCard(
        name="synchformer",
        version="1",
        licence=replace(SYNCHFORMER.licence, code=_CODE),
        reads="picture",
        about="movement to 1/12 s, by Synchformer's picture tower",
        picture=v2a.PictureNeed(224, 224, Fraction(25), fit="crop"),
        rate=Fraction(25),
        sliceable=False,
        devices=("cuda", "mps", "cpu"),
    )

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the tower."""
        neural.plain_torch()
        from v2a_encoders import synchformer

        place = place_of(bench, self.folder)
        model = synchformer.load(place, synchformer.Config.of(sizes(place)))
        return _Movement(bench, model.to(bench.device, neural.dtype(bench)))


class VideoPrism(Weighted):
    """VideoPrism's frame embeddings: a row a frame, four frames a second, in the space it shares with texts.

    A row follows from its frame and from all others of its span. One of more than 60 frames, which is 15 seconds, is read
    in equal parts of at most as many, so that memory does not grow with its length.
    """

    folder = "videoprism"
    plain = v2a.EncoderCard(
        name="videoprism",
        version="1",
        licence=replace(VIDEOPRISM.licence, code=_CODE),
        reads="picture",
        about="what is to be seen, by VideoPrism (LvT)",
        picture=v2a.PictureNeed(288, 288, Fraction(4), fit="letterbox"),
        rate=Fraction(4),
        sliceable=False,
        devices=("cuda", "mps", "cpu"),
    )

    def open(self, bench: v2a.Bench) -> v2a.Reader:
        """Load the model."""
        neural.plain_torch()
        from v2a_encoders import videoprism

        place = place_of(bench, self.folder)
        model = videoprism.load(place, videoprism.Config.of(sizes(place)))
        return _Sights(bench, model.to(bench.device, neural.dtype(bench)))


class _Movement(Loaded):
    def _read(self, request: v2a.EncodeRequest) -> NDArray[np.float32] | v2a.Failure:
        from v2a_encoders.synchformer import STEP, STRETCH, normalised, stretches

        pixels = frames_of(request, "synchformer")
        if isinstance(pixels, v2a.Failure):
            return pixels
        count = max(0, len(pixels) - STRETCH) // STEP + 1
        made = []
        for first in range(0, count, _TOGETHER):
            self._bench.progress(first, count, "movement")
            last = min(first + _TOGETHER, count) - 1
            some = _moved(pixels[first * STEP : last * STEP + STRETCH], self._bench)
            rows = self._model(normalised(stretches(some)).to(neural.dtype(self._bench)))
            made.append(rows.flatten(0, 1).float().cpu().numpy())
        return np.concatenate(made)


class _Sights(Loaded):
    def _read(self, request: v2a.EncodeRequest) -> NDArray[np.float32] | v2a.Failure:
        pixels = frames_of(request, "videoprism")
        if isinstance(pixels, v2a.Failure):
            return pixels
        parts = -(-len(pixels) // MOST_FRAMES)
        borders = [round(len(pixels) * n / parts) for n in range(parts + 1)]
        made = []
        for first, last in itertools.pairwise(borders):
            self._bench.progress(first, len(pixels), "frames")
            some = (_moved(pixels[first:last], self._bench).float() / 255).to(neural.dtype(self._bench))
            made.append(self._model(some[None]).frames[0].float().cpu().numpy())
        return np.concatenate(made)


def _moved(pixels: NDArray[np.uint8], bench: v2a.Bench) -> Any:
    """Frames on the bench's device."""
    return neural.plain_torch().from_numpy(np.array(pixels)).to(bench.device)

"""A film and its sound as one picture: filmstrip, cuts, moments, cues, and a waveform a stem."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from v2a.api.waveforms import Waveform
from v2a.files import whole
from v2a.model import KINDS, Observations, SpottingList

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

WIDTH, LEFT, RIGHT = 1600, 92, 16
STRIP, ROW, WAVE, GAP = 112, 22, 64, 10
INK, FAINT, PAPER = (32, 34, 40), (150, 154, 164), (250, 250, 248)
COLOURS = {
    "dx": (96, 98, 110),
    "vo": (120, 90, 160),
    "fo": (42, 120, 142),
    "fx": (206, 92, 44),
    "bg": (86, 142, 74),
    "mx": (176, 58, 106),
}


def draw(seen: Observations, listed: SpottingList, stems: Sequence[Waveform], path: Path) -> None:
    """Draw a film's observations, cues and stems into a PNG file."""
    from PIL import Image, ImageDraw

    kinds = [k for k in KINDS if any(c.kind == k for c in listed.cues)]
    height = STRIP + 3 * GAP + ROW * 2 + len(kinds) * (ROW + 4) + GAP + len(stems) * (WAVE + GAP) + 24
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    canvas = _Canvas(pen, float(seen.video.duration) or 1.0)
    top = _filmstrip(image, seen, canvas)
    top = _moments(seen, canvas, top + GAP)
    for kind in kinds:
        top = _cues(listed, kind, canvas, top)
    top += GAP
    for stem in stems:
        top = _waveform(stem, canvas, top)
    _ruler(seen, canvas, top)
    with whole(path) as temporary:
        image.save(temporary, format="PNG")


class _Canvas:
    """The time axis, and the pen that draws on it."""

    def __init__(self, pen: ImageDraw, duration: float) -> None:
        self.pen = pen
        self.duration = duration

    def x(self, time: float | Fraction) -> int:
        """Where a time lies, in pixels from the left."""
        return LEFT + round(float(time) / self.duration * (WIDTH - LEFT - RIGHT))

    def text(
        self, at: tuple[int, int], words: str, colour: tuple[int, int, int] = INK, size: int = 13
    ) -> None:
        """Write some words."""
        from PIL import ImageFont

        self.pen.text(at, words, fill=colour, font=ImageFont.load_default(size))


def _filmstrip(image: Any, seen: Observations, canvas: _Canvas) -> int:
    from PIL import Image

    from v2a.interfaces import PictureNeed
    from v2a.media.frames import frames_at

    canvas.text((GAP, STRIP // 2), "picture")
    shape = seen.video.picture.width / max(1, seen.video.picture.height)
    width = max(24, round(STRIP * shape))
    room = WIDTH - LEFT - RIGHT
    count = max(1, round(room / width))
    width = room // count
    times = [seen.video.duration * (2 * n + 1) / (2 * count) for n in range(count)]
    found = frames_at(seen.video, times, PictureNeed(width, STRIP, fit="crop"))
    for n, pixels in enumerate(found.pixels):
        image.paste(Image.fromarray(np.ascontiguousarray(pixels)), (LEFT + n * width, 0))
    for shot in seen.shots[1:]:
        x = canvas.x(shot.span.start)
        canvas.pen.line([(x, 0), (x, STRIP + 6)], fill=(250, 214, 60), width=2)
    return STRIP


def _moments(seen: Observations, canvas: _Canvas, top: int) -> int:
    canvas.text((GAP, top), "moments")
    for moment in seen.moments:
        x, r = canvas.x(moment.time), 2 + round(5 * min(1.0, moment.strength))
        sure = moment.confidence >= 0.5
        y = top + ROW // 2
        canvas.pen.ellipse(
            [x - r, y - r, x + r, y + r], fill=INK if sure else None, outline=INK if sure else FAINT
        )
    return top + ROW


def _cues(listed: SpottingList, kind: str, canvas: _Canvas, top: int) -> int:
    canvas.text((GAP, top + 3), kind, COLOURS[kind])
    for cue in (c for c in listed.cues if c.kind == kind):
        x0, x1 = canvas.x(cue.span.start), max(canvas.x(cue.span.start) + 3, canvas.x(cue.span.end))
        fill = None if cue.suggested or cue.muted else tuple(min(255, c + 120) for c in COLOURS[kind])
        canvas.pen.rectangle([x0, top, x1 - 1, top + ROW - 2], fill=fill, outline=COLOURS[kind])
        if cue.sync is not None:
            x = canvas.x(cue.sync)
            canvas.pen.line([(x, top), (x, top + ROW - 2)], fill=INK, width=2)
        room = (x1 - x0 - 8) // 7
        if room > 3 and not cue.suggested:
            canvas.text((x0 + 4, top + 3), cue.prompt[:room])
    return top + ROW + 4


def _waveform(stem: Waveform, canvas: _Canvas, top: int) -> int:
    loud = stem.loudness
    canvas.text((GAP, top + WAVE // 2 - 16), stem.stem, COLOURS[stem.stem], 15)
    canvas.text((GAP, top + WAVE // 2 + 2), f"{loud:.0f} LUFS" if loud is not None else "silent", FAINT, 11)
    columns = WIDTH - LEFT - RIGHT
    middle = top + WAVE // 2
    canvas.pen.line([(LEFT, middle), (LEFT + columns, middle)], fill=FAINT)
    for n in range(columns):
        reach = round(stem.peaks[n * len(stem.peaks) // columns] ** 0.5 * WAVE / 2)
        if reach:
            canvas.pen.line([(LEFT + n, middle - reach), (LEFT + n, middle + reach)], fill=COLOURS[stem.stem])
    return top + WAVE + GAP


def _ruler(seen: Observations, canvas: _Canvas, top: int) -> None:
    steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]
    step = next((s for s in steps if canvas.duration / s <= 14), steps[-1])
    for second in range(0, int(canvas.duration) + 1, step):
        x = canvas.x(second)
        canvas.pen.line([(x, top), (x, top + 5)], fill=FAINT)
        canvas.text((x + 3, top + 2), str(seen.video.timecode_at(Fraction(second))), FAINT, 11)

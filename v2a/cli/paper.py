"""A sheet with a time axis to draw a film on: smooth lines, sharp text, and a ruler in timecode and seconds."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.files import whole
from v2a.model import Span, Video

if TYPE_CHECKING:
    from PIL.Image import Image

Colour = tuple[int, int, int]
INK: Colour = (34, 36, 44)
SOFT: Colour = (98, 102, 114)
FAINT: Colour = (150, 154, 164)
RULE: Colour = (224, 225, 228)
PANEL: Colour = (255, 255, 255)
SHEET: Colour = (247, 247, 245)

_FINE = 2
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_FRACTIONS = (Fraction(1, 10), Fraction(1, 5), Fraction(1, 2))
_LABELS = 12
_LABEL = 72
_BEYOND_ASCII = "·±…"


class Paper:
    """A sheet on which `left` to `right` is a stretch of time; shapes are drawn at twice the size and made small."""

    def __init__(self, size: tuple[int, int], edges: tuple[int, int], span: Span) -> None:
        """A sheet of so many pixels, the edges of its time axis, and the time between them."""
        from PIL import Image, ImageDraw

        self.width, self.height = size
        self.left, self.right = edges
        self.span = span
        self._image = Image.new("RGB", (_FINE * self.width, _FINE * self.height), SHEET)
        self._pen = ImageDraw.Draw(self._image)
        self._pictures: list[tuple[Image.Image, int, int]] = []
        self._words: list[tuple[float, float, str, Colour, int, str]] = []

    @property
    def columns(self) -> int:
        """How many pixels the time axis is long."""
        return self.right - self.left

    def x(self, time: float | Fraction) -> float:
        """Where a time lies, in pixels; one outside lies at the nearer edge."""
        share = (float(time) - float(self.span.start)) / (float(self.span.duration) or 1.0)
        return self.left + min(1.0, max(0.0, share)) * self.columns

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Colour) -> None:
        """A filled box, at least as wide as a hair."""
        self._pen.rectangle(
            [_FINE * x0, _FINE * y0, max(_FINE * x0, _FINE * x1 - 1), _FINE * y1 - 1], fill=fill
        )

    def line(self, points: Sequence[tuple[float, float]], colour: Colour, width: float = 1.0) -> None:
        """A line through points."""
        self._pen.line(
            [(_FINE * x, _FINE * y) for x, y in points], colour, max(1, round(_FINE * width)), "curve"
        )

    def upright(self, x: float, top: float, bottom: float, colour: Colour, width: int = 1) -> None:
        """An upright line on whole pixels, so that it is sharp."""
        left = round(x - width / 2)
        self.box(left, top, left + width, bottom, colour)

    def area(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        """A filled outline."""
        if len(points) > 2:
            self._pen.polygon([(_FINE * x, _FINE * y) for x, y in points], fill=fill)

    def dot(self, x: float, y: float, radius: float, colour: Colour, filled: bool = True) -> None:
        """A disc, or a ring."""
        ends = [_FINE * (x - radius), _FINE * (y - radius), _FINE * (x + radius), _FINE * (y + radius)]
        self._pen.ellipse(ends, fill=colour if filled else SHEET, outline=colour, width=_FINE)

    def text(
        self, x: float, y: float, words: str, colour: Colour = INK, size: int = 13, anchor: str = "la"
    ) -> None:
        """Some words; the anchor says which of their points lies there, as Pillow names it."""
        self._words.append((x, y, _drawable(words), colour, size, anchor))

    def measured(self, words: str, size: int = 13) -> float:
        """How wide some words are."""
        from PIL import ImageFont

        return ImageFont.load_default(size).getlength(_drawable(words))

    def picture(self, image: Image, x: int, y: int) -> None:
        """Paste a picture as it is."""
        self._pictures.append((image, x, y))

    def save(self, path: Path) -> None:
        """Write the sheet as a PNG file, whole or not at all."""
        from PIL import Image, ImageDraw, ImageFont

        sheet = self._image.resize((self.width, self.height), Image.Resampling.BOX)
        for image, x, y in self._pictures:
            sheet.paste(image, (x, y))
        pen = ImageDraw.Draw(sheet)
        for at_x, at_y, words, colour, size, anchor in self._words:
            pen.text((at_x, at_y), words, colour, ImageFont.load_default(size), anchor)
        with whole(path) as temporary:
            sheet.save(temporary, format="PNG", optimize=True)


def _drawable(words: str) -> str:
    """Words in the letters that Pillow's own font has: accents are left out, other letters become a question mark."""
    return "".join(c if c in _BEYOND_ASCII else _plain(c) for c in words)


def _plain(letter: str) -> str:
    first = unicodedata.normalize("NFKD", letter)[:1]
    return first if first.isascii() and first.isprintable() else "?"


def ticks(span: Span) -> tuple[Fraction, ...]:
    """Round times, at most a dozen."""
    steps = (*_FRACTIONS, *map(Fraction, _STEPS))
    step = next((s for s in steps if span.duration / s <= _LABELS), steps[-1])
    first = -(-span.start // step)
    return tuple(step * n for n in range(first, int(span.end // step) + 1))


def ruler(paper: Paper, video: Video, top: float) -> None:
    """The time axis: timecodes, and under them seconds or minutes."""
    for time in ticks(paper.span):
        x = paper.x(time)
        paper.upright(x, top, top + 6, FAINT)
        if x + _LABEL > paper.width:
            continue
        paper.text(x + 4, top + 2, str(video.timecode_at(time)), SOFT, 11)
        paper.text(x + 4, top + 16, _clock(time), FAINT, 11)


def _clock(time: Fraction) -> str:
    if time < 60:
        return f"{float(time):g} s"
    minutes, seconds = divmod(int(time), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"

"""Loudness over time as a picture: momentary, short-term, and the spec's target with its tolerance."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from v2a.api.metering import HOP, Reading, Ruling
from v2a.files import whole

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1600, 520, 70, 150, 46, 34
_HIGHEST, _LOWEST = 0.0, -60.0
_INK, _FAINT, _GRID, _PAPER = (32, 34, 40), (130, 134, 144), (226, 228, 232), (250, 250, 248)
_MOMENTARY, _SHORT, _BAND, _TARGET = (188, 204, 214), (30, 96, 128), (228, 240, 224), (86, 142, 74)
_SPEECH = (176, 110, 40)
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def draw(reading: Reading, ruling: Ruling, path: Path) -> None:
    """Draw a reading, and what a spec asks of it, into a PNG file."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    wanted, tolerance = ruling.target, ruling.spec.tolerance
    if wanted is not None:
        band = [_y(wanted + tolerance), _y(wanted - tolerance)]
        pen.rectangle([_LEFT, band[0], _WIDTH - _RIGHT, band[1]], fill=_BAND)
    _axes(pen, reading.seconds)
    _filled(pen, reading.momentary())
    _line(pen, reading.short_term())
    _spoken(pen, reading)
    if wanted is not None:
        _level(pen, wanted, _TARGET, f"{ruling.spec.name} {wanted:g}", above=True)
    if reading.loudness.integrated is not None:
        _level(pen, reading.loudness.integrated, _INK, f"measured {reading.loudness.integrated:.1f}")
    _title(pen, reading)
    with whole(path) as temporary:
        image.save(temporary, format="PNG")


def _y(level: float) -> int:
    share = (_HIGHEST - min(_HIGHEST, max(_LOWEST, level))) / (_HIGHEST - _LOWEST)
    return _TOP + round(share * (_HEIGHT - _TOP - _BOTTOM))


def _columns(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The highest level of each column of the picture."""
    count = _WIDTH - _RIGHT - _LEFT
    if not len(levels):
        return np.full(count, -np.inf)
    edges = np.linspace(0, len(levels), count + 1)
    first = np.minimum(edges[:-1].astype(int), len(levels) - 1)
    last = np.maximum(first + 1, edges[1:].astype(int))
    return np.array([levels[a:b].max() for a, b in zip(first, last, strict=True)])


def _filled(pen: ImageDraw, levels: NDArray[np.float64]) -> None:
    floor = _y(_LOWEST)
    for n, level in enumerate(_columns(levels)):
        if level > _LOWEST:
            pen.line([(_LEFT + n, floor), (_LEFT + n, _y(level))], fill=_MOMENTARY)


def _line(pen: ImageDraw, levels: NDArray[np.float64]) -> None:
    columns = _columns(levels)
    every = max(1, len(columns) // max(1, len(levels)))
    points = [(_LEFT + n, _y(columns[n])) for n in range(every // 2, len(columns), every)]
    pen.line(points, fill=_SHORT, width=2, joint="curve")


def _spoken(pen: ImageDraw, reading: Reading) -> None:
    """Where somebody speaks, as bars along the bottom, and how loud that is."""
    heard = reading.dialogue
    if heard is None or heard.loudness is None:
        return
    scale = (_WIDTH - _LEFT - _RIGHT) / max(reading.seconds, HOP)
    for span in heard.spans:
        first, last = (_LEFT + round(scale * float(t)) for t in (span.start, span.end))
        pen.rectangle([first, _y(_LOWEST) - 6, max(first, last), _y(_LOWEST)], fill=_SPEECH)
    _level(pen, heard.loudness, _SPEECH, f"dialogue {heard.loudness:.1f}", left=True)


def _level(
    pen: ImageDraw,
    level: float,
    colour: tuple[int, int, int],
    words: str,
    above: bool = False,
    left: bool = False,
) -> None:
    y = _y(level)
    pen.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], fill=colour, width=1)
    x = _LEFT + 8 if left else _WIDTH - _RIGHT + 8
    pen.text((x, y - (16 if above or left else 0)), words, fill=colour, font=_font(13))


def _axes(pen: ImageDraw, seconds: float) -> None:
    for level in range(int(_LOWEST), int(_HIGHEST) + 1, 10):
        pen.line([(_LEFT, _y(level)), (_WIDTH - _RIGHT, _y(level))], fill=_GRID)
        pen.text((_LEFT - 36, _y(level) - 8), f"{level}", fill=_FAINT, font=_font(13))
    length = max(seconds, HOP)
    step = next((s for s in _STEPS if length / s <= 14), _STEPS[-1] * max(1, round(length / 50_000)))
    for second in range(0, int(length) + 1, step):
        x = _LEFT + round(second / length * (_WIDTH - _LEFT - _RIGHT))
        pen.line([(x, _y(_LOWEST)), (x, _y(_LOWEST) + 5)], fill=_FAINT)
        minutes, rest = divmod(second, 60)
        pen.text((x + 3, _y(_LOWEST) + 6), f"{minutes}:{rest:02d}", fill=_FAINT, font=_font(12))


def _title(pen: ImageDraw, reading: Reading) -> None:
    loud = reading.loudness
    figures = [
        ("integrated", loud.integrated, "LUFS"),
        ("range", loud.range, "LU"),
        ("short-term max", loud.short_term_max, "LUFS"),
        ("momentary max", loud.momentary_max, "LUFS"),
        ("true peak", loud.true_peak, "dBTP"),
    ]
    said = "    ".join(f"{name} {value:.1f} {unit}" for name, value, unit in figures if value is not None)
    pen.text((_LEFT, 12), f"{reading.path.name}    {said or 'silent'}", fill=_INK, font=_font(15))
    for n, (name, colour) in enumerate(_legend(reading)):
        y = _TOP + 18 * n
        pen.rectangle([_WIDTH - _RIGHT + 8, y + 4, _WIDTH - _RIGHT + 18, y + 10], fill=colour)
        pen.text((_WIDTH - _RIGHT + 24, y - 2), name, fill=_FAINT, font=_font(13))


def _legend(reading: Reading) -> tuple[tuple[str, tuple[int, int, int]], ...]:
    spoken = (("speech", _SPEECH),) if reading.dialogue is not None and reading.dialogue.spans else ()
    return (("short-term", _SHORT), ("momentary", _MOMENTARY), *spoken)


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)

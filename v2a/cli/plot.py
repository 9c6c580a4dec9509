"""What was observed in a film as one picture: filmstrip, shots, scenes and moments over motion, light and sound."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from v2a.api.markers import place
from v2a.cli.curves import Envelope, Panel, Rows, Scale, draw_curve, draw_panel, envelope, missing, rows_in
from v2a.cli.paper import FAINT, INK, PANEL, RULE, SHEET, SOFT, Colour, Paper, ruler
from v2a.interfaces import PictureNeed
from v2a.interfaces.observer import Fit
from v2a.model import Observations, Span

WIDTH, LEFT, RIGHT, EDGE = 1600, 116, 24, 14
STRIP, LANE, MOMENTS = 116, 22, 52
_TALL, _LOW = 120, 74
_MOST_LINES = 240
_SHAPES = (0.4, 2.6)
_SHADES: tuple[Colour, Colour] = ((206, 211, 222), (182, 190, 206))
_GROUNDS: tuple[Colour, Colour] = ((222, 231, 218), (204, 219, 199))
_CUTS: dict[str, Colour] = {
    "cut": (222, 168, 30),
    "dissolve": (150, 92, 190),
    "fade": (60, 66, 84),
    "wipe": (40, 150, 150),
}
_KINDS: dict[str, Colour] = {
    "impact": (206, 62, 48),
    "contact": (230, 140, 40),
    "start": (58, 140, 82),
    "stop": (48, 104, 178),
    "turn": (138, 84, 180),
    "flash": (206, 176, 24),
}
_OTHER: Colour = (110, 114, 126)
_MOTION, _LIGHT, _SOUND = (58, 106, 168), (176, 138, 52), (62, 132, 110)
_LANES: dict[str, Colour] = {"speech": (96, 98, 160), "music": (176, 58, 106), "silence": (176, 180, 188)}


def draw(seen: Observations, path: Path, span: Span | None = None, sure: float = 0.5) -> None:
    """Draw what was observed in a film, or in a part of it, into a PNG file; moments that are so sure are filled."""
    shown = span or seen.video.span
    lanes = list(_LANES) if seen.video.sound else []
    panels = _TALL + _LOW + (_TALL if lanes else LANE) + 3 * 8
    height = 62 + STRIP + 8 + 2 * (LANE + 4) + MOMENTS + 6 + panels + len(lanes) * (LANE + 3) + 76
    paper = Paper((WIDTH, height), (LEFT, WIDTH - RIGHT), shown)
    _head(paper, seen)
    top = _filmstrip(paper, seen, 62) + 8
    top = _shots(paper, seen, top)
    top = _scenes(paper, seen, top)
    top = _curves(paper, seen, sure, top)
    for name in lanes:
        top = _lane(paper, name, [_span(e) for e in getattr(seen, name)], top)
    ruler(paper, seen.video, top + 4)
    _legend(paper, seen, height - 34)
    paper.save(path)


def _span(entry: Any) -> Span:
    span: Span = entry if isinstance(entry, Span) else entry.span
    return span


def _head(paper: Paper, seen: Observations) -> None:
    video = seen.video
    paper.text(EDGE, 12, Path(video.path).name, INK, 20)
    facts = [
        f"{video.picture.width} x {video.picture.height}",
        f"{float(video.frame_rate):.6g} frames/s",
        f"{float(video.duration):.2f} s from {video.timecode}",
        f"{len(seen.shots)} shots" if len(seen.shots) != 1 else "1 shot",
        f"{len(seen.moments)} moments" if len(seen.moments) != 1 else "1 moment",
    ]
    paper.text(EDGE, 38, "  ·  ".join(facts), SOFT, 13)


def _filmstrip(paper: Paper, seen: Observations, top: int) -> int:
    from PIL import Image

    from v2a.media.frames import frames_at

    paper.text(EDGE - 2, top + 4, "picture")
    shape = seen.video.picture.width / max(1, seen.video.picture.height)
    usual = min(_SHAPES[1], max(_SHAPES[0], shape))
    count = max(1, round(paper.columns / (STRIP * usual)))
    edges = [round(n * paper.columns / count) for n in range(count + 1)]
    width = max(b - a for a, b in itertools.pairwise(edges))
    times = [paper.span.start + paper.span.duration * (2 * n + 1) / (2 * count) for n in range(count)]
    fit: Fit = "crop" if shape == usual else "letterbox"
    found = frames_at(seen.video, times, PictureNeed(width, STRIP, fit=fit))
    for (left, right), pixels in zip(itertools.pairwise(edges), found.pixels):
        image = Image.fromarray(np.ascontiguousarray(pixels[:, : right - left - 1]))
        paper.picture(image, paper.left + left, top)
    return top + STRIP


def _boundaries(seen: Observations, paper: Paper) -> list[tuple[float, Colour]]:
    return [
        (paper.x(s.span.start), _CUTS.get(s.transition_in, _OTHER))
        for s in seen.shots
        if s.span.start > 0 and paper.span.contains(s.span.start)
    ]


def _shots(paper: Paper, seen: Observations, top: int) -> int:
    paper.text(EDGE - 2, top + 4, "shots")
    for number, shot in enumerate(seen.shots):
        left, right = paper.x(shot.span.start), paper.x(shot.span.end)
        paper.box(left, top, right, top + LANE, _SHADES[number % 2])
        if paper.measured(str(number + 1), 11) + 10 < right - left:
            paper.text((left + right) / 2, top + LANE / 2, str(number + 1), INK, 11, "mm")
    for shot in seen.shots:
        if shot.transition and shot.transition_in in _CUTS:
            half = shot.transition / 2 if shot.span.start else shot.transition
            left, right = paper.x(shot.span.start - half), paper.x(shot.span.start + half)
            paper.box(left, top + LANE - 5, right, top + LANE, _CUTS[shot.transition_in])
    for x, colour in _boundaries(seen, paper):
        paper.upright(x, top - 7, top + LANE, colour, 2)
    return top + LANE + 4


def _scenes(paper: Paper, seen: Observations, top: int) -> int:
    paper.text(EDGE - 2, top + 4, "scenes")
    for number, scene in enumerate(seen.scenes):
        left, right = paper.x(scene.span.start), paper.x(scene.span.end)
        paper.box(left, top, right, top + LANE, _GROUNDS[number % 2])
        words = [w for w in (str(number + 1), place(scene), *scene.tags) if w]
        while words and paper.measured(", ".join(words), 11) + 10 > right - left:
            words.pop()
        paper.text(left + 5, top + LANE / 2, ", ".join(words), INK, 11, "lm")
    return top + LANE + 4


def _curves(paper: Paper, seen: Observations, sure: float, top: int) -> int:
    """Moments, and under them the curves, with a line through all at each cut and moment."""
    motion = Panel(top + MOMENTS + 6, _TALL, "motion", "heights/s", _MOTION)
    light = Panel(motion.top + _TALL + 8, _LOW, "brightness", "of white", _LIGHT)
    high = _TALL if seen.video.sound else LANE
    sound = Panel(light.top + _LOW + 8, high, "loudness", "LUFS", _SOUND)
    bottom = sound.top + sound.height
    moved = _motion(seen, paper.span)
    for panel, rows, scale in (
        (motion, moved, _motion_scale(moved)),
        (light, _rows(seen, "brightness", paper.span), Scale(0.0, 1.0, (0.0, 0.5, 1.0))),
        (sound, _rows(seen, "loudness", paper.span), Scale(-66.0, 0.0, (-60.0, -40.0, -20.0, 0.0))),
    ):
        _curve(paper, seen, panel, None if rows is None else envelope(rows, paper), scale)
    boundaries = _boundaries(seen, paper)
    if len(boundaries) <= _MOST_LINES:
        for x, colour in boundaries:
            for panel in (motion, light, *([sound] if seen.video.sound else [])):
                paper.upright(x, panel.top, panel.top + panel.height, colour)
    for onset in seen.onsets:
        if paper.span.contains(onset.time):
            x = paper.x(onset.time)
            paper.upright(x, bottom - 4 - 8 * min(1.0, onset.strength), bottom, INK)
    _moments(paper, seen, sure, motion)
    return bottom + 8


def _curve(paper: Paper, seen: Observations, panel: Panel, curve: Envelope | None, scale: Scale) -> None:
    if curve is None:
        silent = panel.name == "loudness" and not seen.video.sound
        missing(paper, panel, "the film has no sound" if silent else "not observed")
        return
    draw_panel(paper, panel, scale)
    draw_curve(paper, panel, scale, curve)


def _rows(seen: Observations, name: str, span: Span) -> Rows | None:
    track = seen.features.get(name)
    return None if track is None else rows_in(track, span)


def _motion(seen: Observations, span: Span) -> Rows | None:
    """Movement in picture heights a second; a cut is no movement, so there the value before it stays."""
    rows = _rows(seen, "motion", span)
    if rows is None or not len(rows.times):
        return rows
    values = rows.values * float(seen.video.frame_rate)
    half = float(1 / seen.video.frame_rate) / 2
    cuts = np.searchsorted(rows.times, [float(s.span.start) - half for s in seen.shots if s.span.start > 0])
    cuts = cuts[(cuts > 0) & (cuts < len(values))]
    values[cuts] = values[cuts - 1]
    return Rows(rows.times, values)


def _motion_scale(rows: Rows | None) -> Scale:
    """From nothing to about the highest value, in round numbers; small movement is lifted."""
    most = 0.02 if rows is None or not len(rows.values) else max(0.02, float(np.quantile(rows.values, 0.998)))
    size = 10.0 ** np.floor(np.log10(most))
    top = float(next(size * n for n in (1, 2, 4, 8, 10) if most <= size * n))
    return Scale(0.0, top, (0.0, top / 4, top), 0.5)


def _moments(paper: Paper, seen: Observations, least: float, motion: Panel) -> None:
    """A dot a moment: the stronger the larger and higher, a ring where v2a is not sure."""
    top = motion.top - MOMENTS - 6
    paper.text(EDGE - 2, top + 6, "moments")
    paper.text(EDGE - 2, top + 23, "filled: sure", FAINT, 11)
    ground = top + MOMENTS
    paper.line([(paper.left, ground), (paper.right, ground)], RULE)
    inside = [m for m in seen.moments if paper.span.contains(m.time)]
    few = len(inside) <= _MOST_LINES
    for moment in sorted(inside, key=lambda m: m.confidence):
        x, strength = paper.x(moment.time), min(1.0, max(0.0, moment.strength))
        y = ground - 8 - 34 * strength
        colour, sure = _KINDS.get(moment.kind, _OTHER), moment.confidence >= least
        paper.upright(x, y, ground, colour if sure else _paler(colour))
        if few and sure:
            paper.upright(x, motion.top, motion.top + motion.height, _paler(colour))
        paper.dot(x, y, 2.5 + 3.5 * strength if few else 2.5, colour, filled=sure)


def _paler(colour: Colour) -> Colour:
    red, green, blue = ((c + SHEET[n]) // 2 for n, c in enumerate(colour))
    return red, green, blue


def _lane(paper: Paper, name: str, spans: Sequence[Span], top: int) -> int:
    paper.text(EDGE - 2, top + 4, name)
    paper.box(paper.left, top, paper.right, top + LANE, PANEL)
    for span in spans:
        left, right = paper.x(span.start), paper.x(span.end)
        paper.box(left, top + 3, max(left + 1, right), top + LANE - 3, _LANES[name])
    return top + LANE + 3


def _legend(paper: Paper, seen: Observations, top: int) -> None:
    x = float(paper.left)
    cuts = Counter(s.transition_in for s in seen.shots if s.span.start > 0)
    kinds = Counter(m.kind for m in seen.moments)
    for colours, counts, is_cut in ((_CUTS, cuts, True), (_KINDS, kinds, False)):
        for name, number in counts.most_common():
            colour = colours.get(name, _OTHER)
            if is_cut:
                paper.box(x, top, x + 3, top + 14, colour)
            else:
                paper.dot(x + 4, top + 7, 5, colour)
            words = f"{name} {number}"
            paper.text(x + 14, top, words, SOFT, 12)
            x += 14 + paper.measured(words, 12) + 24
    if seen.onsets:
        paper.upright(x + 3, top + 2, top + 14, INK)
        paper.text(x + 12, top, f"onset {len(seen.onsets)}", SOFT, 12)

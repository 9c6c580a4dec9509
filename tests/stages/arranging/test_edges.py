"""Backgrounds as they are heard: planned, arranged and mixed, each a tone of its own pitch, then told apart again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest

from tests.builtin.planner.films import OPEN, film
from tests.stages.scene import RATE, take
from v2a.builtin.planner import PLANNERS
from v2a.builtin.planner.style import Style
from v2a.interfaces import Bench, PlanRequest
from v2a.model import Cue, Observations, Scene, Shot, Span, SpottingList, nearest
from v2a.stages import arrange
from v2a.stages.arrange import ArrangeInputs, ArrangeOptions
from v2a.stages.mixing.tracks import Piece, Regions

SHOT = 60
SMOOTH = RATE // 200
# Tones that are this far apart are told apart by a mean over 5 ms.
PITCHES = 800


def seen(rate, *ways):
    """Rooms and streets in turn, of 60 frames each, with these transitions between them and their frames."""
    video = replace(film(1), frame_rate=rate, duration=SHOT * (len(ways) + 1) / rate)
    spans = [Span(F(SHOT * n) / rate, F(SHOT * (n + 1)) / rate) for n in range(len(ways) + 1)]
    kinds = (("start", 0), *ways)
    shots = tuple(Shot(s, kind, 1.0, F(frames) / rate) for s, (kind, frames) in zip(spans, kinds))
    scenes = tuple(Scene(s, (n,), interior=n % 2 == 0) for n, s in enumerate(spans))
    return Observations(video, shots=shots, scenes=scenes)


def mixed(tmp_path, found, cues=None, **style):
    """The loudness of each background over time, 1 where it plays in full."""
    request = PlanRequest(found, kinds=("bg",), generators=(OPEN,), params=Style(**style))
    planned = PLANNERS[0].plan(Bench(), request).cues if cues is None else cues
    named = tuple(replace(c, id=f"c{n}") for n, c in enumerate(sorted(planned, key=lambda c: c.span)))
    length = nearest(found.video.duration * RATE)
    takes = []
    for n, cue in enumerate(named):
        samples = np.arange(nearest((cue.span.duration + 2 * handle(cues)) * RATE))
        tone = np.sin(2 * np.pi * PITCHES * (n + 1) * samples / RATE).astype(np.float32)
        takes.append(take(tmp_path, cue.id, 0.1 * tone[None], lead=handle(cues)))
    inputs = ArrangeInputs(
        found.video, SpottingList(found.video.identity, 1, cues=named), tuple(takes), found
    )
    regions = arrange.run(inputs, ArrangeOptions(), Bench())
    track = Regions([Piece.of(r, r.take.sound.open(), 20.0, 0) for r in regions], RATE)
    sound = track.render(0, length)[0]
    return [told_apart(sound, PITCHES * (n + 1)) for n in range(len(named))]


def handle(cues):
    return F(0) if cues is None else F(1)


def told_apart(sound, pitch):
    turned = sound * np.exp(-2j * np.pi * pitch * np.arange(len(sound)) / RATE)
    mean = np.convolve(np.pad(turned, SMOOTH, mode="reflect"), np.ones(SMOOTH) / SMOOTH, "same")
    return 2 * np.abs(mean[SMOOTH:-SMOOTH])


def crossing(one, other, rate, border):
    """The frame at which two backgrounds are equally loud, the first and last at which both sound, and the level there."""
    at, reach = nearest(border / rate * RATE), RATE // 2
    part = slice(max(0, at - reach), at + reach)
    one, other = one[part], other[part]
    equal = int(np.argmax(other >= one))
    both = np.flatnonzero((one > 0.02) & (other > 0.02))
    power = one[both[0] : both[-1]] ** 2 + other[both[0] : both[-1]] ** 2
    frames = [float((part.start + n) * rate / RATE) for n in (equal, both[0], both[-1])]
    return (*frames, float(np.abs(10 * np.log10(power)).max()))


def off(rate, milliseconds=1.0):
    return float(rate) * milliseconds / 1000


@pytest.mark.parametrize("rate", [F(24000, 1001), F(25), F(60000, 1001)])
def test_a_mixed_film_crosses_where_the_picture_does(tmp_path, rate):
    levels = mixed(tmp_path, seen(rate, ("cut", 0), ("dissolve", 24)))
    for number, (one, other) in enumerate(pairwise(levels), 1):
        border, frames = SHOT * number, (2, 24)[number - 1]
        equal, first, last, stray = crossing(one, other, rate, border)
        assert equal == pytest.approx(border, abs=off(rate))
        assert first == pytest.approx(border - frames / 2, abs=off(rate, 2) + frames / 40)
        assert last == pytest.approx(border + frames / 2, abs=off(rate, 2) + frames / 40)
        assert stray < 0.5


@pytest.mark.parametrize("rate", [F(24000, 1001), F(50)])
@pytest.mark.parametrize(("style", "way"), [({"prelap": 8}, -1), ({"postlap": 8}, 1)])
def test_a_lap_is_heard_beside_the_cut(tmp_path, rate, style, way):
    one, other = mixed(tmp_path, seen(rate, ("cut", 0)), **style)
    border = SHOT + way * 8 * (2 if rate > 30 else 1)
    equal, first, last, stray = crossing(one, other, rate, border)
    assert equal == pytest.approx(border, abs=off(rate))
    assert (first, last) == (pytest.approx(border - 1, abs=0.2), pytest.approx(border + 1, abs=0.2))
    assert stray < 0.5


def test_a_fade_is_silent_where_the_picture_is_black(tmp_path):
    one, other = mixed(tmp_path, seen(F(25), ("fade", 24)))
    border = SHOT * RATE // 25
    assert one[border - 1] < 0.05
    assert other[border + 1] < 0.05
    for frames, level in ((-12, 1.0), (-6, 0.707), (6, 0.707), (12, 1.0)):
        here = (one if frames < 0 else other)[border + frames * RATE // 25]
        assert here == pytest.approx(level, abs=0.03)


def user_cues(found, layers=1):
    return [Cue("", "bg", scene.span, f"layer {n}") for scene in found.scenes for n in range(layers)]


def test_cues_of_the_user_that_meet_are_crossed_too_all_layers_of_them(tmp_path):
    found = seen(F(25), ("cut", 0))
    levels = mixed(tmp_path, found, user_cues(found, layers=2))
    for one in levels[:2]:
        for other in levels[2:]:
            equal, first, last, _ = crossing(one, other, F(25), SHOT)
            assert equal == pytest.approx(SHOT, abs=0.05)
            assert last - first == pytest.approx(2, abs=0.3)


def test_cues_of_the_user_follow_a_fade(tmp_path):
    found = seen(F(25), ("fade", 24))
    one, other = mixed(tmp_path, found, user_cues(found))
    border = SHOT * RATE // 25
    assert max(one[border - 1], other[border + 1]) < 0.05
    assert one[border - 6 * RATE // 25] == pytest.approx(0.707, abs=0.03)

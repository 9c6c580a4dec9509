"""Leader around a programme: pops, bars, slate and the hour, each alone and together, and what only looks like them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.reels import (
    BARS,
    BLACK,
    COUNT,
    FIELD,
    SILENT,
    SLATE,
    Stretch,
    action,
    noise,
    pop,
    reel,
    tone,
)
from v2a.api import Order
from v2a.builtin.observers.bars import is_bars
from v2a.media import programs

OTHERS = ["faces", "motion", "places", "speech"]
HEAD, TAIL = Stretch(8, COUNT, pop(6)), Stretch(4, BLACK, pop(2))


def observed(path):
    with Order(path, settings={"observe": {"without": OTHERS}}).session(write=False) as session:
        return session.observe()


def ends(path):
    programme = observed(path).programme
    return float(programme.start), float(programme.end)


def test_pops_bars_slate_and_hour_together(tmp_path):
    path = reel(
        tmp_path / "r.mov",
        [Stretch(5, BARS, tone()), Stretch(3, SLATE), HEAD, action(), TAIL],
        timecode="00:59:44:00",
    )
    seen = observed(path)
    assert (seen.programme.start, seen.programme.end) == (16, 20)
    [said] = [note for note in seen.notes if "leader" in note]
    assert "before 01:00:00:00" in said and "from 01:00:04:00 on" in said


def test_pops_alone_say_where_the_programme_is(tmp_path):
    assert ends(reel(tmp_path / "r.mov", [HEAD, action(), TAIL])) == (8, 12)


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60"])
def test_two_seconds_of_timecode_lie_behind_a_pop(tmp_path, rate):
    frame = 1 / Fraction(rate)
    lead = 2 * round(Fraction(rate)) * frame
    head = Stretch(float(4 * lead), COUNT, pop(float(3 * lead), rate=float(1 / frame)))
    path = reel(tmp_path / "r.mov", [head, action()], rate=rate)
    start = observed(path).programme.start
    assert abs(start - 4 * lead) < frame / 2


def test_a_pop_through_a_codec_is_on_its_frame(tmp_path):
    path = reel(tmp_path / "r.mov", [HEAD, action(), TAIL])
    coded = tmp_path / "r.mp4"
    programs.run(
        [programs.ffmpeg(), "-v", "error", "-i", str(path), "-c:v", "copy", "-c:a", "aac", str(coded)]
    )
    assert ends(coded) == (8, 12)


def test_what_is_held_still_behind_bars_is_leader(tmp_path):
    path = reel(
        tmp_path / "r.mov", [Stretch(5, BARS, tone()), Stretch(3, SLATE), Stretch(2, BLACK), action()]
    )
    assert ends(path) == (10, 14)


def test_bars_later_in_the_film_are_no_leader(tmp_path):
    path = reel(tmp_path / "r.mov", [Stretch(3, BARS, tone()), action(), Stretch(3, BARS, tone()), action()])
    assert ends(path) == (3, 14)


@pytest.mark.parametrize("bars", ["smptebars", "smptehdbars", "pal75bars", "pal100bars"])
def test_all_sorts_of_bars(tmp_path, bars):
    assert ends(reel(tmp_path / "r.mov", [Stretch(3, bars, tone()), action()])) == (3, 7)


def test_silence_before_the_hour_is_leader(tmp_path):
    path = reel(tmp_path / "r.mov", [Stretch(8, COUNT), action()], timecode="00:59:52:00")
    assert ends(path) == (8, 12)


@pytest.mark.parametrize(
    "stretches",
    [
        [action(6)],
        [Stretch(3, FIELD, SILENT), action()],
        [action(3), Stretch(4, FIELD, pop(2)), action(3)],
        [Stretch(4, FIELD, pop(2, frames=5)), action()],
        [Stretch(4, FIELD, pop(2, pitch=400)), action()],
        [Stretch(3, "testsrc2", tone()), action()],
        [action(4), Stretch(3, BARS, tone()), action()],
        [Stretch(3, BARS, noise()), action()],
    ],
    ids=[
        "sound",
        "silence",
        "beep inside",
        "long beep",
        "low beep",
        "not bars",
        "a test card",
        "with its sound",
    ],
)
def test_a_film_without_leader_has_none(tmp_path, stretches):
    path = reel(tmp_path / "r.mov", stretches)
    assert observed(path).leader == ()


def test_sound_before_the_hour_belongs_to_the_film(tmp_path):
    path = reel(tmp_path / "r.mov", [Stretch(8, FIELD, noise()), action()], timecode="00:59:52:00")
    assert observed(path).leader == ()


def test_bars_are_told_by_their_order():
    columns = [
        (180, 180, 180),
        (180, 180, 0),
        (0, 180, 180),
        (0, 180, 0),
        (180, 0, 180),
        (180, 0, 0),
        (0, 0, 180),
    ]
    row = np.array([columns[min(6, n * 7 // 16)] for n in range(16)], np.uint8)
    frame = np.broadcast_to(row, (9, 16, 3))
    assert is_bars(frame)
    assert not is_bars(frame[:, ::-1])
    assert not is_bars(np.full((9, 16, 3), 128, np.uint8))

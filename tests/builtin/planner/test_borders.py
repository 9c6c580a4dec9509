"""Where the backgrounds of two places meet: at the cut, before it, behind it, or as the picture fades."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from tests.builtin.planner.films import cues, observed, plan, span
from v2a.builtin.planner.style import Style
from v2a.model import FeatureTrack, Observations, Scene, Shot, Span

RATES = (F(24000, 1001), F(24), F(25), F(30000, 1001), F(50), F(60000, 1001), F(60))


def two_places(rate=F(25), *lengths, transition="cut", lasts=0):
    """Rooms and streets in turn, each of so many frames."""
    edges = np.cumsum([0, *(lengths or (10 * int(rate), 10 * int(rate)))]).tolist()
    stretches = [Span(a / rate, b / rate) for a, b in zip(map(F, edges), map(F, edges[1:]))]
    seen = observed(1)
    video = replace(seen.video, duration=F(edges[-1]) / rate, frame_rate=rate)
    cut = tuple(
        Shot(s, transition if n else "start", 1.0, lasts / rate if n else F(0))
        for n, s in enumerate(stretches)
    )
    scenes = tuple(Scene(s, (n,), interior=n % 2 == 0) for n, s in enumerate(stretches))
    return Observations(video, shots=cut, scenes=scenes)


def beds(seen, brief="", **style):
    found = cues(plan(brief, seen, params=Style(music=False, **style)), "bg")
    return sorted(found, key=lambda c: c.span)


@pytest.mark.parametrize("rate", RATES)
def test_a_cut_is_crossed_over_two_frames_around_it(rate):
    one, other = beds(two_places(rate))
    cut = 10 * int(rate)
    assert (one.span.end * rate, other.span.start * rate) == (cut + 1, cut - 1)
    assert one.fade_out * rate == other.fade_in * rate == 2


def test_a_style_says_over_how_many_frames():
    one, other = beds(two_places(), crossfade=6)
    assert (one.span.end - other.span.start) * 25 == one.fade_out * 25 == other.fade_in * 25 == 6


def test_a_dissolve_is_crossed_over_its_own_length():
    one, other = beds(two_places(transition="dissolve", lasts=24))
    assert (one.span.end * 25, other.span.start * 25) == (262, 238)
    assert one.fade_out * 25 == other.fade_in * 25 == 24


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("style", "way"), [({"prelap": 8}, -1), ({"postlap": 8}, 1)])
def test_a_lap_moves_the_border_by_eight_frames_as_timecode_counts_them(rate, style, way):
    one, other = beds(two_places(rate), **style)
    frames = 8 * (2 if rate > 30 else 1)
    border = 10 * int(rate) + way * frames
    assert (one.span.end * rate, other.span.start * rate) == (border + 1, border - 1)
    assert one.fade_out * rate == other.fade_in * rate == 2
    assert F(1, 4) < frames / rate < F(3, 8)


@pytest.mark.parametrize(("rate", "frames"), [(F(12), 4), (F(15), 5), (F(48), 16), (F(120), 32)])
def test_a_lap_lasts_about_a_third_of_a_second_at_any_rate(rate, frames):
    one, _ = beds(two_places(rate), prelap=8)
    assert one.span.end * rate == 10 * int(rate) - frames + 1


def test_with_both_laps_they_cross_over_all_of_it():
    one, other = beds(two_places(), prelap=8, postlap=4)
    assert (other.span.start * 25, one.span.end * 25) == (242, 254)
    assert one.fade_out * 25 == other.fade_in * 25 == 12


def test_a_lap_takes_no_more_than_half_of_a_very_short_place():
    for lengths in ((250, 9, 250), (9, 250), (250, 9)):
        plain = beds(two_places(F(25), *lengths))
        laps = beds(two_places(F(25), *lengths), prelap=8)
        moved = [(a.span.end - b.span.end) * 25 for a, b in zip(plain, laps[: len(plain) - 1])]
        assert all(0 < m <= 4 for m in moved), lengths
        for bed in laps:
            assert bed.span.start >= 0
            assert bed.span.end * 25 <= sum(lengths)
            assert bed.fade_in + bed.fade_out <= bed.span.duration


@pytest.mark.parametrize("transition", ["dissolve", "fade", "wipe"])
def test_only_cuts_are_lapped(transition):
    seen = two_places(transition=transition, lasts=20)
    assert beds(seen, prelap=8, postlap=8) == beds(seen)


def test_within_a_place_the_background_runs_on():
    seen = observed(scenes=(Scene(span(0, 12), (0, 1)), Scene(span(12, 30), (2, 3))))
    (bed,) = beds(seen, prelap=8)
    assert bed.span == span(0, 30)


def test_times_of_the_brief_are_kept():
    seen = two_places()
    for brief in ("rain from 0:00 to 0:10", "rain in scene 1"):
        found = beds(seen, brief, prelap=8, postlap=8)
        assert [(b.span.start * 25, b.span.end * 25) for b in found] == [(0, 251), (249, 500)], brief


def test_a_lap_needs_a_background_on_both_sides():
    seen = replace(two_places(), atmosphere=())
    alone = beds(seen, "no background until 0:10", prelap=8)
    assert min(bed.span.start for bed in alone) >= 10


def test_the_default_has_no_laps():
    assert (Style().prelap, Style().postlap) == (0, 0)


class Dark:
    """What is observed of a film that is black in some frames."""

    def __init__(self, folder, seen, *black):
        rate = seen.video.frame_rate
        count = round(seen.video.duration * rate)
        brightness, colour = np.full(count, 0.4, np.float32), np.full((count, 6), 0.2, np.float32)
        for first, last in black:
            brightness[first:last], colour[first:last] = 0.01, 0.0
        self.seen = replace(seen, features={"brightness": self._track(folder, "b", brightness, rate),
                                            "colour": self._track(folder, "c", colour, rate)})  # fmt: skip

    def _track(self, folder, name, rows, rate):
        np.save(folder / f"{name}.npy", rows)
        return FeatureTrack(str(folder / f"{name}.npy"), rate)


def test_a_fade_is_followed_to_black_and_back(tmp_path):
    seen = Dark(tmp_path, two_places(transition="fade", lasts=30), (246, 254)).seen
    one, other = beds(seen)
    assert (one.span.end * 25, one.fade_out * 25) == (246, 11)
    assert (other.span.start * 25, other.fade_in * 25) == (254, 11)


def test_a_fade_of_which_nothing_is_known_is_halved():
    one, other = beds(two_places(transition="fade", lasts=30))
    assert one.span.end == other.span.start == 10
    assert one.fade_out * 25 == other.fade_in * 25 == 15


def test_a_picture_that_goes_slowly_and_comes_at_once(tmp_path):
    """It fades out over 20 frames and is black for 10; then the next shot is cut in."""
    seen = Dark(tmp_path, two_places(transition="fade", lasts=30), (250, 260)).seen
    one, other = beds(seen)
    assert (one.span.end * 25, one.fade_out * 25) == (250, 20)
    assert (other.span.start * 25, other.fade_in * 25) == (260, 2)


def test_a_film_that_fades_to_black_gets_no_background_for_the_black(tmp_path):
    seen = two_places(F(25), 250, 230, 20)
    closing = replace(seen.shots[2], transition_in="fade", transition=F(20, 25))
    seen = replace(seen, shots=(*seen.shots[:2], closing))
    one, other = beds(Dark(tmp_path, seen, (488, 500)).seen)
    assert (other.span.end * 25, other.fade_out * 25) == (490, 20)
    assert one.span.start == 0


def test_a_film_that_opens_out_of_black_is_followed(tmp_path):
    seen = two_places()
    opening = replace(seen.shots[0], transition_in="fade", transition=F(40, 25))
    first, _ = beds(Dark(tmp_path, replace(seen, shots=(opening, seen.shots[1])), (0, 15)).seen)
    assert (first.span.start * 25, first.fade_in * 25) == (15, 25)


def test_a_background_that_is_asked_for_all_through_follows_the_last_fade(tmp_path):
    seen = two_places(F(25), 250, 230, 20)
    closing = replace(seen.shots[2], transition_in="fade", transition=F(20, 25))
    seen = Dark(tmp_path, replace(seen, shots=(*seen.shots[:2], closing)), (488, 500)).seen
    (rain,) = [bed for bed in beds(seen, "rain throughout") if "rain" in bed.prompt]
    assert rain.span.start == 0
    assert (rain.span.end * 25, rain.fade_out * 25) == (490, 20)

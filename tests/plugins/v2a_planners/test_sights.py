"""Which frames are shown: few, of every shot and of the moments, and only those are decoded."""

import io
import itertools
from fractions import Fraction

from PIL import Image

import v2a
from tests.plugins.v2a_planners import films
from v2a.testing import film
from v2a_planners import sights
from v2a_planners.asks import asks_of
from v2a_planners.film import Film
from v2a_planners.params import Looking


def chosen(most, scene=0, **changes):
    request = films.request(film(4), observations=films.seen(film(4), **changes))
    ask = asks_of(request, Fraction(60))[scene]
    return ask, sights.views(ask, Film.of(request), most)


def test_middles_of_shots_come_first_then_moments_then_ends():
    assert [v.about for v in chosen(2)[1]] == ["middle of shot 1", "middle of shot 2"]
    moment = v2a.Moment(Fraction(125, 100), "flash", 1.0, 1.0)
    third = [v.about for v in chosen(3, moments=(moment,))[1]]
    assert third == ["middle of shot 1", "moment: flash", "middle of shot 2"]
    faint = v2a.Moment(Fraction(125, 100), "stop", 0.3, 0.3)
    assert "moment: stop" not in [v.about for v in chosen(5, moments=(faint,))[1]]
    assert "end of shot 2" in [v.about for v in chosen(8)[1]]


def test_frames_are_few_in_order_inside_and_apart():
    for most in range(12):
        ask, views = chosen(most)
        times = [v.time for v in views]
        assert len(times) <= most and times == sorted(times)
        assert all(ask.span.contains(t) for t in times)
        assert all(b - a >= Fraction(1, 5) for a, b in itertools.pairwise(times))


def test_a_long_shot_without_moments_is_looked_at_evenly():
    request = films.request(film(60), observations=v2a.Observations(film(60)))
    ask = asks_of(request, Fraction(60))[0]
    times = [v.time for v in sights.views(ask, Film.of(request), 8)]
    assert len(times) == 8
    assert max(b - a for a, b in zip([Fraction(0), *times], [*times, Fraction(60)])) <= 16


def test_a_wide_gap_is_filled_with_a_faint_moment():
    moments = tuple(v2a.Moment(Fraction(at), "stop", 0.3, 0.3) for at in (16, 17, 31))
    request = films.request(film(60), observations=v2a.Observations(film(60), moments=moments))
    ask = asks_of(request, Fraction(60))[0]
    assert [float(v.time) for v in sights.views(ask, Film.of(request), 5)] == [0.04, 16.0, 30.0, 44.96, 59.92]


def test_a_film_of_one_frame_has_one():
    request = films.request(film(1), observations=v2a.Observations(film(Fraction(1, 25))))
    (ask,) = asks_of(request, Fraction(60))
    assert len(sights.views(ask, Film.of(request), 8)) == 1


def test_only_the_chosen_frames_are_decoded_together_and_small(video, monkeypatch):
    calls = []

    def counted(film, times, need):
        calls.append(len(times))
        return sights_frames(film, times, need)

    sights_frames = sights.frames_at
    monkeypatch.setattr(sights, "frames_at", counted)
    request = films.request(video)
    asks = asks_of(request, Fraction(1, 2))
    looks = list(sights.shown(asks, Film.of(request), Looking(images=3, image_size=64)))
    assert calls == [sum(len(look.sights) for look in looks)]
    assert [look.ask for look in looks] == list(asks)
    picture = Image.open(io.BytesIO(looks[0].sights[0].jpeg))
    assert picture.format == "JPEG" and picture.size == (64, 38)
    monkeypatch.setattr(sights, "_TOGETHER", 4)
    again = list(sights.shown(asks, Film.of(request), Looking(images=3, image_size=64)))
    assert again == looks and len(calls) > 2


def test_frames_say_when_they_are():
    ask, views = chosen(3, scene=1)
    assert views[0].time >= 2 and ask.local(views[0].time) < 1

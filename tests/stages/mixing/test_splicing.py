"""Music that was cut, as it is played: copied where nothing is stretched, in time where it is, joined without a click."""

from fractions import Fraction as F

import numpy as np
import pytest

from tests.band import RATE, song
from v2a.dsp.clicks import clicks
from v2a.model import Anchor, Audio, MusicEdit, Passage, Span
from v2a.stages.mixing.splicing import spliced


def span(start, end):
    return Span(F(str(start)), F(str(end)))


def at(seconds):
    return round(seconds * RATE)


def noise(seconds, channels=2):
    rng = np.random.default_rng(5)
    return Audio((0.1 * rng.standard_normal((channels, round(seconds * RATE)))).astype(np.float32), RATE)


def test_what_is_not_stretched_is_copied_to_the_sample(tmp_path):
    sound = noise(10)
    edit = MusicEdit(
        (Passage(span(1, 3), span(0.5, 2.5)), Passage(span(6, 9), span(2.5, 5.5), crossfade=F(1, 10)))
    )
    made = spliced(sound, edit, "vocoder", tmp_path / "a.npy").samples
    assert made.shape == (2, at(5.5))
    assert not made[:, : at(0.5)].any()
    np.testing.assert_array_equal(made[:, at(0.5) : at(2.4)], sound.samples[:, at(1) : at(2.9)])
    np.testing.assert_array_equal(made[:, at(2.5) :], sound.samples[:, at(6) : at(9)])


@pytest.mark.parametrize("under", [F(1, 10), F(1)])
def test_a_crossfade_keeps_the_level_and_ends_before_what_comes(tmp_path, under):
    sound = noise(20, 1)
    edit = MusicEdit((Passage(span(0, 5), span(0, 5)), Passage(span(12, 17), span(5, 10), crossfade=under)))
    made = spliced(sound, edit, "vocoder", tmp_path / "a.npy").samples[0]
    over = made[round((5 - under) * RATE) : 5 * RATE]
    assert 20 * np.log10(over.std() / 0.1) == pytest.approx(0, abs=0.6)
    assert not len(clicks([made[np.newaxis]], RATE))


def test_the_same_music_over_itself_is_not_louder(tmp_path):
    t = np.arange(8 * RATE) / RATE
    sound = Audio((0.2 * np.sin(2 * np.pi * 220 * t)).astype(np.float32), RATE)
    edit = MusicEdit((Passage(span(0, 3), span(0, 3)), Passage(span(4, 8), span(3, 7), crossfade=F(1))))
    made = spliced(sound, edit, "vocoder", tmp_path / "a.npy").samples[0]
    assert np.abs(made).max() < 0.203


def test_beats_are_heard_where_the_anchors_say(tmp_path):
    sound = np.zeros((1, 12 * RATE), np.float32)
    ring = np.exp(-np.arange(4000) / 600) * np.sin(np.arange(4000) / 9)
    beats = np.arange(0.5, 11.5, 0.5)
    for beat in beats:
        sound[0, round(beat * RATE) : round(beat * RATE) + 4000] += ring.astype(np.float32)
    anchors = tuple(Anchor(F(n), F(n) * F(103, 100) - F(1)) for n in (2, 3, 4))
    first = Passage(span(1, 5), Span(F(1, 33), F(103, 20) - F(1)), anchors)
    second = Passage(
        Span(F("7.985"), F(10)), Span(first.target.end, first.target.end + F("2.015")), (), F(1, 10)
    )
    edit = MusicEdit((first, second))
    made = spliced(Audio(sound, RATE), edit, "vocoder", tmp_path / "a.npy").samples[0]
    for beat in (1.5, 2.0, 3.0, 4.0, 4.5):
        begun = float(first.heard(F(beat)))
        near = np.abs(made[at(begun - 0.02) : at(begun + 0.02)])
        assert (np.flatnonzero(near > 0.1)[0] / RATE - 0.02) == pytest.approx(0, abs=0.0015)
    begun = float(second.heard(F(8)))
    near = np.abs(made[at(begun - 0.01) : at(begun + 0.02)])
    assert (np.flatnonzero(near > 0.1)[0] / RATE - 0.01) == pytest.approx(0, abs=0.001)


def test_music_that_is_cut_at_its_bars_has_no_clicks(tmp_path):
    music = song(120, 4, "aabb")
    starts = [float(music.downbeats[n]) - 0.015 for n in (0, 4, 12)]
    passages = [
        Passage(span(round(starts[0], 3), round(starts[1], 3)), span(0, round(starts[1] - starts[0], 3)))
    ]
    begin = passages[0].target.end
    passages.append(
        Passage(
            span(round(starts[2], 3), 30), Span(begin, begin + 30 - F(str(round(starts[2], 3)))), (), F(3, 25)
        )
    )
    made = spliced(
        Audio(music.sound, RATE), MusicEdit(tuple(passages)), "vocoder", tmp_path / "a.npy"
    ).samples
    assert len(clicks([made], RATE)) <= len(clicks([music.sound[np.newaxis]], RATE))


def test_an_hour_is_read_where_it_sounds_alone(tmp_path):
    class Watched(np.ndarray):
        read = 0

        def __getitem__(self, key):
            got = np.asarray(self).__getitem__(key)
            Watched.read += got.size
            return got

    sound = Audio(noise(60, 1).samples, RATE)
    object.__setattr__(sound, "samples", sound.samples.view(Watched))
    edit = MusicEdit(
        (Passage(span(10, 12), span(0, 2)), Passage(span(50, 51), span(2, 3.02), crossfade=F(1, 10)))
    )
    spliced(sound, edit, "vocoder", tmp_path / "a.npy")
    assert Watched.read < 5 * RATE

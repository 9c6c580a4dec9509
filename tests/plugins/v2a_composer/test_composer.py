"""The composer as a generator: any length, any window, its parts, its score, its font."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
import v2a_composer
from tests.plugins.v2a_composer.fontfile import small_font
from v2a.model import Span
from v2a_composer import fonts
from v2a_composer.composer import composer
from v2a_composer.writing.moods import MOODS

pytestmark = pytest.mark.usefixtures("brought")
RATE = 48_000


def request(prompt="warm piano", seconds=20, seed=1, **more):
    whole = Fraction(seconds)
    return v2a.Request(cue="mx1", kind="mx", prompt=prompt, window=Span(0, whole), whole=whole, seed=seed, rate=RATE,
                       channels=2, **more)  # fmt: skip


def made(*requests):
    return list(composer(fonts.chosen()).open(v2a.Bench())(requests))


@pytest.mark.parametrize("seconds", ["0.5", "2", "7.31", "33"])
def test_music_has_the_cues_length_and_ends_with_it(seconds):
    sound = made(request(seconds=seconds))[0].sound.samples
    assert sound.shape == (2, round(Fraction(seconds) * RATE))
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < 0.96
    assert np.abs(sound[:, -10:]).max() < 0.003
    assert sound.std() > 0.003


@pytest.mark.parametrize("mood", sorted(MOODS))
def test_every_mood_plays(mood):
    sound = made(request(f"{mood} music", 12))[0].sound.samples
    assert 20 * np.log10(sound.std()) > -40


def test_any_window_is_a_slice_of_the_whole_in_any_order():
    whole = request("epic orchestral", seconds=13, params={"parts": True})
    windows = [
        replace(whole, window=Span(a, b)) for a, b in ((Fraction(77, 10), 13), (0, 2), (2, Fraction(77, 10)))
    ]
    (all_of_it,) = made(whole)
    late, first, middle = made(*windows)
    joined = [m.sound.samples for m in (first, middle, late)]
    assert np.array_equal(np.concatenate(joined, axis=1), all_of_it.sound.samples)
    (alone,) = made(windows[2])
    for name, part in alone.parts.items():
        assert np.array_equal(part.samples, all_of_it.parts[name].samples[:, 2 * RATE : round(7.7 * RATE)])


def test_a_seed_decides():
    first, again, other = (m.sound.samples for m in made(request(), request(), request(seed=2)))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_sections_are_the_whole():
    music = made(request("epic orchestral trailer", 9, params={"parts": True}))[0]
    assert {"strings", "winds"} <= set(music.parts)
    total = np.sum([part.samples.astype(np.float64) for part in music.parts.values()], axis=0)
    assert np.abs(total - music.sound.samples).max() < 1e-6
    (plain,) = made(request("epic orchestral trailer", 9))
    assert not plain.parts and np.array_equal(plain.sound.samples, music.sound.samples)


def test_the_score_comes_with_the_first_window_only():
    whole = request(seconds=12)
    first, second = made(*(replace(whole, window=Span(a, a + 6)) for a in (0, 6)))
    assert first.score.voices and second.score is None
    assert max(n.time for v in first.score.voices for n in v.notes) > 6


def test_the_credits_name_the_font_that_came_along():
    music = made(request(seconds=2))[0]
    assert [(c.title, c.licence) for c in music.credits] == [("TimGM6mb (soundfont)", "GPL-2.0")]
    assert music.commercial is None


def test_a_font_of_the_users_is_played_and_its_terms_are_his(tmp_path):
    path = small_font(tmp_path / "mine.sf2", name="My Own", copyright_line="all mine")
    music = made(request(seconds=4, params={"soundfont": str(path)}))[0]
    assert music.sound.samples.std() > 0.001
    assert music.credits[0].licence == "all mine" and music.commercial == "unknown"
    assert any("My Own has no program" in note for note in music.notes)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"", "empty"), (b"RIFF nothing", "not a soundfont")]
)
def test_a_font_that_is_none_is_one_line(tmp_path, content, said):
    path = tmp_path / "broken.sf2"
    if content is not None:
        path.write_bytes(content)
    failure = made(request(seconds=2, params={"soundfont": str(path)}))[0]
    assert isinstance(failure, v2a.Failure)
    assert said in failure.what and "broken.sf2" in failure.what and failure.remedy


def test_the_version_follows_from_the_font(tmp_path):
    (registered,) = v2a_composer.v2a_generators()
    own, other = (composer(small_font(tmp_path / f"{n}.sf2", name=n)).card.version for n in ("one", "two"))
    assert len({registered.card.version, own, other}) == 3
    assert own == composer(tmp_path / "one.sf2").card.version

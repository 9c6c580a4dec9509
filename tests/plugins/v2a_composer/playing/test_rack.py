"""Very long tones: any stretch of one is the same by itself, and is made once while it sounds."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.plugins.v2a_composer.fontfile import looped_sine, small_font
from v2a_composer.playing import rack as module
from v2a_composer.playing import resampling
from v2a_composer.playing.envelopes import Envelope, Swing
from v2a_composer.playing.rack import Rack, page_of
from v2a_composer.playing.tone import RATE, Bend, Colour, Loop, Tone
from v2a_composer.soundfont.font import Font

HELD = Tone(0, 0, 2000, Fraction(129, 128), Loop(500, 1500), Envelope(), Envelope(), Swing(), Swing(), Colour(), Bend())  # fmt: skip
SWINGING = replace(HELD, vibrato=Swing(0.5, 5.0), bend=Bend(vibrato=30.0))
PAGES = 10


@pytest.fixture
def samples(tmp_path):
    return Font(small_font(tmp_path / "a.sf2", samples=[looped_sine()])).samples


@pytest.fixture
def made(monkeypatch):
    """Tones that lie together three pages at a time; the pages that are made."""
    pages, real = [], module.page

    def counted(tone, wave, number, into):
        pages.append((tone, number))
        real(tone, wave, number, into)

    monkeypatch.setattr(module, "_REACH", 3)
    monkeypatch.setattr(module, "page", counted)
    return pages


@pytest.mark.parametrize("tone", [HELD, SWINGING, replace(SWINGING, octaves=2)], ids=["even", "bent", "slow"])
def test_any_stretch_of_a_tone_is_the_same_by_itself(samples, made, tone):
    size = page_of(tone)
    rack = Rack(samples)
    whole = np.concatenate(
        [rack.wave(rack.number(tone), (n + 1) * size, n * size)[:size] for n in range(PAGES)]
    )
    assert np.abs(whole).max() > 0.1
    rng = np.random.default_rng(1)
    for first, last in np.sort(rng.integers(0, PAGES * size, (12, 2)), axis=1).tolist():
        other = Rack(samples)
        wave = other.wave(other.number(tone), last, first)
        assert len(wave) >= last - first
        assert np.array_equal(wave[: last - first], whole[first:last])


def test_tones_that_are_held_together_are_made_once_however_little_is_kept(samples, made, monkeypatch):
    size = page_of(HELD)
    monkeypatch.setattr(module, "_KEPT", 14 * size * 4)
    rack = Rack(samples)
    tones = [rack.number(replace(HELD, step=Fraction(128 + n, 128))) for n in range(3)]
    for number in tones:
        rack.announce(number, PAGES * size, PAGES * size)
    for at in range(0, PAGES * size, size // 2):
        for number in tones:
            rack.wave(number, at + size // 2, at)
    assert len(made) == len(set(made)) == PAGES * len(tones)
    assert rack.size <= 14 * size * 4


def test_a_tone_that_has_ended_has_no_more(samples):
    rack = Rack(samples)
    number = rack.number(replace(HELD, loop=None))
    assert len(rack.wave(number, 10 * RATE)) == page_of(HELD)
    assert not len(rack.wave(number, 10**7, 10**7 - 1))


def test_the_way_of_a_pitch_is_the_same_from_wherever_it_is_asked():
    moving = (
        48.3,
        Bend(envelope=50.0, vibrato=20.0),
        Envelope(0.1, 0.2, 0.0, 9.0, 0.5),
        Swing(),
        Swing(0.3, 5.0),
    )
    there = resampling._Way(*moving)
    gone, steps = there.between(0, 5 * resampling._AHEAD)
    assert np.array_equal(gone[1:], np.cumsum(steps)[:-1]) and gone[0] == 0
    for first, end in ((20_000, 20_300), (4_000, 9_000), (0, 1), (4_096, 8_192)):
        for way in (there, resampling._Way(*moving)):
            here = way.between(first, end)
            assert np.array_equal(here[0], gone[first:end]) and np.array_equal(here[1], steps[first:end])
    assert len(there._near) <= 3

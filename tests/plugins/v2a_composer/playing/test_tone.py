"""One tone: its pitch, its loop, its filter, its envelopes; and that a page of it needs no other page."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.plugins.v2a_composer.fontfile import Preset, Recorded, Zoned, looped_sine, sine, small_font
from tests.plugins.v2a_composer.hearing import heard
from v2a_composer.playing.colouring import SLOW, coloured, tail
from v2a_composer.playing.envelopes import Envelope, Swing
from v2a_composer.playing.rack import Rack, page, page_of
from v2a_composer.playing.resampling import raw
from v2a_composer.playing.tone import RATE, Bend, Colour, Loop, Stroke, Tone, struck
from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont.font import Font

PLAIN = Tone(0, 0, 48_000, Fraction(1), None, Envelope(), Envelope(), Swing(), Swing(), Colour(), Bend())


def played(tmp_path, zone, key, count, samples=None, velocity=127, held=1.0):
    font = Font(small_font(tmp_path / "a.sf2", samples=samples, presets=[Preset(0, [zone])]))
    (found,) = font.zones(0, 0)
    source = font.samples
    one = struck(
        found, source.head(found.sample), len(source.wave(found.sample)), Stroke(key, velocity, held)
    )
    rack = Rack(source)
    return heard(rack, rack.number(one.tone), count), one


def pitch(wave):
    """The frequency of the strongest partial."""
    size = 8 * len(wave)
    level = np.log(np.abs(np.fft.rfft(wave * np.hanning(len(wave)), size)) + 1e-12)
    at = int(np.argmax(level))
    a, b, c = level[at - 1 : at + 2]
    return (at + 0.5 * (a - c) / (a - 2 * b + c)) * RATE / size


def cents(found, wanted):
    return 1200 * math.log2(found / wanted)


@pytest.mark.parametrize("rate", [11025, 22050, 32000, 44100, 48000])
@pytest.mark.parametrize("key", [45, 60, 69, 70, 81, 96])
def test_a_key_has_its_pitch(tmp_path, rate, key):
    wave, _ = played(tmp_path, Zoned(0, [(g.LOOPS, 1)]), key, RATE, [looped_sine(rate)])
    assert abs(cents(pitch(wave[RATE // 4 :]), 440 * 2 ** ((key - 69) / 12))) < 2


def test_tuning_counts_in_every_way_it_can_be_said(tmp_path):
    zone = Zoned(0, [(g.LOOPS, 1), (g.COARSE, 2), (g.FINE, -30), (g.SCALE, 50), (g.ROOT, 59)])
    sample = looped_sine()
    sample.correction = 5
    wave, _ = played(tmp_path, zone, 69, RATE, [sample])
    assert cents(pitch(wave), 440) == pytest.approx(10 * 50 + 200 - 30 + 5, abs=2)


@pytest.mark.parametrize(("key", "hertz"), [(69, 9000.0), (81, 17_000.0)])
def test_nothing_is_mirrored(tmp_path, key, hertz):
    """Played an octave higher, what would lie above what can be heard is left out."""
    wave, _ = played(tmp_path, Zoned(0), key, 30_000, [Recorded(sine(2.0, hertz, 44_100), 44_100)])
    level = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) / (len(wave) / 8)
    wanted = hertz * 2 ** ((key - 69) / 12)
    near = np.abs(np.fft.rfftfreq(len(wave), 1 / RATE) - wanted) < 200
    assert 20 * np.log10(level[~near].max()) < -55


def test_a_loop_goes_round_without_a_seam(tmp_path):
    wave, _ = played(tmp_path, Zoned(0, [(g.LOOPS, 1)]), 64, 3 * RATE, [looped_sine(22_050)])
    n = np.arange(1000, len(wave))
    basis = np.stack([f(2 * np.pi * 440 * 2 ** (-5 / 12) * n / RATE) for f in (np.sin, np.cos)], 1)
    found = pitch(wave[-2 * RATE :])
    basis = np.stack([f(2 * np.pi * found * n / RATE) for f in (np.sin, np.cos)], 1)
    left = wave[1000:] - basis @ np.linalg.lstsq(basis, wave[1000:], rcond=None)[0]
    assert np.abs(np.diff(left, 2)).max() < 2e-4


def test_a_loop_that_is_left_plays_out(tmp_path):
    rising = Recorded(np.concatenate([sine(0.1), np.zeros(4800), 0.5 * np.ones(4800)]), loop=(0, 4800))
    zone = Zoned(0, [(g.LOOPS, 3), (g.ROOT, 69)])
    wave, one = played(tmp_path, zone, 69, RATE, [rising], held=0.35)
    assert one.tone.loop.leaves == 0.35
    assert np.abs(wave[:19_000]).max() > 0.4
    assert np.abs(wave[24_500:28_000]).max() > 0.45 and np.abs(wave[20_000:23_000]).max() < 0.01


def test_a_short_recording_ends_without_a_click(tmp_path):
    wave, _ = played(tmp_path, Zoned(0, [(g.ROOT, 69)]), 69, RATE, [Recorded(0.5 * np.ones(4800))])
    assert np.abs(np.diff(wave[4000:])).max() < 0.02
    assert not wave[4801:].any()


PAGE = page_of(PLAIN)
MOVING = replace(PLAIN, loop=Loop(1000, 9000), step=Fraction(401, 512))


@pytest.mark.parametrize("tone", [
    MOVING,
    replace(MOVING, bend=Bend(vibrato=30.0), vibrato=Swing(0.1, 6.0)),
    replace(MOVING, bend=Bend(envelope=700.0), movement=Envelope(0, 0.05, 0, 0.4, 1.0)),
    replace(MOVING, colour=Colour(9000.0, 6.0)),
    replace(MOVING, colour=Colour(8000.0, 0.0, 4000.0), movement=Envelope(0, 0.01, 0, 2.0, 0.8)),
    replace(MOVING, colour=Colour(3500.0, 9.0, 2500.0), movement=Envelope(0, 0.01, 0, 0.6, 1.0)),
    replace(MOVING, loudness=Envelope(0.1, 0.2, 0.1, 1.0, 40.0), tremolo=3.0, swing=Swing(0, 4.0)),
    replace(MOVING, octaves=1),
    replace(MOVING, octaves=2, bend=Bend(vibrato=30.0), vibrato=Swing(0.1, 6.0)),
    replace(MOVING, octaves=1, colour=Colour(9000.0, 6.0)),
    replace(MOVING, octaves=2, colour=Colour(3500.0, 9.0, 2500.0), movement=Envelope(0, 0.01, 0, 0.6, 1.0)),
])  # fmt: skip
def test_a_page_is_the_same_alone_and_follows_the_one_before(tone):
    wave = (sine(1.0, 441.0) + 0.2 * sine(1.0, 3087.0)).astype(np.float32)
    size = page_of(tone)
    pages = [np.empty(size, np.float32) for _ in range(4)]
    for number, into in enumerate(pages):
        page(tone, wave, number, into)
    alone = np.empty(size, np.float32)
    page(tone, wave, 2, alone)
    assert np.array_equal(alone, pages[2])
    joined = np.concatenate(pages)
    bends = np.abs(np.diff(joined, 3))
    borders = [slice(n * size - 4, n * size + 2) for n in (1, 2, 3)]
    assert max(bends[b].max() for b in borders) <= 1.05 * np.quantile(bends, 0.99995)


def test_pitch_goes_where_the_envelope_says():
    tone = replace(
        MOVING, step=Fraction(1), bend=Bend(envelope=1200.0), movement=Envelope(0, 0, 0.5, 0.2, 1.0)
    )
    wave = sine(1.0, 480.0).astype(np.float32)
    heard = raw(tone, wave, 0, RATE)
    assert cents(pitch(heard[2000:22_000]), 960) == pytest.approx(0, abs=2)
    assert cents(pitch(heard[36_000:]), 480) == pytest.approx(0, abs=3)
    late = raw(tone, wave, 40 * PAGE, PAGE)
    assert cents(pitch(late), 480) == pytest.approx(0, abs=3)


@pytest.mark.parametrize(
    ("edge", "resonance"), [(4000.0, 0.0), (7000.0, 0.0), (7000.0, 12.0), (9500.0, 12.0), (12_000.0, 3.0)]
)
def test_the_filter_is_a_low_pass_of_the_second_order(edge, resonance):
    from scipy import signal

    tone = replace(PLAIN, colour=Colour(edge, resonance))
    before = tail(tone)
    noise = np.random.default_rng(0).standard_normal(before + 4 * SLOW).astype(np.float32)
    noise[:before] = 0
    warp = math.tan(math.pi * 8.176 * 2 ** (edge / 1200) / RATE)
    sharp = 10 ** (resonance / 20)
    over = 1 + warp / sharp + warp * warp
    down = [1, 2 * (warp * warp - 1) / over, (1 - warp / sharp + warp * warp) / over]
    wanted = signal.lfilter(warp * warp / over * np.array([1, 2, 1]), down, noise)[before:]
    assert np.abs(coloured(tone, noise, 0) - wanted).max() < 0.02


def test_an_open_filter_changes_nothing():
    sound = np.random.default_rng(0).standard_normal(512 + 4 * SLOW).astype(np.float32)
    tone = replace(PLAIN, colour=Colour(13_500.0, 0.0, 1200.0), movement=Envelope(0, 0.2, 0, 5.0, 0.5))
    assert np.array_equal(coloured(tone, sound, 0), sound[512:])


def test_loudness_rises_evenly_and_falls_evenly_in_decibels():
    heard = Envelope(0.1, 0.2, 0.1, 1.0, 40.0).loudness(np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 2.0]))
    assert heard == pytest.approx([0, 0, 0.5, 1, 1, 0.1, 0.01, 0.01], abs=1e-5)
    assert Envelope(0, 0, 0, 1.0, 40.0).loudness(np.array([5.0, 6.0])) == pytest.approx(0.01)


def test_a_swing_begins_upwards():
    assert Swing(1.0, 2.0).shape(np.array([0.0, 1.0, 1.125, 1.25, 1.375, 1.5])) == pytest.approx(
        [0, 0, 1, 0, -1, 0]
    )


def test_a_decay_is_heard_for_its_sixty_decibels_and_what_stays_for_ever():
    falling = Envelope(0.0, 0.1, 0.2, 2.0, 100.0)
    assert falling.heard(0.6) == pytest.approx(1.5)
    assert falling.loudness(np.array([falling.heard(0.6)]))[0] == pytest.approx(0.001, rel=0.01)
    assert Envelope(0.0, 0.1, 0.2, 2.0, 40.0).heard(0.6) == math.inf


def test_the_rack_forgets_what_is_not_asked_for_any_more(tmp_path):
    source = Font(small_font(tmp_path / "a.sf2")).samples
    rack = Rack(source)
    early, late = rack.number(PLAIN), rack.number(replace(PLAIN, first=10))
    for number, until in ((early, 50_000), (late, 90_000)):
        rack.announce(number, 1000, until)
        rack.wave(number, 1000)
    rack.passed(60_000)
    assert rack.size == PAGE * 4
    rack.passed(90_001)
    assert rack.size == 0


def test_what_sets_in_at_once_has_no_corner():
    gain = Envelope().loudness((np.arange(200) - 50) / RATE)
    assert gain[50] == 0 and gain[85] == 1
    assert np.abs(np.diff(gain, 2)).max() < 0.01

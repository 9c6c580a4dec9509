"""All players together: casting, onsets, seats, what cuts what off, the ceiling; and any window by itself."""

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_composer.fontfile import Preset, Recorded, Zoned, looped_sine, sine, small_font
from v2a_composer.playing import ceiling, hall
from v2a_composer.playing.band import Band
from v2a_composer.playing.casting import cast
from v2a_composer.playing.hall import BLOCK
from v2a_composer.playing.seats import seat_of
from v2a_composer.playing.tone import RATE
from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont.font import Font

EVEN = v2a.TempoMap.even(120.0)
HELD = Zoned(0, [(g.LOOPS, 1), (g.RELEASE, -2400)])
SLOW = Zoned(0, [(g.ATTACK, -1200), (g.RELEASE, -1200), (g.LOOPS, 1)])
STRUCK = Zoned(1, [(g.ROOT, 60)])


def font(tmp_path, presets):
    samples = [looped_sine(), Recorded(sine(0.5, 300.0) * np.exp(-8 * np.arange(24_000) / RATE))]
    return Font(small_font(tmp_path / "a.sf2", samples=samples, presets=presets))


@pytest.fixture
def orchestra(tmp_path):
    return font(
        tmp_path, [Preset(0, [STRUCK]), Preset(48, [SLOW]), Preset(73, [HELD]), Preset(0, [STRUCK], bank=128)]
    )


def voice(name, section, program, notes, drums=False):
    return v2a.Voice(name, section, program, tuple(v2a.Note(*n) for n in notes), drums)


def score(*voices):
    return v2a.Score(EVEN, voices)


SCORE = score(
    voice("Violins", "strings", 48, [(t, 1.9, p, 70 + t) for t in range(0, 12, 2) for p in (64, 67, 71)]),
    voice("Flute", "winds", 73, [(0.5 * n, 0.4, 72 + n % 5, 60 + n) for n in range(22)]),
    voice("Drums", "percussion", 0, [(0.5 * n, 0.1, 36, 90) for n in range(20)], drums=True),
)


def sections(score, font, start, length):
    """What each section plays."""
    return Band(score, font, apart=True).window(start, length).parts


def onset(sound, share=0.5):
    level = np.sqrt(np.convolve((sound.astype(np.float64) ** 2).sum(axis=0), np.ones(240) / 240, "same"))
    return int(np.argmax(level > share * level.max())) / RATE


def test_any_window_is_a_slice_of_the_whole_bit_by_bit(orchestra):
    whole = Band(SCORE, orchestra, apart=True).window(0, 14 * RATE)
    random = Band(SCORE, orchestra, apart=True)
    for start, length in ((9 * RATE + 17, 3 * RATE), (0, 1000), (BLOCK - 5, 10), (4 * RATE, 7 * RATE)):
        heard, there = random.window(start, length), slice(start, start + length)
        assert np.array_equal(heard.whole, whole.whole[:, there])
        for name, part in heard.parts.items():
            assert np.array_equal(part, whole.parts[name][:, there])


def test_windows_from_the_last_to_the_first_keep_no_more_blocks_than_in_order(orchestra):
    band = Band(SCORE, orchestra)
    whole = Band(SCORE, orchestra).window(0, 6 * BLOCK).whole
    for number in range(5, -1, -1):
        heard = band.window(number * BLOCK, BLOCK).whole
        assert np.array_equal(heard, whole[:, number * BLOCK : (number + 1) * BLOCK])
        assert len(band._dry) <= 3 and len(band._wet) <= 3


def test_the_whole_is_the_same_whether_or_not_sections_are_kept_apart(orchestra):
    apart, together = (Band(SCORE, orchestra, apart=kept).window(0, 6 * RATE) for kept in (True, False))
    assert np.array_equal(apart.whole, together.whole) and not together.parts
    assert np.abs(sum(apart.parts.values()) - apart.whole).max() < 1e-6


def test_a_section_plays_as_it_does_alone(orchestra):
    together = sections(SCORE, orchestra, 0, 4 * RATE)
    alone = sections(score(SCORE.voices[1]), orchestra, 0, 4 * RATE)
    assert tuple(together) == ("strings", "winds", "percussion")
    assert np.array_equal(alone["winds"], together["winds"])


def test_what_swells_is_heard_on_time_and_what_strikes_begins_on_time(orchestra):
    strings = sections(score(voice("Violins", "strings", 48, [(2.0, 2.0, 69, 90)])), orchestra, 0, 5 * RATE)
    assert onset(strings["strings"], 0.4) == pytest.approx(2.0, abs=0.08)
    piano = sections(score(voice("Piano", "keys", 0, [(2.0, 1.0, 60, 90)])), orchestra, 0, 5 * RATE)
    assert np.abs(piano["keys"][:, : 2 * RATE]).max() < 1e-6
    assert onset(piano["keys"], 0.2) == pytest.approx(2.0, abs=0.01)


def test_a_swell_at_the_very_start_loses_nothing(orchestra):
    strings = sections(score(voice("Violins", "strings", 48, [(0.0, 2.0, 69, 90)])), orchestra, 0, 3 * RATE)
    assert np.abs(strings["strings"][:, :20]).max() < 0.01


def test_a_family_member_stands_in_then_the_piano(orchestra):
    def told(program, drums=False):
        return cast(orchestra, voice("Someone", "x", program, [(0, 1, 60, 80)], drums))

    assert told(48).note == ""
    assert told(50).preset.program == 48 and "no program 51" in told(50).note
    assert told(20).preset.program == 0
    assert told(16, drums=True).preset.bank == 128


def test_a_font_without_drums_leaves_them_out_and_says_so(tmp_path):
    plain = font(tmp_path, [Preset(0, [HELD])])
    band = Band(SCORE, plain, apart=True)
    assert any("has no drums" in note for note in band.notes)
    assert not band.window(0, RATE).parts["percussion"].any()


def test_beyond_its_keys_an_instrument_is_stretched_but_a_drum_is_not(tmp_path):
    narrow = Zoned(0, [(g.KEYS, 70 << 8 | 60), (g.LOOPS, 1)])
    small = font(tmp_path, [Preset(0, [narrow]), Preset(0, [narrow], bank=128)])
    high = Band(score(voice("Piano", "keys", 0, [(0, 1, 90, 80)])), small).window(0, RATE)
    assert high.whole.std() > 1e-3
    drum = Band(score(voice("Drums", "percussion", 0, [(0, 1, 65, 80), (0.5, 1, 90, 80)], True)), small)
    assert drum.window(0, RATE).whole.std() > 1e-3


def test_a_closed_hat_cuts_the_open_one_off(tmp_path):
    ringing = Zoned(
        0,
        [
            (g.KEYS, 46 << 8 | 46),
            (g.LOOPS, 1),
            (g.EXCLUSIVE, 1),
            (g.SUSTAIN, 700),
            (g.DECAY, 3600),
            (g.ROOT, 46),
        ],
    )
    closed = Zoned(1, [(g.KEYS, 42 << 8 | 42), (g.EXCLUSIVE, 1), (g.ROOT, 42)])
    kit = font(tmp_path, [Preset(0, [HELD]), Preset(0, [ringing, closed], bank=128)])

    def tail(notes):
        band = Band(score(voice("Drums", "percussion", 0, notes, True)), kit)
        return band.window(0, 4 * RATE).whole[:, 2 * RATE : 3 * RATE].std()

    assert tail([(0, 0.1, 46, 90), (0.5, 0.1, 42, 90)]) < 0.1 * tail([(0, 0.1, 46, 90)])


def test_instruments_of_any_level_are_balanced(tmp_path):
    loud = font(tmp_path, [Preset(0, [HELD]), Preset(73, [Zoned(0, [(g.LOOPS, 1), (g.ATTENUATION, 120)])])])
    two = score(voice("A", "keys", 0, [(0, 1, 69, 90)]), voice("B", "keys2", 73, [(0, 1, 69, 90)]))
    heard = sections(two, loud, 0, RATE)
    assert 20 * np.log10(heard["keys"].std() / heard["keys2"].std()) == pytest.approx(0, abs=1.5)


def test_harder_is_louder(orchestra):
    def level(velocity):
        notes = [(0, 1, 69, velocity)]
        band = Band(score(voice("Flute", "winds", 73, notes)), orchestra)
        return 20 * np.log10(band.window(0, RATE).whole.std())

    assert level(100) - level(50) == pytest.approx(40 * np.log10(101 / 51), abs=0.3)


def test_strings_sit_from_left_to_right_as_they_sound_from_high_to_low():
    high, low = (seat_of(voice("x", "strings", 48, [(0, 1, p, 80)])) for p in (80, 40))
    assert high.pan < -0.3 and low.pan > 0.3


def test_a_bass_stays_out_of_the_hall(orchestra):
    played = {}
    for section in ("bass", "winds"):
        band = Band(score(voice("Someone", section, 73, [(0.0, 0.5, 50, 90)])), orchestra)
        played[section] = band.window(0, 3 * RATE).whole[:, 6 * RATE // 5 :]
    assert not played["bass"].any() and played["winds"].std() > 1e-7


def test_the_music_is_never_too_loud_and_its_sections_still_add_up(orchestra):
    notes = [(0.25 * n, 1.0, 40 + 5 * k, 127) for n in range(30) for k in range(9)]
    loud = score(*(voice(f"V{n}", f"section {n}", 73, notes) for n in range(8)))
    heard = Band(loud, orchestra, apart=True).window(0, 8 * RATE)
    assert 0.8 < np.abs(heard.whole).max() <= 0.9
    assert np.abs(sum(heard.parts.values()) - heard.whole).max() < 1e-6
    again = sections(loud, orchestra, 3 * RATE, RATE)
    assert np.array_equal(again["section 3"], heard.parts["section 3"][:, 3 * RATE : 4 * RATE])


def test_the_ceiling_holds_what_is_too_loud_and_nothing_else():
    rng = np.random.default_rng(0)
    quiet = rng.uniform(-0.5, 0.5, (2, 600 * ceiling.STEP)).astype(np.float32)
    assert ceiling.gain(quiet) is None
    quiet[:, 300 * ceiling.STEP + 7] = 2.0
    gain = ceiling.gain(quiet)
    inside = quiet[:, ceiling.MARGIN : -ceiling.MARGIN]
    assert gain.shape == inside.shape[1:]
    assert np.abs(inside * gain).max() <= 0.8901
    assert gain[0] == 1 and np.abs(np.diff(gain)).max() < 0.001


def test_the_hall_rings_on_behind_a_click_for_as_long_as_its_tail():
    click, silence = np.zeros(BLOCK, np.float32), np.zeros(BLOCK, np.float32)
    click[-100] = 1
    here, behind = hall.answer(silence, click), hall.answer(click, silence)
    assert here.shape == (2, BLOCK) and not np.abs(here[:, : BLOCK - 101]).max() > 1e-5
    tail = np.concatenate([here, behind], axis=1)[:, BLOCK - 100 :]
    assert (tail**2).sum() / 2 == pytest.approx(1.0, rel=0.02)
    assert hall.send(8.0) == 2 * hall.send(4.0)


def test_a_score_without_notes_is_silence(orchestra):
    assert not Band(score(), orchestra).window(0, 1000).whole.any()
    empty = sections(score(voice("Flute", "winds", 73, [])), orchestra, 0, 1000)
    assert not empty["winds"].any()


@pytest.mark.parametrize("seed", range(16))
def test_whatever_a_font_says_is_played_and_is_never_too_loud(tmp_path, seed):
    rng = np.random.default_rng(seed)

    def anything():
        said = [(int(rng.integers(g.COUNT)), int(rng.integers(-32768, 32768))) for _ in range(6)]
        turn = (rng.integers(65536), rng.integers(64), rng.integers(-32768, 32768), rng.integers(65536), 0)
        return Zoned(0, [*said, (g.LOOPS, 1)], [tuple(int(n) for n in turn)])

    wild = font(tmp_path, [Preset(0, [anything(), anything()]), Preset(0, [anything()], bank=128)])
    piano = voice("Piano", "keys", 0, [(0.0, 0.5, 60, 80), (0.3, 0.5, 90, 30)])
    kit = voice("Kit", "percussion", 0, [(0.0, 0.1, 36, 80)], True)
    whole = Band(score(piano, kit), wild).window(0, RATE // 2).whole
    assert np.isfinite(whole).all() and np.abs(whole).max() <= 0.9


def test_what_is_struck_and_then_softer_is_heard_as_two_strokes(orchestra):
    eased = v2a.Note(0.5, 1.5, 72, 110, v2a.Eased(0.11, 50))
    one = v2a.Voice("Flute", "winds", 73, (eased,))
    two = voice("Flute", "winds", 73, [(0.5, 0.085, 72, 110), (0.61, 1.39, 72, 50)])
    heard, wanted = (Band(score(v), orchestra).window(0, 3 * RATE).whole for v in (one, two))
    assert np.abs(heard - wanted).max() < 1e-6
    assert np.abs(heard[:, round(0.55 * RATE)]).max() > 0

"""Our player against tinysoundfont's, where that is installed: the font that comes along, note by note.

It knows no modulators and lets loudness follow velocity itself, not its square as the specification has it; what falls
or is let go falls by eighty decibels in the time in which the specification has a hundred. So zones that a modulator
turns are compared at full velocity only, and the law of velocity is taken off.
"""

import numpy as np
import pytest

from tests.plugins.v2a_composer.hearing import heard
from v2a_composer import fonts
from v2a_composer.playing.instruments import Instrument
from v2a_composer.playing.rack import Rack
from v2a_composer.playing.strokes import HEARD
from v2a_composer.playing.tone import RATE
from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont.font import Font

tinysoundfont = pytest.importorskip("tinysoundfont")

HELD, WHOLE = 1.2, 1.6
# Two of each family; those of single, undetuned layers, so that no beating hides a difference.
PROGRAMS = (0, 6, 11, 16, 21, 22, 24, 29, 32, 33, 42, 46, 56, 57, 66, 68, 71, 73, 75, 80, 105, 108)
EARLY, LATE = slice(0, RATE // 2), slice(round(0.8 * RATE), round(1.15 * RATE))


@pytest.fixture(scope="module")
def brought():
    path = list(fonts.found())[-1]
    assert path.name == "TimGM6mb.sf2"
    return path


@pytest.fixture(scope="module")
def ours(brought):
    font = Font(brought)
    return font, Rack(font.samples)


@pytest.fixture(scope="module")
def theirs(brought):
    synth = tinysoundfont.Synth(gain=0, samplerate=RATE)
    return synth, synth.sfload(str(brought))


def our_note(ours, program, key, velocity):
    font, rack = ours
    made = np.zeros((2, round(WHOLE * RATE)), np.float64)
    off = round(HELD * RATE)
    for layer in Instrument(font, rack, font.zones(0, program), False).layers(key, velocity, HELD):
        wave = heard(rack, layer.number, made.shape[1]).astype(np.float64)
        since = np.arange(max(0, len(wave) - off)) / RATE
        wave[off:] *= np.where(
            since < HEARD * layer.struck.release, 10 ** (-5 * since / layer.struck.release), 0
        )
        angle = (layer.struck.pan + 1) * np.pi / 4
        made[:, : len(wave)] += layer.gain * np.outer((np.cos(angle), np.sin(angle)), wave)
    return made


def their_note(theirs, program, key, velocity):
    synth, number = theirs
    synth.sounds_off()
    synth.program_select(0, number, 0, program)
    synth.generate(64)
    synth.noteon(0, key, velocity)
    first = np.frombuffer(bytes(synth.generate(round(HELD * RATE))), np.float32)
    synth.noteoff(0, key)
    second = np.frombuffer(bytes(synth.generate(round((WHOLE - HELD) * RATE))), np.float32)
    return np.concatenate([first, second]).reshape(-1, 2).T.astype(np.float64)


def decibels(sound):
    return 10 * np.log10(np.mean(sound**2) + 1e-15)


def onset(sound):
    level = np.sqrt(np.convolve((sound**2).sum(axis=0), np.ones(96) / 96, "same"))
    return float(np.argmax(level > 0.2 * level[EARLY].max())) / RATE


def centroid(sound):
    power = np.abs(np.fft.rfft(sound.sum(axis=0) * np.hanning(sound.shape[1]))) ** 2
    return float((power * np.fft.rfftfreq(sound.shape[1], 1 / RATE)).sum() / power.sum())


def strongest(sound):
    mono = sound.sum(axis=0)
    level = np.log(np.abs(np.fft.rfft(mono * np.hanning(len(mono)), 8 * len(mono))) + 1e-12)
    at = int(np.argmax(level))
    a, b, c = level[at - 1 : at + 2]
    return at + 0.5 * (a - c) / (a - 2 * b + c)


@pytest.mark.parametrize("program", PROGRAMS)
def test_notes_are_as_loud_as_early_as_bright_and_in_tune(ours, theirs, program):
    for key in (43, 55, 67, 76):
        mine, other = (
            player(of, program, key, 127) for player, of in ((our_note, ours), (their_note, theirs))
        )
        assert decibels(mine[:, EARLY]) == pytest.approx(decibels(other[:, EARLY]), abs=1.0)
        assert onset(mine) == pytest.approx(onset(other), abs=0.006)
        assert centroid(mine[:, EARLY]) == pytest.approx(centroid(other[:, EARLY]), rel=0.15)
        if decibels(other[:, LATE]) > -60 and strongest(other[:, LATE]) > 100:
            apart = 1200 * np.log2(strongest(mine[:, LATE]) / strongest(other[:, LATE]))
            assert abs((apart + 600) % 1200 - 600) < 2


@pytest.mark.parametrize("program", [p for p in PROGRAMS if p not in (29, 33, 80)])
def test_softer_notes_follow_the_square_of_velocity(ours, theirs, program):
    for velocity in (96, 64):
        mine, other = (
            player(of, program, 60, velocity) for player, of in ((our_note, ours), (their_note, theirs))
        )
        law = 20 * np.log10(velocity / 127)
        assert decibels(mine[:, EARLY]) - decibels(other[:, EARLY]) == pytest.approx(law, abs=1.0)


@pytest.mark.parametrize("program", [0, 11, 24, 46])
def test_what_dies_away_does_so_at_a_hundred_decibels_a_decay(ours, theirs, program):
    mine, other = (player(of, program, 60, 127) for player, of in ((our_note, ours), (their_note, theirs)))
    lost, theirs_lost = (decibels(n[:, EARLY]) - decibels(n[:, LATE]) for n in (mine, other))
    assert theirs_lost - 1 < lost < 1.25 * theirs_lost + 1.5


def test_most_notes_of_all_programs_agree(ours, theirs):
    apart, late = [], []
    for program in range(0, 120, 7):
        for key in (48, 64, 79):
            mine, other = (
                player(of, program, key, 127) for player, of in ((our_note, ours), (their_note, theirs))
            )
            apart.append(decibels(mine[:, EARLY]) - decibels(other[:, EARLY]))
            late.append(abs(onset(mine) - onset(other)))
    assert np.median(np.abs(apart)) < 0.3 and np.mean(np.abs(apart) < 1.0) > 0.85
    assert np.median(late) < 0.001


def test_the_font_says_a_decay_somewhere(ours):
    """What the tests above rest on: the piano falls by its envelope and not only by its recording."""
    assert all(zone.amounts[g.DECAY] > 0 for zone in ours[0].zones(0, 0))

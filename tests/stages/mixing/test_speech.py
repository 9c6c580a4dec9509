"""Room for speech: how everything else lies against it, steps back and comes again."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stages.mixing.talking import level, mixed, read, regions
from tests.stages.scene import RATE, film, noise, region, voice
from v2a.dsp.meter import measure


def test_levels_lie_where_they_should_against_the_dialogue(tmp_path, talk):
    sounds = [r for r in regions(tmp_path / "takes") if r.stem in ("bg", "mx")]
    sounds.append(region(tmp_path / "takes", "door", "fx", 1.0, noise(0.5, channels=1), gain=-2.0, pan=-0.7))
    done = mixed(tmp_path, talk, sounds, [(2, 3.5)], spec="none")
    dialogue = read(done.stems[0].path)[:, 2 * RATE : 2 * RATE + 72_000].astype(np.float32)
    spoken = measure(dialogue, RATE).integrated
    by_name = {s.stem: read(s.path).astype(np.float32) for s in done.stems}
    clear = slice(RATE // 2, round(1.7 * RATE))
    assert measure(by_name["bg"][:, clear], RATE).integrated == pytest.approx(spoken - 20, abs=0.5)
    assert measure(by_name["mx"][:, clear], RATE).integrated == pytest.approx(spoken - 6, abs=0.7)
    assert measure(by_name["fx"], RATE, 0.01).momentary_max == pytest.approx(spoken + 3 - 2, abs=0.7)


def test_music_steps_back_for_speech_and_comes_again(tmp_path, talk):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes")[1:2], [(2, 3.5)], spec="none")
    music = read(next(s.path for s in done.stems if s.stem == "mx"))

    def at(seconds: float) -> float:
        first = round(seconds * RATE)
        return level(music[:, first : first + 4800])

    before, under = at(1.5), at(2.5)
    assert before - under == pytest.approx(10, abs=1.2)
    assert at(2.0) - under == pytest.approx(0, abs=0.6)
    assert at(4.05) - under == pytest.approx(0, abs=0.6)
    assert at(5.3) - before == pytest.approx(0, abs=0.6)


def test_undipped_stems_do_not_step_back(tmp_path, talk):
    sounds = regions(tmp_path / "takes")[1:2]
    done = mixed(tmp_path, talk, sounds, [(2, 3.5)], spec="none", undipped=True)
    music = read(next(s.path for s in done.stems if s.stem == "mx"))
    assert level(music[:, 72_000:76_800]) == pytest.approx(level(music[:, 120_000:124_800]), abs=0.5)


def test_music_and_effects_are_undipped(tmp_path, talk):
    sounds = [r for r in regions(tmp_path / "takes") if r.stem != "vo"]
    done = mixed(tmp_path, talk, sounds, [(2, 3.5)], spec="none", me=True)
    me = read(done.me)
    outside = slice(0, round(1.7 * RATE))
    rest = sum(read(s.path) for s in done.stems if s.stem not in ("dx", "vo"))
    assert np.abs(me[:, outside] - rest[:, outside]).max() < 1e-5
    assert level(me[:, 120_000:130_000]) > level(rest[:, 120_000:130_000]) + 6


def test_hiss_that_was_taken_for_speech_does_not_hush_the_rest(tmp_path):
    video = film(tmp_path / "film.mov", 2.0, sound=noise(2, 1e-4))
    (tmp_path / "takes").mkdir()
    rain = region(tmp_path / "takes", "rain", "bg", 0, noise(2, 0.1, 1))
    done = mixed(tmp_path, video, [rain], [(0, 2)], spec="none")
    level_of_rain = next(s.loudness.integrated for s in done.stems if s.stem == "bg")
    assert level_of_rain > -70


def short_term(sound: np.ndarray, start: float) -> float:
    part = sound[:, round(start * RATE) : round((start + 3) * RATE)].astype(np.float32)
    loudness = measure([part], RATE, 0.1).integrated
    assert loudness is not None
    return loudness


@pytest.mark.parametrize(("spoken", "margin"), [("dx", 8.0), ("vo", 12.0)])
def test_speech_stands_clear_of_backgrounds_and_music(tmp_path, spoken, margin):
    """Over any three seconds of speech, on screen or off."""
    sound = voice(10) if spoken == "dx" else np.zeros((2, 10 * RATE), np.float32)
    video = film(tmp_path / "film.mov", 10, sound=sound)
    folder = tmp_path / "takes"
    folder.mkdir()
    placed = [
        region(folder, "rain", "bg", 0, noise(10, 0.2, 1)),
        region(folder, "score", "mx", 0, noise(10, 0.3, 2)),
    ]
    if spoken == "vo":
        placed.append(region(folder, "words", "vo", 0, voice(10)))
    done = mixed(tmp_path, video, placed, [(0, 10)] if spoken == "dx" else (), spec="none")
    stems = {s.stem: read(s.path) for s in done.stems}
    for start in (1.0, 3.0, 5.0):
        under = short_term(stems["bg"] + stems["mx"], start)
        assert short_term(stems[spoken], start) - under >= margin

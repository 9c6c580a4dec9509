from __future__ import annotations

import hashlib
import subprocess
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media.films import H264, PCM, Tone
from tests.media.films import film as numbered_film
from tests.stages.mixing.talking import level, mixed, read, regions
from tests.stages.scene import RATE, film, hit, noise, observed, region, voice
from v2a.dsp.meter import measure
from v2a.dsp.specs import spec
from v2a.errors import Cancelled, UnknownName
from v2a.interfaces import Bench
from v2a.media.probe import probe
from v2a.media.production import production
from v2a.model import Span
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions


@pytest.mark.parametrize("name", ["none", "youtube", "ebu-r128", "atsc-a85", "netflix", "podcast"])
def test_stems_sum_to_the_mix(tmp_path, talk, name):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)], spec=name)
    assert [s.stem for s in done.stems] == ["dx", "vo", "fo", "fx", "bg", "mx"]
    total = sum(read(s.path) for s in done.stems)
    assert np.abs(read(done.mix) - total).max() < 10 ** (-90 / 20)
    assert {soundfile.info(f).frames for f in (done.mix, *(s.path for s in done.stems))} == {6 * RATE}
    assert soundfile.info(done.mix).subtype == "PCM_24"
    assert done.length == 6 * RATE


@pytest.mark.parametrize(
    "name", ["youtube", "ebu-r128", "ebu-r128-s1", "atsc-a85", "spotify", "apple", "podcast"]
)
def test_loudness_meets_the_spec_or_says_why_not(tmp_path, talk, name):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)], spec=name)
    wanted = spec(name)
    assert done.loudness.true_peak <= wanted.ceiling
    if done.notes:
        assert done.loudness.integrated < wanted.loudness
        assert "under" in done.notes[0]
    else:
        assert done.loudness.integrated == pytest.approx(wanted.loudness, abs=0.1)
    if wanted.short_term_max is not None:
        assert done.loudness.short_term_max <= wanted.short_term_max + 0.05


def test_netflix_follows_the_dialogue(tmp_path, talk):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)], spec="netflix")
    dialogue = read(done.stems[0].path)[:, 2 * RATE : 2 * RATE + 72_000]
    assert measure(dialogue.astype(np.float32), RATE).integrated == pytest.approx(-27.0, abs=0.2)
    assert any("estimate" in note for note in done.notes)


def test_production_sound_passes_at_unity(tmp_path, talk):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)], spec="none")
    with production(talk, RATE) as blocks:
        original = np.concatenate(list(blocks), axis=1)
    assert np.abs(read(done.stems[0].path) - original).max() <= 2**-23
    assert done.gain == 0.0


@pytest.mark.parametrize("original", ["guide", "drop"])
def test_production_sound_is_left_out_where_it_is_only_a_guide(tmp_path, talk, original):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)], original=original)
    assert "dx" not in [s.stem for s in done.stems]


def test_silence_stays_silent(tmp_path):
    video = film(tmp_path / "mute.mov", 1.0, sound=np.zeros((2, RATE), np.float32))
    done = mixed(tmp_path, video, [])
    assert not read(done.mix).any()
    assert done.loudness.integrated is None
    assert any("silent" in note for note in done.notes)


def test_silent_takes_and_no_production_sound(tmp_path):
    video = film(tmp_path / "mute.mov", 1.0)
    (tmp_path / "takes").mkdir()
    quiet = [region(tmp_path / "takes", k, k, 0, np.zeros((2, RATE), np.float32)) for k in ("bg", "fx")]
    done = mixed(tmp_path, video, quiet)
    assert not read(done.mix).any()
    assert [s.stem for s in done.stems] == ["fx", "bg"]


def test_nothing_at_all(tmp_path):
    done = mixed(tmp_path, film(tmp_path / "mute.mov", 1.0), [])
    assert done.stems == ()
    assert read(done.mix).shape == (2, RATE)


def test_one_frame(tmp_path):
    video = film(tmp_path / "one.mov", 0.04, sound=voice(0.04))
    (tmp_path / "takes").mkdir()
    done = mixed(tmp_path, video, [region(tmp_path / "takes", "step", "fo", 0, hit(0.04, sync=0.0))])
    assert read(done.mix).shape == (2, 1920)


@pytest.mark.parametrize("rate", [F(24000, 1001), F(25), F(30000, 1001)])
def test_the_length_is_the_picture_s(tmp_path, rate):
    video = film(tmp_path / "film.mov", 1.3, rate)
    done = mixed(tmp_path, video, [])
    assert done.length == video.span.samples(RATE).length == soundfile.info(done.mix).frames


def test_mono_and_surround_takes(tmp_path):
    video = film(tmp_path / "film.mov", 1.0)
    (tmp_path / "takes").mkdir()
    sounds = [region(tmp_path / "takes", f"s{n}", "fx", 0, noise(1, 0.1, n, n)) for n in (1, 2, 6)]
    done = mixed(tmp_path, video, sounds)
    assert read(done.mix).shape == (2, RATE)


@pytest.mark.parametrize(("channels", "rate"), [(1, 8000), (2, 44_100), (6, 48_000)])
def test_any_production_sound(tmp_path, channels, rate):
    tone = Tone((), 1.0, rate, channels, steady=0.1, frequency=440.0)
    video = probe(numbered_film(tmp_path / "film.mov", frames=25, sound=[tone], codecs=(*H264, *PCM)))
    (tmp_path / "takes").mkdir()
    done = mixed(
        tmp_path, video, [region(tmp_path / "takes", "step", "fo", 0.2, hit())], [(0, 1)], spec="none"
    )
    dialogue = read(done.stems[0].path)
    assert dialogue.shape == (2, RATE)
    assert np.abs(dialogue).max() > 0.05
    assert np.abs(read(done.mix) - sum(read(s.path) for s in done.stems)).max() < 2**-24


def test_what_is_no_number_is_silent_and_harms_nothing_else(tmp_path, talk):
    broken = noise(1.0, 0.1)
    broken[0, 100], broken[1, 200] = np.nan, np.inf
    sounds = [*regions(tmp_path / "takes"), region(tmp_path / "takes", "bad", "fx", 1.0, broken)]
    done = mixed(tmp_path, talk, sounds)
    assert np.isfinite(read(done.mix)).all()
    assert level(read(done.mix)[:, 4 * RATE :]) > -60


def test_a_part_of_the_film(tmp_path, talk):
    sounds = regions(tmp_path / "takes")
    whole = mixed(tmp_path / "a", talk, sounds, spec="none")
    part = mixed(tmp_path / "b", talk, sounds, spec="none", span=Span(F(1), F(3)))
    assert part.length == 2 * RATE
    assert np.abs(read(part.mix) - read(whole.mix)[:, RATE : 3 * RATE]).max() < 2**-20


def test_the_same_input_gives_the_same_bytes(tmp_path, talk):
    digests = set()
    for n in range(2):
        done = mixed(tmp_path / str(n), talk, regions(tmp_path / f"takes{n}"), [(2, 3.5)])
        digests.add(hashlib.sha256(Path(done.mix).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_regions_lie_to_the_sample(tmp_path):
    video = film(tmp_path / "film.mov", 1.0)
    (tmp_path / "takes").mkdir()
    one = np.zeros((1, 100), np.float32)
    one[0, 50] = 0.01
    begin = F(12_345, RATE)
    placed = replace(region(tmp_path / "takes", "tick", "fx", 0, one), span=Span(begin, begin + F(100, RATE)))
    done = mixed(tmp_path, video, [placed], spec="none")
    assert int(np.abs(read(done.mix)[0]).argmax()) == 12_395


def test_full_scale_production_sound_is_held_without_a_spec(tmp_path, talk):
    sounds = [replace(r, gain=30.0) for r in regions(tmp_path / "takes")]
    done = mixed(tmp_path, talk, sounds, [(2, 3.5)], spec="none")
    assert np.abs(read(done.mix)).max() <= 1.0
    assert done.reduction > 0
    assert any("full scale" in note for note in done.notes)


def test_nothing_is_left_beside_the_stems(tmp_path, talk):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)])
    files = {p.name for p in Path(done.mix).parent.iterdir()}
    assert files == {"mix.wav", "dx.wav", "vo.wav", "fo.wav", "fx.wav", "bg.wav", "mx.wav"}


def test_stopping_leaves_nothing(tmp_path, talk):
    inputs = MixInputs(talk, regions(tmp_path / "takes"), observed(talk), tmp_path / "mix")
    with pytest.raises(Cancelled):
        mix.run(inputs, MixOptions(), Bench(cancelled=lambda: True))
    assert not any((tmp_path / "mix").iterdir())


@pytest.mark.parametrize(
    ("more", "named"),
    [({}, "youtube"), ({"span": Span(F(1), F(3))}, "none"), ({"handed_over": True}, "none")],
)
def test_what_is_to_be_mixed_further_has_no_spec_of_its_own(tmp_path, talk, more, named):
    done = mixed(tmp_path, talk, regions(tmp_path / "takes"), [(2, 3.5)], **more)
    assert done.spec == named
    assert (done.me is not None) == bool(more.get("handed_over"))


def test_an_unknown_spec_names_the_known_ones(tmp_path, talk):
    with pytest.raises(UnknownName, match="youtube"):
        mixed(tmp_path, talk, [], spec="loudest")


@pytest.mark.parametrize("seed", range(6))
def test_ffmpeg_hears_the_same(tmp_path, seed):
    """Programmes of many levels and ranges, with peaks between the samples, by another meter."""
    from v2a.media.programs import ffmpeg

    rng = np.random.default_rng(seed)
    seconds = 8
    shape = np.interp(np.linspace(0, 8, seconds * RATE), range(9), 10 ** (rng.uniform(-25, 0, 9) / 20))
    sound = noise(seconds, 10 ** (rng.uniform(-30, -12) / 20), seed) * shape
    sound[:, RATE : RATE + 2400] += 0.5 * np.sin(np.pi / 2 * np.arange(2400) + np.pi / 4)
    video = film(tmp_path / "film.mov", seconds, sound=np.clip(sound, -1, 1).astype(np.float32))
    done = mixed(tmp_path, video, [])
    said = subprocess.run(
        [ffmpeg(), "-hide_banner", "-nostats", "-i", done.mix, "-af", "ebur128=peak=true", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stderr
    summary = said[said.rindex("Summary:") :]
    peak = float(summary.split("Peak:")[1].split()[0])
    integrated = float(summary.split("I:")[1].split()[0])
    assert peak <= -1.0
    assert integrated == pytest.approx(done.loudness.integrated, abs=0.11)
    if not done.notes:
        assert done.loudness.integrated == pytest.approx(-14.0, abs=0.1)
    assert done.reduction <= 6.0

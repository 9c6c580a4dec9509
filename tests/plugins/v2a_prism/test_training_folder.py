"""What a folder holds to learn from: found, parted into windows, and refused in one line where it cannot be used."""

import itertools
import json
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from tests.bad_input import running
from v2a.errors import CannotWrite, FileDamaged, FileMissing, UnknownName
from v2a.media.writer import SoundWriter

pytest.importorskip("torch")

from v2a_prism.training.folder import look, windows
from v2a_prism.training.kept import Kept
from v2a_prism.training.latents import heard
from v2a_prism.training.material import parted
from v2a_prism.training.settings import NAME, Settings, keep, settled


def noise(path, seconds=1.0, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    with SoundWriter(path, 8000, 1) as writer:
        writer.write(np.random.default_rng(seed).normal(0, 0.1, (1, int(8000 * seconds))).astype(np.float32))


def test_sounds_with_texts_are_found_and_others_named(tmp_path):
    for number, name in enumerate(("a/door.wav", "bell.flac", "dog.wav", "mute.wav", ".hidden/x.wav")):
        noise(tmp_path / name, seed=number)
    (tmp_path / "a/door.txt").write_text("a door\n slams\n")
    (tmp_path / "captions.csv").write_text(
        "\ufefffile,text\nbell.flac,a bell\ndog,a dog barks\ndoor.wav,not this\n"
    )
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    (tmp_path / "broken.txt").write_text("broken")
    (tmp_path / "empty.mp4").touch()
    found = look(tmp_path)
    texts = {source.path.name: source.text for source in found.sources}
    assert texts == {"door.wav": "a door slams", "bell.flac": "a bell", "dog.wav": "a dog barks"}
    why = {trouble.path.name: trouble.why for trouble in found.troubles}
    assert set(why) == {"mute.wav", "broken.wav", "empty.mp4"}
    assert "write mute.txt, or captions.csv" in why["mute.wav"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("a,b\n1,2\n", "no columns `file` and `text`"), (b"\xff\xfe\x00", "cannot be read as CSV")],
)
def test_captions_that_cannot_be_read_are_named(tmp_path, text, why):
    (tmp_path / "captions.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    (trouble,) = look(tmp_path).troubles
    assert why in trouble.why


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileMissing, match="no such folder"):
        look(tmp_path / "nowhere")


def test_films_are_found_with_and_without_a_text_and_silent_ones_named(tmp_path):
    running.make_film(tmp_path / "film.mp4", seconds=3)
    running.make_film(tmp_path / "told.mp4", seconds=2)
    (tmp_path / "told.txt").write_text("somebody walks")
    found = look(tmp_path)
    assert [(s.path.name, s.text, s.video is not None) for s in found.sources] == [
        ("film.mp4", "", True),
        ("told.mp4", "somebody walks", True),
    ]
    assert found.sources[0].seconds == found.sources[0].video.duration


@pytest.mark.parametrize(
    ("seconds", "lengths"), [(0.3, [0.3]), (9.0, [9.0]), (9.5, [9.0]), (10.0, [9.0, 1.0]), (27.5, [9.0] * 3)]
)
def test_a_file_is_parted_into_windows(tmp_path, seconds, lengths):
    noise(tmp_path / "a.wav", seconds)
    (tmp_path / "a.txt").write_text("noise")
    (source,) = look(tmp_path).sources
    parts = list(windows(source, Fraction(9)))
    assert [float(w.span.duration) for w in parts] == lengths
    assert len({w.name for w in parts}) == len(parts)
    assert all(a.span.end == b.span.start for a, b in itertools.pairwise(parts))


def test_a_file_with_features_of_its_own_is_one_window(tmp_path):
    noise(tmp_path / "a.wav", 20)
    (tmp_path / "a.npz").touch()
    (source,) = look(tmp_path).sources
    assert [float(w.span.end) for w in windows(source, Fraction(9))] == [9.0]


def test_what_is_held_out_follows_from_the_content_and_stays(tmp_path):
    for number in range(40):
        noise(tmp_path / f"{number}.wav", 0.1, number)
        (tmp_path / f"{number}.txt").write_text("noise")
    taught, held_out = parted(look(tmp_path), 0.2)
    assert len(taught) + len(held_out) == 40
    assert 2 <= len(held_out) <= 14
    for number in range(10):
        (tmp_path / f"{number}.wav").rename(tmp_path / f"moved-{number}.wav")
        (tmp_path / f"{number}.txt").rename(tmp_path / f"moved-{number}.txt")
    for number in range(40, 50):
        noise(tmp_path / f"{number}.wav", 0.1, number)
        (tmp_path / f"{number}.txt").write_text("noise")
    more, also = parted(look(tmp_path), 0.2)
    assert {s.known for s in held_out} <= {s.known for s in also}
    assert {s.known for s in taught} <= {s.known for s in more}
    assert parted(look(tmp_path), 0.0)[1] == ()


def test_arrays_are_kept_under_what_they_were_made_from(tmp_path):
    kept = Kept(tmp_path)
    rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert kept.find("a", "b") is None
    lying = kept.put(rows, "a", "b")
    assert lying.shape == (2, 3)
    assert np.array_equal(kept.find("a", "b").read(), rows)
    assert kept.find("a", "c") is None
    lying.path.write_bytes(lying.path.read_bytes()[:-4])
    assert kept.find("a", "b") is None


def test_settings_are_kept_and_what_is_trained_stays_the_same(tmp_path):
    keep(settled(tmp_path, {"steps": 50, "rank": 4}, resume=False), tmp_path)
    with pytest.raises(CannotWrite, match="lies here already.*--resume"):
        settled(tmp_path, {}, resume=False)
    assert settled(tmp_path, {"steps": 80}, resume=True) == Settings(steps=80, rank=4)
    with pytest.raises(UnknownName, match="begun with another rank"):
        settled(tmp_path, {"rank": 8}, resume=True)
    with pytest.raises(FileMissing, match="Leave out --resume"):
        settled(tmp_path / "other", {}, resume=True)
    (tmp_path / NAME).write_text(json.dumps({"schema": "other"}))
    with pytest.raises(UnknownName, match="cannot be read"):
        settled(tmp_path, {}, resume=True)


def test_the_rate_suits_what_is_trained():
    assert Settings().recipe().rate == 1e-4
    assert Settings(rank=0).recipe().rate == 2e-5
    assert Settings(rank=0, rate=0.5).recipe().rate == 0.5


def test_what_a_training_made_is_not_learnt_from(tmp_path):
    noise(tmp_path / "door.wav")
    (tmp_path / "captions.csv").write_text("file,text\ndoor,a door\n")
    noise(tmp_path / "out/samples/0000500/door.wav")
    keep(Settings(), tmp_path / "out")
    assert [source.path for source in look(tmp_path).sources] == [tmp_path / "door.wav"]


def test_a_sound_that_is_no_number_is_named(tmp_path):
    samples = np.zeros((8000, 1), np.float32)
    samples[5] = np.nan
    soundfile.write(tmp_path / "n.wav", samples, 8000, subtype="FLOAT")
    (tmp_path / "n.txt").write_text("nothing")
    (source,) = look(tmp_path).sources
    (window,) = windows(source, Fraction(9))
    with pytest.raises(FileDamaged, match="not numbers"):
        heard(window, SimpleNamespace(rate=8000, sound=1))

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.scores import scored as written
from tests.stages.scene import RATE, film, hit, noise, observed, region, voice
from v2a.builtin.exporters import CueSheet, CueSheetReader
from v2a.errors import CannotWrite, SpottingSyntax, TimeOutsideFilm
from v2a.interfaces import Bench
from v2a.media import sheets
from v2a.media.probe import probe
from v2a.media.production import production
from v2a.model import Cue, CueFailure, Span, SpottingList, Unplaced
from v2a.stages import deliver, mix
from v2a.stages.deliver import DeliverInputs, DeliverOptions, Destination, Export


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """A film of two seconds with its regions, spotting list and mix."""
    folder = tmp_path_factory.mktemp("film")
    video = film(folder / "my film.mov", 2, sound=voice(2))
    (folder / "takes").mkdir()
    regions = (
        region(folder / "takes", "rain", "bg", 0, noise(2, 0.05)),
        region(folder / "takes", "step", "fo", 1, hit()),
    )
    cues = (
        Cue("rain", "bg", Span(F(0), F(2)), "=rain(1)", why="it is wet"),
        Cue("step", "fo", Span(F(1), F(3, 2)), "a step", sync=F("1.1"), gain=-3, pan=0.25),
    )
    inputs = mix.MixInputs(video, regions, observed(video, [(0, 2)]), folder / "mix")
    mixdown = mix.run(inputs, mix.MixOptions(me=True), Bench())
    return video, regions, SpottingList(video.identity, 3, "wet", cues), mixdown


def delivered(scored, folder: Path, output: str | None = "my film.scored.mov", **more):
    video, regions, spotting, mixdown = scored
    options = DeliverOptions(
        **{
            k: more.pop(k)
            for k in ("audio_codec", "stem_tracks", "original_track", "pop", "revision", "midi")
            if k in more
        }
    )
    stems = folder / "stems" if more.pop("stems", True) else None
    destination = Destination(folder / output if output else None, stems, folder / "film.v2a")
    regions = more.pop("regions", regions)
    inputs = DeliverInputs(video, more.pop("mixdown", mixdown), regions, spotting, destination, **more)
    return deliver.run(inputs, options, Bench())


def sound_of(path: str | Path, track: int = 0) -> np.ndarray:
    video = probe(path)
    with production(video, RATE, track=video.sound[track].index) as blocks:
        return np.concatenate(list(blocks), axis=1)


def test_the_film_carries_the_mix_to_the_sample(scored, tmp_path):
    done = delivered(scored, tmp_path)
    video = probe(done.output)
    assert video.duration == scored[0].duration
    assert len(video.sound) == 2
    mixed = soundfile.read(scored[3].mix, dtype="float32", always_2d=True)[0].T
    np.testing.assert_allclose(sound_of(done.output), mixed, atol=2**-22)


def test_stems_are_as_a_mixer_wants_them(scored, tmp_path):
    done = delivered(scored, tmp_path)
    names = [Path(s).name for s in done.stems]
    assert names == [f"my_film_R1_{n}_v01.wav" for n in ("DX", "FO", "BG", "MIX", "ME")]
    for stem in done.stems:
        info = soundfile.info(stem)
        assert (info.samplerate, info.subtype, info.frames) == (RATE, "PCM_24", 2 * RATE)
        assert b"bext" in Path(stem).read_bytes()[:4096]
    assert any("not filled" in note for note in done.notes)
    sums = sum(soundfile.read(s, dtype="float64")[0] for s in done.stems[:3])
    assert np.abs(sums - soundfile.read(done.stems[3], dtype="float64")[0]).max() < 2**-22


def test_the_report_says_where_every_sound_comes_from(scored, tmp_path):
    failures = (CueFailure("step", "big", "out of memory", "try a smaller one", 46, "synth"),)
    unplaced = (Unplaced("a dog", "no dog is seen"),)
    done = delivered(scored, tmp_path, failures=failures, unplaced=unplaced, notes=("hello",))
    said = json.loads(Path(done.report).read_text(encoding="utf-8"))
    assert (said["schema"], said["version"]) == ("v2a.report", 1)
    rain = next(s for s in said["sounds"] if s["cue"] == "rain")
    assert rain["generator"] == "synth" and rain["seed"] == 7 and rain["prompt"] == "a rain"
    assert (rain["score"], rain["marks"]) == (None, {})
    assert rain["licence"]["code"] == "CC0-1.0"
    assert said["credits"] == [{"title": "Rain", "author": "A. Person", "licence": "CC-BY-4.0", "read": ""}]
    assert said["failures"][0]["instead"] == "synth"
    assert said["unplaced"] == [{"text": "a dog", "why": "no dog is seen"}]
    assert "hello" in said["notes"]
    assert set(said["loudness"]["stems"]) == {"dx", "fo", "bg"}
    for file in said["files"]:
        data = (Path(done.report).parent / file["name"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["size"] == len(data)
    assert str(tmp_path) not in Path(done.report).read_text(encoding="utf-8")
    html = Path(done.report).with_suffix(".html").read_text(encoding="utf-8")
    assert "A. Person" in html and "a dog" in html and "<script" not in html


def test_the_same_input_gives_the_same_bytes(scored, tmp_path):
    seen = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        done = delivered(scored, tmp_path / name)
        files = [done.output, done.report, *done.stems, str(Path(done.report).with_suffix(".html"))]
        seen.add(tuple(hashlib.sha256(Path(f).read_bytes()).hexdigest() for f in files))
    assert len(seen) == 1


def test_stems_in_the_film_and_no_original(scored, tmp_path):
    done = delivered(scored, tmp_path, "film.mkv", stem_tracks=True, original_track=False, stems=False)
    assert [t.title for t in probe(done.output).sound] == ["mix", "dialogue", "foley", "backgrounds"]


def test_sound_alone(scored, tmp_path):
    done = delivered(scored, tmp_path, "mix.wav", stems=False)
    assert soundfile.info(done.output).frames == 2 * RATE


def test_stems_alone(scored, tmp_path):
    done = delivered(scored, tmp_path, None)
    assert done.output == ""
    assert Path(done.report) == tmp_path / "stems" / "my_film.report.json"


@pytest.mark.parametrize("suffix", ["mov", "mp4", "mkv"])
def test_a_part_of_the_film(scored, tmp_path, suffix):
    video, regions, _, _ = scored
    part = Span(F(12, 25), F(37, 25))
    inputs = mix.MixInputs(video, regions, observed(video), tmp_path / "mix", span=part)
    mixdown = mix.run(inputs, mix.MixOptions(spec="none"), Bench())
    done = delivered(scored, tmp_path, f"part.{suffix}", mixdown=mixdown, span=part)
    cut = probe(done.output)
    assert 1.0 <= float(cut.duration) <= 1.6
    assert any("key frame" in note for note in done.notes)
    mixed = soundfile.read(mixdown.mix, dtype="float32", always_2d=True)[0].T
    made = sound_of(done.output)[:, : 2 * RATE]
    late = cut.sound[0].start
    assert late == (F(12, 25) if suffix == "mkv" else 0)
    start = round(late * RATE)
    heard = made[:, start : start + RATE // 2]
    error = np.abs(heard - mixed[:, : heard.shape[1]]).mean() / np.abs(mixed).mean()
    assert error < (0.15 if suffix == "mp4" else 0.02)
    assert soundfile.info(done.stems[0]).frames == RATE


@pytest.mark.parametrize("how", ["same", "link", "hard link", "dots"])
def test_the_film_itself_is_never_written_to(scored, tmp_path, how):
    source = Path(scored[0].path)
    before = source.read_bytes()
    target = tmp_path / "other.mov"
    if how == "link":
        target.symlink_to(source)
    elif how == "hard link":
        os.link(source, target)
    else:
        target = source if how == "same" else source.parent / "mix" / ".." / source.name
    with pytest.raises(CannotWrite, match="never written"):
        delivered(scored, tmp_path, str(target))
    assert source.read_bytes() == before


def test_an_exporter_s_notes_are_in_the_report(scored, tmp_path):
    done = delivered(scored, tmp_path, exports=(Export(CueSheet(), tmp_path / "cues.csv"),))
    assert done.exports == (str(tmp_path / "cues.csv"),)
    said = json.loads(Path(done.report).read_text(encoding="utf-8"))
    assert "cues.csv" in [f["name"] for f in said["files"]]


def test_a_cue_sheet_goes_out_and_comes_back(scored, tmp_path):
    delivered(scored, tmp_path, exports=(Export(CueSheet(), tmp_path / "cues.csv"),), stems=False)
    text = (tmp_path / "cues.csv").read_text(encoding="utf-8")
    assert "'=rain(1)" in text
    back = CueSheetReader().read(tmp_path / "cues.csv", scored[0])
    assert [(c.id, c.kind, c.span, c.prompt, c.sync, c.gain, c.pan, c.why) for c in back.cues] == [
        (c.id, c.kind, c.span, c.prompt, c.sync, c.gain, c.pan, c.why) for c in scored[2].cues
    ]
    assert back.notes == ()


def test_a_cue_sheet_by_hand(scored, tmp_path):
    sheet = tmp_path / "by hand.csv"
    sheet.write_text("Kind,Prompt,timecode_in,timecode_out,Colour\nfx,a bang,00:00:01:00,00:00:01:12,red\n")
    back = CueSheetReader().read(sheet, scored[0])
    assert back.cues[0].span == Span(F(1), F(37, 25))
    assert "colour" in back.notes[0]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a,b\n1,2\n", SpottingSyntax),
        ("kind,prompt,in,out\nxx,bang,1,2\n", SpottingSyntax),
        ("kind,prompt,in,out\nfx,bang,one,2\n", SpottingSyntax),
        ("kind,prompt,in,out\nfx,bang,,\n", SpottingSyntax),
        ("kind,prompt,in,out\nfx,bang,8,9\n", TimeOutsideFilm),
    ],
)
def test_what_is_wrong_in_a_cue_sheet_is_said(scored, tmp_path, text, error):
    sheet = tmp_path / "wrong.csv"
    sheet.write_text(text)
    with pytest.raises(error, match=r"wrong\.csv"):
        CueSheetReader().read(sheet, scored[0])


def test_a_setting_names_another_ffmpeg(monkeypatch):
    import shutil

    from v2a.errors import ProgramMissing
    from v2a.media.programs import Ffmpeg, ffmpeg

    monkeypatch.setenv("V2A_FFMPEG", ffmpeg())
    python = shutil.which("python3") or "python"
    assert Ffmpeg(python).path == shutil.which(python)
    assert Ffmpeg().path == ffmpeg()
    with pytest.raises(ProgramMissing, match="nosuchffmpeg"):
        _ = Ffmpeg("nosuchffmpeg").path


@pytest.mark.parametrize("stems", [True, False])
def test_music_is_written_as_midi_where_it_is_asked_for(scored, tmp_path, stems):
    _, regions, _, _ = scored
    sheets.write(tmp_path / "notes.json", written(12))
    music = replace(
        regions[0], cue="1M1", stem="mx", take=replace(regions[0].take, sheet=str(tmp_path / "notes.json"))
    )
    plain = delivered(scored, tmp_path, regions=(*regions, music), stems=stems)
    assert not plain.exports and not list(tmp_path.rglob("*.mid"))
    done = delivered(scored, tmp_path, regions=(*regions, music), stems=stems, midi=True)
    name = "stems/my_film_R1_1M1_v01.mid" if stems else "my film.scored.1M1.mid"
    assert done.exports == (str(tmp_path / name),)
    said = json.loads(Path(done.report).read_text())
    assert name in {file["name"] for file in said["files"]}
    assert [sound["music"]["number"] for sound in said["sounds"] if "music" in sound] == ["1M1"]
    unasked = delivered(scored, tmp_path, regions=(*regions, music), stems=stems)
    assert not unasked.exports and (tmp_path / name).exists()
    assert name in {file["name"] for file in json.loads(Path(done.report).read_text())["files"]}
    gone = delivered(scored, tmp_path, regions=regions, stems=stems)
    assert not gone.exports and not list(tmp_path.rglob("*.mid"))
    assert f"{Path(name).name} of an earlier render is not part of this mix, and was removed." in gone.notes

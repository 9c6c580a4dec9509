"""Every command, as it is typed."""

import json
import shutil
from fractions import Fraction

import av
import mido
import numpy as np
import pytest
import soundfile

from tests.bad_input import running
from tests.bad_input.running import here, v2a
from v2a.media.writer import SoundWriter
from v2a.testing.scaffold import module_name

BRIEF = "door slam at 1s, footsteps on gravel from 0:02 to 0:03, rain, sad piano"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A film that was scored with everything asked for, and what the run said."""
    folder = tmp_path_factory.mktemp("cli with späce")
    running.make_film(folder / "film.mp4", seconds=4)
    (folder / "brief.txt").write_text(BRIEF, encoding="utf-8")
    done = v2a("score", "film.mp4", "--brief", "@brief.txt", "-o", "out.mov", "--stems", "stems", "--seed", "3",
               "--spec", "ebu-r128", "--preset", "documentary", "--stem-tracks", "--export", "csv", "--midi", "--json",
               cwd=folder)  # fmt: skip
    assert done.code == 0, done.err
    return folder, json.loads(done.out)


@pytest.fixture
def mine(desk, tmp_path):
    """The same folder to change at will."""
    shutil.copytree(desk[0], tmp_path / "mine")
    return tmp_path / "mine"


def said(done):
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_score_says_what_it_did_as_json(desk):
    folder, told = desk
    assert told["output"].endswith("out.mov")
    assert {c["kind"] for c in told["cues"]} >= {"bg", "fx", "mx"}
    assert all(isinstance(r["start"], int | float) for r in told["regions"])
    assert told["spec"] == "ebu-r128"
    assert told["ran"]["observer:motion"] >= 1
    assert (folder / "out.report.html").exists()
    assert any(path.endswith(".csv") for path in told["exports"])
    (music,) = [c["id"] for c in told["cues"] if c["kind"] == "mx"]
    (score,) = [path for path in told["exports"] if path.endswith(".mid")]
    assert (music, folder / score) == ("1M1", folder / "stems" / "film_R1_1M1_v01.mid")
    assert [track.name for track in mido.MidiFile(folder / score).tracks][1] == "Click"


def test_the_film_has_mix_stems_and_original(desk):
    folder, _told = desk
    with av.open(str(folder / "out.mov")) as film:
        tracks = film.streams.audio
        assert film.streams.video[0].frames == 100
        assert len(tracks) >= 3
        assert tracks[0].codec_context.name == "pcm_s24le"
        assert tracks[-1].codec_context.name == "aac"


def test_stems_sum_to_the_mix_and_have_its_length(desk):
    folder, _ = desk
    stems = {p.stem.split("_")[-2]: soundfile.read(p, dtype="int32", always_2d=True)[0] for p in
             (folder / "stems").glob("*.wav")}  # fmt: skip
    mix = stems.pop("MIX")
    stems.pop("ME", None)
    assert len(mix) == 4 * 48_000
    total = sum(stem.astype(np.int64) >> 8 for stem in stems.values())
    assert np.abs(total - (mix.astype(np.int64) >> 8)).max() <= 1


def test_the_same_seed_gives_the_same_bytes(desk, tmp_path):
    folder, _ = desk
    outputs = []
    for executor in ("local", "process"):
        film = running.copied(folder / "film.mp4", tmp_path / executor)
        done = here("score", film, "--brief", BRIEF, "--seed", "5", "--executor", executor, "-q")
        assert (done.code, done.out) == (0, ""), done.err
        outputs.append(running.digest(film.with_name("film.scored.mp4")))
    assert outputs[0] == outputs[1]


def test_only_some_kinds(mine):
    told = said(
        here(
            "score",
            mine / "film.mp4",
            "--brief",
            BRIEF,
            "--only",
            "bg",
            "--json",
            "--keep-project",
            mine / "other.v2a",
        )
    )
    assert {c["kind"] for c in told["cues"]} == {"bg"}
    assert (mine / "other.v2a" / "spotting.toml").exists()
    told = said(here("score", mine / "film.mp4", "--no-music", "--json"))
    assert {r["stem"] for r in told["regions"]} <= {"fo", "fx", "bg"}


def test_a_part_of_the_film(mine):
    def frames(start, end):
        asked = ("--from", start, "--to", end, "-o", mine / "part.wav", "--spec", "none", "--json")
        ran = said(here("score", mine / "film.mp4", *asked))["ran"]
        return soundfile.info(mine / "part.wav").frames, ran

    length, ran = frames("0:01", "0:03")
    assert length == 96_000 and ran
    for times in (("00:00:01:00", "00:00:03:00"), ("1", "3.0")):
        assert frames(*times) == (96_000, {})


def test_the_original_may_be_dropped(mine):
    here("score", mine / "film.mp4", "--original", "drop", "--stems", mine / "dropped", "-q")
    assert not list((mine / "dropped").glob("*_DX_v01.wav"))
    assert list((mine / "stems").glob("*_DX_v01.wav"))


def test_another_codec(mine):
    assert here("render", mine / "film.mp4", "--audio-codec", "flac", "-o", mine / "o.mkv", "-q").code == 0
    with av.open(str(mine / "o.mkv")) as film:
        assert film.streams.audio[0].codec_context.name == "flac"


def test_rendering_after_an_edit_makes_one_sound(mine):
    path = mine / "film.v2a" / "spotting.toml"
    path.write_text(path.read_text().replace('"door slam"', '"heavy metal door slam"'))
    assert "heavy metal" in path.read_text()
    ran = said(here("render", mine / "film.v2a", "--json"))["ran"]
    assert ran == {"generator:foley": 1}


def test_spotting_again_keeps_what_was_edited(mine):
    path = mine / "film.v2a" / "spotting.toml"
    path.write_text(path.read_text().replace('"door slam"', '"car door"') + "\n# my own words\n")
    told = said(here("spot", mine / "film.mp4", "--json"))
    assert "car door" in [c["prompt"] for c in told["cues"]]
    assert "# my own words" in path.read_text()


def test_the_cue_sheet_comes_back(mine):
    sheet = next(mine.glob("*.csv"))
    told = said(
        v2a("spot", mine / "film.mp4", "--keep-project", mine / "new.v2a", "--import", sheet, "--json")
    )
    assert "door slam" in [c["prompt"] for c in told["cues"]]


def test_takes_are_rolled_chosen_imported_and_exported(mine, desk):
    cue = next(c["id"] for c in desk[1]["cues"] if c["prompt"] == "door slam")
    film = mine / "film.mp4"
    rolled = said(v2a("takes", "reroll", film, cue, "--count", "2", "--json"))
    assert len({take["seed"] for take in rolled}) == 2
    listed = said(here("takes", "list", film, cue, "--json"))
    assert [t["take"] for t in listed if t["chosen"]] == [rolled[-1]["take"]]
    assert all(0 < t["score"] <= 1 and {"clicks", "clipping", "silence"} <= set(t["marks"]) for t in listed)
    assert "score" in here("takes", "list", film, cue).out
    assert here("takes", "choose", film, cue, listed[0]["take"]).code == 0
    with SoundWriter(mine / "bang.wav", 44_100, 1) as writer:
        writer.write(np.hanning(4410).astype(np.float32)[np.newaxis])
    assert here("takes", "import", film, cue, mine / "bang.wav", "--sync", "0.05").code == 0
    told = said(here("render", film, "--json"))
    region = next(r for r in told["regions"] if r["cue"] == cue)
    assert region["generator"] == "import"
    assert Fraction(region["start"]).limit_denominator(48_000) == pytest.approx(0.95, abs=0.01)
    take = next(t for t in said(here("takes", "list", film, cue, "--json")) if t["generator"] == "import")
    assert here("takes", "export", film, cue, take["take"], "-o", mine / "again.wav").code == 0
    assert soundfile.info(mine / "again.wav").frames == 4800


def test_a_moved_film_and_project_still_render(mine, tmp_path):
    moved = tmp_path / "elsewhere"
    mine.rename(moved)
    assert said(here("render", moved / "film.mp4", "--json"))["ran"] == {}
    assert said(here("render", moved / "film.v2a", "--json"))["ran"] == {}


def test_show(mine):
    told = said(v2a("show", mine / "film.mp4", "--json", "--png", mine / "film.png"))
    assert told["shots"][0]["span"] == {"start": 0, "end": 4}
    assert (mine / "film.png").read_bytes().startswith(b"\x89PNG")
    table = here("show", mine / "film.mp4").out
    assert "door slam" in table


@pytest.mark.parametrize(
    ("kind", "prompt", "generator"),
    [("fo", "footsteps on wood", "foley"), ("fx", "glass breaks", "foley"), ("bg", "wind", "atmos"),
     ("mx", "tense strings", "composer"), (None, "rain", "atmos")],
)  # fmt: skip
def test_a_sound_of_each_kind(tmp_path, kind, prompt, generator):
    wanted = ["--kind", kind] if kind else []
    told = said(here("sound", prompt, "--seconds", "1.5", "-o", tmp_path / "s.flac", *wanted, "--json"))
    assert told["generator"] == generator
    info = soundfile.info(tmp_path / "s.flac")
    assert (info.frames, info.samplerate) == (72_000, 48_000)


def test_plugins_presets_doctor_and_completion():
    names = {row["name"] for row in said(v2a("plugins", "--json"))["registered"]}
    assert {"foley", "atmos", "composer", "builtin", "local", "process"} <= names
    shipped = {p["name"] for p in said(v2a("presets", "--json"))}
    assert shipped >= {
        "default",
        "documentary",
        "trailer",
        "vlog",
        "animation",
        "backgrounds-only",
        "music-only",
    }
    shown = v2a("presets", "show", "documentary")
    assert "[mix]" in shown.out
    assert "#" in shown.out
    assert said(v2a("presets", "show", "trailer", "--json"))["spot"]
    parts = {part["name"]: part for part in said(v2a("doctor", "--json"))}
    assert parts["ffmpeg"]["found"]
    for shell in ("bash", "zsh", "fish"):
        assert "_V2A_COMPLETE" in v2a("completion", shell).out


def test_a_plugin_is_written_and_checked(tmp_path):
    assert v2a("plugin", "new", "my-tone", "--in", tmp_path).code == 0
    package = next(p for p in tmp_path.rglob("pyproject.toml")).parent
    source = package / "src" if (package / "src").exists() else package
    checked = v2a("plugin", "check", module_name("my-tone"), plugins=[source])
    assert checked.code == 0, checked.out + checked.err
    assert v2a("plugin", "check", "nosuchmodule").code not in (0, 1)


def test_a_plugins_own_command(tmp_path):
    body = """
        import v2a

        def hello(arguments):
            print("hello", *arguments)

        @v2a.hookimpl
        def v2a_commands():
            return [v2a.Command("hello", "helloplug:hello", "Say hello.")]
    """
    plugins = running.plugin(tmp_path, "helloplug", body)
    assert v2a("hello", "you", plugins=[plugins]).out.strip() == "hello you"
    assert v2a("nosuch", plugins=[plugins]).code == 2


def test_a_sound_with_a_parameter_of_its_generator(tmp_path):
    def made(*words):
        here("sound", "rain", "--seconds", "1", "-o", tmp_path / "s.wav", "--generator", "atmos", *words)
        return soundfile.read(tmp_path / "s.wav")[0]

    plain = made()
    assert not np.array_equal(plain, made("--set", "force=1.0"))
    unknown = here("sound", "rain", "-o", tmp_path / "t.wav", "--generator", "atmos", "--set", "wetness=1")
    assert unknown.code == 31 and "wetness" in unknown.err
    nobody = here("sound", "rain", "-o", tmp_path / "t.wav", "--set", "a=1")
    assert nobody.code == 2 and "--generator" in nobody.err


def test_a_sound_comes_with_the_notes_of_its_take(tmp_path):
    made = v2a("sound", "warm piano", "--seconds", "1", "--kind", "mx", "-o", tmp_path / "s.wav")
    assert made.code == 0 and "note      played from " in made.out

"""A take handed out by itself: its sound, its parts and its notes, each where it belongs in the film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import mido
import numpy as np
import pytest
import soundfile

import v2a_composer
from tests.bad_input.running import v2a
from tests.scores import scored
from tests.stages.scene import film
from v2a.api import Order
from v2a.api.handing import Wanted, hand_out
from v2a.builtin.executors import EXECUTORS
from v2a.errors import CannotWrite, UnknownName
from v2a.hookspecs import hookimpl
from v2a.interfaces import Plan
from v2a.media import sheets
from v2a.media.bwf import Bext
from v2a.model import Audio, Cue, Licence, Part, SoundFile, Span, Take
from v2a.project import origin
from v2a.testing import host_of

RATE = 48_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A film whose project has music of one take with parts and notes, and one without."""
    made = tmp_path_factory.mktemp("handing")
    film(made / "film.mov", 4)
    cue = Cue("", "mx", Span(Fraction(1), Fraction(3)), "tense strings", nudge=5)
    with Order(made / "film.mov", start_tc="02:00:00:00").session() as session:
        origin.write(session.folder, origin.Origin(start_tc="02:00:00:00"))
        listed = session.project.respot(Plan((cue,)))
        for name, notes in (("full", True), ("bare", False)):
            session.project.takes.add(take(session.project.store, listed.cues[0].id, name, notes))
    return made


def take(store: Path, cue: str, name: str, full: bool) -> Take:
    rng = np.random.default_rng(7)
    store.mkdir(exist_ok=True)
    strings, drums = (0.1 * rng.standard_normal((2, 2 * RATE)).astype(np.float32) for _ in range(2))
    sounds = {
        key: SoundFile.write(store / f"{name}-{key}.npy", Audio(wave, RATE))
        for key, wave in (("whole", strings + drums), ("strings", strings), ("drums", drums))
    }
    parts = (Part("Strings", sounds["strings"]), Part("strings", sounds["drums"])) if full else ()
    if full:
        sheets.write(store / "notes.json", scored(9))
    sheet = str(store / "notes.json") if full else ""
    return Take(
        name, cue, sounds["whole"], "import", "1", 1, 0, "tense horns", Licence("MIT"),
        parts=parts, notes=("A minor",), sheet=sheet,
    )  # fmt: skip


def export(folder: Path, name: str, output: Path | None = None, parts: Path | None = None) -> list[Path]:
    with Order(folder / "film.mov").session(write=False) as session:
        return list(hand_out(session, "1M1", name, Wanted(output, parts)))


def reference(path: Path) -> int:
    data = path.read_bytes()
    at = data.index(b"bext") + 8
    return Bext.read(data[at : at + 602]).time_reference


def test_a_take_is_a_sound_at_its_timecode(folder, tmp_path):
    assert export(folder, "full", tmp_path / "x.wav") == [tmp_path / "x.wav"]
    assert soundfile.info(tmp_path / "x.wav").frames == 2 * RATE
    assert reference(tmp_path / "x.wav") == (7200 + 1) * RATE + RATE // 5
    export(folder, "full", tmp_path / "x.flac")
    assert soundfile.info(tmp_path / "x.flac").frames == 2 * RATE


def test_the_parts_of_a_take_are_sounds_of_their_own_that_sum_to_it(folder, tmp_path):
    names = [tmp_path / "parts" / f"1M1_{name}.wav" for name in ("Strings", "strings_")]
    assert export(folder, "full", tmp_path / "x.wav", tmp_path / "parts") == [tmp_path / "x.wav", *names]
    parts = [soundfile.read(path)[0] for path in names]
    assert np.abs(sum(parts) - soundfile.read(tmp_path / "x.wav")[0]).max() < 3e-7
    assert reference(names[0]) == reference(tmp_path / "x.wav")


def test_the_notes_of_a_take_are_midi_at_its_timecode(folder, tmp_path):
    export(folder, "full", tmp_path / "x.mid")
    file = mido.MidiFile(tmp_path / "x.mid", charset="utf-8")
    assert [track.name for track in file.tracks] == ["1M1: tense horns", "Click", "Violins"]
    offset, key = (
        next(m for m in file.tracks[0] if m.type == kind) for kind in ("smpte_offset", "key_signature")
    )
    assert (offset.hours, offset.minutes, offset.seconds, key.key) == (1, 59, 57, "Am")


def test_a_folder_takes_all_that_there_is(folder, tmp_path):
    export(folder, "full", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "1M1.mid", "1M1.wav", "1M1_Strings.wav", "1M1_strings_.wav",
    ]  # fmt: skip
    for there, other in ((True, tmp_path / "other.old"), (False, tmp_path / "new" / "other")):
        if there:
            other.mkdir()
        assert export(folder, "bare", other) == [other / "1M1.wav"]
        assert [path.name for path in other.iterdir()] == ["1M1.wav"]


def test_a_file_without_a_suffix_is_not_written_over(folder, tmp_path):
    (tmp_path / "mine").write_text("of mine")
    with pytest.raises(CannotWrite):
        export(folder, "full", tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "of mine"


def test_what_a_take_has_not_is_refused_and_nothing_is_written(folder, tmp_path):
    for output, parts, error in (
        (tmp_path / "x.mid", None, CannotWrite),
        (tmp_path / "x.wav", tmp_path / "parts", UnknownName),
        (folder / "film.mov", None, CannotWrite),
    ):
        with pytest.raises(error):
            export(folder, "bare", output, parts)
    assert not list(tmp_path.iterdir())


def test_as_it_is_typed(folder, tmp_path):
    command = ("takes", "export", folder / "film.mov", "1M1", "full")
    done = v2a(*command, "-o", tmp_path / "x.mid", "--parts", tmp_path)
    names = ["x.mid", "1M1_Strings.wav", "1M1_strings_.wav"]
    assert done.out.split() == [str(tmp_path / name) for name in names], done.err
    assert v2a(*command).code == 2


def test_parts_that_were_not_kept_are_made_when_they_are_asked_for(tmp_path):
    film(tmp_path / "film.mov", 4)
    cue = Cue("", "mx", Span(Fraction(1), Fraction(3)), "epic orchestral music")
    hands = ModuleType("hands")
    hands.v2a_executors = hookimpl(lambda: EXECUTORS)
    order = Order(tmp_path / "film.mov", settings={"generate": {"executor": "local"}})
    with order.session(host=host_of(hands, v2a_composer)) as session:
        session.project.respot(Plan((cue,)))
        (made,) = session.generate(session.spotting()).takes
        assert not made.parts
        written = hand_out(session, "1M1", made.id, Wanted(tmp_path / "x.wav", tmp_path / "parts"))
        assert len(written) > 2 and session.takes("1M1") == (made,)
        parts = [soundfile.read(path)[0] for path in written[1:]]
        assert np.abs(sum(parts) - soundfile.read(written[0])[0]).max() < 1e-6
        session.project.write(session.spotting().with_cue(replace(session.cue("1M1"), prompt="epic rock")))
        hand_out(session, "1M1", made.id, Wanted(parts=tmp_path / "again"))
        longer = replace(session.cue("1M1"), span=Span(Fraction(1), Fraction(7, 2)))
        session.project.write(session.spotting().with_cue(longer))
        with pytest.raises(UnknownName, match="no parts"):
            hand_out(session, "1M1", made.id, Wanted(parts=tmp_path / "other"))
    assert not (tmp_path / "other").exists()

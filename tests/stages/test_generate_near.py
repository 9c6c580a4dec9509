"""A cue that is to come near a sound: from the path or the words to the take, its key, its credits and its failures."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.media.films import Tone
from tests.media.films import film as make_film
from tests.stages.making import cue
from tests.stages.near_desk import Desk, write
from tests.stages.nearing import Broken, Shelf, offer
from tests.stages.observing import PCM_MOV
from tests.stages.test_generate import Order
from v2a.engine.store import FolderStore
from v2a.errors import FileMissing
from v2a.media.writer import SoundWriter
from v2a.model import PluginFailed
from v2a.stages import generate


@pytest.fixture
def table(tmp_path):
    made = Desk(tmp_path)
    yield made
    made.close()


def test_a_file_beside_the_film_is_heard(table):
    write(table.folder / "oak.wav", 0.25)
    take = table.one("oak.wav", strength=0.8)
    assert take.generator == "near"
    assert take.notes[0] == "1 s at 0.8: 0.2500"
    assert take.notes[1].startswith("near 'oak.wav', ")
    assert take.notes[1].endswith(", strength 0.8")
    assert take.credits == ()


def test_a_file_anywhere_is_heard_at_the_generators_rate_and_channels(table, tmp_path_factory):
    path = write(tmp_path_factory.mktemp("else") / "wide.wav", 0.1, rate=8_000, channels=8)
    take = table.one(str(path))
    assert take.notes[0].startswith("1 s at 0.5: 0.")


def test_the_key_follows_the_content_and_never_the_path(table):
    write(table.folder / "a.wav", 0.25)
    write(table.folder / "b.wav", 0.25)
    write(table.folder / "c.wav", 0.2)
    one, same, other = (table.one(name) for name in ("a.wav", "b.wav", "c.wav"))
    assert one.id == same.id != other.id
    assert one.id != table.one("a.wav", strength=0.75).id
    assert same.notes[1].startswith("near 'b.wav'")


def test_a_strength_of_nothing_is_no_reference(table):
    write(table.folder / "a.wav")
    plain = table.make(cue("a", "door", generator="near")).takes[0]
    none = table.make(cue("a", "door", generator="near", reference="a.wav", strength=0.0)).takes[0]
    alone = table.make(cue("a", "door", generator="near", strength=0.9)).takes[0]
    assert plain == none == alone


def test_editing_one_reference_remakes_that_cue_only(table):
    write(table.folder / "a.wav", 0.25)
    first = cue("a", "door", reference="a.wav")
    second = cue("b", "bell", reference="a.wav")
    table.make(first, second)
    made = table.make(first, replace(second, strength=0.9))
    assert table.counted == [("generator", "near", 1)]
    assert [t.notes[0] for t in made.takes] == ["1 s at 0.5: 0.2500", "1 s at 0.9: 0.2500"]


def test_what_was_made_before_is_found_without_reading_the_sound_again(table, monkeypatch):
    write(table.folder / "a.wav", 0.25)
    before = table.one("a.wav")
    monkeypatch.setattr("v2a.media.sound.read", None)
    assert table.one("a.wav") == before


def test_of_a_long_one_the_loudest_stretch_is_heard(table):
    with SoundWriter(table.folder / "long.wav", 8_000, 1) as writer:
        for level in (0.01, 0.3, 0.02):
            writer.write(np.full((1, 8_000 * 30), level, np.float32))
    seconds, level = table.one("long.wav").notes[0].split(" s at 0.5: ")
    assert float(seconds) == 30
    assert float(level) == pytest.approx(0.3, abs=0.002)


def test_each_window_hears_the_part_that_lies_there(table):
    ramp = np.linspace(0, 0.8, 6 * 16_000, dtype=np.float32)[np.newaxis]
    with SoundWriter(table.folder / "ramp.wav", 16_000, 1) as writer:
        writer.write(ramp)
    made = table.make(cue("a", "piano", "mx", 0.0, 6.0, reference="ramp.wav"))
    notes = made.takes[0].notes[:-1]
    levels = [float(note.rpartition(" ")[2]) for note in notes]
    assert len(levels) > 2
    assert levels == sorted(levels)
    assert levels[0] == pytest.approx(0.8 / 6 * float(notes[0].split()[0]) / 2, abs=0.01)
    write(table.folder / "short.wav", 0.5, 0.4)
    made = table.make(cue("a", "piano", "mx", 0.0, 6.0, reference="short.wav"))
    assert len(made.takes[0].notes) == 2
    assert made.takes[0].notes[0].startswith("0.4 s at 0.5: 0.")


def test_who_takes_none_is_asked_only_where_nobody_does(table):
    write(table.folder / "a.wav")
    assert table.make(cue("a", "door")).takes[0].generator == "deaf"
    assert table.one("a.wav").generator == "near"
    made = table.make(cue("a", "wind", "bg", reference="a.wav"))
    (failure,) = made.failures
    assert failure.what == "deaf takes no reference"
    assert (failure.instead, failure.exit_code) == ("deaf", 32)
    made = table.make(cue("a", "door", generator="deaf", reference="a.wav"))
    assert made.failures[0].remedy == 'Write generator = "near".'


@pytest.mark.parametrize(
    ("reference", "code", "says", "remedy"),
    [
        ("not-there.wav", 11, "its reference not-there.wav: there is no such file", "seen from {folder}, or words"),
        ("sounds/no", 11, "no such file", "or words without /"),
        ("folder/", 12, "this is a folder", "Name one sound file in it"),
        ("empty.wav", 13, "the file is empty", "Copy or export it again"),
        ("blank.wav", 13, "there is no sound in it", "Copy or export it again"),
        ("silent.wav", 13, "there is nothing to be heard in it", "Name another sound"),
        ("words.wav", 15, "not a sound file", "Name a sound file, such as .wav"),
        ("nul\0.wav", 11, "no such file", "as it is seen from"),
        ("x" * 5000 + ".wav", 11, "no such file", "as it is seen from"),
        ("metal door", 35, "'metal door' is no file, and no library was added", "v2a library add DIR"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_said_and_the_cue_is_made_without(table, reference, code, says, remedy):
    folder = table.folder
    (folder / "folder").mkdir()
    (folder / "empty.wav").touch()
    write(folder / "blank.wav", seconds=0)
    write(folder / "silent.wav", 0.0)
    (folder / "words.wav").write_text("these are words " * 99)
    failure = table.lost(reference)
    assert failure.exit_code == code
    assert says in failure.what
    assert remedy.format(folder=folder) in failure.remedy


def test_words_are_looked_up_and_the_credit_comes_along(table):
    path = write(table.folder / "slam.wav", 0.25)
    shelf = Shelf(offer(path, "metal door slam", commercial="no"))
    table.stock(shelf, Shelf(offer(path, "metal door", fit=0.6), name="other"))
    take = table.one("metal door slam")
    assert take.notes[0] == "1 s at 0.5: 0.2500"
    assert take.notes[1].startswith("near 'metal door slam (slam.wav)', ")
    assert take.notes[1].endswith("licence CC-BY-4.0")
    assert [c.author for c in take.credits] == ["Someone"]
    assert take.licence.commercial == "no"
    assert shelf.asked[0][:2] == ("metal door slam", "fx")
    assert len(shelf.asked) == 1
    assert table.one("metal door slam") == take


def test_words_that_nothing_matches_get_suggestions(table):
    path = write(table.folder / "slam.wav")
    table.stock(Shelf(offer(path, "metal gate", fit=0.3), offer(path, "metal bell", fit=0.2)))
    failure = table.lost("metal dragon")
    assert (failure.exit_code, failure.remedy) == (35, "Nearest: metal gate, metal bell.")
    assert "v2a library list" in table.lost("a dragon").remedy


def test_the_licence_filter_holds(table):
    rare = write(table.folder / "rare.wav", 0.4)
    path = write(table.folder / "slam.wav", 0.25)
    table.stock(Shelf(*(offer(path, f"door {n}") for n in range(30)), offer(rare, "door x", 0.8, "CC0-1.0")))
    made = table.make(cue("a", "bell", reference="door"), licence="cc0,own")
    assert made.takes[0].notes[1].endswith("licence CC0-1.0")
    failure = table.lost("door", licence="own")
    assert "under own" in failure.what
    assert "--licence" in failure.remedy


def test_a_file_of_a_library_keeps_its_credit_and_its_terms(table):
    path = write(table.folder / "slam.wav")
    table.stock(Shelf(offer(path, "metal door slam", commercial="no")))
    take = table.one("slam.wav")
    assert [c.title for c in take.credits] == ["metal door slam"]
    assert take.licence.commercial == "no"
    write(table.folder / "own.wav", 0.2)
    assert table.one("own.wav").credits == ()
    failure = table.lost("slam.wav", licence="cc0")
    assert (failure.what, failure.exit_code) == (
        "its reference slam.wav is under CC-BY-4.0, not under cc0",
        35,
    )


def test_a_recording_that_cannot_be_read_gives_way_to_the_next(table):
    path = write(table.folder / "slam.wav")
    table.stock(Shelf(offer("/away/door.wav", "door one"), offer(path, "door two", fit=0.8)))
    assert "door two" in table.one("door").notes[1]


def test_a_library_that_breaks_is_told_of_once(table):
    path = write(table.folder / "slam.wav")
    broken = Broken(name="broken")
    table.stock(broken, Shelf(offer(path, "door slam bell")))
    made = table.make(cue("a", "x", reference="door"), cue("b", "y", reference="bell"))
    assert not made.failures
    assert len(broken.asked) == 1
    (told,) = [e for e in table.events if isinstance(e, PluginFailed)]
    assert "library broken" in told.where


def test_a_blend_gives_each_cue_its_best_recording(table):
    path = write(table.folder / "slam.wav")
    table.stock(Shelf(offer(path, "door slam"), offer(path, "bell", fit=0.6)))
    made = table.make(cue("a", "door"), cue("b", "bell"), cue("c", "wind", "bg"), blend=0.3)
    assert made.failures == ()
    assert [t.generator for t in made.takes] == ["near", "deaf", "deaf"]
    assert "strength 0.3" in made.takes[0].notes[1]
    assert made.takes[0].credits
    own = table.make(cue("a", "door", reference="slam.wav", strength=0.9), blend=0.3).takes[0]
    assert "near 'door slam (slam.wav)'" in own.notes[1]
    assert "strength 0.9" in own.notes[1]


def test_a_blend_without_libraries_changes_nothing(table):
    plain = table.make(cue("a", "door"))
    assert table.make(cue("a", "door"), blend=0.5) == plain


def test_a_film_that_has_sound_is_a_reference_and_one_without_is_none(table):
    make_film(table.folder / "heard.mov", frames=50, sound=[Tone((0.5,), 2.0)], codecs=PCM_MOV)
    make_film(table.folder / "mute.mov", frames=50, codecs=PCM_MOV)
    assert table.one("heard.mov").notes[0].startswith("2 s at 0.5")
    failure = table.lost("mute.mov")
    assert (failure.exit_code, "there is no sound in this file" in failure.what) == (10, True)


def test_a_sound_without_a_film_has_a_reference_too(table, monkeypatch):
    monkeypatch.chdir(table.folder)
    write(table.folder / "a.wav")
    take = generate.audition(Order("door", Fraction(1), reference="a.wav"), table.host, table.bench)
    assert "near 'a.wav'" in take.notes[1]
    with pytest.raises(FileMissing, match="its reference b.wav: there is no such file"):
        generate.audition(Order("door", Fraction(1), reference="b.wav"), table.host, table.bench)


def test_the_store_may_move(table, tmp_path):
    write(table.folder / "a.wav", 0.25)
    before = table.one("a.wav")
    table.store.close()
    (tmp_path / "store").rename(tmp_path / "moved")
    table.store = FolderStore(tmp_path / "moved")
    table.bench = replace(table.bench, store=table.store, scratch=table.store.scratch_folder)
    assert table.one("a.wav").id == before.id
    assert not table.counted

"""Takes: kept in order, once each, and found again when the folder has moved."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from v2a.errors import CannotWrite, DocumentError, UnknownName
from v2a.model import Credit, Licence, Part, SoundFile, Take
from v2a.project import TakeBook


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "film.v2a"
    made.mkdir()
    return made


def take(folder: Path, name: str, **values) -> Take:
    sound = SoundFile(str(folder / "store" / f"{name}.npy"), 48_000, 2, 48_000)
    given = {
        "sync": Fraction(1, 3),
        "credits": (Credit("Rain", "A", "CC0"),),
        "parts": (Part("dry", sound),),
        "sheet": str(folder / "store" / f"{name}.json"),
        **values,
    }
    return Take(name, "fx1", sound, "rain", "1", 7, 0, "rain", Licence("MIT"), **given)


def test_takes_are_kept_in_order_and_once(folder):
    book = TakeBook(folder)
    assert book.of("fx1") == ()
    one, two = take(folder, "a"), take(folder, "b")
    book.add(one)
    book.add(two)
    book.add(one)
    assert book.of("fx1") == (one, two)
    better = replace(one, score=0.5)
    book.add(better)
    assert TakeBook(folder).of("fx1") == (better, two)
    assert book.take("fx1", "b") == two
    assert book.cues() == ("fx1",)


def test_what_is_heard_unchosen_is_remembered(folder):
    book = TakeBook(folder)
    book.hear(take(folder, "a"))
    assert (book.heard("fx1"), book.cues()) == (None, ())
    book.add(take(folder, "a"))
    book.add(take(folder, "b"))
    assert book.heard("fx1") is None
    book.hear(take(folder, "a"))
    book.add(take(folder, "c"))
    assert TakeBook(folder).heard("fx1") == "a"
    assert [t.id for t in book.of("fx1")] == ["a", "b", "c"]


def test_paths_follow_the_folder(folder, tmp_path):
    TakeBook(folder).add(take(folder, "a"))
    outside = SoundFile(str(tmp_path / "mine.npy"), 48_000, 2, 10)
    TakeBook(folder).add(replace(take(folder, "b"), sound=outside))
    assert str(folder) not in (folder / "takes" / "fx1.json").read_text(encoding="utf-8")
    moved = tmp_path / "elsewhere" / "film.v2a"
    shutil.move(folder, moved)
    first, second = TakeBook(moved).of("fx1")
    assert first == take(moved, "a")
    assert second.sound == outside


def test_a_relative_folder(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    book = TakeBook(Path("film.v2a"))
    book.add(take(folder, "a"))
    assert Path(book.take("fx1", "a").sound.path) == folder / "store" / "a.npy"


def test_what_is_wrong_is_told(folder):
    book = TakeBook(folder)
    book.add(take(folder, "a"))
    with pytest.raises(UnknownName, match=r"cue fx1 has no take 'z'. There are: a\."):
        book.take("fx1", "z")
    with pytest.raises(CannotWrite, match="opened for reading"):
        TakeBook(folder, write=False).add(take(folder, "b"))
    path = folder / "takes" / "fx1.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for broken in ("{", json.dumps({**data, "version": 9}), json.dumps({**data, "takes": [{"id": 3}]}), "[]"):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(DocumentError, match="fx1.json"):
            book.of("fx1")


def test_takes_of_a_project_that_is_named_by_a_relative_path_are_found_however_often_they_are_kept(
    folder, monkeypatch
):
    """As where a take is re-rolled and an earlier one is chosen, from the film's own folder."""
    monkeypatch.chdir(folder.parent)
    one = take(folder, "a")
    for name in ("b", "c", "d"):
        book = TakeBook(Path(folder.name))
        book.add(one)
        book.add(take(folder, name))
        (one, *_) = TakeBook(Path(folder.name)).of("fx1")
    assert Path(one.sound.path) == folder / "store" / "a.npy"
    assert Path(one.parts[0].sound.path) == folder / "store" / "a.npy"

"""Bringing the index up to date: what is new, what changed, what is gone."""

import os
import shutil
import time

from tests.plugins.v2a_retrieval import media
from tests.plugins.v2a_retrieval.media import stock
from v2a_retrieval import intake
from v2a_retrieval import update as updating


def test_only_what_changed_is_taken_in_again(desk, monkeypatch):
    stock(desk.root)
    assert desk.add().new == 6
    taken = []
    monkeypatch.setattr(updating.intake, "take", lambda index, orders: taken.append(orders) or [])
    assert desk.add().same == 6
    assert taken == []


def test_a_touched_file_is_known_by_its_digest_and_not_measured_again(desk, monkeypatch):
    stock(desk.root, 1)
    desk.add()
    os.utime(desk.root / "sub/sound 0.wav", (1, 1))
    monkeypatch.setattr(intake, "_measured", None)
    outcome = desk.add()
    assert (outcome.same, outcome.changed, outcome.troubles) == (1, 0, {})
    assert desk.add().same == 1


def test_changed_moved_and_removed_files(desk, monkeypatch):
    stock(desk.root, 3)
    desk.add()
    media.write(desk.root / "sub/sound 0.wav", media.strike(0.4, 0.2))
    (desk.root / "sub/sound 1.wav").rename(desk.root / "moved bell.wav")
    (desk.root / "sub/sound 2.wav").unlink()
    measured = intake._measured
    heard = []
    monkeypatch.setattr(intake, "_measured", lambda path: heard.append(path.name) or measured(path))
    outcome = desk.add()
    assert (outcome.new, outcome.changed, outcome.gone) == (1, 1, 2)
    assert heard == ["sound 0.wav"] or set(heard) == {"sound 0.wav"}
    assert desk.titles("bell") == ["moved bell"]


def test_a_table_beside_that_changes_changes_what_is_said(desk):
    stock(desk.root, 2)
    desk.add()
    assert desk.titles("anvil") == []
    (desk.root / "sub/list.csv").write_text("file,description,licence\nsound 1.wav,hammer on an anvil,CC0\n")
    assert desk.add().changed == 1
    (hit,) = desk.find("anvil")
    assert (hit.title, hit.licence) == ("sound 1", "CC0-1.0")


def test_the_state_follows_from_what_is_there_and_not_from_the_way(desk, tmp_path):
    stock(desk.root, 3)
    desk.add()
    with desk.index() as index:
        first = index.state
    media.write(desk.root / "more.wav", media.strike(0.3, 0.1, 99))
    desk.add()
    with desk.index() as index:
        assert index.state != first
    (desk.root / "more.wav").unlink()
    desk.add()
    with desk.index() as index:
        assert index.state == first


def test_a_file_that_is_being_written_waits(desk, monkeypatch):
    path = media.write(desk.root / "growing.wav", media.strike())
    monkeypatch.setattr(
        intake, "_wait_until_settled", lambda entry: path.write_bytes(path.read_bytes() + b"more")
    )
    outcome = desk.add()
    assert (outcome.unfinished, outcome.new) == (["growing.wav"], 0)
    monkeypatch.undo()
    os.environ["V2A_LIBRARY"] = str(desk.folder / "index")
    try:
        assert desk.add().new == 1
    finally:
        del os.environ["V2A_LIBRARY"]


def test_a_fresh_file_is_given_a_second_to_change(desk):
    media.write(desk.root / "a.wav", media.strike()).touch()
    start = time.monotonic()
    desk.add()
    assert time.monotonic() - start > 0.5


def test_links_that_lead_in_a_ring(desk):
    stock(desk.root, 1)
    (desk.root / "sub/ring").symlink_to(desk.root, target_is_directory=True)
    (desk.root / "self.wav").symlink_to(desk.root / "self.wav")
    outcome = desk.add()
    assert outcome.new == 1


def test_names_in_any_script_and_in_none(desk):
    media.write(desk.root / "足音_砂利道.wav", media.strike(0.3, 0.1, 200))
    media.write(desk.root / "дверь скрип.wav", media.strike(0.3, 0.1, 300))
    media.write(desk.root / "قطرة ماء.wav", media.strike(0.3, 0.1, 400))
    odd = os.fsencode(str(desk.root)) + b"/gate \xff\xfe slam.wav"
    shutil.copy(media.write(desk.folder / "x.wav", media.strike(0.3, 0.1, 500)), odd)
    assert desk.add().new == 4
    assert desk.titles("砂利") == ["足音 砂利道"] or len(desk.titles("砂利")) == 1
    assert len(desk.titles("скрип")) == 1
    assert len(desk.titles("ماء")) == 1
    (hit,) = desk.find("gate slam")
    assert os.fsencode(hit.file) == odd


def test_two_libraries_with_the_same_file_answer_once(desk):
    stock(desk.root, 1)
    other = desk.folder / "other"
    shutil.copytree(desk.root, other)
    desk.add()
    desk.add(other, "other")
    assert len(desk.find("sound")) == 1
    shutil.move(desk.root, desk.folder / "away")
    (hit,) = desk.find("sound")
    assert hit.library == "other"


def test_removing_a_library_leaves_the_others(desk):
    from v2a_retrieval import ledger

    stock(desk.root, 2)
    other = desk.folder / "other"
    media.write(other / "bell.wav", media.strike())
    desk.add(other, "other")
    with desk.index() as index:
        state = index.state
    desk.add()
    with desk.index() as index:
        mine = next(s for s in index.shelves() if s.name == "mine")
        assert ledger.remove_shelf(index, mine) == 2
        assert index.state == state
    assert desk.titles("sound") == []
    assert desk.titles("bell") == ["bell"]
    assert (desk.root / "sub/sound 0.wav").is_file()

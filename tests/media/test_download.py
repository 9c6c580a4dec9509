"""Large files come whole, go on where they stopped, and are never used where their checksum does not agree."""

from __future__ import annotations

import errno
import json
import shutil

import pytest

from tests.media.fetching import DATA, OTHER, arrived, half_of_it, wanted
from tests.media.serving import QUICK, sha256
from v2a.errors import Cancelled, CannotWrite, DiskFull, WeightsDamaged
from v2a.media import download
from v2a.media.download import Wanted, fetch
from v2a.media.partial import Mark, Partial


def test_a_file_comes_whole_and_is_checked(server, place):
    server.hold("model.ckpt", DATA)
    heard = []
    got = fetch(wanted(server, size=len(DATA), sha256=sha256(DATA)), place, lambda *told: heard.append(told))
    assert (got.size, got.sha256, got.checked) == (len(DATA), sha256(DATA), True)
    assert not place.exists() and arrived(place) == DATA
    assert (len(DATA), len(DATA), "model.ckpt") in heard and heard[-1][2] == "checking model.ckpt"
    Partial(place).put()
    assert place.read_bytes() == DATA and [p.name for p in place.parent.iterdir()] == ["model.ckpt"]


def test_without_a_published_checksum_its_own_is_remembered(server, place):
    server.hold("model.ckpt", DATA)
    got = fetch(wanted(server), place)
    assert (got.sha256, got.checked) == (sha256(DATA), False)


def test_it_goes_on_where_it_stopped(server, place):
    half_of_it(server, place)
    assert fetch(wanted(server), place).sha256 == sha256(DATA)
    assert server.ranges == ["bytes=100000-"]


def test_a_connection_that_breaks_off_is_taken_up_again(server, place):
    server.hold("model.ckpt", DATA, drops=[50_000] * 5)
    assert fetch(wanted(server), place, patience=QUICK).sha256 == sha256(DATA)
    assert server.ranges[1:] == [f"bytes={n}-" for n in range(50_000, 300_000, 50_000)]


def test_a_server_that_knows_no_ranges_sends_it_anew(server, place):
    half_of_it(server, place)
    server.hold("model.ckpt", DATA, ranges=False)
    assert fetch(wanted(server), place).sha256 == sha256(DATA)
    assert server.ranges == ["bytes=100000-"]


@pytest.mark.parametrize("now", [{"etag": "two"}, {"etag": ""}, {"etag": "two", "ranges": False}])
def test_another_file_on_the_server_is_not_sewn_to_the_old_one(server, place, now):
    half_of_it(server, place)
    server.hold("model.ckpt", OTHER, **now)
    assert fetch(wanted(server), place).sha256 == sha256(OTHER)


def test_another_file_of_another_size(server, place):
    half_of_it(server, place)
    server.hold("model.ckpt", OTHER[:90_000])
    assert fetch(wanted(server), place).sha256 == sha256(OTHER[:90_000])
    assert server.ranges == ["bytes=100000-", ""]


def test_another_file_under_the_same_name_is_found_out_by_its_checksum(server, place):
    half_of_it(server, place, headers={"X-Linked-Etag": sha256(OTHER)})
    server.hold("model.ckpt", OTHER, headers={"X-Linked-Etag": sha256(OTHER)})
    got = fetch(wanted(server), place)
    assert (got.sha256, got.checked) == (sha256(OTHER), True)
    assert server.ranges == ["bytes=100000-", ""]


def test_a_file_that_is_wrong_each_time_is_given_up_after_two(server, place):
    half_of_it(server, place, headers={"X-Linked-Etag": sha256(OTHER)})
    server.hold(
        "model.ckpt", DATA, headers={"X-Linked-Etag": sha256(OTHER)}, drops=[300_000] + [100_000, 300_000] * 9
    )
    with pytest.raises(WeightsDamaged, match="nothing of it is kept"):
        fetch(wanted(server), place, patience=QUICK)
    assert server.ranges == ["bytes=100000-", "", "bytes=100000-"]


def test_from_another_address_it_goes_on_if_the_checksum_is_the_same(server, place):
    half_of_it(server, place, headers={"X-Linked-Etag": sha256(DATA)})
    server.hold("mirror.ckpt", DATA, etag="its own")
    got = fetch(Wanted((server.url("mirror.ckpt"),), sha256=sha256(DATA)), place)
    assert got.checked and server.ranges == ["bytes=100000-"]


def test_what_has_come_whole_is_not_asked_for_again(server, place):
    server.hold("model.ckpt", DATA, headers={"X-Linked-Etag": sha256(DATA)})
    fetch(wanted(server), place)
    server.asked.clear()
    assert fetch(wanted(server), place).checked and server.asked == []


def test_what_has_come_whole_without_a_checksum_is_asked_for_again(server, place):
    server.hold("model.ckpt", DATA)
    fetch(wanted(server), place)
    assert fetch(wanted(server), place).sha256 == sha256(DATA)
    assert server.ranges == ["", f"bytes={len(DATA)}-", ""]


@pytest.mark.parametrize("known", ["card", "server"])
def test_a_wrong_checksum_leaves_nothing(server, place, known):
    declared = {"headers": {"X-Linked-Etag": f'"{sha256(OTHER)}"'}} if known == "server" else {}
    server.hold("model.ckpt", DATA, **declared)
    card = {"sha256": sha256(OTHER)} if known == "card" else {}
    with pytest.raises(WeightsDamaged, match="not what was published.*nothing of it is kept"):
        fetch(wanted(server, **card), place)
    assert list(place.parent.iterdir()) == []


def test_a_server_whose_checksum_is_not_the_cards_is_not_asked_for_the_rest(server, place):
    server.hold("model.ckpt", DATA, headers={"X-Linked-Etag": sha256(DATA)})
    with pytest.raises(WeightsDamaged, match=f"its SHA-256 is {sha256(DATA)[:12]}"):
        fetch(wanted(server, sha256=sha256(OTHER)), place)


def test_stopping_keeps_what_has_come(server, place):
    server.hold("model.ckpt", DATA)

    def stop(done, total, what):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        fetch(wanted(server), place, stop)
    assert 0 < len(arrived(place)) <= len(DATA)
    assert fetch(wanted(server), place).sha256 == sha256(DATA)


def test_a_disk_without_room_is_told_before_the_first_byte(server, place, monkeypatch):
    server.hold("model.ckpt", DATA)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 200_000))
    with pytest.raises(DiskFull, match=r"300\.0 kB are needed and 200\.0 kB are free.*V2A_WEIGHTS"):
        fetch(wanted(server), place)
    assert arrived(place) == b""


def test_a_disk_that_fills_up_meanwhile(server, place, monkeypatch):
    server.hold("model.ckpt", DATA)

    def full(file, block):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_append", full)
    with pytest.raises(DiskFull):
        fetch(wanted(server), place)
    assert len(server.asked) == 1


def test_a_folder_that_is_none(server, tmp_path):
    server.hold("model.ckpt", DATA)
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        fetch(wanted(server), tmp_path / "file" / "model.ckpt")


@pytest.mark.parametrize("note", ["", "[]", "null", '{"schema": "v2a-part", "version": 2, "url": "x"}', "{}"])
def test_a_note_that_nobody_can_read_means_from_the_start(server, place, note):
    half_of_it(server, place)
    place.with_name("model.ckpt.part-of").write_text(note)
    assert fetch(wanted(server), place).sha256 == sha256(DATA)
    assert server.ranges == [""]


def test_the_note_says_what_it_is(server, place):
    half_of_it(server, place)
    said = json.loads(place.with_name("model.ckpt.part-of").read_text())
    url = server.url("model.ckpt")
    assert said == {
        "schema": "v2a-part",
        "version": 1,
        "url": url,
        "etag": "one",
        "size": 300_000,
        "sha256": "",
    }


@pytest.mark.parametrize(
    ("then", "now", "same"),
    [
        (Mark("a", "e", 5), Mark("a", "e", 5), True),
        (Mark("a", "e", 5), Mark("b", "e", 5), False),
        (Mark("a", "e", 5), Mark("a", "e", 6), False),
        (Mark("a", "W/e", 5), Mark("a", "W/e", 5), False),
        (Mark("a", "", 5), Mark("a", "", 5), False),
        (Mark("a", "e", 5, "x"), Mark("b", "f", 5, "x"), True),
        (Mark("a", "e", 5, "x"), Mark("a", "e", 5, "y"), False),
    ],
)
def test_when_it_may_go_on(then, now, same):
    assert then.goes_on_as(now) is same


def test_sizes_are_told_as_disks_are_sold():
    assert [download.size_text(n) for n in (999, 1000, 2_697_789_718)] == ["999 bytes", "1.0 kB", "2.7 GB"]

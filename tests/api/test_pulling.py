"""A model is fetched on terms that were accepted, comes whole or not at all, and is made sure of afterwards."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pytest

from tests.api.model_shop import (
    FILES,
    WHOLE,
    bench,
    in_repository,
    looked,
    names,
    published,
    pulled,
    sha256,
)
from v2a.api import manifest, model_folder, models, pulling
from v2a.errors import (
    CannotWrite,
    DiskFull,
    LicenceUnread,
    ProjectLocked,
    WeightsDamaged,
    WeightsUnreachable,
)
from v2a.model import Progress, StageEnded, StageStarted, Warned


def refuse(card):
    raise AssertionError("was asked")


def test_nothing_is_fetched_before_the_terms_are_accepted(server, tmp_path):
    card = published(server)
    with pytest.raises(
        LicenceUnread, match=r"licence of some was not accepted.*example\.org/licence.*--accept-licence"
    ):
        pulled(card, tmp_path, accept=pulling.never)
    assert server.asked == [] and list(tmp_path.iterdir()) == []


def test_terms_are_asked_for_once_and_again_when_they_change(server, tmp_path):
    card = published(server, statuses=[404])
    with pytest.raises(WeightsUnreachable):
        pulled(card, tmp_path)
    assert pulled(card, tmp_path, accept=refuse).brought == ("some.ckpt",)
    for changed in ({"version": "2"}, {"conditions": ("For sale.",)}, {"gated": True}):
        with pytest.raises(LicenceUnread):
            pulled(replace(card, **changed), tmp_path, accept=pulling.never)


def test_a_file_is_fetched_and_known_afterwards(server, tmp_path):
    card, heard = published(server, digest=sha256(WHOLE)), []
    assert looked(card, tmp_path).state == "missing"
    done = pulled(card, tmp_path, heard=heard)
    assert done.brought == ("some.ckpt",) and done.model.state == "here" and not done.model.is_own
    assert (
        names(tmp_path / "some") == ["some.ckpt"] and (tmp_path / "some" / "some.ckpt").read_bytes() == WHOLE
    )
    said = json.loads((tmp_path / "some" / ".v2a-model").read_text())
    assert (said["schema"], said["version"], said["card"]) == ("v2a-model", 1, "1")
    assert said["files"] == [
        {"name": "some.ckpt", "size": 200_000, "sha256": sha256(WHOLE), "source": server.url("some.ckpt"), "checked": True}
    ]  # fmt: skip
    assert heard[0] == StageStarted("pull", "some") and heard[-1] == StageEnded("pull")
    told = [n for n in heard if isinstance(n, Progress)]
    assert all(0 <= n.done <= n.total == 200_000 for n in told) and told[-1].done == 200_000
    assert not any(isinstance(n, Warned) for n in heard)
    server.asked.clear()
    assert pulled(card, tmp_path).brought == () and server.asked == []


def test_a_file_without_a_published_checksum_is_told(server, tmp_path):
    heard = []
    pulled(published(server), tmp_path, heard=heard)
    assert [n.text for n in heard if isinstance(n, Warned)] == [
        "nobody published a checksum of some.ckpt, so it is taken as it came"
    ]


def test_what_the_server_declares_is_checked(server, tmp_path):
    card = published(server, headers={"X-Linked-Etag": f'"{sha256(b"other")}"'})
    with pytest.raises(WeightsDamaged, match="not what was published"):
        pulled(card, tmp_path)
    assert names(tmp_path / "some") == [] and looked(card, tmp_path).state == "missing"


def test_a_repository_is_fetched_as_it_is_at_one_commit(server, tmp_path):
    card = in_repository(server)
    done = pulled(card, tmp_path)
    assert sorted(done.brought) == ["config.json", "model.safetensors"]
    assert done.model.manifest.commit == "c0ffee0"
    assert {p.name: p.read_bytes() for p in (tmp_path / "some").glob("[!.]*")} == FILES
    assert [kept.checked for kept in done.model.manifest.files] == [False, True]


def test_nothing_is_put_in_place_before_all_has_come(server, tmp_path):
    card = in_repository(server)
    large = server.files["/some/one/resolve/c0ffee0/model.safetensors"]
    large.drops = [100_000, 0, 0, 0]
    with pytest.raises(WeightsUnreachable, match="broke off"):
        pulled(card, tmp_path)
    assert names(tmp_path / "some") == [
        "config.json.part", "config.json.part-of", "model.safetensors.part", "model.safetensors.part-of"
    ]  # fmt: skip
    assert looked(card, tmp_path).state == "partly"
    large.drops = []
    server.asked.clear()
    assert pulled(card, tmp_path, accept=refuse).model.state == "here"
    assert names(tmp_path / "some") == ["config.json", "model.safetensors"]
    assert "bytes=100000-" in server.ranges


def test_a_kill_between_the_manifest_and_the_files(server, tmp_path, monkeypatch):
    card = in_repository(server)
    monkeypatch.setattr(pulling.Partial, "put", refuse)
    with pytest.raises(AssertionError):
        pulled(card, tmp_path)
    monkeypatch.undo()
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    assert looked(card, tmp_path).state == "partly"
    assert pulled(card, tmp_path).model.state == "here"
    assert (tmp_path / "some" / "model.safetensors").read_bytes() == WHOLE


def test_a_gated_model_says_how_to_enter(server, tmp_path, monkeypatch):
    card = replace(in_repository(server, token="good"), gated=True)
    enter = r"401.*Accept its terms at https://example\.org .*set HF_TOKEN"
    with pytest.raises(WeightsUnreachable, match=enter):
        pulled(card, tmp_path)
    monkeypatch.setenv("HF_TOKEN", "bad")
    with pytest.raises(WeightsUnreachable, match="403.*wait until access is granted"):
        pulled(card, tmp_path)
    monkeypatch.setenv("HF_TOKEN", "good")
    assert pulled(card, tmp_path).model.state == "here"
    assert "good" not in (tmp_path / "some" / ".v2a-model").read_text()


def test_a_file_that_changed_is_found_and_fetched_again(server, tmp_path):
    card = in_repository(server)
    place = tmp_path / "some" / "model.safetensors"
    found = pulled(card, tmp_path).model
    assert models.damaged(found, bench(tmp_path)) == ()
    place.write_bytes(WHOLE[:-1] + b"!")
    assert models.damaged(looked(card, tmp_path), bench(tmp_path)) == ("model.safetensors",)
    assert pulled(card, tmp_path).brought == ("model.safetensors",)
    assert place.read_bytes() == WHOLE
    place.unlink()
    assert looked(card, tmp_path).state == "partly"
    assert pulled(card, tmp_path).brought == ("model.safetensors",)


def test_another_commit_brings_all_that_is_not_known_to_be_the_same(server, tmp_path):
    card = in_repository(server)
    pulled(card, tmp_path)
    (tmp_path / "some" / "model.safetensors").unlink()
    new = {"config.json": b"{'new'}", "model-1.safetensors": b"one", "model-2.safetensors": b"two"}
    server.hold_repository("some/one", new, commit="decade0", plain=["config.json"])
    assert sorted(pulled(card, tmp_path).brought) == sorted(new)
    assert names(tmp_path / "some") == sorted(new)


def test_one_shard_of_two_is_only_a_part(server, tmp_path):
    card = in_repository(server, {"config.json": b"{}", "a.safetensors": b"one", "b.safetensors": b"two"})
    pulled(card, tmp_path)
    (tmp_path / "some" / "a.safetensors").unlink()
    assert looked(card, tmp_path).state == "partly"
    assert pulled(card, tmp_path).brought == ("a.safetensors",)


def test_weights_that_the_user_put_there_are_left_alone(server, tmp_path):
    card = published(server)
    (tmp_path / "some").mkdir()
    own = tmp_path / "some" / "mine.safetensors"
    own.write_bytes(b"mine")
    assert looked(card, tmp_path).is_own
    assert pulled(card, tmp_path, accept=refuse).brought == () and server.asked == []
    assert models.damaged(looked(card, tmp_path), bench(tmp_path)) == ()
    (tmp_path / "some" / "some.ckpt").write_bytes(b"not that")
    with pytest.raises(CannotWrite, match="another file lies there that v2a did not fetch"):
        pulled(card, tmp_path, source=server.address)
    assert (tmp_path / "some" / "some.ckpt").read_bytes() == b"not that"


def test_a_file_that_lies_there_and_is_the_one_is_taken(server, tmp_path):
    card = published(server, digest=sha256(WHOLE))
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "some.ckpt").write_bytes(WHOLE)
    done = pulled(card, tmp_path, source=tmp_path / "some")
    assert done.brought == () and done.model.manifest.files[0].checked and server.asked == []


def test_too_little_room_for_all_of_it_is_told_before_the_first_byte(server, tmp_path, monkeypatch):
    card = in_repository(server)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(9, 9, 100))
    with pytest.raises(DiskFull, match=r"200\.0 kB are needed and 100 bytes are free"):
        pulled(card, tmp_path)
    assert not any("resolve" in path for path in server.paths)


def test_two_at_once(server, tmp_path):
    card = published(server)
    with (
        model_folder.held(tmp_path / "some"),
        pytest.raises(
            ProjectLocked, match=rf"another v2a is working on this model \(process {os.getpid()}\)"
        ),
    ):
        pulled(card, tmp_path)
    assert pulled(card, tmp_path).model.state == "here"


@pytest.mark.parametrize("where", ["some", "."])
def test_a_folder_that_is_a_file(server, tmp_path, where):
    weights = tmp_path / "w"
    if where == ".":
        weights.write_text("")
    else:
        weights.mkdir()
        (weights / where).write_text("")
    with pytest.raises(CannotWrite, match="a file lies where a folder of weights belongs.*V2A_WEIGHTS"):
        pulled(published(server), weights)


def test_a_folder_that_cannot_be_written_to(server, tmp_path, monkeypatch):
    def denied(*given, **how):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(model_folder.Path, "mkdir", denied)
    with pytest.raises(CannotWrite, match="no permission to write. Set V2A_WEIGHTS"):
        pulled(published(server), tmp_path / "w")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema": "v2a-model", "version": 9}', "\x00"])
def test_a_manifest_that_nobody_can_read_is_as_good_as_none(server, tmp_path, text):
    card = published(server)
    pulled(card, tmp_path)
    (tmp_path / "some" / manifest.NAME).write_text(text)
    assert looked(card, tmp_path).is_own

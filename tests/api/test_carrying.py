"""A model that was carried here in files, folders and repositories, or comes from a mirror."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

import v2a
from tests.api.model_shop import (
    CARD,
    WHOLE,
    in_repository,
    names,
    published,
    pulled,
    sha256,
)
from v2a.errors import (
    FileMissing,
    WeightsDamaged,
    WeightsMissing,
)


def refuse(card):
    raise AssertionError("was asked")


@pytest.mark.parametrize("how", ["folder", "file", "address"])
def test_files_that_were_carried_here(tmp_path, how):
    carried = tmp_path / "usb stick"
    carried.mkdir()
    (carried / "some.ckpt").write_bytes(WHOLE)
    card = replace(
        CARD, files=(v2a.ModelFile("some.ckpt", ("https://example.org/x",), 200_000, sha256(WHOLE)),)
    )
    source = {"folder": carried, "file": carried / "some.ckpt", "address": carried.as_uri()}[how]
    done = pulled(card, tmp_path / "w", source=source)
    assert done.model.state == "here" and done.model.manifest.files[0].checked
    assert (carried / "some.ckpt").read_bytes() == WHOLE
    assert names(tmp_path / "w" / "some") == ["some.ckpt"]


def test_a_repository_that_was_carried_here(tmp_path, server):
    card = in_repository(server)
    carried = tmp_path / "carried"
    carried.mkdir()
    (carried / "config.json").write_bytes(b"{}")
    (carried / "README.md").write_text("not wanted")
    with pytest.raises(WeightsDamaged, match=r"there is no \*\.safetensors among the files"):
        pulled(card, tmp_path / "w", source=carried)
    (carried / "model.safetensors").write_bytes(WHOLE)
    assert sorted(pulled(card, tmp_path / "w", source=carried).brought) == [
        "config.json",
        "model.safetensors",
    ]
    with pytest.raises(WeightsMissing, match="several files"):
        pulled(card, tmp_path / "v", source=carried / "model.safetensors")
    assert server.asked == []


@pytest.mark.parametrize("data", [WHOLE[:-1], WHOLE[:-1] + b"!"])
def test_a_carried_file_that_was_cut_short_or_changed(tmp_path, data):
    (tmp_path / "some.ckpt").write_bytes(data)
    card = replace(
        CARD, files=(v2a.ModelFile("some.ckpt", ("https://example.org/x",), 200_000, sha256(WHOLE)),)
    )
    for known in (card, replace(card, files=(replace(card.files[0], sha256=""),))):
        if known is card or len(data) < len(WHOLE):
            with pytest.raises(WeightsDamaged, match="not the file that was published"):
                pulled(known, tmp_path / "w", source=tmp_path)
    assert names(tmp_path / "w" / "some") == []


def test_a_mirror(server, tmp_path):
    card = replace(
        published(server), files=(v2a.ModelFile("some.ckpt", ("https://example.org/gone",), 200_000),)
    )
    server.hold("deep/some.ckpt", WHOLE)
    for n, source in enumerate(["deep", "deep/", "deep/some.ckpt"]):
        assert pulled(card, tmp_path / str(n), source=server.url(source)).model.state == "here"
    with pytest.raises(WeightsMissing, match="HF_ENDPOINT"):
        pulled(in_repository(server), tmp_path / "r", source=server.address)


@pytest.mark.parametrize(
    ("source", "error", "said"),
    [
        ("http://example.org/x", WeightsMissing, "is no https:// address"),
        ("ftp://example.org/x", WeightsMissing, "is no https:// address"),
        ("/no/such/folder", FileMissing, "there is no such file or folder"),
    ],
)
def test_a_source_that_is_none(server, tmp_path, source, error, said):
    with pytest.raises(error, match=said):
        pulled(published(server), tmp_path, source=source)


def test_a_folder_that_lacks_the_file(server, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(WeightsMissing, match=r"there is no some\.ckpt"):
        pulled(published(server), tmp_path / "w", source=tmp_path / "empty")


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others there")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read anything")
def test_a_carried_file_that_cannot_be_read(server, tmp_path):
    (tmp_path / "some.ckpt").write_bytes(WHOLE)
    (tmp_path / "some.ckpt").chmod(0)
    with pytest.raises(v2a.V2aError, match="cannot be read"):
        pulled(published(server), tmp_path / "w", source=tmp_path)

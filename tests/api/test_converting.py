"""What was fetched is converted once, by the function that the card names, and nothing is kept twice unasked."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from tests.api.model_shop import WHOLE, bench, looked, names, published, pulled
from tests.media.serving import serving
from v2a.api import converting, models
from v2a.errors import (
    DocumentError,
    FileMissing,
    PluginContract,
    PluginRaised,
    ProgramMissing,
    WeightsMissing,
    WeightsUnfit,
)

SHARDS = """
from v2a.errors import WeightsUnfit

def halves(source, folder, bench):
    data = source.read_bytes()
    bench.progress(1, 2, "halving")
    for n in (1, 2):
        (folder / f"model-{n}.safetensors").write_bytes(data[(n - 1) * 100_000 : n * 100_000])

def one(source, folder, bench):
    (folder / "model-1.safetensors").write_bytes(source.read_bytes())

def nothing(source, folder, bench):
    pass

def over(source, folder, bench):
    (folder / source.name).write_bytes(b"x")

def unfit(source, folder, bench):
    (folder / "half.safetensors").write_bytes(b"x")
    raise WeightsUnfit("does not fit", where=str(folder / "x"), remedy="Get another.")

def broken(source, folder, bench):
    raise KeyError("state_dict")

def heavy(source, folder, bench):
    import no_such_heavy_library
"""


@pytest.fixture
def card(tmp_path, monkeypatch):
    """A card of a model that is published in one file and used in shards."""
    (tmp_path / "py").mkdir()
    (tmp_path / "py" / "sharder.py").write_text(SHARDS)
    monkeypatch.syspath_prepend(str(tmp_path / "py"))
    with serving() as server:
        yield replace(published(server), convert="sharder:halves")
    sys.modules.pop("sharder", None)


def converted(card, folder, *given, **how):
    return converting.convert(looked(card, folder), bench(folder), *given, **how)


def test_it_is_converted_and_the_original_goes(card, tmp_path):
    weights, place = tmp_path / "w", tmp_path / "w" / "some"
    assert converting.can_convert(pulled(card, weights).model)
    done = converted(card, weights)
    assert done.made == ("model-1.safetensors", "model-2.safetensors")
    assert (done.freed, done.left) == (200_000, None)
    assert names(place) == list(done.made) and b"".join((place / n).read_bytes() for n in done.made) == WHOLE
    assert done.model.state == "here" and not done.model.is_own and not converting.can_convert(done.model)
    assert converted(card, weights).made == ()
    assert pulled(card, weights).brought == ()


def test_the_original_may_stay(card, tmp_path):
    weights = tmp_path / "w"
    pulled(card, weights)
    done = converted(card, weights, keep=True)
    assert (done.freed, done.left) == (0, weights / "some" / "some.ckpt") and done.left.exists()
    assert pulled(card, weights).brought == ()
    assert converted(card, weights).freed == 200_000


def test_only_what_was_converted_goes(card, tmp_path):
    weights = tmp_path / "w"
    beside = replace(card.files[0], name="beside.txt")
    pulled(replace(card, files=(*card.files, beside)), weights)
    card = replace(card, files=(*card.files, beside))
    assert converted(card, weights).freed == 200_000
    assert "beside.txt" in names(weights / "some")
    assert looked(card, weights).state == "here" and pulled(card, weights).brought == ()
    (weights / "some" / "beside.txt").unlink()
    assert looked(card, weights).state == "partly"
    assert "beside.txt" in pulled(card, weights).brought


def test_a_file_of_the_users_own_is_never_touched(card, tmp_path):
    own = tmp_path / "mine.ckpt"
    own.write_bytes(WHOLE)
    done = converted(card, tmp_path / "w", own)
    assert (done.freed, done.left) == (0, None) and own.read_bytes() == WHOLE and done.model.state == "here"
    place = tmp_path / "v" / "some"
    place.mkdir(parents=True)
    (place / "some.ckpt").write_bytes(WHOLE)
    done = converted(card, tmp_path / "v")
    assert done.freed == 0 and done.left == place / "some.ckpt" and done.left.exists()


def test_shards_of_before_that_are_no_part_of_it_go(card, tmp_path):
    weights = tmp_path / "w"
    pulled(card, weights)
    converted(card, weights, keep=True)
    assert converted(replace(card, convert="sharder:one"), weights).made == ("model-1.safetensors",)
    assert names(weights / "some") == ["model-1.safetensors"]


def test_shards_that_changed_are_found_and_made_again(card, tmp_path):
    weights = tmp_path / "w"
    pulled(card, weights)
    converted(card, weights)
    (weights / "some" / "model-2.safetensors").write_bytes(b"!" * 100_000)
    assert models.damaged(looked(card, weights), bench(weights)) == ("model-2.safetensors",)
    again = pulled(card, weights)
    assert again.brought == ("some.ckpt",) and converting.can_convert(again.model)
    assert models.damaged(converted(card, weights).model, bench(weights)) == ()


def test_shards_that_changed_beside_their_original_are_made_again(card, tmp_path):
    weights = tmp_path / "w"
    pulled(card, weights)
    converted(card, weights, keep=True)
    (weights / "some" / "model-2.safetensors").write_bytes(b"!" * 100_000)
    again = pulled(card, weights)
    assert again.brought == () and converting.can_convert(again.model)
    assert names(weights / "some") == ["some.ckpt"]
    assert models.damaged(converted(card, weights).model, bench(weights)) == ()


@pytest.mark.parametrize(
    ("function", "error", "said"),
    [
        ("nothing", PluginContract, "wrote nothing"),
        ("over", PluginContract, "writes over what it reads"),
        ("unfit", WeightsUnfit, r"w/some/x: does not fit. Get another."),
        ("broken", PluginRaised, "plugin shop: model some: raised KeyError"),
        ("heavy", ProgramMissing, "no_such_heavy_library is not installed"),
        ("absent", PluginContract, "sharder:absent is not there"),
    ],
)
def test_a_converter_that_fails_leaves_all_as_it_was(card, tmp_path, function, error, said):
    weights = tmp_path / "w"
    card = replace(card, convert=f"sharder:{function}")
    pulled(card, weights)
    with pytest.raises(error, match=said):
        converted(card, weights)
    assert names(weights / "some") == ["some.ckpt"]
    assert (weights / "some" / "some.ckpt").read_bytes() == WHOLE
    assert not [p for p in (weights / "some").iterdir() if ".part" in p.name]


def test_what_is_not_there_cannot_be_converted(card, tmp_path):
    with pytest.raises(WeightsMissing, match="v2a models pull some"):
        converted(card, tmp_path / "w")
    with pytest.raises(FileMissing):
        converted(card, tmp_path / "w", tmp_path / "nothing.ckpt")
    with pytest.raises(DocumentError, match="nothing to convert"):
        converted(replace(card, convert=""), tmp_path / "w")
    with pytest.raises(ProgramMissing, match="no_such_module"):
        converted(replace(card, convert="no_such_module:f"), tmp_path / "w", tmp_path / "py" / "sharder.py")

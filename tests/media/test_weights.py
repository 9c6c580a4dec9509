"""Checkpoints are read as tensors and as nothing else, and fit their model or say how they do not."""

from __future__ import annotations

import json

import pytest

from v2a.errors import WeightsDamaged, WeightsMissing, WeightsUnfit, WeightsUnsafe
from v2a.media import weights

torch = pytest.importorskip("torch")
safetensors = pytest.importorskip("safetensors.torch")


class Payload:
    def __reduce__(self):
        return (print, ("this must not run",))


def a_model():
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2, bias=False))


def state():
    return {name: torch.randn(t.shape) for name, t in a_model().state_dict().items()}


@pytest.mark.parametrize("name", ["model.safetensors", "model.ckpt", "model.pth"])
def test_a_checkpoint_is_read_as_it_was_written(tmp_path, name):
    given, path = state(), tmp_path / name
    if path.suffix == ".safetensors":
        safetensors.save_file(given, path)
    else:
        torch.save({"state_dict": given} if name.endswith("pth") else given, path)
    read = weights.read(path)
    assert set(read) == set(given)
    assert all(torch.equal(read[k], given[k]) for k in given)
    model = a_model()
    weights.fit(model, read, path)
    assert torch.equal(model[0].weight, given["0.weight"])


def test_shards_are_read_together(tmp_path):
    given = state()
    names = {"0.weight": "a.safetensors", "0.bias": "a.safetensors", "1.weight": "b.safetensors"}
    for file in set(names.values()):
        safetensors.save_file({k: given[k] for k in names if names[k] == file}, tmp_path / file)
    (tmp_path / weights.INDEX).write_text(json.dumps({"weight_map": names}))
    assert set(weights.read(tmp_path)) == set(given)
    (tmp_path / "b.safetensors").unlink()
    with pytest.raises(WeightsDamaged, match=r"1 of 2 files of weights are not there: b\.safetensors"):
        weights.read(tmp_path)


def test_a_pickle_with_code_in_it_is_not_opened(tmp_path, capsys):
    path = tmp_path / "evil.ckpt"
    torch.save({"0.weight": torch.zeros(1), "more": Payload()}, path)
    with pytest.raises(WeightsUnsafe, match="could run code"):
        weights.read(path)
    assert "must not run" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["half.safetensors", "half.ckpt", "half.bin"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.98])
def test_half_a_file_is_told(tmp_path, name, share):
    path = tmp_path / name
    given = {"a": torch.randn(200, 50)}
    safetensors.save_file(given, path) if name.endswith("tensors") else torch.save(given, path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises((WeightsDamaged,), match="cut short or damaged"):
        weights.read(path)


def test_what_does_not_fit_is_named_and_no_more_than_five_of_it(tmp_path):
    given = state() | {f"other.{n}": torch.zeros(1) for n in range(7)}
    del given["1.weight"]
    given["0.weight"] = torch.zeros(5, 3)
    with pytest.raises(WeightsUnfit) as raised:
        weights.fit(a_model(), given, "x.ckpt")
    said = str(raised.value)
    assert "lacks 1.weight" in said
    assert "has besides other.0, other.1, other.2, other.3, other.4 and 2 more" in said
    assert "0.weight (5 × 3, not 4 × 3)" in said


def test_there_are_none(tmp_path):
    with pytest.raises(WeightsMissing):
        weights.read(tmp_path)
    with pytest.raises(WeightsMissing):
        weights.read(tmp_path / "none.safetensors")
    assert weights.digest(()) == ""


def test_the_digest_is_that_of_the_bytes(tmp_path):
    a, b = tmp_path / "a.safetensors", tmp_path / "b.safetensors"
    a.write_bytes(b"1"), b.write_bytes(b"2")
    first = weights.digest((a, b))
    assert first == weights.digest((b, a))
    b.write_bytes(b"3")
    assert weights.digest((a, b)) != first


def test_what_torch_never_wrote_is_damaged_and_not_called_unsafe(tmp_path):
    for name, held in (("a.ckpt", b"x" * 5000), ("b.pth", b"<html>not found</html>")):
        (tmp_path / name).write_bytes(held)
        with pytest.raises(WeightsDamaged):
            weights.read(tmp_path / name)

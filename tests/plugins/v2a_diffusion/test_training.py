"""The training loop: it learns, goes on where it was stopped with the same bytes, and says in a line why it stops."""

import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
import safetensors.torch  # noqa: E402

from tests.plugins.v2a_diffusion.lessons import Line, Poisoned, network  # noqa: E402
from v2a.errors import DiskFull, PluginRaised, WeightsDamaged, WeightsUnfit  # noqa: E402
from v2a_diffusion.runs import LOSSES, STATE, read_losses, saved_step  # noqa: E402
from v2a_diffusion.training import Recipe, Training, examples_of  # noqa: E402

RECIPE = Recipe(
    steps=60, batch=4, rate=0.01, warmup=5, average=0.95, save_every=20, validate_every=15, seed=3
)
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.plugins.v2a_diffusion.test_training import begun
for step in begun(Path(sys.argv[1])):
    if step.number == 47:
        os.kill(os.getpid(), signal.SIGKILL)
"""


def begun(folder, recipe=RECIPE, lesson=None):
    return Training(network(), lesson or Line(), recipe, folder, Line(6, first=1))


def test_it_learns_what_it_is_taught_and_the_held_out_loss_says_so(tmp_path):
    steps = list(begun(tmp_path, Recipe(steps=400, batch=8, rate=0.02, average=0.9, warmup=20)))
    assert [s.number for s in steps if s.held_out is not None] == [100, 200, 300, 400]
    assert steps[-1].held_out < 0.1 * steps[0].loss


def test_a_run_that_was_left_goes_on_with_the_same_bytes(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    list(begun(whole))
    for most in (7, 33, 5):
        list(islice(begun(parts), most))
    assert saved_step(parts) == 20
    rest = list(begun(parts))
    assert rest[0].number == 21
    for name in (LOSSES, STATE):
        assert (whole / name).read_bytes() == (parts / name).read_bytes()
    assert list(begun(parts)) == []


def test_a_run_that_was_killed_goes_on_with_the_same_bytes(tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    list(begun(whole))
    root = Path(__file__).parents[3]
    code = subprocess.run([sys.executable, "-c", _KILLED, str(parts)], cwd=root, check=False).returncode
    assert code == -9
    assert saved_step(parts) == 40
    list(begun(parts))
    for name in (LOSSES, STATE):
        assert (whole / name).read_bytes() == (parts / name).read_bytes()


def test_the_state_is_tensors_alone_and_losses_can_be_read(tmp_path):
    list(begun(tmp_path))
    tensors = safetensors.torch.load_file(tmp_path / STATE)
    assert {name.split("/")[0] for name in tensors} == {
        "network", "average", "optimizer.exp_avg", "optimizer.exp_avg_sq", "optimizer.step",
    }  # fmt: skip
    rows = read_losses(tmp_path, 60)
    assert [row.number for row in rows] == list(range(1, 61))
    assert [row.number for row in rows if row.held_out is not None] == [15, 30, 45, 60]
    assert {path.name for path in tmp_path.iterdir()} == {LOSSES, STATE}


def test_accumulated_passes_are_one_large_one(tmp_path):
    class Silent(Line):
        def loss(self, network, examples, draws):
            x = self.inputs[list(examples)]
            return (network(x) - x @ self.map).square().mean()

    one = Training(network(), Silent(), Recipe(steps=10, batch=8), tmp_path / "one")
    many = Training(network(), Silent(), Recipe(steps=10, batch=2, accumulate=4), tmp_path / "many")
    for a, b in zip(one, many, strict=True):
        assert a.loss == pytest.approx(b.loss, rel=1e-5)
        assert a.gradient == pytest.approx(b.gradient, rel=1e-4)


def test_each_example_comes_once_before_any_comes_again():
    passes = [examples_of(n, 4, 10, seed=1) for n in range(5)]
    flat = [example for some in passes for example in some]
    assert sorted(flat[:10]) == sorted(flat[10:]) == list(range(10))
    assert flat[:10] != flat[10:]
    assert passes[2] == examples_of(2, 4, 10, seed=1)
    assert passes != [examples_of(n, 4, 10, seed=2) for n in range(5)]
    assert sorted(examples_of(0, 7, 3, seed=1)[:3]) == [0, 1, 2]


def test_the_learning_rate_rises_and_falls():
    recipe = Recipe(steps=1100, warmup=100, rate=1.0)
    assert [recipe.rate_at(n) for n in (1, 50, 100)] == [0.01, 0.5, 1.0]
    assert recipe.rate_at(600) == pytest.approx(0.505)
    assert recipe.rate_at(1100) == pytest.approx(0.01)
    assert Recipe(steps=1100, rate=1.0, decay="root").rate_at(400) == pytest.approx(0.5)
    assert Recipe(rate=1.0, decay="none").rate_at(999) == 1.0


def test_gradients_are_clipped(tmp_path):
    free = Training(network(), Line(), Recipe(steps=1, batch=4, clip=0.0), tmp_path / "free")
    held = Training(network(), Line(), Recipe(steps=1, batch=4, clip=1e-12), tmp_path / "held")
    (a,), (b,) = list(free), list(held)
    assert a.gradient == b.gradient > 1
    moved = [(x.network[0].weight - network()[0].weight).abs().max() for x in (free, held)]
    assert moved[1] < 0.1 * moved[0]


def test_half_precision_learns_too(tmp_path):
    steps = list(begun(tmp_path, Recipe(steps=60, batch=8, rate=0.02, warmup=5, precision="bfloat16")))
    assert steps[-1].loss < 0.3 * steps[0].loss


def test_a_loss_that_is_no_number_stops_with_what_was_kept(tmp_path):
    with pytest.raises(PluginRaised, match="loss of step 4 is not a number; nothing was kept"):
        list(begun(tmp_path, lesson=Poisoned(3)))
    with pytest.raises(PluginRaised, match=r"step 31 is not a number; .* up to step 20 is kept.*--rate"):
        list(begun(tmp_path, lesson=Poisoned(30)))
    assert begun(tmp_path).step == 20


def test_a_full_disk_stops_with_a_line_and_keeps_the_last_state(tmp_path, monkeypatch):
    list(islice(begun(tmp_path), 25))
    before = (tmp_path / STATE).read_bytes()

    def full(tensors, path, metadata):
        Path(path).write_bytes(b"half")
        raise safetensors.SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(safetensors.torch, "save_file", full)
    with pytest.raises(DiskFull, match="Free some space"):
        list(begun(tmp_path))
    monkeypatch.undo()
    assert (tmp_path / STATE).read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {LOSSES, STATE}
    assert next(iter(begun(tmp_path))).number == 21


def test_a_state_of_another_network_or_a_damaged_one_is_refused(tmp_path):
    list(begun(tmp_path))
    with pytest.raises(WeightsUnfit, match=r"of another network: 0.weight differs"):
        Training(torch.nn.Sequential(torch.nn.Linear(3, 1)), Line(), RECIPE, tmp_path)
    (tmp_path / STATE).write_bytes((tmp_path / STATE).read_bytes()[:100])
    with pytest.raises(WeightsDamaged, match="damaged"):
        begun(tmp_path)
    safetensors.torch.save_file({"a": torch.zeros(1)}, tmp_path / STATE)
    with pytest.raises(WeightsUnfit, match="does not say where a training stands"):
        begun(tmp_path)

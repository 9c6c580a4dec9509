"""`v2a train` from a folder to a model or an adapter that the generator takes."""

import csv
import json
import os
import shutil
import signal
from fractions import Fraction

import numpy as np
import pytest
from click import UsageError

import v2a
from tests.bad_input import running
from v2a.errors import (
    Cancelled,
    CannotWrite,
    FileMissing,
    MemoryShort,
    UnknownName,
    WeightsMissing,
    WeightsUnfit,
)
from v2a.media import sound
from v2a.testing import bench, request

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.plugins.v2a_encoders.checkpoints import tiny_synchformer, tiny_videoprism  # noqa: E402
from tests.plugins.v2a_prism import school, tiny  # noqa: E402
from v2a_diffusion import lora  # noqa: E402
from v2a_prism import checkpoint, conditions, train  # noqa: E402
from v2a_prism import config as configuration  # noqa: E402
from v2a_prism.generator import prism  # noqa: E402
from v2a_prism.training import beginning, course, features  # noqa: E402
from v2a_prism.training.folder import look, windows  # noqa: E402
from v2a_prism.training.kept import Kept  # noqa: E402

QUICK = (
    "--device",
    "cpu",
    "--batch",
    "2",
    "--warmup",
    "2",
    "--held-out",
    "0.3",
    "--samples",
    "1",
    "--rate",
    "1e-3",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Weights of the model and of the text encoder, and a folder of sounds with texts."""
    root = tmp_path_factory.mktemp("school")
    (root / "weights").mkdir()
    school.t5gemma(root / "weights" / "t5gemma")
    school.model(root / "weights" / "base")
    school.folder(root / "sounds", ("knock", "bell"), each=3)
    return root


@pytest.fixture
def root(made, tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(made / "weights"))
    return made


def trained(root, out, *more, folder="sounds"):
    return train.run([str(root / folder), "-o", str(out), *QUICK, *more])


def losses(out):
    with (out / "losses.csv").open() as file:
        return list(csv.DictReader(file))


def test_all_weights_are_trained_and_the_generator_takes_them(root, tmp_path, capsys):
    out = tmp_path / "mine"
    arguments = ("--model", "base", "--full", "--steps", "6", "--validate-every", "3", "--sample-every", "3")
    assert trained(root, out, *arguments) == 0
    told = capsys.readouterr().out
    assert "learning  4 windows; 2 are held out" in told
    assert "step      3 of 6  loss" in told
    assert [bool(row["held_out"]) for row in losses(out)] == [False, False, True] * 2
    assert (out / "losses.png").stat().st_size > 1000
    samples = sorted((out / "samples").rglob("*.wav"))
    assert [path.parent.name for path in samples] == ["0000003", "0000006"]
    assert sound.info(samples[0]).rate == school.RATE
    ours, base = (checkpoint.load(folder) for folder in (out / "model", root / "weights" / "base"))
    assert not torch.equal(
        ours.network.transformer.project_in.weight, base.network.transformer.project_in.weight
    )
    assert torch.equal(
        ours.autoencoder.encoder.layers[0].weight_v, base.autoencoder.encoder.layers[0].weight_v
    )
    shutil.copytree(out / "model", tmp_path / "weights" / "mine")
    maker = prism(tmp_path / "weights").open(bench(tmp_path, weights=tmp_path / "weights"))
    asked = request(1, rate=school.RATE, channels=2, params={"model": "mine", "steps": 2})
    (answer,) = maker([asked])
    assert isinstance(answer, v2a.Made), answer


def test_an_adapter_is_trained_and_the_generator_takes_it(root, tmp_path, capsys):
    out = tmp_path / "mine"
    assert trained(root, out, "--model", "base", "--lora", "4", "--steps", "8", "--rate", "1e-2") == 0
    adapter = out / "adapter.safetensors"
    terms = lora.terms_of(adapter)
    assert (terms.rank, len(terms.base)) == (4, 12)
    assert adapter.stat().st_size < 0.3 * (root / "weights" / "base" / "model.safetensors").stat().st_size
    assert str(adapter) in capsys.readouterr().out
    base = checkpoint.load(root / "weights" / "base").state_dict()
    ours = lora.added(base, adapter, terms.base)
    changed = {name for name, tensor in ours.items() if not torch.equal(tensor, base[name])}
    assert changed
    assert all(n.startswith("model.model.transformer.layers.") and n.endswith("weight") for n in changed)
    maker = prism(root / "weights").open(bench(tmp_path, weights=root / "weights"))
    asked = [
        request(1, rate=school.RATE, channels=2, params={"model": "base", "steps": 2, "adapter": name})
        for name in ("", str(adapter))
    ]
    plain, adapted = (answer.sound.samples for answer in maker(asked))
    assert np.abs(plain - adapted).max() > 1e-4


def test_a_model_is_made_from_its_beginning_with_its_autoencoder(root, tmp_path):
    out = tmp_path / "mine"
    config = tmp_path / "tiny.json"
    config.write_text(json.dumps(school.tree()))
    arguments = ("--scratch", str(config), "--autoencoder", "25", "--steps", "4")
    assert trained(root, out, *arguments) == 0
    rows = losses(out / "autoencoder")
    assert np.mean([float(r["loss"]) for r in rows[-5:]]) < 0.8 * float(rows[0]["loss"])
    assert checkpoint.load(out / "model").config.rate == school.RATE


def test_stopped_and_gone_on_is_as_never_stopped(root, tmp_path, monkeypatch):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    arguments = ("--model", "base", "--full", "--steps", "8", "--save-every", "3", "--validate-every", "4")
    trained(root, whole, *arguments)

    def interrupting(self, what, done, total):
        if what == "training" and done == 5:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(train.Screen, "tell", interrupting)
        with pytest.raises(Cancelled, match="stopped after step 5.*--resume goes on"):
            trained(root, parts, *arguments)
    with pytest.raises(CannotWrite, match="lies here already"):
        trained(root, parts, *arguments)
    weights = tmp_path / "weights"
    shutil.copytree(root / "weights" / "base", weights / "base")
    monkeypatch.setenv("V2A_WEIGHTS", str(weights))
    shutil.copytree(root / "weights" / "t5gemma", weights / "t5gemma")
    monkeypatch.setattr(features.T5GemmaText, "open", None)
    assert trained(root, parts, "--resume") == 0
    for name in ("losses.csv", "state.safetensors", "model/model.safetensors"):
        assert (whole / name).read_bytes() == (parts / name).read_bytes(), name


def test_films_are_seen_by_both_encoders(root, tmp_path, monkeypatch, capsys):
    weights = tmp_path / "weights"
    shutil.copytree(root / "weights" / "base", weights / "base")
    tiny_synchformer(weights / "synchformer")
    tiny_videoprism(weights / "videoprism")
    monkeypatch.setenv("V2A_WEIGHTS", str(weights))
    (tmp_path / "films").mkdir()
    running.make_film(tmp_path / "films" / "walk.mp4", seconds=3)
    out = tmp_path / "mine"
    assert trained(tmp_path, out, "--model", "base", "--lora", "2", "--steps", "2", folder="films") == 0
    assert "3 windows; 0 are held out" in capsys.readouterr().out
    (source,) = look(tmp_path / "films").sources
    part = next(windows(source, Fraction(1)))
    at = bench(tmp_path, weights=weights)
    config = configuration.read(weights / "base" / "config.json")
    found, _ = features.conditions([part], config, at, Kept(out / "kept"), lambda *told: None)
    told = found[part]
    assert told.video.shape == (4, 16)
    assert told.sync.shape == (8 * 2, 16)
    assert np.abs(told.video.read()).max() > 0
    assert not told.text.read().any()


def test_features_beside_a_file_are_used_instead_of_encoders(tmp_path):
    tree = school.tree()
    for entry, size in zip(tree["model"]["conditioning"]["configs"], (1024, 1024, 768), strict=True):
        entry["config"]["dim"] = size
    config = configuration.parsed(tree, "wide")
    school.folder(tmp_path / "sounds", ("bell", "drip"), each=1)
    rows = {"video_features": (4, 1024), "text_features": (5, 1024), "sync_features": (16, 768)}
    given = {name: np.full(shape, 0.5, np.float32) for name, shape in rows.items()}
    np.savez(tmp_path / "sounds" / "bell-0.npz", **given)
    np.savez(tmp_path / "sounds" / "drip-0.npz", video_features=given["video_features"])
    parts = [w for s in look(tmp_path / "sounds").sources for w in windows(s, Fraction(9))]
    at = bench(tmp_path, weights=tmp_path)
    found, troubles = features.conditions(parts, config, at, Kept(tmp_path / "kept"), lambda *told: None)
    (told,) = found.values()
    assert np.array_equal(told.text.read(), given["text_features"])
    assert [trouble.path.name for trouble in troubles] == ["drip-0.npz"]
    assert "lacks text_features, sync_features" in troubles[0].why


@pytest.mark.parametrize("seconds", ["1", "2.5", "7.77", "9"])
def test_no_picture_and_no_text_are_what_the_generator_takes_for_it(tmp_path, seconds):
    config = configuration.parsed(school.tree(), "tiny")
    ours = features.nothing(config, Fraction(seconds), Kept(tmp_path))
    theirs = conditions.of(request(Fraction(seconds)), config, "")
    for name in ("video", "text", "sync"):
        assert torch.equal(torch.from_numpy(getattr(ours, name).read()), getattr(theirs, name))


def test_what_cannot_be_done_says_what_to_do(root, tmp_path, monkeypatch):
    out = tmp_path / "mine"
    with pytest.raises(WeightsMissing, match="nothing.*v2a models pull prismaudio"):
        trained(root, out, "--model", "nothing")
    with pytest.raises(UsageError, match="take one"):
        trained(root, out, "--lora", "4", "--full")
    with pytest.raises(UsageError, match="leave out --model"):
        trained(root, out, "--scratch", "x.json", "--lora", "2")
    with pytest.raises(UnknownName, match="no device 'tpu'"):
        train.run([str(root / "sounds"), "-o", str(out), "--model", "base", "--device", "tpu"])
    assert not out.exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileMissing, match=r"nothing here can be learnt from.*name\.wav and name\.txt"):
        trained(tmp_path, tmp_path / "mine", "--model", "base", folder="empty")


def test_too_little_memory_is_told_before_anything_is_learnt(root, tmp_path, monkeypatch):
    monkeypatch.setattr(beginning, "room", lambda device: 1_000_000)
    with pytest.raises(MemoryShort, match=r"takes \d+ MB .* there are 1 MB.*--lora 16"):
        trained(root, tmp_path / "mine", "--model", "base", "--full")


def test_encoders_of_another_width_are_refused(root, tmp_path, monkeypatch):
    tiny.folder(tmp_path / "wide")
    with pytest.raises(WeightsUnfit, match="text features have 16 numbers a row, and this model takes 24"):
        trained(root, tmp_path / "mine", "--model", str(tmp_path / "wide"))
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path / "none"))
    with pytest.raises(WeightsMissing, match="v2a models pull t5gemma"):
        trained(root, tmp_path / "other", "--model", str(root / "weights" / "base"))


def test_the_command_is_quick_to_name_and_there(capsys):
    assert train.run(["--help"]) == 0
    assert "--resume" in capsys.readouterr().out
    assert course.CURVE == "losses.png"

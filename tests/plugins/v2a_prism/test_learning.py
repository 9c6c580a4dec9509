"""The whole loop: a tiny model that is taught foley sounds makes, from words, sounds like those that it never heard."""

import csv

import numpy as np
import pytest

import v2a

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.plugins.v2a_prism import school  # noqa: E402
from tests.plugins.v2a_prism.listening import Ear, profile  # noqa: E402
from v2a_encoders.t5 import T5GemmaText  # noqa: E402
from v2a_prism import checkpoint, sampling, train  # noqa: E402
from v2a_prism.conditioner import Features  # noqa: E402
from v2a_prism.sampling import Cue, Sampling  # noqa: E402

PROMPTS = ("knock", "bell", "drip", "glass breaking")
UNHEARD = 1000
"""Seeds of real sounds from here on are those of nobody's lessons."""


def taught(root, prompts, each, *more):
    """A model taught a folder of foley sounds with `v2a train`, and the held-out losses on its way."""
    (root / "weights").mkdir()
    school.t5gemma(root / "weights" / "t5gemma")
    school.model(root / "weights" / "base", width=64, depth=3)
    school.folder(root / "sounds", prompts, each)
    out = root / "mine"
    arguments = (
        "--model", "base", "--full", "--rate", "2e-3", "--average", "0.99", "--warmup", "30",
        "--samples", "0", "--device", "cpu", "--held-out", "0.15", *more,
    )  # fmt: skip
    assert train.run([str(root / "sounds"), "-o", str(out), *arguments]) == 0
    with (out / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    return checkpoint.load(out / "model"), [float(row["held_out"]) for row in rows if row["held_out"]]


def made(model, weights, prompts, count, guidance=2.0):
    """Profiles of what a model makes of prompts, with no picture."""
    reader = T5GemmaText().open(v2a.Bench(weights=weights))
    sizes = model.config
    found = {}
    for prompt, rows in zip(
        prompts, reader([v2a.EncodeRequest(text=f"a {p}") for p in prompts]), strict=True
    ):
        told = Features(
            torch.zeros(4, sizes.video.size), torch.from_numpy(rows), torch.zeros(24, sizes.sync.size)
        )
        cues = [Cue(sampling.tell(model, told), seed) for seed in range(count)]
        latents = sampling.sample(model, cues, sizes.length(1), Sampling(steps=12, guidance=guidance))
        sounds = sampling.decode(model, latents)
        found[prompt] = np.stack([profile(sound.numpy(), school.RATE) for sound in sounds])
    return found


def real(prompts, count):
    return {
        p: np.stack([profile(school.sound(p, UNHEARD + n), school.RATE) for n in range(count)])
        for p in prompts
    }


def test_a_few_steps_lower_the_loss_of_sounds_that_were_held_out(tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path / "weights"))
    more = ("--steps", "60", "--validate-every", "10", "--batch", "4")
    _, held_out = taught(tmp_path, PROMPTS[:2], 8, *more)
    assert held_out[-1] < 0.85 * held_out[0]


@pytest.mark.slow
def test_a_model_that_was_taught_makes_what_it_is_told(tmp_path, monkeypatch):
    """All is measured with real sounds of other seeds than those that were learnt; four prompts, so chance is 1/4."""
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path / "weights"))
    more = ("--steps", "800", "--validate-every", "50", "--batch", "8")
    model, held_out = taught(tmp_path, PROMPTS, 12, *more)
    untaught = checkpoint.load(tmp_path / "weights" / "base")
    ear = Ear(real(PROMPTS, 12))
    ours, theirs = (made(m, tmp_path / "weights", PROMPTS, 6) for m in (model, untaught))
    print(held_out, [(ear.recognised(x), ear.distance(x), ear.others(x)) for x in (ours, theirs)])
    assert held_out[-1] < 0.6 * held_out[0]
    assert ear.recognised(ours) > 0.55
    assert ear.recognised(theirs) < 0.4
    assert ear.distance(ours) < 0.65 * ear.distance(theirs)
    assert ear.distance(ours) < 0.85 * ear.others(ours)
    assert ear.distance(theirs) > 0.95 * ear.others(theirs)

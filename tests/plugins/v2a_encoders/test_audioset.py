"""The tagger for AudioSet: read from its published layout, and nothing where it is not."""

from __future__ import annotations

import numpy as np
import pytest

import v2a
from tests.builtin.planner.films import observed
from tests.stages.scene import take
from v2a.testing import check_metric
from v2a_encoders import audioset, neural
from v2a_encoders.audioset import TaggedMusic, TaggedSpeech

RATE = 48_000
CLASSES = ["Speech", "Male speech, man speaking", "Music", "Rain"]
with_torch = pytest.mark.skipif(not neural.available(), reason="the neural extra is not installed")


def noise(seconds):
    drawn = np.random.default_rng(3).standard_normal((2, round(seconds * RATE)))
    return (0.1 * drawn).astype(np.float32)


def measured(metric, weights, tmp_path, sound):
    made = take(tmp_path, "a", sound)
    return metric.measure(v2a.Bench(weights=weights), made.sound.open(), made, observed())


def checkpoint(folder, sure):
    """A tiny random tagger whose last layer says `sure` of every class, whatever it hears."""
    torch = neural.torch()
    import transformers

    torch.manual_seed(0)
    config = transformers.ASTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, max_length=1024,
        num_mel_bins=128, id2label=dict(enumerate(CLASSES)), label2id={c: n for n, c in enumerate(CLASSES)},
    )  # fmt: skip
    model = transformers.ASTForAudioClassification(config)
    with torch.no_grad():
        model.classifier.dense.weight.zero_()
        model.classifier.dense.bias.copy_(torch.logit(torch.tensor(sure)))
    model.save_pretrained(folder, safe_serialization=True)
    transformers.ASTFeatureExtractor().save_pretrained(folder)


@pytest.mark.parametrize("metric", [TaggedSpeech(), TaggedMusic()])
def test_they_keep_the_contract(metric):
    check_metric(metric)


def test_without_weights_nothing_is_told(tmp_path):
    assert measured(TaggedSpeech(), tmp_path / "none", tmp_path, noise(1)) is None


@pytest.mark.slow
@with_torch
@pytest.mark.filterwarnings("ignore:At least one mel filter")
@pytest.mark.parametrize("seconds", [0.5, 12, 31])
def test_the_surest_of_its_classes_is_told(tmp_path, seconds):
    checkpoint(tmp_path / "weights" / "ast", [0.2, 0.7, 0.4, 0.9])
    audioset._opened.cache_clear()
    audioset._told.cache_clear()
    (tmp_path / "takes").mkdir()
    for metric, told in ((TaggedSpeech(), 0.7), (TaggedMusic(), 0.4)):
        found = measured(metric, tmp_path / "weights", tmp_path / "takes", noise(seconds))
        assert found == pytest.approx(told, abs=1e-3)
    audioset._opened.cache_clear()

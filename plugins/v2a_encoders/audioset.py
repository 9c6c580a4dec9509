"""Speech and music in a take, told by an Audio Spectrogram Transformer that knows AudioSet's classes.

The weights lie in `WEIGHTS/ast` as the hub has them (`MIT/ast-finetuned-audioset-10-10-0.4593` and its like):
`config.json`, `preprocessor_config.json` and `model.safetensors`. Nothing is ever fetched; without them nothing is told.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a.media.resample import resample, to_channels
from v2a_encoders import neural

RATE, SECONDS = 16_000, 10
_PIECES = 3


class _Tagged(v2a.Metric):
    """How sure the tagger is that one of some classes is in a take."""

    classes: ClassVar[tuple[str, ...]]

    def measure(
        self, bench: v2a.Bench, sound: v2a.Audio, take: v2a.Take, observations: v2a.Observations
    ) -> float | None:
        """From 0 to 1; nothing without weights."""
        folder = bench.weights / "ast"
        if not neural.available() or not (folder / "config.json").is_file():
            return None
        told = _told(str(folder), _Sound(take.sound.path, sound))
        return max((told[name] for name in self.classes if name in told), default=None)


class TaggedSpeech(_Tagged):
    """How sure it is that someone speaks in a take."""

    card = v2a.MetricCard("speech", "1", "share", better=False, about="whether someone speaks, told by AST")
    classes = (
        "Speech", "Male speech, man speaking", "Female speech, woman speaking", "Child speech, kid speaking",
        "Conversation", "Narration, monologue",
    )  # fmt: skip


class TaggedMusic(_Tagged):
    """How sure it is that music plays in a take."""

    card = v2a.MetricCard("music", "1", "share", better=False, about="whether music plays, told by AST")
    classes = ("Music",)


class _Sound:
    """A take's sound, the same as another of its path: both metrics ask of one take in turn."""

    def __init__(self, path: str, sound: v2a.Audio) -> None:
        self._path = path
        self.sound = sound

    def __hash__(self) -> int:
        return hash(self._path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sound) and other._path == self._path


@functools.lru_cache(1)
def _told(folder: str, heard: _Sound) -> Mapping[str, float]:
    """The highest probability of every class over what is heard of a take."""
    torch, model, extractor = _opened(folder)
    with torch.inference_mode():
        given = extractor(_pieces(heard.sound), sampling_rate=RATE, return_tensors="pt")
        sure = torch.sigmoid(model(**given).logits).max(0).values.float().numpy()
    return {name: float(sure[number]) for number, name in model.config.id2label.items()}


def _pieces(sound: v2a.Audio) -> list[NDArray[np.float32]]:
    """What is heard of a take, in mono at the tagger's rate."""
    wide, length = SECONDS * sound.rate, sound.samples.shape[1]
    starts = [0] if length <= wide else [(length - wide) * n // (_PIECES - 1) for n in range(_PIECES)]
    cut = (v2a.Audio(np.array(sound.samples[:, at : at + wide]), sound.rate) for at in starts)
    return [resample(to_channels(piece, 1), RATE).samples[0] for piece in cut]


@functools.lru_cache(1)
def _opened(folder: str) -> tuple[Any, Any, Any]:
    torch = neural.torch()
    from transformers import ASTFeatureExtractor, ASTForAudioClassification

    model = ASTForAudioClassification.from_pretrained(
        Path(folder), local_files_only=True, use_safetensors=True
    ).eval()
    with warnings.catch_warnings():
        # Its lowest bands are finer than its spectrum, in the published recipe too.
        warnings.filterwarnings("ignore", "At least one mel filter", UserWarning)
        extractor = ASTFeatureExtractor.from_pretrained(Path(folder), local_files_only=True)
    return torch, model, extractor

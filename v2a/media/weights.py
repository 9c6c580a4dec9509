"""Weights of models: where they lie, what they are known by, and how they are read: as tensors, never as code.

torch and safetensors are needed by those who read, not by those who import this.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from v2a.errors import WeightsDamaged, WeightsMissing, WeightsUnfit, WeightsUnsafe
from v2a.media.identity import identify

INDEX = "model.safetensors.index.json"
SAFE = ".safetensors"
PICKLED = (".ckpt", ".pt", ".pth", ".bin")
_NAMED = 5
_WORD = re.compile(r"\w+")


def weights_folder() -> Path:
    """Where models' weights lie: `V2A_WEIGHTS`, or the user's data folder."""
    named = os.environ.get("V2A_WEIGHTS", "")
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("v2a", "v2a")) / "weights"


def files_in(folder: Path) -> tuple[Path, ...]:
    """The files of weights in a folder, by name: safetensors where there are any, else what torch wrote."""
    found = sorted(p for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    safe = tuple(p for p in found if p.suffix == SAFE)
    return safe or tuple(p for p in found if p.suffix in PICKLED)


def digest(paths: Iterable[Path]) -> str:
    """Twelve letters that change when one of the files does; sampled, so a large file costs no time."""
    known = [(path.name, identify(path).sample) for path in sorted(paths)]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:12] if known else ""


def read(path: Path) -> dict[str, Any]:
    """The tensors of a checkpoint by name: a file, or a folder of one file or of a whole set of shards.

    A pickle is opened with `weights_only=True`; one that holds more than tensors raises WeightsUnsafe.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise WeightsMissing(
            "there are no weights", where=str(path), remedy="Name a file or folder of weights."
        )
    return _read_safe(path) if path.suffix == SAFE else _read_pickled(path)


def fit(module: Any, tensors: Mapping[str, Any], where: Path | str) -> None:
    """Load tensors into a module that has just these names and shapes; WeightsUnfit names the first that differ."""
    wanted = {name: tuple(t.shape) for name, t in module.state_dict().items()}
    given = {name: tuple(t.shape) for name, t in tensors.items()}
    differences = {
        "lacks": [n for n in wanted if n not in given],
        "has besides": [n for n in given if n not in wanted],
        "has in another shape": [
            f"{n} ({_shape(given[n])}, not {_shape(wanted[n])})"
            for n in wanted
            if n in given and given[n] != wanted[n]
        ],
    }
    told = "; ".join(f"{verb} {_some(names)}" for verb, names in differences.items() if names)
    if told:
        raise WeightsUnfit(
            f"this checkpoint does not fit the model: it {told}",
            where=str(where),
            remedy="Use the checkpoint that belongs to this model, or the configuration that belongs to it.",
        )
    module.load_state_dict(dict(tensors), strict=True, assign=True)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "a number"


def _read_folder(folder: Path) -> dict[str, Any]:
    index = folder / INDEX
    if index.is_file():
        names = sorted(set(_json(index)["weight_map"].values()))
        absent = [name for name in names if not (folder / name).is_file()]
        if absent:
            raise WeightsDamaged(
                f"{len(absent)} of {len(names)} files of weights are not there: {_some(absent)}",
                where=str(folder),
                remedy="Fetch or convert them again (v2a models).",
            )
        files: tuple[Path, ...] = tuple(folder / name for name in names)
    else:
        files = files_in(folder)
    if not files:
        raise WeightsMissing("there are no weights", where=str(folder), remedy="See `v2a models list`.")
    tensors: dict[str, Any] = {}
    for file in files:
        tensors.update(read(file))
    return tensors


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found["weight_map"], dict):
            raise TypeError
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path) from error
    return dict(found)


def _read_safe(path: Path) -> dict[str, Any]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return dict(load_file(path))
    except (SafetensorError, ValueError) as error:
        raise _damaged(path) from error


def _read_pickled(path: Path) -> dict[str, Any]:
    """The state dict in a file that torch wrote; that of a training run lies under `state_dict`."""
    import torch

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of pickles written in another protocol, which are read all the same
            loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=_zipped(path))
    except pickle.UnpicklingError as error:
        if not _written_by_torch(path) or not {"weights_only", "unsupported"} & set(
            _WORD.findall(str(error).casefold())
        ):
            raise _damaged(path) from error
        raise WeightsUnsafe(
            "this checkpoint holds more than tensors and could run code, so it is not opened",
            where=str(path),
            remedy="Get it as safetensors, or convert it where you trust it.",
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, OSError) as error:
        raise _damaged(path) from error
    found = loaded.get("state_dict", loaded) if isinstance(loaded, dict) else None
    if not isinstance(found, dict) or not all(isinstance(t, torch.Tensor) for t in found.values()):
        raise WeightsUnfit("this file holds no tensors by name", where=str(path), remedy="Use a checkpoint.")
    return dict(found)


def _zipped(path: Path) -> bool:
    return _begins(path) == b"PK"


def _written_by_torch(path: Path) -> bool:
    """Whether a file begins as what torch writes: a zip archive, or a pickle as it was before."""
    return _begins(path) in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(2)


def _damaged(path: Path) -> WeightsDamaged:
    return WeightsDamaged(
        "this file of weights is cut short or damaged",
        where=str(path),
        remedy="Fetch it again: `v2a models pull` goes on where it stopped.",
    )

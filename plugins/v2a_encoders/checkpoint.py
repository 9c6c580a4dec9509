"""Which CLIP there is: the folder `WEIGHTS/clip`, or what V2A_CLIP names.

V2A_CLIP is a folder in the hub's layout, `hf-hub:OWNER/NAME`, or `MODEL@CHECKPOINT`, where the checkpoint is a file or
one of the names that open_clip knows. Only the last two ever use the network, and only because they were asked for.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import v2a
from v2a.errors import UnknownName, WeightsMissing
from v2a.media.identity import identify

CONFIG = "open_clip_config.json"
_NAMED = "V2A_CLIP"
_HUB = "hf-hub:"
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model and weights as open_clip names them, a digest of both, and the sizes that follow from the model."""

    model: str
    pretrained: str | None
    digest: str
    width: int
    side: int


def chosen(bench: v2a.Bench) -> Checkpoint:
    """The checkpoint that V2A_CLIP names, or that lies in the weights folder; raises an error that says what to do."""
    named = os.environ.get(_NAMED, "").strip()
    folder = Path(named).expanduser() if named else bench.weights / "clip"
    if named.startswith(_HUB):
        return _of(named, None, _hub_config(named.removeprefix(_HUB)), named)
    if "@" in named and not folder.is_dir():
        model, _, weights = named.partition("@")
        path = Path(weights).expanduser()
        digest = identify(path).sample if path.is_file() else weights
        return _of(model, str(path) if path.is_file() else weights, _known_config(model), f"{model}@{digest}")
    if not (folder / CONFIG).is_file():
        raise WeightsMissing(
            "there is no CLIP checkpoint",
            where=str(folder / CONFIG),
            remedy=f"Run `v2a models pull clip`, put one there in its published layout, or name one in {_NAMED}.",
        )
    return in_folder(folder)


def in_folder(folder: Path) -> Checkpoint:
    """The checkpoint in a folder in the hub's layout."""
    files = sorted(path for path in folder.iterdir() if path.suffix in _WEIGHTS)
    return _of(
        f"local-dir:{folder}", None, _read(folder / CONFIG), *(identify(path).sample for path in files)
    )


def side_in(folder: Path) -> int | None:
    """How large the pictures are that the checkpoint in a folder looks at; nothing where none can be read."""
    try:
        return _side(_read(folder / CONFIG))
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _side(config: Mapping[str, Any]) -> int:
    size = config.get("model_cfg", config)["vision_cfg"].get("image_size", 224)
    return int(size if isinstance(size, int) else size[0])


def _of(model: str, pretrained: str | None, config: Mapping[str, Any], *named: str) -> Checkpoint:
    config = config.get("model_cfg", config)
    digest = hashlib.sha256(json.dumps([config, *named], sort_keys=True).encode()).hexdigest()[:12]
    return Checkpoint(model, pretrained, digest, int(config["embed_dim"]), _side(config))


def _read(path: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return config


def _known_config(model: str) -> dict[str, Any]:
    found = importlib.util.find_spec("open_clip")
    folder = Path(found.origin or "").parent / "model_configs" if found is not None else Path()
    path = folder / f"{model.replace('/', '-')}.json"
    if not path.is_file():
        raise UnknownName(
            f"open_clip knows no model {model!r}", where=_NAMED, remedy="Name one of its models."
        )
    return _read(path)


def _hub_config(name: str) -> dict[str, Any]:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return _read(Path(hf_hub_download(name, CONFIG, local_files_only=True)))
    except LocalEntryNotFoundError:
        return _read(Path(hf_hub_download(name, CONFIG)))

"""Which checkpoint looks: the folder `WEIGHTS/vlm`, one that the user names, or one of the hub that he names."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import v2a
from v2a.errors import WeightsDamaged, WeightsMissing, WeightsUnfit, WeightsUnreachable, WeightsUnsafe
from v2a.media.weights import files_in

CONFIG = "config.json"
_INDEX = "model.safetensors.index.json"
_HUB = re.compile(r"^[\w.-]{1,96}/[\w.-]{1,96}$")
_PATTERNS = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")
_LARGEST_HEADER = 100 << 20


def found(bench: v2a.Bench, named: str) -> Path:
    """The folder of the checkpoint, whole and in safetensors; only a name of the hub may be fetched, once."""
    for folder in (Path(named).expanduser(), bench.weights / named) if named else (bench.weights / "vlm",):
        if (folder / CONFIG).is_file():
            return _whole(folder)
    if named and _HUB.match(named) and not Path(named).exists():
        return _whole(_from_hub(named))
    raise WeightsMissing(
        "there is no checkpoint of a model that sees",
        where=str(Path(named).expanduser() if named else bench.weights / "vlm"),
        remedy="Put one there in its published layout, or name a folder or OWNER/NAME of the hub with model.",
    )


def _whole(folder: Path) -> Path:
    """The folder, if no file of its weights is absent and none is a pickle."""
    absent = _absent(folder)
    if absent:
        raise WeightsDamaged(
            f"{len(absent)} files of weights are not there: {', '.join(absent[:5])}",
            where=str(folder),
            remedy="Fetch them again.",
        )
    files = files_in(folder)
    if not files:
        raise WeightsMissing("there are no weights", where=str(folder), remedy="Fetch the checkpoint again.")
    if files[0].suffix != ".safetensors":
        raise WeightsUnsafe(
            "these weights are pickles, which could run code, and are not opened",
            where=str(folder),
            remedy="Get the checkpoint as safetensors.",
        )
    return folder


def _absent(folder: Path) -> list[str]:
    try:
        index = (
            json.loads((folder / _INDEX).read_text(encoding="utf-8")) if (folder / _INDEX).is_file() else {}
        )
        names = sorted(set(index.get("weight_map", {}).values()))
    except (ValueError, AttributeError, TypeError) as error:
        raise damaged(folder / _INDEX) from error
    return [name for name in names if not (folder / name).is_file()]


def _from_hub(name: str) -> Path:
    """A checkpoint of the hub: what was fetched before, else fetched now, because the user named it."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(name, allow_patterns=_PATTERNS, local_files_only=True))
        if (folder / CONFIG).is_file() and files_in(folder) and not _absent(folder):
            return folder
    except LocalEntryNotFoundError:
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=_PATTERNS, tqdm_class=_quiet_bar()))
    except Exception as error:
        raise WeightsUnreachable(
            f"cannot be fetched from the hub ({type(error).__name__})",
            where=name,
            remedy="Check its name, the network and HF_TOKEN, or name a folder with model.",
        ) from error


def _quiet_bar() -> Any:
    from huggingface_hub.utils import tqdm

    class Quiet(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **{**kwargs, "disable": True})

    return Quiet


def size(folder: Path, item: int) -> int:
    """How many bytes the weights take where each of their numbers takes so many."""
    return sum(item * _numbers(file) for file in files_in(folder))


def _numbers(file: Path) -> int:
    """How many numbers a safetensors file holds, by its header."""
    with file.open("rb") as opened:
        head = opened.read(8)
        length = struct.unpack("<Q", head)[0] if len(head) == 8 else _LARGEST_HEADER
        try:
            header = json.loads(opened.read(length)) if length < _LARGEST_HEADER else None
        except ValueError:
            header = None
    if not isinstance(header, dict):
        raise damaged(file)
    count = 0
    for name, entry in header.items():
        if name != "__metadata__":
            numbers = 1
            for side in entry["shape"]:
                numbers *= side
            count += numbers
    return count


def damaged(where: Path) -> WeightsDamaged:
    """The error for files that are cut short or damaged."""
    return WeightsDamaged(
        "the weights are cut short or damaged", where=str(where), remedy="Fetch them again."
    )


def unfit(folder: Path, why: str) -> WeightsUnfit:
    """The error for a checkpoint that is no model which reads pictures and writes text."""
    return WeightsUnfit(
        f"this checkpoint cannot look at a film: {why}",
        where=str(folder),
        remedy="Use an instruct checkpoint of the kind image-text-to-text.",
    )

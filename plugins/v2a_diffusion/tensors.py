"""Tensors in a file with what must be known of them: safetensors, written whole or not at all."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from v2a.errors import DiskFull, WeightsDamaged, WeightsMissing
from v2a.files import whole
from v2a.media import weights

_KEY = "v2a"


def write_tensors(tensors: Mapping[str, Tensor], path: Path, facts: Mapping[str, Any]) -> None:
    """Write tensors by name, and facts beside them as JSON; the same ones give the same bytes."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    lying = {name: tensor.detach().contiguous().cpu() for name, tensor in tensors.items()}
    with whole(path) as temporary:
        try:
            # One key only: several come in no certain order.
            save_file(lying, temporary, {_KEY: json.dumps(dict(facts), sort_keys=True)})
        except SafetensorError as error:
            if f"os error {errno.ENOSPC}" not in str(error) and f"os error {errno.EDQUOT}" not in str(error):
                raise OSError(str(error)) from error
            raise DiskFull(
                "no room left on the disk",
                where=str(path),
                remedy="Free some space and run the same command again.",
            ) from error


def read_tensors(path: Path) -> dict[str, Tensor]:
    """The tensors of a file by name, on the CPU."""
    return weights.read(path)


def facts_of(path: Path) -> dict[str, Any]:
    """What was written beside the tensors of a file; nothing where another program wrote it."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise WeightsMissing("there is no such file", where=str(path), remedy="Name a file that v2a wrote.")
    try:
        with safe_open(path, "pt") as opened:
            found = json.loads((opened.metadata() or {}).get(_KEY, "{}"))
    except (SafetensorError, ValueError) as error:
        raise WeightsDamaged(
            "this file is cut short or damaged", where=str(path), remedy="Make it again, or use another one."
        ) from error
    return dict(found) if isinstance(found, dict) else {}

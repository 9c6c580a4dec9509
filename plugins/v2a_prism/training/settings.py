"""What a user decides of a training, kept beside it so that it goes on as it was begun."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from v2a.errors import CannotWrite, FileMissing, UnknownName
from v2a.files import write_text
from v2a_diffusion.training import Recipe

NAME = "training.json"
SCHEMA = "v2a-training"
_VERSION = 1
_FIXED = ("model", "scratch", "rank", "autoencoder", "seed")


@dataclass(frozen=True)
class Settings:
    """What is trained, on how much of it, and how."""

    model: str = ""
    """A name in the weights folder, or a folder; PrismAudio's own where nothing is said."""
    scratch: str = ""
    """A configuration of which a model is made with random weights."""
    rank: int = 16
    """The rank of an adapter; 0: all weights are trained."""
    autoencoder: int = 0
    """Steps for which the autoencoder is trained first."""
    steps: int = 2000
    batch: int = 8
    accumulate: int = 1
    rate: float = 0.0
    """0: what suits what is trained."""
    warmup: int = 100
    dropout: float = 0.1
    average: float = 0.999
    held_out: float = 0.1
    """The share of files that are not learnt from."""
    save_every: int = 200
    validate_every: int = 100
    sample_every: int = 500
    samples: int = 4
    seed: int = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"

    def recipe(self) -> Recipe:
        """How the network is trained."""
        plain = 1e-4 if self.rank or self.scratch else 2e-5
        return Recipe(
            steps=self.steps,
            batch=self.batch,
            accumulate=self.accumulate,
            rate=self.rate or plain,
            warmup=self.warmup,
            average=self.average,
            precision=self.precision,
            seed=self.seed,
            save_every=self.save_every,
            validate_every=self.validate_every,
        )


def settled(out: Path, asked: Mapping[str, Any], resume: bool) -> Settings:
    """The settings of a training in a folder: those it was begun with, where it goes on, and what is asked now."""
    path = out / NAME
    if not resume:
        if path.is_file():
            raise CannotWrite(
                "a training lies here already",
                where=str(out),
                remedy="Add --resume to go on with it, or choose another folder with -o.",
            )
        return Settings(**asked)
    begun = _read(path)
    changed = [name for name in _FIXED if name in asked and asked[name] != getattr(begun, name)]
    if changed:
        raise UnknownName(
            f"this training was begun with another {changed[0]} ({getattr(begun, changed[0])})",
            where=str(out),
            remedy=f"Leave out --{'lora' if changed[0] == 'rank' else changed[0]}, or train into another folder.",
        )
    return Settings(**{**asdict(begun), **asked})


def keep(settings: Settings, out: Path) -> None:
    """Write the settings beside what is trained."""
    told = {"schema": SCHEMA, "version": _VERSION, **asdict(settings)}
    write_text(out / NAME, json.dumps(told, indent=1) + "\n")


def _read(path: Path) -> Settings:
    if not path.is_file():
        raise FileMissing("no training was begun here", where=str(path.parent), remedy="Leave out --resume.")
    known = {field.name for field in fields(Settings)}
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if (told["schema"], told["version"]) != (SCHEMA, _VERSION):
            raise ValueError
        return Settings(**{name: value for name, value in told.items() if name in known})
    except (ValueError, KeyError, TypeError) as error:
        raise UnknownName(
            "what is written here of a training cannot be read",
            where=str(path),
            remedy="Train into another folder.",
        ) from error

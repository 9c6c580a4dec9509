"""How much memory PrismAudio needs, told before anything is loaded: the weights of its parts, and what work takes besides.

What work takes is measured by running the model without numbers, on torch's meta device, with a ledger of what is alive;
so it is known for any sizes, on any machine, in a moment.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from v2a.errors import MemoryShort
from v2a_prism.conditioner import Told
from v2a_prism.config import Config
from v2a_prism.graphs import RECORDINGS, ROUND
from v2a_prism.model import PrismAudio, cast, dtype_of, skeleton
from v2a_prism.sampling import PIECE, prepared

_LEAST_PIECE = 8
_WORDS, _FRAMES = 256, 4
"""Tokens of text that are reckoned with, and of picture for each second."""
_OVER = 1.2
"""What allocators lose in gaps and kernels take for themselves, as a share of what work takes."""
_COPIES = 3
"""How often kernels hold the weight they work with besides, in orders of their own; measured on a CPU."""


class Keeping(Enum):
    """Where weights lie while they do not work."""

    RESIDENT = "on the device"
    PARTS = "in main memory, but for the part that works"
    LAYERS = "in main memory, but for the part that works, and of the network a layer or two"


@dataclass(frozen=True)
class Load:
    """What is done at once: so many cues of so many latents, and sound out of so many latents."""

    cues: int
    length: int
    piece: int = PIECE


@dataclass(frozen=True)
class Part:
    """Bytes: a part's weights, and what its work takes besides."""

    weights: int
    work: int


@dataclass(frozen=True)
class Needs:
    """What the parts need, how many bytes of the network's weights can wait while a layer or two work, and what
    recordings of its steps hold, on CUDA, while all is on the device."""

    network: Part
    decoder: Part
    encoder: Part
    streamed: int
    recorded: int

    def sampled(self, keeping: Keeping) -> int:
        """The most that lies on the device while latents are sampled."""
        if keeping is Keeping.RESIDENT:
            return self._staying(keeping) + self.network.work
        waiting = self.streamed if keeping is Keeping.LAYERS else 0
        return self.network.weights - waiting + self.network.work

    def decoded(self, keeping: Keeping) -> int:
        """The most that lies on the device while sound is made of latents, or latents of sound."""
        decoder = self.decoder.work + (0 if keeping is Keeping.RESIDENT else self.decoder.weights)
        return self._staying(keeping) + max(decoder, self.encoder.weights + self.encoder.work)

    def most(self, keeping: Keeping) -> int:
        """The most that lies on the device at any time."""
        return max(self.sampled(keeping), self.decoded(keeping))

    def _staying(self, keeping: Keeping) -> int:
        staying = self.network.weights + self.decoder.weights + self.recorded
        return staying if keeping is Keeping.RESIDENT else 0


@dataclass(frozen=True)
class Plan:
    """How the model is kept, what is done at once, and how many bytes that takes."""

    keeping: Keeping
    load: Load
    needed: int


class Measure:
    """What a model of some configuration needs, its network in some precision."""

    def __init__(self, config: Config, dtype: torch.dtype) -> None:
        self._model = skeleton(config).eval()
        state = self._model.state_dict().items()
        self._weights = {name: t.numel() * dtype_of(name, dtype).itemsize for name, t in state}
        self.config, self.dtype = config, dtype
        cast(self._model, dtype)
        self._sampling = cache(lambda cues, length: _taken(lambda: _sample(self._model, cues, length)))
        self._decoding = cache(lambda piece: _taken(lambda: _decode(self._model, piece)))
        self._encoding = cache(lambda piece: _taken(lambda: _encode(self._model, piece)))

    def needs(self, load: Load) -> Needs:
        """What it needs for what is done at once."""
        piece = min(load.piece, load.length)
        autoencoder = self._sum("pretransform.")
        decoder, encoder = (self._sum(f"pretransform.model.{part}.") for part in ("decoder", "encoder"))
        network = sum(self._weights.values()) - autoencoder
        layers = self._sum("model.model.transformer.layers.")
        return Needs(
            Part(network, self._sampling(load.cues, load.length) + self._copies("model.model.")),
            Part(decoder, self._decoding(piece) + self._copies("pretransform.model.decoder.")),
            Part(encoder, self._encoding(piece) + self._copies("pretransform.model.encoder.")),
            streamed=layers - min(layers, 2 * layers // self.config.depth),
            recorded=RECORDINGS * self._remembered(load),
        )

    def _remembered(self, load: Load) -> int:
        """What a recording holds of the context: keys and values for each layer."""
        tokens = -(-(_WORDS + _frames(self.config, load.length)) // ROUND) * ROUND
        size: int = self.dtype.itemsize
        return load.cues * tokens * 2 * self.config.depth * self.config.width * size

    def _copies(self, prefix: str) -> int:
        largest: int = max(size for name, size in self._weights.items() if name.startswith(prefix))
        return _COPIES * largest

    def _sum(self, prefix: str) -> int:
        return sum(size for name, size in self._weights.items() if name.startswith(prefix))


@lru_cache(4)
def _measured(config: Config, dtype: torch.dtype) -> Measure:
    """What a model needs, asked again for the same sizes."""
    return Measure(config, dtype)


def planned(config: Config, dtype: torch.dtype, load: Load, room: int, offload: bool = True) -> Plan:
    """The fastest way to keep the model within so many bytes; MemoryShort says what is needed where there is none.

    Where all of it does not fit with all cues, its parts take turns on the device, if `offload` allows that; if even
    the network alone does not fit, its layers do. Fewer cues and smaller pieces of sound make room in each way.
    """
    measure = _measured(config, dtype)
    for keeping in Keeping if offload else (Keeping.RESIDENT,):
        fitting = _fitting(measure, load, room, keeping)
        last = keeping is Keeping.LAYERS or not offload
        if fitting and (last or keeping is Keeping.PARTS or fitting.cues == load.cues):
            return Plan(keeping, fitting, measure.needs(fitting).most(keeping))
    raise _short(measure, load, room, offload)


def _fitting(measure: Measure, load: Load, room: int, keeping: Keeping) -> Load | None:
    """As much of what is done at once as there is room for, if there is any."""
    while measure.needs(load).sampled(keeping) > room:
        if load.cues == 1:
            return None
        load = replace(load, cues=load.cues // 2)
    while measure.needs(load).decoded(keeping) > room:
        if load.piece <= _LEAST_PIECE:
            return None
        load = replace(load, piece=max(_LEAST_PIECE, load.piece // 2))
    return load


def room(device: torch.device | str, limit: int | None = None) -> int:
    """How many bytes there are on a device, and no more than the limit."""
    place = torch.device(device)
    if place.type == "cuda":
        held = torch.cuda.memory_reserved(place) - torch.cuda.memory_allocated(place)
        there = torch.cuda.mem_get_info(place)[0] + held
    elif place.type == "mps":
        there = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    else:
        import psutil

        there = psutil.virtual_memory().available
    return int(there if limit is None else min(there, limit))


def _short(measure: Measure, load: Load, room: int, offload: bool) -> MemoryShort:
    needs = measure.needs(replace(load, cues=1))
    least = measure.needs(replace(load, cues=1, piece=_LEAST_PIECE)).most(Keeping.LAYERS)
    parts = f"network {told(needs.network.weights)} and {told(needs.network.work)} to work, "
    parts += f"decoder {told(needs.decoder.weights)} and {told(needs.decoder.work)}"
    remedies = [] if offload or least > room else [f"allow offloading, with which {told(least)} are enough"]
    return MemoryShort(
        f"PrismAudio needs {told(needs.most(Keeping.RESIDENT))} of memory for a cue ({parts}), at the very least "
        f"{told(least)} with offloading, and there are {told(room)}",
        remedy=" or ".join([*remedies, "free some memory"]).capitalize() + ".",
    )


def told(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.0f} MB"


def _sample(model: PrismAudio, cues: int, length: int) -> None:
    """One guided step of sampling, of which all are alike."""
    width, frames = model.config.width, _frames(model.config, length)
    video, sync, context = (
        torch.empty(cues, tokens, width, device="meta") for tokens in (frames, length, frames + _WORDS)
    )
    start = torch.empty(cues, model.config.latent, length, device="meta")
    prepared(model, Told(video, sync, context), length)(start, torch.tensor(1.0))


def _decode(model: PrismAudio, piece: int) -> None:
    model.autoencoder.decode(torch.empty(1, model.config.latent, piece, device="meta"))


def _encode(model: PrismAudio, piece: int) -> None:
    model.autoencoder.encode(torch.empty(1, model.config.sound, piece * model.config.hop, device="meta"))


def _frames(config: Config, length: int) -> int:
    return max(1, round(_FRAMES * length * config.hop / config.rate))


def _taken(work: Callable[[], None]) -> int:
    """The most bytes that work holds at once, with what is lost besides."""
    with torch.no_grad(), _Ledger() as ledger:
        work()
    return int(ledger.most * _OVER)


class _Ledger(TorchDispatchMode):  # type: ignore[misc]
    """Counts the bytes of storages that come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.most = self._now = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        made = func(*args, **(kwargs or {}))
        given = {id(t.untyped_storage()) for t in tree_leaves((args, kwargs)) if isinstance(t, Tensor)}
        for tensor in tree_leaves(made):
            if isinstance(tensor, Tensor) and id(tensor.untyped_storage()) not in given | self._known:
                self._note(tensor.untyped_storage())
        return made

    def _note(self, storage: Any) -> None:
        self._known.add(id(storage))
        self._now += storage.nbytes()
        self.most = max(self.most, self._now)
        weakref.finalize(storage, self._gone, id(storage), storage.nbytes())

    def _gone(self, key: int, size: int) -> None:
        self._known.discard(key)
        self._now -= size

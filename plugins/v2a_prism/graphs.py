"""The network's velocity on CUDA without the cost of launching each kernel: recorded once for each shape, then played.

    velocity = fast(model)
    latents = sample(model, cues, length, velocity=velocity)

Shapes are few: windows come in whole seconds, cues in batches, and contexts are filled up to a multiple of 64 tokens, of
which those that fill do not count. Recordings share one pool of memory; the ones that were not played for longest go.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from v2a_diffusion.attention import Memory, Turn
from v2a_diffusion.oobleck import Snake
from v2a_prism.model import PrismAudio
from v2a_prism.network import Network, Prepared
from v2a_prism.sampling import Velocity

ROUND = 64
"""Contexts are filled up to a multiple of so many tokens."""
RECORDINGS = 4
"""How many recordings are kept."""
_WARM = 2
Shape = tuple[tuple[int, ...], ...]
Call = Callable[[], Tensor]
Record = Callable[[Call], Call]


def fast(model: PrismAudio, compiled: bool = False) -> Velocity:
    """The network's velocity, recorded where the model is on CUDA, and as it is elsewhere.

    `compiled` has torch.compile fuse what lies between products: that takes a minute once, and a C++ compiler.
    """
    network = model.network
    if compiled:
        for layer in network.transformer.layers:
            layer.compile()
        for part in model.autoencoder.modules():
            if isinstance(part, Snake):
                part.compile(dynamic=True)
    place = network.timestep_features.weight.device
    plain: Velocity = network.velocity
    return Recorded(network, on_cuda(place)) if place.type == "cuda" else plain


class Recorded:
    """A velocity that is recorded for each shape it is asked for, and played from then on."""

    def __init__(self, network: Network, record: Record, most: int = RECORDINGS) -> None:
        self._network, self._record, self._most = network, record, most
        self._recordings: OrderedDict[Shape, _Recording] = OrderedDict()
        self._given: Prepared | None = None
        self._rounded: Prepared | None = None

    def __call__(self, x: Tensor, tokens: Tensor, prepared: Prepared) -> Tensor:
        """The velocities of latents, as the network tells them."""
        ready = self._ready(prepared)
        shape = tuple(tuple(t.shape) for t in (x, tokens, *_tensors(ready)[:4]))
        recording = self._recordings.get(shape)
        if recording is None:
            recording = _Recording(self._network, (x, tokens, ready), self._record)
            self._recordings[shape] = recording
        self._recordings.move_to_end(shape)
        while len(self._recordings) > self._most:
            self._recordings.popitem(last=False)
        return recording.play(x, tokens, ready)

    def _ready(self, prepared: Prepared) -> Prepared:
        """What was prepared with its contexts filled up; all steps of a sample share it."""
        if self._given is not prepared or self._rounded is None:
            self._given, self._rounded = prepared, rounded(prepared)
        return self._rounded


class _Recording:
    """One shape's recording, and the tensors that it reads from."""

    def __init__(self, network: Network, asked: tuple[Tensor, Tensor, Prepared], record: Record) -> None:
        x, tokens, prepared = asked
        self._x, self._tokens = x.clone(), tokens.clone()
        self._prepared = _copied(prepared)
        self._played = weakref.ref(prepared)
        self._call = record(lambda: network.velocity(self._x, self._tokens, self._prepared))

    def play(self, x: Tensor, tokens: Tensor, prepared: Prepared) -> Tensor:
        """The velocities, in a tensor of their own."""
        self._x.copy_(x)
        self._tokens.copy_(tokens)
        if self._played() is not prepared:
            for mine, given in zip(_tensors(self._prepared), _tensors(prepared), strict=True):
                mine.copy_(given)
            self._played = weakref.ref(prepared)
        return self._call().clone()


def on_cuda(device: torch.device) -> Record:
    """Recording by CUDA graphs, in one pool of memory."""
    pool = torch.cuda.graph_pool_handle()

    def record(call: Call) -> Call:
        beside = torch.cuda.Stream(device)
        beside.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(beside):
            for _ in range(_WARM):
                call()
        torch.cuda.current_stream(device).wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.device(device), torch.cuda.graph(graph, pool=pool, stream=beside):
            made = call()

        def play() -> Tensor:
            graph.replay()
            return made

        return play

    return record


def rounded(prepared: Prepared) -> Prepared:
    """The same with contexts filled up to a multiple of 64 tokens, and marked for what counts."""
    return Prepared(prepared.addition, tuple(map(_filled, prepared.memories)), prepared.turn)


def _filled(memory: Memory) -> Memory:
    tokens = memory.keys.shape[2]
    more = -tokens % ROUND
    counts = memory.counts
    if counts is None:
        counts = torch.ones(memory.rows, tokens, dtype=torch.bool, device=memory.keys.device)
    keys, values = (F.pad(t, (0, 0, 0, more)) for t in (memory.keys, memory.values))
    return Memory(keys, values, F.pad(counts, (0, more)))


def _tensors(prepared: Prepared) -> list[Tensor]:
    """The tensors of what was prepared; the first few tell its shape."""
    counts = [memory.counts for memory in prepared.memories if memory.counts is not None]
    both = [t for memory in prepared.memories for t in (memory.keys, memory.values)]
    return [
        prepared.addition,
        *both[:1],
        *counts[:1],
        prepared.turn.cos,
        prepared.turn.sin,
        *both[1:],
        *counts[1:],
    ]


def _copied(prepared: Prepared) -> Prepared:
    memories = tuple(
        Memory(m.keys.clone(), m.values.clone(), None if m.counts is None else m.counts.clone())
        for m in prepared.memories
    )
    turn = Turn(prepared.turn.cos.clone(), prepared.turn.sin.clone())
    return Prepared(prepared.addition.clone(), memories, turn)

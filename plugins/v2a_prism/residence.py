"""A model that is kept within a limit of memory: its weights wait in main memory and are on the device while they work.

    residence = opened(folder, "cuda", torch.bfloat16, Load(cues=8, length=194), limit)
    with residence.sampling():
        latents = sample(residence.model, cues, 194)
    with residence.decoding():
        sound = decode(residence.model, latents, residence.plan.load.piece)

Weights that wait leave their names and shapes in the model, without numbers, so that none is used from elsewhere by mistake.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from v2a_diffusion.transformer import Block
from v2a_prism import config as configuration
from v2a_prism.checkpoint import load
from v2a_prism.memory import Keeping, Load, Plan, planned, room
from v2a_prism.model import PrismAudio

_NETWORK, _CONDITIONER = "model.model", "conditioner.conditioners"
_DECODER, _ENCODER = "pretransform.model.decoder", "pretransform.model.encoder"
_LAYERS = f"{_NETWORK}.transformer.layers"


def opened(
    source: Path,
    device: torch.device | str,
    dtype: torch.dtype,
    asked: Load,
    limit: int | None = None,
    offload: bool = True,
) -> Residence:
    """The model of a file or folder, kept as there is room for; MemoryShort is raised before anything is read."""
    config = configuration.read(configuration.beside(source))
    plan = planned(config, dtype, asked, room(device, limit), offload)
    return Residence(load(source, dtype=dtype), device, plan)


class Residence:
    """A model whose weights come and go. `held` are the bytes of them on the device, `most` the most there were."""

    def __init__(self, model: PrismAudio, device: torch.device | str, plan: Plan) -> None:
        self.model, self.plan = model, plan
        self.device = torch.device(device)
        self.held = self.most = 0
        self._ahead = _Ahead(self.device)
        self._home: dict[str, Tensor] = dict(model.requires_grad_(False).state_dict())
        self._absent = {name: torch.empty_like(t, device="meta") for name, t in self._home.items()}
        self._parts = _parts(self._home, streamed=plan.keeping is Keeping.LAYERS)
        model.load_state_dict(self._absent, assign=True)
        if plan.keeping is Keeping.RESIDENT:
            for part in (_NETWORK, _CONDITIONER, _DECODER):
                self._fetch(part)
                for name in self._parts.pop(part):
                    del self._home[name]
        elif self.device.type == "cuda":
            self._home = {name: t.pin_memory() for name, t in self._home.items()}
        if plan.keeping is Keeping.LAYERS:
            model.network.transformer.lend = self._streamed

    def sampling(self) -> contextlib.AbstractContextManager[None]:
        """What conditions and samples is on the device within."""
        return self._at_work(_CONDITIONER, _NETWORK)

    def decoding(self) -> contextlib.AbstractContextManager[None]:
        """What makes sound of latents is on the device within."""
        return self._at_work(_DECODER)

    def encoding(self) -> contextlib.AbstractContextManager[None]:
        """What makes latents of sound is on the device within; it never stays there."""
        return self._at_work(_ENCODER)

    def here(self) -> frozenset[str]:
        """The names of the weights that are on the device."""
        return frozenset(name for name, t in self.model.state_dict().items() if not t.is_meta)

    @contextlib.contextmanager
    def _at_work(self, *parts: str) -> Iterator[None]:
        coming = [part for part in parts if part in self._parts]
        try:
            for part in coming:
                self._fetch(part)
            yield
        finally:
            for part in coming:
                self._leave(part)

    def _streamed(self, layers: Iterable[Block]) -> Iterator[Block]:
        """The layers one after another; each is fetched, on CUDA, while the one before it works, so two are there."""
        coming = [f"{_LAYERS}.{at}" for at, _ in enumerate(layers)]
        known, there = list(layers), coming[:1]
        done: Any = None
        try:
            self._ahead.run(self._fetch, coming[0])
            for at, layer in enumerate(known):
                self._ahead.ready()
                if at:
                    self._ahead.until(done)
                    self._leave(there.pop(0))
                if at + 1 < len(known):
                    there.append(coming[at + 1])
                    self._ahead.run(self._fetch, coming[at + 1])
                yield layer
                done = self._ahead.mark()
        finally:
            self._ahead.until(done)
            for part in there:
                self._leave(part)

    def _fetch(self, part: str) -> None:
        """Bring a part to the device; what stays in main memory for good is not copied there."""
        apart = self.plan.keeping is not Keeping.RESIDENT
        with torch.inference_mode(False):
            coming = {
                name: self._home[name].to(self.device, non_blocking=True, copy=apart)
                for name in self._parts[part]
            }
        self._place(part, coming)
        self.held += sum(t.nbytes for t in coming.values())
        self.most = max(self.most, self.held)

    def _leave(self, part: str) -> None:
        module = self.model.get_submodule(part)
        self.held -= sum(t.nbytes for t in module.state_dict().values() if not t.is_meta)
        self._place(part, {name: self._absent[name] for name in self._parts[part]})

    def _place(self, part: str, tensors: dict[str, Tensor]) -> None:
        inside = {name.removeprefix(f"{part}."): t for name, t in tensors.items()}
        self.model.get_submodule(part).load_state_dict(inside, strict=False, assign=True)


def _parts(names: Iterable[str], streamed: bool) -> dict[str, list[str]]:
    """The names of weights by the parts that come and go together."""
    parts: dict[str, list[str]] = {}
    for name in names:
        part = next(p for p in (_NETWORK, _CONDITIONER, _DECODER, _ENCODER) if name.startswith(f"{p}."))
        if streamed and name.startswith(f"{_LAYERS}."):
            part = f"{_LAYERS}.{name.removeprefix(f'{_LAYERS}.').split('.')[0]}"
        parts.setdefault(part, []).append(name)
    return parts


class _Ahead:
    """Copies that run beside the work on CUDA; elsewhere they are done before it."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None

    def run(self, fetch: Callable[[str], None], part: str) -> None:
        """Fetch a part beside the work."""
        with torch.cuda.stream(self._stream):
            fetch(part)

    def ready(self) -> None:
        """Let the work that follows wait for the copies begun."""
        if self._stream is not None:
            torch.cuda.current_stream(self._device).wait_stream(self._stream)

    def mark(self) -> Any:
        """A mark behind the work begun."""
        if self._stream is None:
            return None
        event = torch.cuda.Event()
        event.record(torch.cuda.current_stream(self._device))
        return event

    def until(self, mark: Any) -> None:
        """Wait until the work before a mark is done, so that what it used can go."""
        if mark is not None:
            mark.synchronize()

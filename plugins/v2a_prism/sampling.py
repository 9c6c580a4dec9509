"""From features to sound, as plain functions: told, sampled, decoded.

    cues = [Cue(tell(model, features), seed) for features, seed in …]
    latents = sample(model, cues, length)
    sound = decode(model, latents)

The noise of a cue comes from its own generator on the CPU. There each cue is sampled by itself, so that its bytes do
not depend on its company; elsewhere cues go together, and agree closely.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_diffusion.guidance import Interval, rescaled, twice
from v2a_diffusion.objectives import FLOW, Estimate, from_data
from v2a_diffusion.paths import Path, straight
from v2a_diffusion.piecewise import decode_piecewise, encode_piecewise
from v2a_diffusion.schedules import uniform
from v2a_diffusion.solvers import Solver, Watch, euler
from v2a_prism import conditioner
from v2a_prism.conditioner import Features, Told
from v2a_prism.model import PrismAudio
from v2a_prism.network import Network, Prepared

PIECE = 256
"""Latents that the autoencoder works on at once: twelve seconds."""
Velocity = Callable[[Tensor, Tensor, Prepared], Tensor]
_PATH = straight()


@dataclass(frozen=True)
class Sampling:
    """How samples are drawn: as published, where nothing else is said."""

    steps: int = 24
    guidance: float = 5.0
    rescale: float = 0.0
    interval: Interval = Interval()
    solver: Solver = euler


PUBLISHED = Sampling()


@dataclass(frozen=True, eq=False)
class Cue:
    """What is told of one cue, its seed, and the context of what is not wanted in it."""

    told: Told
    seed: int
    unwanted: Tensor | None = None


class Clock:
    """The tokens of times: those of a schedule are made together, others when they are asked for."""

    def __init__(self, network: Network, times: Tensor) -> None:
        self._network = network
        self._known = dict(zip(times.tolist(), network.tokens(times.float()).split(1)))

    def __call__(self, t: Tensor) -> Tensor:
        """The token of a time, or of one for each item."""
        found = self._known.get(float(t)) if not t.ndim else None
        if found is not None:
            return found
        made: Tensor = self._network.tokens(t.reshape(-1).float())
        return made


@dataclass(frozen=True, eq=False)
class Denoising:
    """The network as solvers ask it: guided, both halves of guidance in one batch.

    Rows that are told nothing hear nothing across, so the second half costs less than the first.
    """

    velocity: Velocity
    clock: Clock
    prepared: Prepared
    how: Sampling
    path: Path = _PATH

    def __call__(self, x: Tensor, t: Tensor) -> Estimate:
        """Part latents (batch × channels × length) into sound and noise."""
        if self.how.guidance == 1 or not self.how.interval.holds(self.path, t):
            return FLOW.read(self.path, x, t, self._asked(x, t, self.prepared.of(len(x))))
        wanted, without = self._asked(twice(x), twice(t), self.prepared).chunk(2)
        guided = FLOW.read(self.path, x, t, without + (wanted - without) * self.how.guidance)
        if not self.how.rescale:
            return guided
        plain = FLOW.read(self.path, x, t, wanted)
        return from_data(self.path, x, t, rescaled(guided.data, plain.data, self.how.rescale))

    def _asked(self, x: Tensor, t: Tensor, prepared: Prepared) -> Tensor:
        return self.velocity(x, self.clock(t), prepared)


def tell(model: PrismAudio, features: Features) -> Told:
    """What the network is told of a cue."""
    with torch.no_grad():
        return conditioner.told(model.conditioners, features)


def unwanted(model: PrismAudio, text: Tensor) -> Tensor:
    """What guidance leads away from: the features of a negative prompt (tokens × width) as a context."""
    with torch.no_grad():
        return conditioner.unwanted(model.conditioners, text)


def noise(draws: Draws, model: PrismAudio, length: int) -> Tensor:
    """What sampling starts from, for each generator, on the model's device."""
    made = _PATH.start(draws.normal((model.config.latent, length)))
    return made.to(_device(model), torch.float32)


def sample(
    model: PrismAudio,
    cues: Sequence[Cue],
    length: int,
    how: Sampling = PUBLISHED,
    watch: Watch | None = None,
    velocity: Velocity | None = None,
) -> Tensor:
    """Latents of cues that have one length (cues × channels × length), in single precision on the model's device.

    An item may have come to NaN or infinity: `v2a_diffusion.solvers.broken` tells which.
    """
    made: list[Tensor] = [torch.empty(0)] * len(cues)
    with torch.inference_mode():
        for places in _batches(cues, alone=_device(model).type == "cpu"):
            batch = [cues[place] for place in places]
            draws = Draws.seeded(cue.seed for cue in batch)
            start = noise(draws, model, length)
            denoising = prepared(model, joined(batch, how), length, how, velocity)
            latents = how.solver(denoising, start, uniform(_PATH, how.steps), draws, watch)
            for place, latent in zip(places, latents, strict=True):
                made[place] = latent
    return torch.stack(made)


def joined(cues: Sequence[Cue], how: Sampling = PUBLISHED) -> Told:
    """What is told of cues, as a batch; with what is not wanted, if guidance leads away from it."""
    told = conditioner.together([cue.told for cue in cues])
    contexts = [cue.unwanted for cue in cues if cue.unwanted is not None]
    return conditioner.opposed(told, contexts) if contexts and how.guidance != 1 else told


def prepared(
    model: PrismAudio, told: Told, length: int, how: Sampling = PUBLISHED, velocity: Velocity | None = None
) -> Denoising:
    """The network with all that does not change between the steps worked out, as solvers ask it."""
    clock = Clock(model.network, uniform(_PATH, how.steps))
    return Denoising(velocity or model.network.velocity, clock, model.network.prepare(told, length), how)


def decode(model: PrismAudio, latents: Tensor, piece: int = PIECE) -> Tensor:
    """The sound of latents (cues × channels × samples), one cue after another, in pieces that agree with the whole."""
    with torch.inference_mode():
        return torch.cat([decode_piecewise(model.autoencoder, one, piece) for one in latents.split(1)])


def encode(model: PrismAudio, sound: Tensor, piece: int = PIECE) -> Tensor:
    """The mean latents of sound (cues × channels × samples), filled up with silence to a whole number of them."""
    with torch.inference_mode():
        return torch.cat([encode_piecewise(model.autoencoder, one, piece) for one in sound.split(1)])


def _batches(cues: Sequence[Cue], alone: bool) -> list[list[int]]:
    """Which cues go together: those of which as much is told, in order; or none."""
    if alone:
        return [[place] for place in range(len(cues))]
    groups: dict[tuple[int, int, bool], list[int]] = {}
    for place, cue in enumerate(cues):
        kind = (cue.told.video.shape[1], cue.told.sync.shape[1], cue.unwanted is None)
        groups.setdefault(kind, []).append(place)
    return list(groups.values())


def _device(model: PrismAudio) -> torch.device:
    found: torch.device = model.network.timestep_features.weight.device
    return found

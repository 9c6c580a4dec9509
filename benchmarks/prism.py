"""What a cue costs with PrismAudio at full size: v2a's own against the same network spelt out, both in this run.

    python benchmarks/prism.py                                 where there is a CUDA device
    python benchmarks/prism.py --tiny                          a small model, anywhere
    python benchmarks/prism.py --device cpu --cues 1 --steps 2 --precisions float32 --repeat 1

The weights are random: what they cost and how precisions differ does not hang on what was learnt. Counted is all from
features to sound: conditions, sampling with guidance, decoding. Seconds are the clock's on a GPU, and the processor's on a
CPU; the least of the repeats counts, after one that warms up.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import machine
import torch
from prism_plain import Plain
from torch import Tensor

from v2a_diffusion.draws import Draws
from v2a_prism import config as configuration
from v2a_prism.conditioner import Features
from v2a_prism.config import Config, Ends
from v2a_prism.graphs import fast
from v2a_prism.model import PrismAudio, cast
from v2a_prism.sampling import Cue, Sampling, Velocity, decode, noise, sample, tell

TITLES = ("precision", "cues", "v2a s", "sampling + sound", "plain s", "sampling + sound", "times as fast", "peak GB",
          "off plain", "off float32")  # fmt: skip
ASKED, AT = 2.5, 8
WORDS = 80
OWN, EXACT = "pretransform.", ("timestep_features.weight", "inv_freq")


@dataclass(frozen=True)
class Spent:
    """Seconds of sampling and of decoding, the most memory held, and what was made."""

    sampling: float
    decoding: float
    memory: int
    latents: Tensor
    sound: Tensor

    @property
    def whole(self) -> float:
        """All seconds."""
        return self.sampling + self.decoding


def tiny() -> Config:
    """A small model of the same make."""
    ends = Ends(128, 256)
    levels = (8, *configuration.published().decoder[1:])
    return replace(
        configuration.published(), latent=16, encoder=levels, decoder=levels, width=256, depth=4, heads=4,
        video=ends, text=ends, sync=ends,
    )  # fmt: skip


def random_model(config: Config, device: torch.device) -> PrismAudio:
    """A model of random weights, none of them left at zero."""
    with torch.random.fork_rng(), device:
        torch.manual_seed(0)
        model = PrismAudio(config).eval().requires_grad_(False)
        for name, tensor in model.state_dict().items():
            if not name.endswith(("inv_freq", "weight_v", "weight_g")):
                tensor.add_(0.02 * torch.randn_like(tensor))
    return model


def features(config: Config, seconds: float, number: int) -> Features:
    """What encoders would tell of a cue."""
    generator = torch.Generator().manual_seed(number)
    tokens = (round(4 * seconds), WORDS, 8 * ((round(25 * seconds) - 16) // 8 + 1))
    sizes = (config.video.size, config.text.size, config.sync.size)
    return Features(
        *(torch.randn(t, size, generator=generator) for t, size in zip(tokens, sizes, strict=True))
    )


class Bench:
    """A device and how often things are done on it."""

    def __init__(self, device: torch.device, repeat: int) -> None:
        self.device, self._repeat = device, repeat

    def clock(self) -> float:
        """Seconds, of the clock or of the processor."""
        if self.device.type != "cuda":
            return time.process_time()
        torch.cuda.synchronize()
        return time.perf_counter()

    def spent(self, sampling: Callable[[], Tensor], decoding: Callable[[Tensor], Tensor]) -> Spent:
        """The best of several runs."""
        runs = [self._once(sampling, decoding) for _ in range(self._repeat + (self._repeat > 1))]
        return min(runs[1:] or runs, key=lambda run: run.whole)

    def _once(self, sampling: Callable[[], Tensor], decoding: Callable[[Tensor], Tensor]) -> Spent:
        on_cuda = self.device.type == "cuda"
        if on_cuda:
            torch.cuda.reset_peak_memory_stats()
        with torch.inference_mode():
            start = self.clock()
            latents = sampling()
            between = self.clock()
            sound = decoding(latents)
            end = self.clock()
        memory = torch.cuda.max_memory_allocated() if on_cuda else 0
        return Spent(between - start, end - between, memory, latents.float().cpu(), sound.float().cpu())


@dataclass(frozen=True, eq=False)
class Task:
    """A model, what is told of cues, and how they are sampled."""

    model: PrismAudio
    told: list[Features]
    length: int
    how: Sampling
    dtype: torch.dtype


def ours(bench: Bench, task: Task, velocity: Velocity) -> Spent:
    """The way that v2a goes."""

    def sampling() -> Tensor:
        cues = [Cue(tell(task.model, one), seed) for seed, one in enumerate(task.told)]
        return sample(task.model, cues, task.length, task.how, velocity=velocity)

    return bench.spent(sampling, lambda latents: decode(task.model, latents))


def plainly(bench: Bench, task: Task) -> Spent:
    """The same spelt out, all cues as one batch."""
    config = task.model.config
    weights = {
        name: t if name.startswith(OWN) or name.endswith(EXACT) else t.to(task.dtype)
        for name, t in task.model.state_dict().items()
    }
    plain = Plain(weights, config.depth, config.heads, config.decoder[2][::-1])

    def sampling() -> Tensor:
        streams = zip(*((one.video, one.text, one.sync) for one in task.told), strict=True)
        conditions = plain.conditioned(*(torch.stack(rows).to(bench.device, task.dtype) for rows in streams))
        start = noise(Draws.seeded(range(len(task.told))), task.model, task.length)
        return plain.sampled(start, conditions, task.how.steps, task.how.guidance)

    return bench.spent(sampling, plain.decoded)


def off(one: Tensor, other: Tensor) -> float:
    """The norm of a difference over that of what is compared with."""
    return float((one - other).norm() / other.norm())


@dataclass(frozen=True)
class Row:
    """One line of the table: both ways, and v2a's own in single precision where it was run."""

    precision: str
    cues: int
    mine: Spent
    plain: Spent
    exact: Spent | None

    def cells(self) -> tuple[str, ...]:
        """What is printed."""
        parts = [f"{s.whole:.2f}|{s.sampling:.2f} + {s.decoding:.2f}" for s in (self.mine, self.plain)]
        memory = f"{self.mine.memory / 1e9:.1f}" if self.mine.memory else "-"
        away = "-" if self.exact is None else f"{off(self.mine.sound, self.exact.sound):.1e}"
        return (self.precision, str(self.cues), *"|".join(parts).split("|"),
                f"{self.plain.whole / self.mine.whole:.2f}", memory,
                f"{off(self.mine.sound, self.plain.sound):.1e}", away)  # fmt: skip


def measured(bench: Bench, given: argparse.Namespace) -> Iterator[Row]:
    """The rows, as soon as each is known."""
    config = tiny() if given.tiny else configuration.published()
    exact: dict[int, Spent] = {}
    for precision in given.precisions:
        model = random_model(config, bench.device)
        cast(model, getattr(torch, precision))
        velocity = fast(model, given.compiled)
        for cues in given.cues:
            told = [features(config, given.seconds, number) for number in range(cues)]
            task = Task(
                model, told, config.length(given.seconds), Sampling(given.steps), getattr(torch, precision)
            )
            row = Row(precision, cues, ours(bench, task, velocity), plainly(bench, task), exact.get(cues))
            if precision == "float32":
                exact[cues] = row.mine
            yield row


def arguments() -> argparse.Namespace:
    """What was asked on the command line."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--tiny", action="store_true", help="a small model, on any device")
    ask.add_argument("--device", default="cuda" if torch.cuda.is_available() else "")
    ask.add_argument("--cues", type=int, nargs="+", default=[1, AT])
    ask.add_argument("--steps", type=int, default=24)
    ask.add_argument("--seconds", type=float, default=9)
    ask.add_argument("--repeat", type=int, default=3)
    ask.add_argument(
        "--precisions", nargs="+", default=["float32", "bfloat16"], choices=["float32", "bfloat16", "float16"]
    )
    ask.add_argument(
        "--compiled", action="store_true", help="let torch.compile fuse what lies between products"
    )
    given = ask.parse_args()
    if not given.device and not given.tiny:
        sys.exit(
            "There is no CUDA device here. Run it where there is one, with --tiny, or with --device cpu."
        )
    return given


def main() -> None:
    given = arguments()
    device = torch.device(given.device or "cpu")
    place = (
        torch.cuda.get_device_name(device) if device.type == "cuda" else f"{torch.get_num_threads()} threads"
    )
    print(f"{machine.name()}; {place}; torch {torch.__version__}; {given.seconds:g} s, {given.steps} steps\n")
    rows: list[Row] = []

    def cells() -> Iterator[tuple[str, ...]]:
        for row in measured(Bench(device, given.repeat), given):
            rows.append(row)
            yield row.cells()

    machine.table(TITLES, cells())
    plain = {row.precision: row.plain.whole for row in rows if row.cues == AT}
    for row in rows:
        if row.cues == AT:
            told = ", ".join(f"plain in {name} {whole / row.mine.whole:.2f}" for name, whole in plain.items())
            print(f"\n{AT} cues, v2a in {row.precision}, times as fast as: {told} (asked: {ASKED})")


if __name__ == "__main__":
    main()

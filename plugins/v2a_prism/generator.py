"""The generator: what v2a is told of PrismAudio without loading anything of it."""

from __future__ import annotations

import contextlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import v2a
from v2a.errors import ProgramMissing
from v2a.media import weights
from v2a_encoders.loaded import known_by

NAME, MODEL = "prism", "prismaudio"
ENCODERS = VIDEO, SYNC, TEXT = "videoprism", "synchformer", "t5gemma"
SYNC_FEATURES = "sync_features"
RATE, BATCH = 44_100, 8
WINDOW, LEAST = Fraction(9), Fraction(8)
LICENCE = v2a.Licence(
    "GPL-3.0-or-later",
    weights="PrismAudio's own terms: for research and education; its authors do not permit commercial use",
    commercial="no",
    read="https://huggingface.co/FunAudioLLM/PrismAudio",
)


@dataclass(frozen=True)
class PrismParams:
    """How PrismAudio is sampled; as published, if nothing is said."""

    model: str = v2a.option(
        MODEL, "Which weights: a name in the weights folder, or one of your own made by v2a train."
    )
    steps: int = v2a.option(24, "Steps from noise to sound.", low=1, high=200)
    guidance: float = v2a.option(
        5.0, "How far to lean to what is asked for; 1: not at all.", low=0.0, high=30.0
    )
    rescale: float = v2a.option(
        0.0, "How much of the loudness that guidance adds is taken back (0 to 1).", low=0.0, high=1.0
    )
    solver: str = v2a.option(
        "euler",
        "How the way from noise to sound is walked; heun, midpoint and rk4 take two and four times as long a step.",
        choices=("euler", "heun", "midpoint", "rk4", "dpmpp-2m", "dpmpp-3m", "deis-3"),
    )
    features: str = v2a.option(
        "", "A .npz file with video_features, text_features and sync_features made elsewhere.", file=True
    )
    adapter: str = v2a.option("", "A low-rank adapter made by v2a train.", file=True)
    memory: float = v2a.option(
        0.0,
        "Memory of the GPU that may be used; what does not fit waits outside. 0: what is free.",
        unit="GiB",
        low=0.0,
        keyed=False,
    )


def installed() -> bool:
    """Whether torch and safetensors are there."""
    return all(importlib.util.find_spec(name) for name in ("torch", "safetensors"))


def models(folder: Path) -> Iterator[Path]:
    """The folders of weights in PrismAudio's layout, published or of your own, by name."""
    with contextlib.suppress(OSError):
        for found in sorted(folder.iterdir()):
            if _is_prism(found) and weights.files_in(found):
                yield found


def _is_prism(folder: Path) -> bool:
    if folder.name == MODEL:
        return True
    try:
        return f'"{SYNC_FEATURES}"' in (folder / "config.json").read_text("utf-8", "replace")
    except OSError:
        return False


def lacking(folder: Path) -> str:
    """What must be done before anything can be made."""
    if not installed():
        return "torch is not installed (pip install 'v2a[neural]')"
    here = [MODEL] if any(models(folder)) else []
    here += [
        name for name in ENCODERS if weights.files_in(folder / name) or any((folder / name).glob("*.npz"))
    ]
    absent = [name for name in (MODEL, *ENCODERS) if name not in here]
    if not absent:
        return ""
    return f"the weights of {', '.join(absent)} are not on this machine (v2a models pull {' '.join(absent)})"


def card(folder: Path) -> v2a.GeneratorCard:
    """The card over the weights in a folder: takes follow from them."""
    return v2a.GeneratorCard(
        name=NAME,
        version="1",
        kinds=("fo", "fx", "bg"),
        licence=LICENCE,
        about="PrismAudio: sound from picture and reasoning, by diffusion",
        rate=RATE,
        channels=2,
        windowing="continued",
        window=WINDOW,
        overlap=Fraction(2),
        quantum=Fraction(1),
        least=LEAST,
        rank=-10,
        encoders=ENCODERS,
        spared=(VIDEO, SYNC),
        precomputed="features",
        lacks=lacking(folder),
        accepts=("avoid", "reference", "continuation", "reasoning"),
        params=PrismParams,
        weights="+".join(filter(None, (known_by(found) for found in models(folder)))),
        batch=BATCH,
        devices=("cuda", "mps", "cpu"),
    )


class _Prism(v2a.Generator):
    """PrismAudio."""

    def open(self, bench: v2a.Bench) -> v2a.Maker:
        """Be ready to load weights when the first request names them."""
        if not installed():
            raise ProgramMissing("torch is not installed", remedy="pip install 'v2a[neural]'")
        from v2a_prism.maker import PrismMaker

        return PrismMaker(bench)


def prism(folder: Path) -> v2a.Generator:
    """The generator over the weights in a folder."""

    class Prism(_Prism):
        """PrismAudio over these weights."""

        card = card(folder)

    return Prism()

"""From a folder to examples: looked through, parted into windows, features and latents worked out or found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

import v2a
from v2a.errors import FileMissing, InputError
from v2a.media.weights import weights_folder
from v2a_diffusion.starting import start
from v2a_diffusion.training import Recipe, Training
from v2a_prism.config import Config
from v2a_prism.generator import WINDOW
from v2a_prism.model import Autoencoder, PrismAudio
from v2a_prism.training.features import Tell, conditions
from v2a_prism.training.fitting import SoundLesson
from v2a_prism.training.folder import Holdings, Source, Trouble, Window, windows
from v2a_prism.training.kept import Kept, Rows
from v2a_prism.training.latents import heard, latents
from v2a_prism.training.lesson import Example
from v2a_prism.training.settings import Settings

KEPT, AUTOENCODER = "kept", "autoencoder"
_PART = 16
"""Latents of sound that the autoencoder learns at once."""
_RATE = 1e-3


@dataclass(frozen=True, eq=False)
class Material:
    """Examples to learn from, others that are held out, and files that could not be used."""

    taught: tuple[Example, ...]
    held_out: tuple[Example, ...]
    troubles: tuple[Trouble, ...]


def parted(holdings: Holdings, share: float) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """Sources to learn from, and those held out: a file's content decides, so it stays on its side as others come."""
    order = sorted(holdings.sources, key=_place)
    if not share or len(order) < 2:
        return tuple(order), ()
    count = max(1, sum(_place(source) < share for source in order))
    count = min(count, len(order) - 1)
    return tuple(order[count:]), tuple(order[:count])


def gathered(
    model: PrismAudio, holdings: Holdings, settings: Settings, out: Path, device: torch.device, tell: Tell
) -> Material:
    """The examples of all that was found; `tell` hears what is done, how much of it, and of how much."""
    config, kept = model.config, Kept(out / KEPT)
    sides = parted(holdings, settings.held_out)
    longest = min(WINDOW, Fraction(config.window, config.rate))
    parts = [[w for source in side for w in windows(source, longest)] for side in sides]
    everything = [w for side in parts for w in side]
    bench = v2a.Bench(device=str(device), weights=weights_folder())
    told, unseen = conditions(everything, config, bench, kept, tell)
    autoencoder = model.autoencoder.to(device)
    if settings.autoencoder:
        fit_autoencoder(autoencoder, [w for w in parts[0] if w in told], config, settings, out, tell)
    moments, unheard = latents([w for w in everything if w in told], autoencoder, config, kept, tell)
    taught, held_out = (
        tuple(Example(w.name, w.source.text, told[w], moments[w]) for w in side if w in told and w in moments)
        for side in parts
    )
    troubles = (*holdings.troubles, *unseen, *unheard)
    if not taught:
        raise _empty(troubles)
    return Material(taught, held_out, troubles)


def fit_autoencoder(
    autoencoder: Autoencoder,
    some: Sequence[Window],
    config: Config,
    settings: Settings,
    out: Path,
    tell: Tell,
) -> None:
    """Train an autoencoder on the sound of windows, or find it trained; it ends with the mean of its weights."""
    sounds = [sound for w in some if (sound := _heard(w, config)) is not None]
    if not sounds:
        raise _empty(())
    recipe = Recipe(
        steps=settings.autoencoder,
        batch=min(8, settings.batch),
        rate=_RATE,
        warmup=min(settings.warmup, settings.autoencoder // 10),
        average=min(settings.average, 0.99),
        precision="float32",
        seed=settings.seed,
        save_every=settings.save_every,
        validate_every=settings.autoencoder,
    )
    lesson = SoundLesson(sounds, _PART * config.hop)
    device = next(autoencoder.parameters()).device
    start(autoencoder, lesson.some(recipe.batch).to(device))
    training = Training(autoencoder.requires_grad_(True), lesson, recipe, out / AUTOENCODER)
    for step in training:
        tell("autoencoder's training", step.number, recipe.steps)
    autoencoder.load_state_dict({**autoencoder.state_dict(), **training.average.mean})
    autoencoder.requires_grad_(False).eval()


def _heard(window: Window, config: Config) -> Rows | None:
    try:
        return heard(window, config)
    except InputError:
        return None


def _place(source: Source) -> float:
    """A number from 0 to 1 that follows from a file's content."""
    return int(source.known.rpartition("-")[2][:8], 16) / 16**8


def _empty(troubles: Sequence[Trouble]) -> FileMissing:
    what = "nothing here can be learnt from"
    if troubles:
        what += f"; of {len(troubles)} files that cannot be used, the first is {troubles[0].path.name}: {troubles[0].why}"
    return FileMissing(what, remedy="Give videos with sound, or sounds with texts (name.wav and name.txt).")

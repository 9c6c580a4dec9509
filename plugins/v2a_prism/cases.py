"""Cases of which the answers are known: read from a folder, and computed by this implementation, whichever model's they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from v2a.errors import FileDamaged, FileMissing, WeightsUnfit
from v2a.media.weights import read
from v2a_diffusion.schedules import uniform
from v2a_diffusion.solvers import euler
from v2a_prism import config as configuration
from v2a_prism.checkpoint import load
from v2a_prism.conditioner import SYNC, TEXT, VIDEO, Features
from v2a_prism.model import PrismAudio
from v2a_prism.sampling import Sampling, prepared, tell

Outputs = Iterator[tuple[str, Tensor]]
Tensors = Mapping[str, Tensor]
_VELOCITY = re.compile(r"velocity_cfg([\d.]+)")
_SAMPLE = re.compile(r"latent_euler(\d+)_cfg([\d.]+)")
_ASKED = ("velocity_cfg1", "velocity_cfg5", "latent_euler24_cfg5", "vae_decode", "vae_encoder_mean_scale")


def cases_in(folder: Path) -> dict[str, Tensor]:
    """The cases of a folder by name: inputs (`in.…`) and what was computed of them, some with a case's name in front."""
    for name, reader in (("cases.safetensors", read), ("cases.npz", _arrays)):
        if (folder / name).is_file():
            return reader(folder / name)
    raise FileMissing(
        "there are no cases",
        where=str(folder),
        remedy="Name a folder with cases.safetensors or cases.npz, a configuration and weights.",
    )


def computed(folder: Path, cases: Tensors) -> dict[str, Tensor]:
    """What this implementation makes of the cases, by the names of their outputs."""
    kinds: tuple[tuple[str, Callable[[Path, Tensors], Outputs]], ...] = (
        ("model_type", _prism),
        ("patch_time", _synchformer),
        ("num_spatial_layers", _videoprism),
    )
    known = _configuration(folder)
    for key, outputs in kinds:
        if key in known:
            return {name: made.detach().float().cpu() for name, made in outputs(folder, cases)}
    raise WeightsUnfit(
        "this configuration is none of PrismAudio, Synchformer and VideoPrism",
        where=str(folder / configuration.NAME),
        remedy="Name a folder of one of them.",
    )


def is_input(name: str) -> bool:
    """Whether a name of a case is one of its inputs."""
    return "in" in name.split(".")[:-1]


def _prism(folder: Path, cases: Tensors) -> Outputs:
    model = load(folder)
    for case in sorted({name.rpartition("in.")[0] for name in cases if is_input(name)}):
        given = {
            name.removeprefix(f"{case}in."): t for name, t in cases.items() if name.startswith(f"{case}in.")
        }
        said = f"{case}out."
        asked = {name.removeprefix(said) for name in cases if name.startswith(said)}
        yield from _case(model, case, given, sorted(asked | set(_ASKED)))


def _case(model: PrismAudio, case: str, given: Tensors, asked: list[str]) -> Outputs:
    if {VIDEO, TEXT, SYNC} <= given.keys():
        features = Features(given[VIDEO], given[TEXT], given[SYNC])
        with torch.inference_mode():
            for name in (VIDEO, TEXT, SYNC):
                yield f"{case}conditioner.{name}", model.conditioners[name](given[name][None])
        for name in asked if "x" in given else []:
            made = _sampled(model, name, features, given)
            if made is not None:
                yield f"{case}out.{name}", made
    with torch.inference_mode():
        if "vae_latent" in given:
            yield f"{case}out.vae_decode", model.autoencoder.decode(given["vae_latent"])
        if "vae_wave" in given:
            yield f"{case}out.vae_encoder_mean_scale", model.autoencoder.moments(given["vae_wave"])


def _sampled(model: PrismAudio, name: str, features: Features, given: Tensors) -> Tensor | None:
    """A velocity or a sample by its name, which says how it is guided and in how many steps."""
    velocity, latent = _VELOCITY.fullmatch(name), _SAMPLE.fullmatch(name)
    said = velocity or latent
    if not said or (velocity and "t" not in given):
        return None
    x, told = given["x"], tell(model, features)
    steps = int(latent[1]) if latent else 1
    with torch.inference_mode():
        denoising = prepared(
            model, told, x.shape[-1], Sampling(steps, guidance=float(said[said.lastindex or 1]))
        )
        if velocity:
            return denoising(x, given["t"].flatten()[0]).flow
        return euler(denoising, x, uniform(denoising.path, steps))


def _synchformer(folder: Path, cases: Tensors) -> Outputs:
    from v2a_encoders import synchformer

    config = synchformer.Config.of(_configuration(folder))
    model = synchformer.load(_weights(folder), config)
    pixels = enlarged(_pixels(cases, folder), (config.crop, config.crop), (-2, -1))
    with torch.inference_mode():
        yield "out.features", model(synchformer.normalised(pixels))


def _videoprism(folder: Path, cases: Tensors) -> Outputs:
    from v2a_encoders import videoprism

    config = videoprism.Config.of(_configuration(folder))
    model = videoprism.load(_weights(folder), config)
    sides = config.pos_emb_shape[1] * config.patch_size, config.pos_emb_shape[2] * config.patch_size
    pixels = enlarged(_pixels(cases, folder), sides, (2, 3))
    with torch.inference_mode():
        made = model(pixels.float() / 255)
    yield "out.frame_embeddings", made.frames
    yield "out.video_embedding", made.video


def _pixels(cases: Tensors, folder: Path) -> Tensor:
    if "in.pixels" not in cases:
        raise WeightsUnfit(
            "these cases have no in.pixels",
            where=str(folder),
            remedy="Name a folder with cases of this model.",
        )
    return cases["in.pixels"]


def enlarged(pixels: Tensor, sides: tuple[int, int], axes: tuple[int, int]) -> Tensor:
    """Frames at the size that a model takes: those of cases are kept small, and each of their pixels is a square there."""
    for side, axis in zip(sides, axes):
        pixels = pixels.repeat_interleave(side // pixels.shape[axis], axis)
    return pixels


def _weights(folder: Path) -> Path:
    for name in ("model.safetensors", "model.npz"):
        if (folder / name).is_file():
            return folder / name
    raise FileMissing(
        "there are no weights", where=str(folder), remedy="Put model.safetensors or model.npz there."
    )


def _configuration(folder: Path) -> dict[str, Any]:
    path = folder / configuration.NAME
    if not path.is_file():
        raise FileMissing("there is no configuration", where=str(path), remedy=f"Put {path.name} there.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(path) from error
    if not isinstance(found, dict):
        raise _damaged(path)
    return found


def _arrays(path: Path) -> dict[str, Tensor]:
    import zipfile

    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as held:
            return {name: torch.from_numpy(held[name]) for name in held.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> FileDamaged:
    return FileDamaged("this file cannot be read", where=str(path), remedy="Copy or make it again.")

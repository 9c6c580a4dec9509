"""The configuration of a PrismAudio model: read from its published layout, told apart from what we do not know."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from v2a.errors import FileMissing, WeightsUnfit

NAME = "config.json"
PUBLISHED = Path(__file__).with_name("prismaudio.json")
_KNOWN: tuple[tuple[str, Any], ...] = (
    ("model_type", "diffusion_cond"),
    ("model.pretransform.type", "autoencoder"),
    ("model.pretransform.config.encoder.type", "oobleck"),
    ("model.pretransform.config.encoder.config.use_snake", True),
    ("model.pretransform.config.decoder.type", "oobleck"),
    ("model.pretransform.config.decoder.config.use_snake", True),
    ("model.pretransform.config.bottleneck.type", "vae"),
    ("model.diffusion.type", "dit"),
    ("model.diffusion.diffusion_objective", "rectified_flow"),
    ("model.diffusion.cross_attention_cond_ids", ["video_features", "text_features"]),
    ("model.diffusion.add_cond_ids", ["video_features"]),
    ("model.diffusion.sync_cond_ids", ["sync_features"]),
    ("model.diffusion.config.transformer_type", "continuous_transformer"),
    ("model.diffusion.config.project_cond_tokens", False),
    ("model.diffusion.config.attn_kwargs", {"qk_norm": "rns"}),
    ("model.diffusion.config.use_gated", True),
    ("model.diffusion.config.use_sync_gated", True),
)
_ENDS = {"video_features": "cond_mlp", "text_features": "cond_mlp", "sync_features": "sync_mlp"}


@dataclass(frozen=True)
class Ends:
    """The widths of a condition: as its encoder gives it, and as the network is told it."""

    size: int
    width: int


@dataclass(frozen=True)
class Config:
    """The sizes of a PrismAudio model."""

    rate: int
    window: int
    """Samples of the window it was trained on."""
    sound: int
    """Channels of sound."""
    latent: int
    """Channels of a latent."""
    encoder: tuple[int, tuple[int, ...], tuple[int, ...]]
    """Channels, multiples and strides of the autoencoder's way down."""
    decoder: tuple[int, tuple[int, ...], tuple[int, ...]]
    final_tanh: bool
    width: int
    depth: int
    heads: int
    video: Ends
    text: Ends
    sync: Ends

    @property
    def hop(self) -> int:
        """Samples for each latent."""
        return math.prod(self.decoder[2])

    def length(self, seconds: float) -> int:
        """How many latents a sound of this length is given, as published: the nearest, at least one."""
        return max(1, round(self.rate / self.hop * seconds))


def published() -> Config:
    """The configuration that PrismAudio was published with; its weights come without one."""
    return parsed(_read(PUBLISHED), PUBLISHED)


def beside(source: Path) -> Path:
    """The file of the configuration that belongs to a file or folder of weights: its neighbour, or the published one."""
    mine = (source if source.is_dir() else source.parent) / NAME
    return mine if mine.is_file() else PUBLISHED


def read(path: Path) -> Config:
    """The configuration in a file."""
    return parsed(_read(path), path)


def _read(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise FileMissing("there is no configuration", where=str(path), remedy=f"Put {NAME} there.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unfit("is not JSON", path) from error
    if not isinstance(found, dict):
        raise _unfit("is not a configuration", path)
    return found


def parsed(tree: Mapping[str, Any], where: Path | str) -> Config:
    """A configuration in the published layout; WeightsUnfit names what is missing, or what this model does not have."""
    for path, known in _KNOWN:
        found = _at(tree, path, where)
        if found != known:
            raise _unfit(
                f"asks for {path} = {json.dumps(found)}, and only {json.dumps(known)} is known", where
            )
    try:
        return _config(tree, where)
    except (TypeError, ValueError, AttributeError) as error:
        raise _unfit("has a value of the wrong kind", where) from error


def _config(tree: Mapping[str, Any], where: Path | str) -> Config:
    down = _at(tree, "model.pretransform.config.encoder.config", where)
    up = _at(tree, "model.pretransform.config.decoder.config", where)
    dit = _at(tree, "model.diffusion.config", where)
    ends = _ends(_at(tree, "model.conditioning.configs", where), where)
    latent, width, heads = (int(_at(dit, key, where)) for key in ("io_channels", "embed_dim", "num_heads"))
    config = Config(
        rate=int(_at(tree, "sample_rate", where)),
        window=int(_at(tree, "sample_size", where)),
        sound=int(_at(tree, "audio_channels", where)),
        latent=latent,
        encoder=_levels(down, where),
        decoder=_levels(up, where),
        final_tanh=bool(up.get("final_tanh", True)),
        width=width,
        depth=int(_at(dit, "depth", where)),
        heads=heads,
        video=ends["video_features"],
        text=ends["text_features"],
        sync=ends["sync_features"],
    )
    _agreeing(config, tree, where)
    return config


def _levels(part: Mapping[str, Any], where: Path | str) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    multiples = tuple(map(int, _at(part, "c_mults", where)))
    strides = tuple(map(int, _at(part, "strides", where)))
    if len(multiples) != len(strides):
        raise _unfit("names another number of strides than of levels", where)
    return int(_at(part, "channels", where)), multiples, strides


def _ends(listed: Any, where: Path | str) -> dict[str, Ends]:
    found = {str(entry["id"]): entry for entry in listed if isinstance(entry, dict) and "id" in entry}
    kinds = {name: str(entry.get("type")) for name, entry in found.items()}
    if kinds != _ENDS:
        raise _unfit(f"has other conditions than {', '.join(_ENDS)}", where)
    return {
        name: Ends(int(_at(entry, "config.dim", where)), int(_at(entry, "config.output_dim", where)))
        for name, entry in found.items()
    }


def _agreeing(config: Config, tree: Mapping[str, Any], where: Path | str) -> None:
    """What must be equal for the parts to fit each other."""
    dit = _at(tree, "model.diffusion.config", where)
    latents = {
        "decoder": _at(tree, "model.pretransform.config.decoder.config.latent_dim", where),
        "encoder": _at(tree, "model.pretransform.config.encoder.config.latent_dim", where) // 2,
        "pretransform": _at(tree, "model.pretransform.config.latent_dim", where),
    }
    for name, channels in latents.items():
        if channels != config.latent:
            raise _unfit(
                f"has {channels} latent channels in its {name}, and {config.latent} in its network", where
            )
    if config.encoder[2] != config.decoder[2]:
        raise _unfit("has other strides on the way down than on the way up", where)
    widths = [dit.get(f"{name}_token_dim") for name in ("cond", "add", "sync")]
    widths += [end.width for end in (config.video, config.text, config.sync)]
    if any(width != config.width for width in widths):
        raise _unfit(f"has conditions of other widths than the network's {config.width}", where)
    if config.width % config.heads or min(config.depth, config.heads, config.rate, config.latent) < 1:
        raise _unfit(f"has {config.heads} heads for {config.width} channels, or a size below one", where)


def _at(tree: Any, path: str, where: Path | str) -> Any:
    for key in path.split("."):
        if not isinstance(tree, Mapping) or key not in tree:
            raise _unfit(f"lacks {path}", where)
        tree = tree[key]
    return tree


def _unfit(what: str, where: Path | str) -> WeightsUnfit:
    return WeightsUnfit(
        f"this configuration {what}",
        where=str(where),
        remedy=f"Use a {NAME} in the layout of PrismAudio's, or none: then its published one counts.",
    )

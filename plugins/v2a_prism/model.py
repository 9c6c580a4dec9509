"""The whole of PrismAudio: conditioners, network and autoencoder, under their published names."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from v2a_diffusion.oobleck import Oobleck, OobleckShape, decoder, encoder
from v2a_prism.conditioner import conditioners
from v2a_prism.config import Config
from v2a_prism.network import Network

_LAYERS = "model.model.transformer.layers."
_NORMS = (".gamma", ".beta")


class PrismAudio(nn.Module):  # type: ignore[misc]
    """The model. What its parts are called is what they are called in the published state dict."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.model = nn.ModuleDict({"model": Network(config)})
        self.conditioner = nn.ModuleDict({"conditioners": conditioners(config)})
        self.pretransform = nn.ModuleDict({"model": Autoencoder(config)})

    @property
    def network(self) -> Network:
        """What tells the velocity."""
        network: Network = self.model["model"]
        return network

    @property
    def conditioners(self) -> nn.ModuleDict:
        """What makes conditions of features, by name."""
        return self.conditioner["conditioners"]

    @property
    def autoencoder(self) -> Autoencoder:
        """What makes sound of latents, and latents of sound."""
        autoencoder: Autoencoder = self.pretransform["model"]
        return autoencoder


class Autoencoder(Oobleck):
    """An Oobleck whose ways down and up may have different sizes."""

    def __init__(self, config: Config) -> None:
        down, up = (_shape(config, levels) for levels in (config.encoder, config.decoder))
        nn.Module.__init__(self)
        self.shape = up
        self.encoder = encoder(down)
        self.decoder = decoder(up)


def _shape(config: Config, levels: tuple[int, tuple[int, ...], tuple[int, ...]]) -> OobleckShape:
    return OobleckShape(config.sound, config.latent, *levels, final_tanh=config.final_tanh)


def skeleton(config: Config) -> PrismAudio:
    """The model without numbers in it: names and shapes that cost no memory."""
    with torch.device("meta"):
        return PrismAudio(config)


def dtype_of(name: str, dtype: torch.dtype) -> torch.dtype:
    """The precision of a tensor by its name, where a model's is `dtype`.

    That is for the products of the network's layers, where the work is; the norms between them and all that is done
    once, at its ends and in the autoencoder are in single precision, and so is what layers hand on.
    """
    inside = name.startswith(_LAYERS) and not name.endswith(_NORMS)
    return dtype if inside else torch.float32


def cast(model: PrismAudio, dtype: torch.dtype) -> PrismAudio:
    """The model itself, its tensors in the precisions that belong to `dtype`."""
    tensors = {name: t.to(dtype_of(name, dtype)) for name, t in model.state_dict().items()}
    model.load_state_dict(tensors, assign=True)
    return model


def restored(model: PrismAudio, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Tensors with the frequencies of positions worked out again where a checkpoint keeps them in less than single
    precision, in which they would be wrong by radians."""
    name = "model.model.transformer.rotary_pos_emb.inv_freq"
    found = tensors.get(name)
    if found is None or found.dtype is torch.float32:
        return tensors
    return {**tensors, name: model.network.transformer.rotary_pos_emb.frequencies()}

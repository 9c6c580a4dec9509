"""Low-rank adaptation: a few weights beside the large ones are trained, saved alone, and merged in the end.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, arXiv 2106.09685.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from v2a.errors import WeightsUnfit
from v2a_diffusion.tensors import facts_of, read_tensors, write_tensors

SCHEMA = "v2a-adapter"
_VERSION = 1


@dataclass(frozen=True)
class Terms:
    """What an adapter is: its rank, how much its product counts, and the digest of the weights it belongs to."""

    rank: int
    scale: float
    base: str = ""


class Adapted(nn.Module):  # type: ignore[misc]
    """A linear layer that is left as it is, and the product of two narrow ones that is added to it."""

    def __init__(self, base: nn.Linear, terms: Terms, draws: torch.Generator) -> None:
        """Begin without effect: the second of the narrow layers is zero."""
        super().__init__()
        self.base = base.requires_grad_(False)
        self.scale = terms.scale
        down = torch.empty(terms.rank, base.in_features)
        nn.init.kaiming_uniform_(down, a=5**0.5, generator=draws)
        self.down = nn.Parameter(down.to(base.weight.device))
        self.up = nn.Parameter(torch.zeros(base.out_features, terms.rank, device=base.weight.device))

    def forward(self, x: Tensor) -> Tensor:
        """The layer's answer and the adapter's."""
        narrow = x.to(self.down.dtype) @ self.down.T
        return self.base(x) + (self.scale * (narrow @ self.up.T)).to(x.dtype)

    def merged(self) -> nn.Linear:
        """The plain layer with the product added to its weights."""
        with torch.no_grad():
            self.base.weight.copy_(_added(self.base.weight, self.down, self.up, self.scale))
        return self.base.requires_grad_(True)


def inject(
    network: nn.Module, terms: Terms, draws: torch.Generator, chosen: Callable[[str], bool]
) -> tuple[str, ...]:
    """Put an adapter beside each linear layer whose name is chosen, and let nothing else be trained."""
    network.requires_grad_(False)
    named = [
        name for name, module in network.named_modules() if isinstance(module, nn.Linear) and chosen(name)
    ]
    if not named:
        raise ValueError("no linear layer of this network is chosen")
    for name in named:
        parent, last = _place(network, name)
        setattr(parent, last, Adapted(getattr(parent, last), terms, draws))
    return tuple(named)


def merge(network: nn.Module) -> None:
    """Put every adapted layer's plain one in its place, with what was learnt added to its weights."""
    for name, module in list(network.named_modules()):
        if isinstance(module, Adapted):
            parent, last = _place(network, name)
            setattr(parent, last, module.merged())


def save(network: nn.Module, terms: Terms, path: Path) -> None:
    """Write the adapters of a network, and nothing of its own weights, as safetensors."""
    tensors = {
        f"{name}.{part}": getattr(module, part).detach()
        for name, module in network.named_modules()
        if isinstance(module, Adapted)
        for part in ("down", "up")
    }
    write_tensors(tensors, path, {"schema": SCHEMA, "version": _VERSION, **asdict(terms)})


def terms_of(path: Path) -> Terms:
    """What an adapter file says of itself; WeightsUnfit where it is none."""
    facts = facts_of(path)
    try:
        if facts["schema"] != SCHEMA or facts["version"] != _VERSION:
            raise KeyError("schema")
        return Terms(int(facts["rank"]), float(facts["scale"]), str(facts["base"]))
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsUnfit(
            "this file holds no adapter", where=str(path), remedy="Use one that `v2a train --lora` wrote."
        ) from error


def added(
    tensors: Mapping[str, Tensor], path: Path, base: str = "", strength: float = 1.0
) -> dict[str, Tensor]:
    """A model's tensors with an adapter merged in; `base` is their digest, which must be the adapter's where both know it.

    At strength 0 the model is as it was, at 1 as it was trained.
    """
    terms = terms_of(path)
    if base and terms.base and base != terms.base:
        raise WeightsUnfit(
            f"this adapter belongs to the weights {terms.base}, not to {base}",
            where=str(path),
            remedy="Use it with the model that it was trained on.",
        )
    parts = read_tensors(path)
    names = sorted({name.rpartition(".")[0] for name in parts})
    made = dict(tensors)
    for name in names:
        weight, down, up = made.get(f"{name}.weight"), parts.get(f"{name}.down"), parts.get(f"{name}.up")
        if weight is None or down is None or up is None or weight.shape != (up.shape[0], down.shape[1]):
            raise WeightsUnfit(
                f"this adapter does not fit the model at {name}",
                where=str(path),
                remedy="Use it with the model that it was trained on.",
            )
        made[f"{name}.weight"] = _added(weight, down, up, terms.scale * strength)
    return made


def _added(weight: Tensor, down: Tensor, up: Tensor, scale: float) -> Tensor:
    product = up.to(weight.device, torch.float64) @ down.to(weight.device, torch.float64)
    return (weight.to(torch.float64) + scale * product).to(weight.dtype)


def _place(network: nn.Module, name: str) -> tuple[nn.Module, str]:
    parent, _, last = name.rpartition(".")
    return network.get_submodule(parent), last

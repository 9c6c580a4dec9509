"""State spaces instead of self-attention: a network whose cost grows with the length of a sound, not with its square.

Gu et al. 2022, "On the Parameterization and Initialization of Diagonal State Space Models" (S4D, arXiv:2206.11893),
gated as by Mehta et al. 2022 (arXiv:2206.13947).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.attention import Turn
from v2a_diffusion.transformer import DiffusionTransformer, TransformerShape

_SHORTEST, _LONGEST = 1e-3, 1e-1


class DiagonalStates(nn.Module):  # type: ignore[misc]
    """Each channel drives `states` damped oscillators, and hears their sum: one way through time, as a convolution."""

    def __init__(self, width: int, states: int) -> None:
        super().__init__()
        steps = torch.rand(width) * (math.log(_LONGEST) - math.log(_SHORTEST)) + math.log(_SHORTEST)
        self.log_step = nn.Parameter(steps)
        self.log_damping = nn.Parameter(torch.full((width, states), math.log(0.5)))
        self.frequency = nn.Parameter(math.pi * torch.arange(states).float().repeat(width, 1))
        self.out = nn.Parameter(torch.randn(width, states, 2) * math.sqrt(0.5 / states))
        self.past = nn.Parameter(torch.randn(width))

    def poles(self) -> tuple[Tensor, Tensor]:
        """What a state keeps of itself from one position to the next, and what of it is heard (width × states)."""
        rate = torch.complex(-self.log_damping.float().exp(), self.frequency.float())
        kept = rate * self.log_step.float().exp()[:, None]
        heard = torch.view_as_complex(self.out.float().contiguous()) * torch.expm1(kept) / rate
        return kept, heard

    def kernel(self, length: int) -> Tensor:
        """What is heard of a single one, for so many positions after it (width × length)."""
        kept, heard = self.poles()
        positions = torch.arange(length, device=kept.device)
        return 2 * torch.einsum("ws,wsp->wp", heard, (kept[:, :, None] * positions).exp()).real

    def forward(self, x: Tensor) -> Tensor:
        """A sequence (batch × positions × width), each position with what it hears of itself and those before it."""
        length = x.shape[1]
        signal = x.float().transpose(1, 2)
        spectrum = torch.fft.rfft(self.kernel(length), n=2 * length)
        heard = torch.fft.irfft(torch.fft.rfft(signal, n=2 * length) * spectrum, n=2 * length)[..., :length]
        return (heard + signal * self.past.float()[:, None]).transpose(1, 2).to(x.dtype)

    def recurrence(self, x: Tensor) -> Tensor:
        """The same, position by position: what can be streamed, and what the convolution must agree with."""
        kept, heard = self.poles()
        state = torch.zeros(len(x), *kept.shape, dtype=kept.dtype, device=x.device)
        made = []
        for now in x.float().unbind(1):
            state = state * kept.exp() + now[:, :, None]
            made.append(2 * (state * heard).real.sum(-1) + now * self.past.float())
        return torch.stack(made, 1).to(x.dtype)


class StateMixing(nn.Module):  # type: ignore[misc]
    """Positions mixed by state spaces, forwards and, unless it is causal, backwards, and gated by what each one is."""

    def __init__(self, width: int, states: int, causal: bool) -> None:
        super().__init__()
        self.to_in = nn.Linear(width, 2 * width, bias=False)
        self.forwards = DiagonalStates(width, states)
        self.backwards = None if causal else DiagonalStates(width, states)
        self.to_out = nn.Linear(width, width, bias=False)

    def forward(self, x: Tensor, turn: Turn | None = None) -> Tensor:
        """A sequence (batch × positions × width); it knows its positions without being told."""
        signal, gate = self.to_in(x).chunk(2, dim=-1)
        heard = self.forwards(signal)
        if self.backwards is not None:
            heard = heard + self.backwards(signal.flip(1)).flip(1)
        out: Tensor = self.to_out(heard * F.silu(gate))
        return out


class DiffusionStateSpace(DiffusionTransformer):
    """A `DiffusionTransformer` with state spaces in place of self-attention, told in all the same ways."""

    def __init__(
        self, shape: TransformerShape, states: int = 32, causal: bool = False, beside: int = 0, added: int = 0
    ) -> None:
        super().__init__(shape, beside, added)
        for layer in self.transformer.layers:
            layer.self_attn = StateMixing(shape.width, states, causal)

"""Lessons with known answers, for tests of training."""

import torch


class Line:
    """Learn to be a fixed linear map, from noisy examples whose noise is drawn anew each time."""

    def __init__(self, size=10, first=0):
        self.inputs = torch.randn(size, 4, generator=torch.Generator().manual_seed(first))
        self.map = torch.tensor([[1.0, -2.0, 0.5, 3.0]]).T

    def __len__(self):
        return len(self.inputs)

    def loss(self, network, examples, draws):
        x = self.inputs[list(examples)]
        noise = 0.1 * torch.randn(len(x), 1, generator=draws)
        return (network(x) - (x @ self.map + noise)).square().mean()


class Poisoned(Line):
    """The same, whose loss is no number once `after` passes were made."""

    def __init__(self, after):
        super().__init__()
        self.after = after

    def loss(self, network, examples, draws):
        self.after -= 1
        return super().loss(network, examples, draws) * (1 if self.after >= 0 else float("nan"))


def network():
    made = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.SiLU(), torch.nn.Linear(16, 1))
    draws = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for weight in made.parameters():
            weight.copy_(0.3 * torch.randn(weight.shape, generator=draws))
    return made

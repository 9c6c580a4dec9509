"""Sounds that tests make: a tone, and noise drawn for its request."""

import numpy as np

from v2a.model import Audio, Licence, Request

FREE = Licence("MIT", commercial="yes")


def sine(request: Request, hertz: float = 440.0) -> Audio:
    """Sample n depends on n alone."""
    n = np.arange(request.start, request.start + request.length)
    wave = 0.25 * np.sin(2 * np.pi * hertz * n / request.rate)
    return Audio(np.tile(wave.astype(np.float32), (request.channels, 1)), request.rate)


def noise(request: Request) -> Audio:
    """Noise drawn for the request; windows with one seed are alike."""
    rng = np.random.Generator(np.random.Philox(request.seed % (1 << 64)))
    return Audio(rng.normal(0, 0.1, (request.channels, request.length)).astype(np.float32), request.rate)

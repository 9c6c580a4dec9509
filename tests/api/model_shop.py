"""Cards of models whose files a test's own server holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import v2a
from tests.media.serving import QUICK, sha256
from v2a.api import models, pulling
from v2a.interfaces import Bench

WHOLE = np.random.default_rng(5).bytes(200_000)
FILES = {"config.json": b"{}", "model.safetensors": WHOLE}
TERMS = v2a.Licence("MIT", "CC-BY-NC-4.0", commercial="no", read="https://example.org/licence")
CARD = v2a.ModelCard("some", "1", "some model", TERMS, "https://example.org", ("Not for sale.",), ("nobody",))


def published(server, size=200_000, digest="", name="some.ckpt", **how):
    """A card of one file that the server holds."""
    server.hold(name, WHOLE, **how)
    return replace(CARD, files=(v2a.ModelFile(name, (server.url(name),), size, digest),))


def in_repository(server, files=FILES, **how):
    """A card of a repository; only what is large has a checksum there."""
    server.hold_repository("some/one", files, plain=["config.json"], **how)
    return replace(CARD, repository=v2a.ModelRepository("some/one", ("config.json", "*.safetensors")))


def bench(folder, heard=None):
    return Bench(weights=folder, tell=(heard if heard is not None else []).append)


def looked(card, folder):
    return models.look(card, folder, "shop")


def pulled(card, folder, source="", accept=pulling.always, heard=None):
    return pulling.pull(looked(card, folder), bench(folder, heard), accept, str(source), QUICK)


def names(folder):
    """What lies in a folder, but for what is hidden."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


__all__ = [
    "CARD",
    "FILES",
    "WHOLE",
    "bench",
    "in_repository",
    "looked",
    "names",
    "published",
    "pulled",
    "sha256",
]

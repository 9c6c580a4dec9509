"""A PrismAudio that is small and random: its configuration, its weights in a folder, and features of cues."""

import json

import torch

from v2a_prism import config as configuration
from v2a_prism.conditioner import Features
from v2a_prism.model import PrismAudio

SIZES = {"latent": 8, "width": 64, "depth": 2, "heads": 2}


def tree(width=64, depth=2, heads=2, latent=8, channels=2):
    """A configuration in the published layout, with small sizes."""
    made = json.loads(configuration.PUBLISHED.read_text())
    coder = made["model"]["pretransform"]["config"]
    coder["encoder"]["config"] |= {"channels": channels, "latent_dim": 2 * latent}
    coder["decoder"]["config"] |= {"channels": channels, "latent_dim": latent}
    coder["latent_dim"] = latent
    for entry, size in zip(made["model"]["conditioning"]["configs"], (24, 24, 16)):
        entry["config"] = {"dim": size, "output_dim": width}
    made["model"]["diffusion"]["config"] |= {
        "io_channels": latent,
        "embed_dim": width,
        "depth": depth,
        "num_heads": heads,
        "cond_token_dim": width,
        "add_token_dim": width,
        "sync_token_dim": width,
    }
    return made


def model(seed=0, **sizes):
    """The model with random weights, gates and shifts included."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        made = PrismAudio(configuration.parsed(tree(**sizes), "tiny"))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, tensor in made.state_dict().items():
            if "inv_freq" not in name and not name.endswith(("weight_v", "gamma", "norm.weight")):
                tensor.add_(0.05 * torch.randn(tensor.shape, generator=generator))
    return made.eval()


def folder(path, made=None, **sizes):
    """A folder with a configuration and `prismaudio.ckpt` in it."""
    path.mkdir(exist_ok=True)
    (path / "config.json").write_text(json.dumps(tree(**sizes)))
    torch.save((made or model(**sizes)).state_dict(), path / "prismaudio.ckpt")
    return path


def features(seconds, words=7, seed=0):
    """What encoders would tell of a cue of this length."""
    generator = torch.Generator().manual_seed(seed)
    syncs = 8 * ((int(25 * seconds) - 16) // 8 + 1)
    shapes = ((max(1, int(4 * seconds)), 24), (words, 24), (syncs, 16))
    return Features(*(torch.randn(shape, generator=generator) for shape in shapes))

"""A school for a tiny model: foley sounds with texts, a tiny text encoder, and a configuration to begin with."""

import json
from dataclasses import replace
from fractions import Fraction

import torch
from safetensors.torch import save_file

import v2a
from tests.plugins.v2a_prism import tiny
from v2a.media.writer import SoundWriter
from v2a_encoders import neural
from v2a_foley.foley import make
from v2a_prism import config as settings
from v2a_prism.model import PrismAudio

RATE, HOP, SECONDS = 44_100, 256, Fraction(1)
LOWEST = 64
"""How many of the 256 frequencies of a latent are kept: up to 5.5 kHz."""
SEEN = 16
WORDS = ("knock", "bell", "drip", "glass", "breaking", "footsteps", "on", "wood", "a", "keyboard")
_LOUD = 18.0


def tree(width=64, depth=2, heads=2):
    """A configuration whose latents are 64 numbers for both sides together, 172 times a second."""
    made = tiny.tree(width, depth, heads, latent=LOWEST, channels=2)
    coder = made["model"]["pretransform"]["config"]
    for side in ("encoder", "decoder"):
        coder[side]["config"] |= {"c_mults": [LOWEST // 2], "strides": [HOP]}
    coder["downsampling_ratio"] = HOP
    for entry in made["model"]["conditioning"]["configs"]:
        entry["config"]["dim"] = SEEN
    return made | {"sample_size": int(RATE * SECONDS)}


def model(path, seed=0, **sizes):
    """A folder with a model whose network is random and whose autoencoder is exact up to 5.5 kHz for sound that is
    the same on both sides: a lapped cosine transform.

    Princen, Johnson and Bradley 1987; snakes are flat and residual blocks silent.
    """
    path.mkdir(exist_ok=True)
    config = configuration(path, **sizes).rename(path / "config.json")
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        made = PrismAudio(settings.read(config))
    coder, width, both = made.autoencoder, LOWEST, _lapped()
    with torch.no_grad():
        for name, tensor in coder.named_parameters():
            if name.endswith(("beta", "weight_g", "bias")):
                tensor.fill_(30.0 if name.endswith("beta") else 0.0)
        _set(coder.encoder.layers[0], _still(2, 2, 7))
        _set(coder.encoder.layers[1].layers[-1], _LOUD * both)
        _set(coder.encoder.layers[-1], torch.cat([_still(width, width, 3), torch.zeros(width, width, 3)]))
        coder.encoder.layers[-1].bias[width:] = -12.0
        _set(coder.decoder.layers[0], _still(width, width, 7))
        _set(coder.decoder.layers[1].layers[1], both / _LOUD)
        _set(coder.decoder.layers[-1], _still(2, 2, 7))
    save_file(made.state_dict(), path / "model.safetensors")
    return path


def _lapped():
    """The transform's functions, on both sides."""
    n, k = torch.arange(2 * HOP) + 0.5, torch.arange(LOWEST)[:, None] + 0.5
    window = torch.sin(torch.pi / (2 * HOP) * n)
    basis = window * torch.cos(torch.pi / HOP * (n + HOP / 2) * k) * (2 / HOP) ** 0.5
    return (basis[:, None] * 0.5**0.5).repeat(1, 2, 1)


def _still(size, width, kernel):
    """The weight of a convolution that changes nothing."""
    weight = torch.zeros(width, size, kernel)
    weight[torch.arange(width), torch.arange(size), kernel // 2] = 1
    return weight


def _set(layer, weight):
    layer.weight_v.copy_(torch.where(weight.flatten(1).norm(dim=1)[:, None, None] > 0, weight, 1.0))
    layer.weight_g.copy_(weight.flatten(1).norm(dim=1)[:, None, None])


def configuration(folder, **sizes):
    """The same in a file."""
    path = folder / "tiny.json"
    path.write_text(json.dumps(tree(**sizes)))
    return path


def sound(prompt, seed):
    """A foley sound (channels × samples)."""
    asked = v2a.Request("c", "fo", prompt, v2a.Span(Fraction(0), SECONDS), SECONDS, seed, RATE, 2)
    answer = make(replace(asked, sync=Fraction(1, 10)))
    assert isinstance(answer, v2a.Made), answer
    return answer.sound.samples


def folder(path, prompts, each):
    """A folder of sounds with texts; those of a prompt differ by their seeds."""
    path.mkdir(exist_ok=True)
    for prompt in prompts:
        for seed in range(each):
            stem = path / f"{prompt.replace(' ', '-')}-{seed}"
            with SoundWriter(stem.with_suffix(".wav"), RATE, 2) as writer:
                writer.write(sound(prompt, seed))
            stem.with_suffix(".txt").write_text(f"a {prompt}")
    return path


def t5gemma(folder):
    """A tiny T5Gemma that knows the words of these texts."""
    neural.torch()
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        PreTrainedTokenizerFast,
        T5GemmaConfig,
        T5GemmaForConditionalGeneration,
        T5GemmaModuleConfig,
    )

    known = {word: number for number, word in enumerate(("<pad>", "</s>", "<unk>", *WORDS))}
    tokenizer = Tokenizer(models.WordLevel(known, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", eos_token="</s>"
    ).save_pretrained(folder)
    sizes = {
        "vocab_size": len(known),
        "hidden_size": SEEN,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "query_pre_attn_scalar": 8,
    }
    encoder, decoder = T5GemmaModuleConfig(**sizes), T5GemmaModuleConfig(**sizes)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(1)
        made = T5GemmaForConditionalGeneration(
            T5GemmaConfig(encoder=encoder, decoder=decoder, vocab_size=len(known))
        )
    made.eval().save_pretrained(folder)

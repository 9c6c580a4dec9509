"""What a training leaves: sounds on its way, and in the end a model or an adapter that the generator takes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from v2a.files import together
from v2a.media.writer import SoundWriter
from v2a_diffusion import lora
from v2a_diffusion.lora import Terms
from v2a_diffusion.tensors import write_tensors
from v2a_prism.checkpoint import ONE
from v2a_prism.conditions import in_time
from v2a_prism.config import NAME
from v2a_prism.model import PrismAudio
from v2a_prism.sampling import Cue, decode, sample, tell
from v2a_prism.training.lesson import Example

MODEL, ADAPTER, SAMPLES = "model", "adapter.safetensors", "samples"


def write_result(model: PrismAudio, config: Path, terms: Terms | None, out: Path) -> Path:
    """Write what was trained: an adapter in a file, or a whole model in a folder."""
    if terms is not None:
        lora.save(model, terms, out / ADAPTER)
        return out / ADAPTER
    return write_model(model, config, out / MODEL)


def write_model(model: PrismAudio, config: Path, folder: Path) -> Path:
    """Write a model and its configuration into a folder, as it is published but as safetensors."""
    with together(folder) as draft:
        write_tensors(model.state_dict(), draft / ONE, {})
        shutil.copyfile(config, draft / NAME)
    return folder


def write_samples(
    model: PrismAudio, examples: Sequence[Example], out: Path, step: int, seed: int
) -> tuple[Path, ...]:
    """Let the model sound what examples are told, as WAV files; each time from the same noise."""
    written = []
    for number, example in enumerate(examples):
        cue = Cue(in_time(tell(model, example.features()), example.length), seed + number)
        latents = sample(model, [cue], example.length)
        with torch.inference_mode():
            sound = decode(model, latents)[0].float().cpu().numpy()
        path = out / SAMPLES / f"{step:07}" / f"{_plain(example.name)}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        with SoundWriter(path, model.config.rate, model.config.sound) as writer:
            writer.write(sound)
        written.append(path)
    return tuple(written)


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in name)[:80]

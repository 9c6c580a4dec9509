"""PrismAudio's published weights: where they are, on what terms, and how they are converted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import v2a
from v2a_prism.generator import LICENCE, MODEL

_HOME = "https://huggingface.co/FunAudioLLM/PrismAudio"

PRISMAUDIO = v2a.ModelCard(
    name=MODEL,
    version="1",
    about="sound from picture and a chain of thought, with its autoencoder",
    licence=replace(LICENCE, code="Apache-2.0 and MIT, contradictory"),
    home=_HOME,
    conditions=(
        "Its authors contradict themselves: the repository names Apache-2.0, the model's page MIT, and both say that "
        "code, weights and data are for research and education only.",
        "They do not permit commercial use without their explicit authorisation: do not sell what is made with it.",
        "Its autoencoder is a fine-tuned one of Stability AI's and stands under the Stability AI Community License "
        "besides.",
        "None of this is part of v2a or passed on with it; you fetch it and answer for its use.",
    ),
    needed_by=("the generator prism",),
    files=(v2a.ModelFile("prismaudio.ckpt", (f"{_HOME}/resolve/main/prismaudio.ckpt",), 2_697_789_718),),
    convert="v2a_prism.models:convert",
)


def convert(source: Path, folder: Path, bench: v2a.Bench) -> None:
    """Write the published checkpoint into a folder as shards of safetensors; it must fit the model."""
    from v2a_prism import checkpoint

    bench.progress(0, 1, source.name)
    checkpoint.convert(source, folder)
    bench.progress(1, 1, source.name)

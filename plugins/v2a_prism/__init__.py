"""PrismAudio: sound from picture and a chain of thought, in our own implementation that loads the published weights.

It wants `v2a[neural]`.
"""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a.media.weights import weights_folder
from v2a_prism.generator import prism
from v2a_prism.models import PRISMAUDIO


@v2a.hookimpl
def v2a_generators() -> Sequence[v2a.Generator]:
    """The generator over the weights that are here, or over none."""
    return (prism(weights_folder()),)


@v2a.hookimpl
def v2a_models() -> Sequence[v2a.ModelCard]:
    """The published weights."""
    return (PRISMAUDIO,)


@v2a.hookimpl
def v2a_commands() -> Sequence[v2a.Command]:
    """`v2a train`."""
    return (v2a.Command("train", "v2a_prism.train:run", "teach PrismAudio what is in a folder of your own"),)

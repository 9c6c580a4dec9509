"""Room tone out of the pauses of a recording: what is steady in them goes on in phase, the rest as grains of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.crossfade import join
from v2a.dsp.grains import Texture
from v2a.dsp.partials import Partials, Stretch

_JOIN = 0.02


@dataclass(frozen=True, eq=False)
class RoomTone:
    """The tone of a place, for any time of the film: sample n follows from the pauses, the seed and n alone."""

    steady: Partials
    texture: Texture

    @classmethod
    def grown(cls, pauses: Sequence[Stretch], rate: int, seed: int) -> RoomTone:
        """The tone out of stretches of it, in order of time, a tenth of a second long at least."""
        steady = Partials.of(pauses, rate)
        wave = steady.without(pauses[0])
        for pause in pauses[1:]:
            wave = join(wave, steady.without(pause), round(_JOIN * rate))
        return cls(steady, Texture(wave, rate, seed))

    def window(self, start: int, stop: int) -> NDArray[np.float32]:
        """The tone at these samples of the film, channels × samples."""
        return self.texture.window(start, stop - start) + self.steady.window(start, stop)

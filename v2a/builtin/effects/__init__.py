"""Effects that ship in the core: pedalboard's block processors, and what it lacks."""

from __future__ import annotations

from v2a.builtin.effects.de_esser import DeEsser
from v2a.builtin.effects.dither import Dither
from v2a.builtin.effects.dynamics import Compressor
from v2a.builtin.effects.equaliser import Equaliser
from v2a.builtin.effects.external import External
from v2a.builtin.effects.high_pass import HighPass
from v2a.builtin.effects.limiting import Limiter
from v2a.builtin.effects.reverb import Reverb
from v2a.builtin.effects.saturation import Saturation
from v2a.builtin.effects.width import Width
from v2a.interfaces import Effect

EFFECTS: tuple[Effect, ...] = (
    HighPass(),
    Equaliser(),
    Compressor(),
    DeEsser(),
    Saturation(),
    Width(),
    Reverb(),
    Limiter(),
    Dither(),
    External(),
)

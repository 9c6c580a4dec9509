"""Effects that ship in the core: pedalboard's block processors."""

from __future__ import annotations

from v2a.builtin.effects.dynamics import Compressor
from v2a.builtin.effects.equaliser import Equaliser
from v2a.builtin.effects.high_pass import HighPass
from v2a.builtin.effects.reverb import Reverb
from v2a.interfaces import Effect

EFFECTS: tuple[Effect, ...] = (HighPass(), Equaliser(), Compressor(), Reverb())

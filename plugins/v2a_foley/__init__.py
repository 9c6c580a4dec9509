"""Sound without weights: foley, effects and backgrounds synthesised from their physics."""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_foley.atmos import Atmos
from v2a_foley.foley import Foley


@v2a.hookimpl
def v2a_generators() -> Sequence[v2a.Generator]:
    """One-shots and gestures, and backgrounds."""
    return (Foley(), Atmos())

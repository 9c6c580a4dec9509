"""Music without weights: a composer that scores a cue of any length, and the instruments that play it."""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_composer import fonts
from v2a_composer.composer import composer


@v2a.hookimpl
def v2a_generators() -> Sequence[v2a.Generator]:
    """The composer, and the font of this machine that it plays."""
    return (composer(fonts.chosen()),)

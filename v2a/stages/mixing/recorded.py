"""The production sound on its spool, and what had to be done or said about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from v2a.dsp.offset import Offset, centred_on_zero
from v2a.interfaces import Bench
from v2a.media.production import production
from v2a.model import Span, Video
from v2a.stages.mixing.curve import BLOCK
from v2a.stages.mixing.spool import Spool


@dataclass(frozen=True)
class Recorded:
    """Production sound, and what is to be said of it."""

    spool: Spool
    notes: tuple[str, ...] = ()


def record(
    video: Video, span: Span, spool: Callable[[str], Spool], name: str, rate: int, bench: Bench
) -> Recorded:
    """The production sound of a span of film on a new spool, without the offset that a poor recorder leaves."""
    read, offset = spool(name), Offset()
    with production(video, rate, block=BLOCK, span=span) as blocks:
        for block in blocks:
            bench.progress(read.length / 3, span.samples(rate).length, "production sound")
            offset.add(read.add(block))
    if offset.silent:
        return Recorded(read, ("The production sound is silent.",))
    if not offset.matters:
        return Recorded(read)
    centred = spool(f"{name}-centred")
    for block in centred_on_zero(read.read, read.length, rate, BLOCK):
        bench.check_cancelled()
        centred.add(block)
    share = 100 * offset.highest
    said = f"The production sound lay {share:.1f} % of full scale off the zero line (DC); that was taken off."
    return Recorded(centred, (said,))

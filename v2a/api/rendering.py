"""What the last stages of a session work on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from v2a.api import exchange
from v2a.model import Mixdown, Region, SpottingList
from v2a.stages.arranging.fitting import remarks
from v2a.stages.deliver import DeliverInputs, Destination
from v2a.stages.generate import Generated
from v2a.stages.mix import MixInputs

if TYPE_CHECKING:
    from v2a.api.session import Session


def to_mix(session: Session, regions: tuple[Region, ...], seed: int) -> MixInputs:
    """What is mixed, in a scratch folder of the store."""
    folder = session.store.scratch()
    folder.mkdir(parents=True, exist_ok=True)
    return MixInputs(
        session.video,
        regions,
        session.observe(),
        folder,
        original=session.choices.options["spot"].original,
        span=session.span,
        seed=seed,
        handed_over=session.order.stems is not None,
        effects={name: effect.thing for name, effect in session.host.effects.items()},
    )


def to_deliver(
    session: Session,
    listed: SpottingList,
    made: Generated,
    regions: tuple[Region, ...],
    mixdown: Mixdown,
    output: Path,
) -> DeliverInputs:
    """What is delivered, with all that went wrong on the way."""
    order = session.order
    return DeliverInputs(
        video=session.video,
        mixdown=mixdown,
        regions=regions,
        spotting=listed,
        destination=Destination(output, order.stems, session.folder),
        failures=made.failures,
        unplaced=listed.unplaced,
        notes=(*session.notes, *(str(trouble) for trouble in session.troubles), *remarks(listed.cues, regions)),
        exports=exchange.exports(order.exports, session.host, output),
        span=session.span,
    )

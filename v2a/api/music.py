"""How a take of music is cut to its cue, before anything is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from v2a.model import Cue, Take
from v2a.stages.arranging.telling import said
from v2a.stages.scoring.timing import Timings

if TYPE_CHECKING:
    from v2a.api.session import Session


def how_cut(session: Session, cue: Cue, take: Take) -> str:
    """What is said of the way a take is cut to its cue; nothing where it is not."""
    from v2a.stages.arrange import ArrangeInputs, edited

    timings = Timings(session.observe(), session.spotting(), session.options("tempo"), store=session.store)
    inputs = ArrangeInputs(session.video, session.spotting(), (take,), session.observe(), timings)
    edit = edited(cue, take, inputs, session.options("arrange"), session.bench("arrange"))
    return "" if edit is None else said(edit, take.sound.duration)

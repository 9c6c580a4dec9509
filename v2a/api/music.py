"""How a take of music is cut to its cue, before anything is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from v2a.model import Cue, Take
from v2a.stages.arranging.songs import song_of
from v2a.stages.arranging.telling import said
from v2a.stages.scoring.timing import Timings

if TYPE_CHECKING:
    from v2a.api.session import Session


def how_cut(session: Session, cue: Cue, take: Take) -> str:
    """What is said of the way a take is cut to its cue, or why it is not; nothing of what is no music."""
    from v2a.stages.arrange import ArrangeInputs, edited

    options = session.options("arrange")
    if cue.kind != "mx" or not options.fit_music:
        return ""
    timings = Timings(session.observe(), session.spotting(), session.options("tempo"), store=session.store)
    inputs = ArrangeInputs(session.video, session.spotting(), (take,), session.observe(), timings)
    edit = edited(cue, take, inputs, options, session.bench("arrange"))
    return _why_not(session, cue, take) if edit is None else said(edit, take.sound.duration)


def _why_not(session: Session, cue: Cue, take: Take) -> str:
    if cue.sync is not None and take.sync is not None:
        return "played as it is, its sync point on the cue's"
    song = song_of(take, session.store)
    if song.ends <= song.opens:
        return "nothing is heard in it"
    beat = "" if song.beaten else ", and has no plain beat"
    return f"played as it is: it is {float(take.sound.duration):.1f} s long, its cue {float(cue.span.duration):.1f} s{beat}"

"""v2a from Python: what the command line does, as functions and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from v2a.api.audition import SoundOrder, sound
from v2a.api.metering import loudness
from v2a.api.order import Order
from v2a.api.session import Session
from v2a.media.probe import probe
from v2a.model import Delivery, Observations, SpottingList

__all__ = [
    "Order",
    "Session",
    "SoundOrder",
    "loudness",
    "observe",
    "probe",
    "render",
    "score",
    "sound",
    "spot",
]


def score(video: Path | str, **wanted: Any) -> Delivery:
    """Give a film its sound; the keywords are those of Order."""
    with Order(Path(video), **wanted).session() as session:
        return session.score()


def spot(video: Path | str, **wanted: Any) -> SpottingList:
    """Decide where sound goes and write the spotting list; the keywords are those of Order."""
    with Order(Path(video), **wanted).session() as session:
        return session.spot()


def render(video: Path | str, **wanted: Any) -> Delivery:
    """Make the sound of the spotting list and deliver; the keywords are those of Order."""
    with Order(Path(video), **wanted).from_project().session() as session:
        return session.render()


def observe(video: Path | str, **wanted: Any) -> Observations:
    """What is seen and heard in a film; the keywords are those of Order."""
    with Order(Path(video), **wanted).session() as session:
        return session.observe()

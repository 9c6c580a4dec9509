"""v2a gives sound to picture. One import for plugin authors: `import v2a`.

Names are loaded when they are first used, so the import itself costs next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes longer to load than all that is here

__version__ = "0.1.0"

_MODEL = (
    "Atmosphere Audio Credit Cue Delivery Eased Failure FeatureTrack Findings Hit Kind Licence Loudness Made Meter Moment "
    "Music MOTION_RATE Note Observations Onset Part Reasoning Reel Region Request Scene Score ScoreMark Shot SoundFile Span Speech "
    "SpottingList Take TempoMap TempoMark Timecode Timing Unplaced Video Voice derived_seed nearest to_seconds"
)
_INTERFACES = (
    "Bench Block Command Effect EffectCard EncodeRequest Encoder EncoderCard ExchangeCard Executor ExecutorCard "
    "Exporter FeatureCard Found Frames Generator GeneratorCard Imported Importer Library LibraryCard Maker Metric "
    "MetricCard ModelCard ModelFile ModelRepository NoParams Observer ObserverCard PictureNeed PlainMaker Plan "
    "PlanRequest Planner PlannerCard Processor Reader SoundNeed Watcher option"
)
_WHERE = {
    **dict.fromkeys(_MODEL.split(), "v2a.model"),
    **dict.fromkeys(_INTERFACES.split(), "v2a.interfaces"),
    "hookimpl": "v2a.hookspecs",
    "V2aError": "v2a.errors",
    **dict.fromkeys(["observe", "probe", "render", "score", "sound", "spot"], "v2a.api"),
}

if TYPE_CHECKING:
    from typing import Any

    from v2a.errors import V2aError as V2aError
    from v2a.hookspecs import hookimpl as hookimpl
    from v2a.interfaces import *  # noqa: F403
    from v2a.model import *  # noqa: F403

__all__ = ["__version__", *_WHERE]


def __getattr__(name: str) -> Any:
    """Load a public name from where it lives."""
    if name not in _WHERE:
        raise AttributeError(f"module 'v2a' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])

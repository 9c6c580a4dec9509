"""The nouns: frozen values over numpy and the standard library."""

from v2a.model.delivery import CueFailure, Delivery, Mixdown, StemFile
from v2a.model.events import Counted, Event, Progress, StageEnded, StageStarted, Warned
from v2a.model.licence import Licence
from v2a.model.observations import (
    Atmosphere,
    FeatureTrack,
    Findings,
    Moment,
    Music,
    Observations,
    Onset,
    Scene,
    Shot,
    Speech,
)
from v2a.model.sound import Audio, Loudness, SoundFile
from v2a.model.spotting import (
    KINDS,
    STEMS,
    Cue,
    Kind,
    Reasoning,
    SpottingList,
    Stem,
    Unplaced,
    derived_seed,
    in_order,
)
from v2a.model.takes import Credit, Failure, Made, Part, Region, Request, Take, TempoMark
from v2a.model.time import SampleSpan, Span, nearest, to_seconds
from v2a.model.timecode import Timecode
from v2a.model.video import Colour, Identity, Picture, SoundTrack, Video

__all__ = [
    "KINDS",
    "STEMS",
    "Atmosphere",
    "Audio",
    "Colour",
    "Counted",
    "Credit",
    "Cue",
    "CueFailure",
    "Delivery",
    "Event",
    "Failure",
    "FeatureTrack",
    "Findings",
    "Identity",
    "Kind",
    "Licence",
    "Loudness",
    "Made",
    "Mixdown",
    "Moment",
    "Music",
    "Observations",
    "Onset",
    "Part",
    "Picture",
    "Progress",
    "Reasoning",
    "Region",
    "Request",
    "SampleSpan",
    "Scene",
    "Shot",
    "SoundFile",
    "SoundTrack",
    "Span",
    "Speech",
    "SpottingList",
    "StageEnded",
    "StageStarted",
    "Stem",
    "StemFile",
    "Take",
    "TempoMark",
    "Timecode",
    "Unplaced",
    "Video",
    "Warned",
    "derived_seed",
    "in_order",
    "nearest",
    "to_seconds",
]

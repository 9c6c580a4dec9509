"""What neural models see, read and hear: encoders (CLIP, T5) that generators ask for, observers that tag scenes, and metrics.

They want `v2a[neural]`.
"""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_encoders.audioset import TaggedMusic, TaggedSpeech
from v2a_encoders.classes import Classes
from v2a_encoders.clip import ClipPicture, ClipText
from v2a_encoders.sights import Sights
from v2a_encoders.t5 import T5Text


@v2a.hookimpl
def v2a_encoders() -> Sequence[v2a.Encoder]:
    """CLIP and T5."""
    return (ClipPicture(), ClipText(), T5Text())


@v2a.hookimpl
def v2a_metrics() -> Sequence[v2a.Metric]:
    """Speech and music in takes, where a tagger's weights are at hand."""
    return (TaggedSpeech(), TaggedMusic())


@v2a.hookimpl
def v2a_observers() -> Sequence[v2a.Observer]:
    """CLIP where a checkpoint is at hand, and ImageNet's classes."""
    return (Sights(), Classes())

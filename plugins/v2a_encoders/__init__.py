"""What neural models see, read and hear: encoders that generators ask for, observers that tag scenes, and metrics.

They want `v2a[neural]`.
"""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_encoders.audioset import TaggedMusic, TaggedSpeech
from v2a_encoders.classes import Classes
from v2a_encoders.clip import ClipPicture, ClipText
from v2a_encoders.models import ALL
from v2a_encoders.pictures import Synchformer, VideoPrism
from v2a_encoders.sights import Sights
from v2a_encoders.t5 import T5GemmaText, T5Text


@v2a.hookimpl
def v2a_encoders() -> Sequence[v2a.Encoder]:
    """Of pictures: CLIP, Synchformer and VideoPrism; of texts: CLIP, T5 and T5Gemma."""
    return (ClipPicture(), Synchformer(), VideoPrism(), ClipText(), T5Text(), T5GemmaText())


@v2a.hookimpl
def v2a_metrics() -> Sequence[v2a.Metric]:
    """Speech and music in takes, where a tagger's weights are at hand."""
    return (TaggedSpeech(), TaggedMusic())


@v2a.hookimpl
def v2a_observers() -> Sequence[v2a.Observer]:
    """CLIP where a checkpoint is at hand, and ImageNet's classes."""
    return (Sights(), Classes())


@v2a.hookimpl
def v2a_models() -> Sequence[v2a.ModelCard]:
    """Synchformer, VideoPrism, T5Gemma, CLIP and AST as they are published."""
    return ALL

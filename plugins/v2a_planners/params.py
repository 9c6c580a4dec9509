"""What a user may set of planners that look, and what a preset's style tells them."""

from __future__ import annotations

from dataclasses import dataclass

from v2a import option


@dataclass(frozen=True)
class Looking:
    """How a film is looked at, whichever model looks; the first three keys are those of `[spot]`."""

    music: bool = option(True, "music where the brief asks for none")
    mood: str = option("neutral", "the mood of music where the brief names none")
    background_layers: int = option(
        1, "how many layers of background a place gets; 0 for none", low=0, high=3
    )
    images: int = option(
        8, "the most frames shown of a scene, or of each part of a long one; 0 for none", low=0, high=64
    )
    image_size: int = option(
        512, "the longer side of a frame that is shown", low=64, high=2048, unit="pixels"
    )
    longest: float = option(
        60.0, "a scene that is longer is asked about in parts", low=5.0, high=3600.0, unit="seconds"
    )
    snap: float = option(
        0.3, "how near a moment must be for a sound to be set on it", low=0.0, high=2.0, unit="seconds"
    )
    temperature: float = option(
        0.0, "0 always takes the likeliest word; more varies with the seed", low=0.0, high=2.0
    )
    answer_tokens: int = option(
        3000, "the longest answer to one request", low=64, high=100_000, unit="tokens"
    )
    most_seconds: float = option(
        3600.0, "the time after which no further scene is begun", low=0.0, high=1e6, unit="seconds"
    )

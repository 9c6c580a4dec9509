"""What can be set about a mix: levels, ducking, loudness, and the effects on its stems."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from v2a.dsp.ducking import Timing
from v2a.dsp.specs import SPECS, spec
from v2a.dsp.stretch import BY
from v2a.interfaces import About, option
from v2a.model import STEMS, Stem, StepBack, to_seconds
from v2a.stages.mixing.balance import Levels
from v2a.stages.mixing.target import Limits, headroom

AUTO = "auto"


@dataclass(frozen=True)
class MixOptions:
    """How the mix is balanced and where its loudness lies."""

    spec: str = option(
        AUTO,
        "Loudness of the delivery; auto is youtube for a film, none where a part of it or stems are asked for.",
        choices=(AUTO, *(s.name for s in SPECS)),
        flag="spec",
    )
    anchor: float = option(-27.0, "Loudness to set levels against where nobody speaks.", unit="LUFS")
    bg_level: float = option(-20.0, "Backgrounds against the dialogue.", unit="LU", low=-60, high=20)
    mx_level: float = option(
        -6.0, "Music against the dialogue where nobody speaks.", unit="LU", low=-60, high=20
    )
    mx_speech_level: float = option(
        -16.0, "Music against the dialogue under speech.", unit="LU", low=-60, high=20
    )
    fo_level: float = option(-6.0, "The loudest foley against the dialogue.", unit="LU", low=-60, high=20)
    fx_level: float = option(3.0, "The loudest effect against the dialogue.", unit="LU", low=-60, high=20)
    vo_level: float = option(0.0, "Narration against the dialogue.", unit="LU", low=-60, high=20)
    bg_duck: float = option(4.0, "How far backgrounds step back for speech.", unit="dB", low=0, high=12)
    fx_duck: float = option(0.0, "How far effects and foley step back for speech.", unit="dB", low=0, high=12)
    band_duck: float = option(2.0, "How much more between 1 and 4 kHz.", unit="dB", low=0, high=12)
    lookahead: float = option(0.2, "Down so long before speech.", unit="s", low=0, high=5)
    hold: float = option(0.7, "Held so long after it.", unit="s", low=0, high=10)
    release: float = option(1.0, "Back up in so long.", unit="s", low=0, high=10)
    bridge: float = option(1.5, "Pauses shorter than this are no pauses.", unit="s", low=0, high=30)
    limit_sustained: float = option(
        3.0, "Limiting held over three seconds at most.", unit="dB", low=0, high=12
    )
    limit_momentary: float = option(6.0, "Limiting of a single peak at most.", unit="dB", low=0, high=24)
    stretcher: str = option(
        "vocoder",
        "What stretches music: v2a's vocoder, which keeps onsets to the sample, or Rubber Band.",
        choices=BY,
    )
    me: bool = option(False, "Write music and effects, undipped, beside the mix.")
    undipped: bool = option(
        False,
        "Write stems before they step back for speech, and how they do as automation (CSV).",
        flag="undipped",
    )
    fill: bool = option(
        False, "Fill gaps in the production sound with room tone grown from its own pauses.", flag="fill"
    )

    effects: Mapping[str, tuple[Mapping[str, Any], ...]] = field(
        default_factory=dict,
        metadata={"about": About("Effects on each stem, in order: mx = [{effect = 'eq', low_gain = 2.0}].")},
    )

    def __post_init__(self) -> None:
        """Refuse effects on what is no stem."""
        for name in self.effects:
            if name not in STEMS:
                close = difflib.get_close_matches(name, STEMS, 1)
                guess = f"did you mean {close[0]!r}? " if close else ""
                raise ValueError(
                    f"[mix.effects] there is no stem {name!r}; {guess}there are {', '.join(STEMS)}"
                )

    @property
    def limits(self) -> Limits:
        """How far the limiter may go."""
        return Limits(self.limit_sustained, self.limit_momentary)

    @property
    def levels(self) -> Levels:
        """The levels of takes against the dialogue."""
        room = headroom(spec(self.spec), self.limits)
        return Levels(self.bg_level, self.mx_level, self.fo_level, self.fx_level, self.vo_level, room)

    @property
    def timing(self) -> Timing:
        """When sounds step back and come again."""
        times = (self.lookahead, self.hold, self.release, self.bridge)
        return Timing(*(to_seconds(t) for t in times))

    def step(self, stem: Stem) -> StepBack | None:
        """How far a stem steps back for speech, at most 12 dB; nothing where it does not."""
        if stem == "mx":
            depth = min(12.0, max(0.0, self.mx_level - self.mx_speech_level))
        else:
            depth = {"bg": self.bg_duck, "fx": self.fx_duck, "fo": self.fx_duck}.get(stem, 0.0)
        return StepBack(stem, depth, min(12.0, depth + self.band_duck)) if depth > 0.0 else None

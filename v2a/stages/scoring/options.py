"""How the tempo of music is found: the one dataclass of it, and what a cue and its prompt say instead."""

from __future__ import annotations

from dataclasses import dataclass, replace

from v2a.builtin.planner.paces import pace_of
from v2a.dsp.hitpoints import Limits
from v2a.dsp.tempi import Tempi
from v2a.interfaces import option
from v2a.model import Cue, Meter, Video, to_seconds


@dataclass(frozen=True)
class TempoOptions:
    """How the tempo of music is found."""

    bpm: str = option(
        "60:140",
        "the tempi that music may have, in beats a minute, such as 96 or 80:110; a cue or its prompt may say others",
        flag="--bpm",
    )
    meter: str = option(
        "4/4", "the meter of music, such as 3/4; a cue or its prompt may say another", flag="--meter"
    )
    drift: float = option(
        0.03,
        "how far the tempo may leave its base so that beats meet the picture, as a part of it; 0 keeps it rigid",
        low=0.0,
        high=0.2,
        flag="--drift",
    )
    step: float = option(
        0.015, "how much the tempo may change from one bar to the next, as a part of it", low=0.0, high=0.2
    )
    rubato: float = option(
        0.0,
        "how far the tempo may leave its base before a scene, or before what follows a long calm; nothing up to the drift",
        low=0.0,
        high=0.3,
        flag="--rubato",
    )
    fermata: float = option(
        0.0, "how many beats longer one may be held there", unit="beats", low=0.0, high=16.0, flag="--fermata"
    )

    def __post_init__(self) -> None:
        """Refuse tempi and meters that there are not, before anything is looked at."""
        Tempi.parse(self.bpm)
        Meter.parse(self.meter)

    def limits(self, video: Video | None) -> Limits:
        """The limits of the search where nothing else is said; without a film a frame lasts what it does by default."""
        return self._limits(Tempi.parse(self.bpm), Meter.parse(self.meter), video)

    def limits_of(self, cue: Cue, video: Video | None) -> Limits:
        """The limits of the search for a cue: what it says itself, else what its prompt says, else these.

        Figures hold as they are written. What only words hint at holds within these tempi where both meet, and not at
        all where these are a single one.
        """
        said, own = pace_of(cue.prompt), Tempi.parse(self.bpm)
        if cue.tempo:
            tempi = Tempi.parse(cue.tempo)
        elif said.tempi is None or (own.single and not said.exact):
            tempi = own
        else:
            tempi = said.tempi if said.exact else said.tempi.within(own)
        meter = Meter.parse(cue.meter) if cue.meter else said.meter or Meter.parse(self.meter)
        return self._limits(tempi, meter, video)

    def _limits(self, tempi: Tempi, meter: Meter, video: Video | None) -> Limits:
        limits = Limits(tempi.low, tempi.high, meter, self.drift, self.step, rubato=self.rubato,
                        fermata=to_seconds(self.fermata))  # fmt: skip
        return limits if video is None else replace(limits, frame=1 / video.frame_rate)

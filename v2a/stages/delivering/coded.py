"""The mix as it is heard: coding moves samples, so a mix under its ceiling may go over it as AAC.

Where it does, what is coded is the mix behind one more limiter, whose ceiling is as much lower as the coder needs, driven
so that it is as loud as before as far as the limits of the mix allow. Stems and other files stay as they are.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from v2a.dsp.levels import decibels_of, peak
from v2a.dsp.meter import Meter
from v2a.dsp.peaks import TruePeak
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.media.coding import coded_alone
from v2a.media.mux import MuxTrack
from v2a.media.probe import probe
from v2a.media.production import chosen, production
from v2a.media.programs import Ffmpeg
from v2a.media.sound import blocks
from v2a.media.writer import SoundWriter
from v2a.model import Coded, Mixdown
from v2a.stages.delivering.relimited import Target, limited, relimited
from v2a.stages.mixing.target import Limits

_LOSSLESS = ("pcm_", "flac", "alac")
_RATE = 48_000
_TRIES = 4
_FEW, _MANY = 3, 7
_MARGIN, _FINE = 0.03, 0.15
# What the loudest passages may not tell of the whole.
_UNTOLD = 0.12
_STEP = 4800
# Steps of a tenth of a second: those that are tried first, and how many a mix has for which that does not pay.
_LOUDEST, _SHORT = 200, 1200
# No coder of ours raises a peak by more.
_RISE = 6.0
_HEARD = 0.1
# A coder's peaks are not the same twice: what lies further under the ceiling is tried again higher.
_SLACK = 0.3


@dataclass(frozen=True)
class Coder:
    """An encoder that loses something, and the program that has it."""

    encoder: str
    by: Ffmpeg


@dataclass(frozen=True)
class Outcome:
    """What a listener of the film gets where it was coded with losses, and what to say of it."""

    coded: Coded | None = None
    note: str = ""


def under_ceiling(
    output: Path,
    mixdown: Mixdown,
    write: Callable[[MuxTrack], None],
    mix: MuxTrack,
    bench: Bench,
    coder: Coder | None,
) -> Outcome:
    """Write a film, and again with more limiting while its decoded peak is over the spec's ceiling.

    How much more is asked of the loudest passages first, for coding a film's length takes most of the time.
    """
    ceiling = spec(mixdown.spec).ceiling
    if ceiling is None or coder is None:
        write(mix)
        return Outcome()
    trial = _Trial(mix.path, mixdown, ceiling, coder, bench)
    tried: dict[_Way, Coded] = {}
    way = _Way(trial.needed() if trial.pays else 0.0)
    while len(tried) < _TRIES and way not in tried:
        write(_sent(mix, mixdown, ceiling, way, trial.loudness, bench))
        codec = _lossy(output)
        if codec is None:
            return Outcome()
        tried[way] = _of_programme(_decoded(output, codec, bench), trial.loudness, mixdown)
        following = _next(way, tried[way], ceiling, mixdown, trial)
        if following is None:
            break
        way = following
    best = min(tried, key=lambda w: _worse(tried[w], ceiling, mixdown))
    if best is not list(tried)[-1]:
        write(_sent(mix, mixdown, ceiling, best, trial.loudness, bench))
    return Outcome(tried[best], _said(output, mixdown, tried[best], best))


@dataclass(frozen=True, slots=True)
class _Way:
    """By how many dB the ceiling of what is coded is lower, and how much louder it is to be than the mix, in LU."""

    lower: float
    louder: float = 0.0


def _next(way: _Way, found: Coded, ceiling: float, mixdown: Mixdown, trial: _Trial) -> _Way | None:
    """What to try after a way, or nothing where it does."""
    over = _over(found, ceiling)
    if over > 0.0:
        more = way.lower + over + _MARGIN if way.lower else max(trial.needed(), over + _MARGIN)
        return _Way(more, way.louder)
    lack = _lack(found, mixdown)
    spent = way.lower + mixdown.reduction >= Limits().momentary
    if way.louder or lack <= _HEARD or spent:
        return None
    return _Way(max(_MARGIN, way.lower + min(0.0, over + _SLACK)), lack)


def _of_programme(found: Coded, whole: float | None, mixdown: Mixdown) -> Coded:
    """What was measured of a whole film, leader and all, as it is for the programme: as much off as the whole is."""
    programme = mixdown.loudness.integrated
    if found.integrated is None or whole is None or programme is None:
        return found
    return replace(found, integrated=programme + found.integrated - whole)


def _over(found: Coded, ceiling: float) -> float:
    return -_RISE if found.true_peak is None else found.true_peak - ceiling


def _lack(found: Coded, mixdown: Mixdown) -> float:
    """By how many LU the film is softer than the mix."""
    before = mixdown.loudness.integrated
    return 0.0 if before is None or found.integrated is None else before - found.integrated


def _worse(found: Coded, ceiling: float, mixdown: Mixdown) -> tuple[float, float]:
    return (max(0.0, _over(found, ceiling)), abs(_lack(found, mixdown)))


def _sent(
    mix: MuxTrack, mixdown: Mixdown, ceiling: float, way: _Way, whole: float | None, bench: Bench
) -> MuxTrack:
    """What is coded: the mix as it is, or behind a limiter whose ceiling is lower."""
    if not way.lower:
        return mix
    path = mix.path.with_name("coded.wav")
    loudness = None if whole is None else whole + way.louder
    programme = None if mixdown.action is None else mixdown.action.samples(_RATE)
    target = Target(ceiling - way.lower, way.lower, loudness, mixdown.reduction, programme)
    relimited(mix.path, path, target, bench)
    return replace(mix, path=path)


def _said(output: Path, mixdown: Mixdown, found: Coded, way: _Way) -> str:
    softer = _lack(found, mixdown)
    parts = ["is limited further"] if way.lower else []
    parts += [f"is {softer:.1f} LU softer"] if softer > _HEARD else []
    if not parts:
        return ""
    return f"As {found.codec} in {output.name} the mix {' and '.join(parts)}: its coder raises peaks and loses level."


def _lossy(output: Path) -> str | None:
    track = chosen(probe(output))
    if track is None or track.codec.startswith(_LOSSLESS):
        return None
    return track.codec.upper()


def _decoded(output: Path, codec: str, bench: Bench) -> Coded:
    """How loud a film's first track is as it decodes."""
    meter = Meter(_RATE, hop=0.1)
    with production(probe(output), _RATE) as parts:
        for part in parts:
            bench.check_cancelled()
            meter.add(part)
    found = meter.loudness()
    return Coded(codec, found.integrated, found.true_peak)


class _Trial:
    """How much lower the limiter's ceiling must be, tried on the loudest passages of a mix."""

    def __init__(self, mix: Path, mixdown: Mixdown, ceiling: float, coder: Coder, bench: Bench) -> None:
        self._mix, self._ceiling, self._coder, self._bench = mix, ceiling, coder, bench
        self._taken = mixdown.reduction
        meter, peaks = Meter(_RATE, hop=0.1, true_peak=False), []
        with blocks(mix, _RATE, 2, _STEP) as parts:
            for part in parts:
                meter.add(part)
                peaks.append(peak(part))
        self._peaks = np.array(peaks)
        self.loudness = meter.integrated

    @property
    def pays(self) -> bool:
        """Whether trying a part first is cheaper than writing the film, and needed at all."""
        highest = float(self._peaks.max(initial=0.0))
        return len(self._peaks) > _SHORT and decibels_of(highest) >= self._ceiling - _RISE

    def needed(self) -> float:
        """By how many dB; 0 where the coder keeps under the ceiling as it is. A long mix is not tried often."""
        low, high, lower = 0.0, None, 0.0
        with tempfile.TemporaryDirectory(prefix="v2a-") as name:
            loudest = self._loudest(Path(name))
            for _ in range(_FEW if self.pays else _MANY):
                over = self._over(loudest, lower, Path(name))
                low, high = (low, lower) if over <= 0.0 else (lower, high)
                if high is not None and high - low < _FINE:
                    break
                lower = lower + over + _MARGIN if high is None else (low + high) / 2
        return lower if high is None else high

    def _loudest(self, folder: Path) -> Path:
        """The mix itself where it is short, else its loudest passages."""
        if len(self._peaks) <= _SHORT:
            return self._mix
        some = folder / "loudest.wav"
        _excerpt(self._mix, some, set(np.argsort(-self._peaks, kind="stable")[:_LOUDEST].tolist()))
        return some

    def _over(self, sound: Path, lower: float, folder: Path) -> float:
        """By how many dB a sound is over the ceiling once it was limited and coded."""
        sent, coded = folder / "sent.wav", folder / "coded.mka"
        if lower:
            target = Target(self._ceiling - lower, lower, None, self._taken)
            limited(sound, sent, target, target.drive, self._bench)
        coded_alone(sent if lower else sound, coded, self._coder.encoder, self._coder.by)
        found = TruePeak(_RATE, 2)
        with blocks(coded, _RATE, 2) as parts:
            for part in parts:
                self._bench.check_cancelled()
                found.add(part)
        return decibels_of(found.highest()) + _UNTOLD - self._ceiling


def _excerpt(sound: Path, to: Path, chosen: Set[int]) -> None:
    """Some steps of a sound one after the other, with what is around them, which fades."""
    fade = np.linspace(0.0, 1.0, _STEP, dtype=np.float32)
    with blocks(sound, _RATE, 2, _STEP) as parts, SoundWriter(to, _RATE, 2) as writer:
        for n, part in enumerate(parts):
            before, after = n - 1 in chosen, n + 1 in chosen
            if n in chosen or (before and after):
                writer.write(part)
            elif before or after:
                writer.write(part * (fade if after else fade[::-1])[: part.shape[1]])

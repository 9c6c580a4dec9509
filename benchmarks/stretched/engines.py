"""Those who stretch: v2a, and what it could have used."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pedalboard
import pyrubberband
from heard.listening import RATE

from stretched.measures import Stretch
from stretched.sounds import Wave
from v2a.dsp import rubberband, stretch, vocoder
from v2a.dsp.timemap import TimeMap
from v2a.dsp.transients import onsets, rises
from v2a.media import programs
from v2a.model import Anchor


def ours(wave: Wave, length: int) -> Wave:
    """As v2a chooses."""
    return stretch.to_length(wave, RATE, length)


def by_vocoder(window: int, rise: float) -> Stretch:
    """v2a's vocoder with a window and a rise of its own."""

    def engine(wave: Wave, length: int) -> Wave:
        wanted, reach = TimeMap.of(wave.shape[1], length, RATE), window / 2
        kept = onsets(wave, rises(wave, RATE), 6.0, wanted.apart(reach))
        kept = kept[(kept > reach) & (kept < wave.shape[1] - reach)]
        plan = vocoder.Plan(wanted.keeping(kept, reach), kept, window, rise)
        return np.concatenate(list(vocoder.stretched(wave, plan)), axis=1)

    return engine


def _program(**options: str) -> Stretch:
    given = {f"--{name.replace('_', '-')}": value for name, value in options.items()}

    def engine(wave: Wave, length: int) -> Wave:
        return pyrubberband.time_stretch(wave.T, RATE, wave.shape[1] / length, dict(given)).T

    return engine


def _pedalboard(fine: bool) -> Stretch:
    return lambda wave, length: pedalboard.time_stretch(
        wave, float(RATE), wave.shape[1] / length, high_quality=fine
    )


def _ffmpeg(wave: Wave, length: int) -> Wave:
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "2"]
    tempo = f"rubberband=tempo={wave.shape[1] / length!r}"
    command = [programs.ffmpeg(), "-v", "error", *raw, "-i", "-", "-af", tempo, "-f", "f32le", "-"]
    done = subprocess.run(
        command, input=np.ascontiguousarray(wave.T).tobytes(), stdout=subprocess.PIPE, check=True
    )
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2).T


def engines() -> dict[str, Stretch]:
    """v2a and all that it could have used here."""
    with_program = {"pyrubberband, R2": _program(), "pyrubberband, R2, crisp 6": _program(crisp="6"),
                    "pyrubberband, R3": _program(fine="")}  # fmt: skip
    return {
        "v2a": ours,
        **(with_program if rubberband.available() else {}),
        "pedalboard, R2": _pedalboard(False),
        "pedalboard, R3": _pedalboard(True),
        "ffmpeg": _ffmpeg,
    }


def anchor(source: int, target: int, rate: int) -> Anchor:
    """A sample, and the one at which it is to be heard."""
    return Anchor(Fraction(source, rate), Fraction(target, rate))


def our_map(wave: Wave, point: int, to: int, length: int) -> Wave:
    return stretch.to_map(wave, RATE, length, [anchor(point, to, RATE)])


def _program_map(wave: Wave, point: int, to: int, length: int) -> Wave:
    return pyrubberband.timemap_stretch(wave.T, RATE, [(0, 0), (point, to), (wave.shape[1], length)]).T


def _pedalboard_map(wave: Wave, point: int, to: int, length: int) -> Wave:
    speed = np.full(wave.shape[1], (wave.shape[1] - point) / (length - to))
    speed[:point] = point / to
    return pedalboard.time_stretch(wave, float(RATE), speed, high_quality=False)


MAPS: dict[str, Callable[[Wave, int, int, int], Wave]] = {
    "v2a": our_map,
    **({"pyrubberband, R2": _program_map} if rubberband.available() else {}),
    "pedalboard, R2": _pedalboard_map,
}

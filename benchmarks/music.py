"""What the composer's music costs and how it sounds: speed, level, clicks, and what a trained listener hears in it.

python benchmarks/music.py [--minutes 3] [--moods tense sad ...] [--seeds 1000:1002] [--font FILE] [--parts]
                           [--ears FOLDER] [--picture FOLDER]

Each piece is composed and played in windows of a minute, as the engine asks for it; with --parts every section by itself too. `times realtime` are
seconds of music over CPU-seconds of one core, the opening of the font among them; `dense` is how many tones sound at
once on average. Level and crest factor are in dB, clicks those of `v2a.dsp.clicks`. With --ears (or $V2A_EARS, a folder as in
`ears.py`) YAMNet listens to windows of .975 s that overlap by half: `music` is the share in which a tag of music scores
highest of all but music's own place (Music, its genres, moods and instruments count), `speech` that in which any tag of
speech scores above .1, `silent` windows left out. With --picture a spectrogram of each piece is written as PNG.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np

import v2a
import v2a_composer
from v2a.dsp.clicks import clicks

RATE, WINDOW = 48_000, 60
SILENT = 10 ** (-55 / 20)
SPOKEN = 0.1
MOODS = ("neutral", "warm", "sad", "hopeful", "playful", "tense", "epic", "calm", "mysterious")
# AudioSet's branches: 132 to 276 is everything under Music, 0 to 6 everything under Speech but babbling.
MUSIC, SPEECH = range(132, 277), range(5)


@dataclass(frozen=True)
class Piece:
    """A piece, what it cost in CPU-seconds, and how many tones sound in it at once."""

    sound: np.ndarray
    cpu: float
    dense: float

    @property
    def speed(self) -> float:
        """Seconds of music a CPU-second."""
        return self.sound.shape[1] / RATE / self.cpu


def played(prompt: str, minutes: float, seed: int, font: str, parts: bool = False) -> Piece:
    """A piece, window by window."""
    whole = Fraction(round(minutes * 60))
    (composer,) = v2a_composer.v2a_generators()
    params = {"parts": parts} | ({"soundfont": font} if font else {})
    windows, score = [], None
    began = time.process_time()
    make = composer.open(v2a.Bench())
    for start in range(0, int(whole), WINDOW):
        span = v2a.Span(Fraction(start), min(Fraction(start + WINDOW), whole))
        (made,) = make([v2a.Request("1M1", "mx", prompt, span, whole, seed, RATE, 2, params=params)])
        score = score or made.score
        windows.append(made.sound.samples)
    cpu = time.process_time() - began
    sounding = sum(note.length for voice in score.voices for note in voice.notes) if score else 0.0
    return Piece(np.concatenate(windows, axis=1), cpu, sounding / float(whole))


def windows_of(sound: np.ndarray) -> Iterator[np.ndarray]:
    """The windows that a listener is given: mono, 16 kHz, and not silent."""
    import soxr

    mono = soxr.resample(sound.mean(axis=0), RATE, 16_000).astype(np.float32)
    for start in range(0, len(mono) - 15_600 + 1, 7_800):
        window = mono[start : start + 15_600]
        if np.sqrt((window**2).mean()) > SILENT:
            yield window


@dataclass(frozen=True)
class Heard:
    """The shares of windows that are music, and that have speech in them."""

    music: float
    speech: float


class Ears:
    """YAMNet."""

    def __init__(self, folder: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.net = Interpreter(model_path=str(folder / "yamnet.tflite"), num_threads=1)
        self.net.allocate_tensors()
        self.entry, self.exit = self.net.get_input_details()[0], self.net.get_output_details()[0]["index"]

    def hear(self, sound: np.ndarray) -> Heard:
        """What is heard in a piece."""
        scores = []
        for window in windows_of(sound):
            self.net.set_tensor(self.entry["index"], window.reshape(self.entry["shape"]))
            self.net.invoke()
            scores.append(self.net.get_tensor(self.exit).reshape(-1).copy())
        table = np.array(scores)
        music = np.isin(table.argmax(axis=1), MUSIC)
        speech = table[:, SPEECH].max(axis=1) > SPOKEN
        return Heard(float((music & ~speech).mean()), float(speech.mean()))


def draw(sound: np.ndarray, path: Path) -> None:
    """A spectrogram to 12 kHz, 70 dB deep, as PNG."""
    from PIL import Image

    mono, size = sound.mean(axis=0), 4096
    hop = max(1, (len(mono) - size) // 1400)
    frames = np.lib.stride_tricks.sliding_window_view(mono, size)[::hop] * np.hanning(size)
    level = 20 * np.log10(np.abs(np.fft.rfft(frames))[:, : size // 4].T[::-1] + 1e-9)
    shade = np.clip((level - level.max() + 70) / 70, 0, 1) * 255
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(shade.astype(np.uint8)).save(path)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=3)
    ask.add_argument("--moods", nargs="*", default=MOODS, help="moods, or any prompts")
    ask.add_argument("--seeds", default="1000:1001", help="from:to, the end not included")
    ask.add_argument("--font", default="", help="an .sf2 or .sf3 file")
    ask.add_argument("--parts", action="store_true", help="keep each section as a part of its own")
    ask.add_argument("--ears", type=Path, default=os.environ.get("V2A_EARS"), help="the folder with YAMNet")
    ask.add_argument("--picture", type=Path, help="write spectrograms into this folder")
    given = ask.parse_args()
    ears = Ears(Path(given.ears)) if given.ears else None
    print(f"Music of {given.minutes:g} minutes, on {machine.name()}\n")
    totals = []

    def rows() -> Iterator[tuple[str, ...]]:
        for mood in given.moods:
            for seed in range(*map(int, given.seeds.split(":"))):
                prompt = f"{mood} music" if " " not in mood else mood
                piece = played(prompt, given.minutes, seed, given.font, given.parts)
                heard = ears.hear(piece.sound) if ears else None
                totals.append((piece, heard))
                if given.picture:
                    draw(piece.sound, given.picture / f"{mood} {seed}.png")
                yield row(f"{mood} {seed}", piece, heard)

    machine.table(("piece", "dense", "times realtime", "RMS", "crest", "clicks", "music", "speech"), rows())
    speeds = sorted(piece.speed for piece, _ in totals)
    print(f"\nTimes realtime: median {speeds[len(speeds) // 2]:.0f}, least {speeds[0]:.0f} (asked: 40).")
    if ears:
        print(
            f"Music and no speech in {np.mean([h.music for _, h in totals if h]):.1%} of windows (asked: 95 %)."
        )


def row(name: str, piece: Piece, heard: Heard | None) -> tuple[str, ...]:
    """A row of the table."""
    sound = piece.sound
    rms = 20 * np.log10(sound.std())
    crest = 20 * np.log10(np.abs(sound).max()) - rms
    count = len(clicks(np.array_split(sound, max(1, sound.shape[1] // RATE), axis=1), RATE))
    told = ("", "") if heard is None else (f"{heard.music:.0%}", f"{heard.speech:.0%}")
    return name, f"{piece.dense:.1f}", f"{piece.speed:.0f}", f"{rms:.1f}", f"{crest:.1f}", str(count), *told


if __name__ == "__main__":
    main()

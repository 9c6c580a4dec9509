"""How long the composer's lone players rest, and how suddenly its music comes back behind speech.

python benchmarks/breaths.py [--prompts "solo flute" ...] [--moods epic warm ...] [--seeds 1003:1007] [--font FILE]

Rests are those between the notes of a score, in pieces of a minute, without marks and with three. Behind speech: cues of 64 s with
scenes at drawn times and a tempo of their own, in which somebody speaks for nine seconds up to .6 s before the climax. The level
is that of seconds behind the last word less that of the second before it; `step` is by how much one second is louder than the one
before it, at most, from a second before the last word to five behind it, and `free` the same where nobody speaks.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import machine
import numpy as np

import v2a
import v2a_composer

RATE, MINUTE, WHOLE = 48_000, 60, 64
LONG, BREATH = 0.8, 0.3
SPOKEN, BEFORE, AROUND = 9, 0.6, 4
PROMPTS = (
    "solo flute", "solo flute, calm", "solo cello", "solo cello, melancholic", "solo violin, sad", "solo clarinet, playful",
    "solo oboe, mysterious", "solo trumpet, dark", "lone cello, romantic", "solo horn",
)  # fmt: skip
MOODS = ("neutral", "warm", "sad", "hopeful", "playful", "tense", "epic", "dark", "triumphant", "action")


def made(asked: dict[str, object], start: Fraction, length: Fraction, whole: int) -> v2a.Made:
    """A window of a cue."""
    (composer,) = v2a_composer.v2a_generators()
    span = v2a.Span(start, start + length)
    request = v2a.Request("1M1", "mx", window=span, whole=Fraction(whole), rate=RATE, channels=2, **asked)
    (one,) = composer.open(v2a.Bench())([request])
    if isinstance(one, v2a.Failure):
        raise SystemExit(one.what)
    return one


def rests(prompt: str, seed: int, font: str, marked: bool) -> Iterator[float]:
    """The seconds between notes in which nobody plays."""
    tempo = v2a.TempoMap.even(round(float(np.random.default_rng(seed).uniform(60, 120)), 1))
    hits = tuple(v2a.Hit(tempo.time(beat), 10.0, "mark", "") for beat in (18, 33, 51)) if marked else ()
    timing = v2a.Timing(tempo, hits, (v2a.Span(Fraction(0), Fraction(MINUTE)),))
    asked = {"prompt": prompt, "seed": seed, "timing": timing, "params": {"soundfont": font} if font else {}}
    score = made(asked, Fraction(0), Fraction(1, 100), MINUTE).score
    end = 0.0
    for note in sorted((n for voice in score.voices for n in voice.notes), key=lambda n: n.time):
        if note.time - end > 0.02:
            yield note.time - end
        end = max(end, note.time + note.length)


def behind(mood: str, seed: int, font: str) -> tuple[np.ndarray, float, float] | None:
    """The levels behind speech, the largest step there, and the one where nobody speaks; none without a climax."""
    rng = np.random.default_rng([seed, 3])
    tempo = v2a.TempoMap.even(round(float(rng.uniform(70, 126)), 1))
    edges = [Fraction(e).limit_denominator(24) for e in (0.0, *np.cumsum(rng.uniform(9, 14, 4)), WHOLE)]
    timing = v2a.Timing(tempo, (), tuple(v2a.Span(a, b) for a, b in itertools.pairwise(edges)))
    params = {"soundfont": font} if font else {}
    asked = {"prompt": f"{mood} music", "seed": seed, "timing": timing, "params": params}
    marks = made(asked, Fraction(0), Fraction(1, 100), WHOLE).score.marks
    climax = next((mark.time for mark in marks if mark.name.endswith("climax")), None)
    if climax is None:
        return None
    last = Fraction(climax - BEFORE).limit_denominator(100)
    speech = (v2a.Speech(v2a.Span(max(Fraction(0), last - SPOKEN), last)),)
    found = []
    for spoken in (speech, ()):
        start = Fraction(round((last - AROUND) * RATE), RATE)
        sound = made(asked | {"speech": spoken}, start, Fraction(3 * AROUND), WHOLE).sound.samples
        power = np.cumsum((sound.astype(np.float64) ** 2).mean(axis=0))
        at = np.round((AROUND + np.arange(-2, 6.05, 0.1)) * RATE).astype(int)
        level = 10 * np.log10(power[at + RATE] - power[at] + 1e-6)
        step = max(b - a for a, b in zip(level[:60], level[10:]))
        found.append((level[20:61:10] - level[10], step))
    return found[0][0], found[0][1], found[1][1]


def lone(prompts: Sequence[str], seeds: range, font: str) -> Iterator[tuple[str, ...]]:
    """A row for each prompt."""
    for prompt in prompts:
        for marked in (False, True):
            some = np.array([r for seed in seeds for r in rests(prompt, seed, font, marked)] or [0.0])
            counts = [str(int(n)) for n in ((some > BREATH).sum(), (some > LONG).sum())]
            yield (prompt + ", marked" * marked, *counts, f"{some.max():.2f} s")


def spoken(moods: Sequence[str], seeds: range, font: str) -> Iterator[tuple[str, ...]]:
    """A row for each mood, and one for all."""
    whole: list[tuple[float, float]] = []
    for mood in moods:
        found = [one for seed in seeds if (one := behind(mood, seed, font))]
        whole += [(step, free) for _, step, free in found]
        levels = np.mean([level for level, _, _ in found], axis=0)
        yield (
            mood,
            *(f"{x:+.1f}" for x in levels),
            *(f"{np.median(x):.1f}" for x in zip(*whole[-len(found) :])),
        )
    steps, free = np.array(whole).T
    told = (f"{np.median(x):.1f}, {np.percentile(x, 90):.1f}, {x.max():.1f}" for x in (steps, free))
    yield ("all: median, 90 %, most", *[""] * 5, *told)


def main() -> None:
    """Print both tables."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--prompts", nargs="*", default=PROMPTS)
    ask.add_argument("--moods", nargs="*", default=MOODS)
    ask.add_argument("--seeds", default="1003:1007", help="from:to, the end not included")
    ask.add_argument("--font", default="", help="an .sf2 or .sf3 file")
    given = ask.parse_args()
    seeds = range(*map(int, given.seeds.split(":")))
    print(f"Lone players and speech, on {machine.name()}\n")
    machine.table(("prompt", "over .3 s", "over .8 s", "longest"), lone(given.prompts, seeds, given.font))
    print()
    titles = ("mood", *(f"{n} to {n + 1} s" for n in range(5)), "step", "free")
    machine.table(titles, spoken(given.moods, seeds, given.font))


if __name__ == "__main__":
    main()

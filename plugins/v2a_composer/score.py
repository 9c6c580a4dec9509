"""The composition: bars of chords, a motif that is developed, sections that follow the picture, and an ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from v2a_composer.harmony import Chord, Key, chord
from v2a_composer.moods import Mood

BEATS = 4
_FORMS = ("rest", "state", "answer", "lift", "state", "thin", "answer", "lift")
_LAYERS = {"rest": 0.45, "state": 0.75, "answer": 0.9, "lift": 1.0, "thin": 0.55, "end": 0.5}


@dataclass(frozen=True)
class Note:
    """A note: when it sounds and for how long, in seconds; its pitch; its force from 0 to 1; who plays it."""

    time: float
    length: float
    pitch: int
    force: float
    part: str


@dataclass(frozen=True)
class Quiet:
    """A stretch in seconds where someone speaks, and the texture is thinner."""

    start: float
    end: float


@dataclass(frozen=True)
class Plan:
    """What the composer is asked for: mood, tempo, length in seconds, section starts in seconds, speech, seed."""

    mood: Mood
    bpm: float
    length: float
    sections: tuple[float, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    seed: int = 0

    @property
    def beat(self) -> float:
        """The length of a beat in seconds."""
        return 60.0 / self.bpm

    @property
    def bars(self) -> int:
        """How many bars there are before the last chord."""
        return max(0, int((self.length - 0.45 * _tail(self.length)) / (self.beat * BEATS)))


def _tail(length: float) -> float:
    return min(6.0, 0.3 * length)


@dataclass(frozen=True)
class _Bar:
    number: int
    start: float
    form: str
    chord: Chord


def compose(plan: Plan) -> tuple[Note, ...]:
    """All notes of the cue in order of time; the last chord rings into the end."""
    rng = np.random.Generator(np.random.PCG64(plan.seed))
    key = Key(int(rng.integers(57, 64)) + plan.mood.lift // 4, plan.mood.scale)
    bars = _bars(plan, key, rng)
    motif = _Motif.drawn(rng, plan.mood.density)
    notes: list[Note] = []
    for bar in bars:
        for part in plan.mood.parts:
            notes += _PLAYERS[part](plan, key, bar, motif, rng)
    notes += _ending(plan, key, bars[-1] if bars else None)
    heard = [_human(plan, note, rng) for note in notes if note.time < plan.length - 0.05]
    return tuple(sorted(heard, key=lambda n: (n.time, n.part, n.pitch)))


def _bars(plan: Plan, key: Key, rng: np.random.Generator) -> list[_Bar]:
    size, bars = plan.beat * BEATS, []
    before: Chord | None = None
    path: Sequence[int] = ()
    section, begun = 0, 0
    for number in range(plan.bars):
        start = number * size
        if (
            any(abs(start - s) < size / 2 for s in plan.sections) and number - begun >= 2
        ) or number - begun >= 8:
            section, begun = section + 1, number
        if (number - begun) % 4 == 0 or not path:
            path = plan.mood.paths[int(rng.integers(len(plan.mood.paths)))]
        root = path[(number - begun) % len(path)]
        colour = bool(rng.random() < 0.3)
        before = chord(key, root, before, low=key.tonic - 24, high=key.tonic + 12, colour=colour)
        bars.append(_Bar(number, start, _FORMS[section % len(_FORMS)], before))
    return bars


@dataclass(frozen=True)
class _Motif:
    """Beats within a bar and steps of the scale: what the melody says, and says again changed."""

    beats: tuple[float, ...]
    steps: tuple[int, ...]

    @classmethod
    def drawn(cls, rng: np.random.Generator, density: float) -> _Motif:
        count = int(np.clip(round(density * BEATS) + rng.integers(-1, 2), 2, 6))
        grid = np.arange(0, BEATS, 0.5)
        weight = np.where(grid % 1 == 0, 3.0, 1.0)
        beats = np.sort(rng.choice(grid, count, replace=False, p=weight / weight.sum()))
        steps = np.cumsum(rng.choice([-2, -1, 1, 2, 0], count, p=[0.18, 0.3, 0.3, 0.17, 0.05]))
        return cls(tuple(float(b) for b in beats), tuple(int(s) for s in steps))

    def varied(self, bar: _Bar, rng: np.random.Generator) -> _Motif:
        """The motif in another guise: as it was, turned over, moved, thinned or ornamented."""
        turn = -1 if bar.form == "answer" else 1
        move = int(rng.choice([0, 0, 2, -1])) + (2 if bar.form == "lift" else 0)
        keep = rng.random(len(self.beats)) < (0.95 if bar.form != "thin" else 0.6)
        pairs = [(b, turn * s + move) for b, s, k in zip(self.beats, self.steps, keep) if k]
        if bar.number % 4 == 3 and pairs:
            pairs = pairs[: max(1, len(pairs) // 2)]
        return _Motif(tuple(b for b, _ in pairs), tuple(s for _, s in pairs))


def _level(plan: Plan, bar: _Bar) -> float:
    grown = 0.85 + 0.15 * np.sin(np.pi * bar.number / max(1, plan.bars))
    return float(plan.mood.force * _LAYERS[bar.form] * grown)


def _speaks(plan: Plan, time: float) -> bool:
    return any(q.start - 0.3 <= time < q.end + 0.2 for q in plan.quiet)


def _melody(plan: Plan, key: Key, bar: _Bar, motif: _Motif, rng: np.random.Generator) -> list[Note]:
    said = motif.varied(bar, rng)
    top = bar.chord.voices[-1] + (0 if plan.mood.lift < 0 else 3)
    notes = []
    for n, (beat, step) in enumerate(zip(said.beats, said.steps)):
        time = bar.start + beat * plan.beat
        if bar.form == "rest" or _speaks(plan, time):
            continue
        strong = beat % 2 == 0
        pitch = key.nearest(top + 2 * step)
        if strong:
            pitch = min(
                (v + 12 * o for v in bar.chord.voices[1:] for o in (0, 1)), key=lambda p: abs(p - pitch)
            )
        end = said.beats[n + 1] if n + 1 < len(said.beats) else BEATS
        notes.append(
            Note(
                time, (end - beat) * plan.beat * 1.1, pitch, _level(plan, bar) * (1 if strong else 0.82), "x"
            )
        )
    return notes


def _plucked(part: str, lift: int, melodic: bool) -> _Player:
    """A player of broken chords, with the melody on top where it leads."""

    def play(plan: Plan, key: Key, bar: _Bar, motif: _Motif, rng: np.random.Generator) -> list[Note]:
        notes = []
        if melodic:
            notes += [
                Note(n.time, n.length, n.pitch + lift, n.force, part)
                for n in _melody(plan, key, bar, motif, rng)
            ]
        step = 0.5 if plan.mood.density > 0.9 and bar.form != "thin" else 1.0
        order = rng.permutation(3)
        voices = bar.chord.voices
        for n, beat in enumerate(np.arange(0, BEATS, step)):
            time = bar.start + float(beat) * plan.beat
            if _speaks(plan, time) and n % 2:
                continue
            pitch = voices[0] + 12 if n == 0 else voices[1 + int(order[n % 3]) % (len(voices) - 1)]
            force = _level(plan, bar) * (0.66 if n == 0 else 0.42)
            notes.append(
                Note(time, plan.beat * step * 2.2, pitch + (lift if not melodic else 0), force, part)
            )
        return notes

    return play


def _held(part: str, force: float, lift: int = 0) -> _Player:
    """A player of whole chords."""

    def play(plan: Plan, key: Key, bar: _Bar, motif: _Motif, rng: np.random.Generator) -> list[Note]:
        quiet = 0.7 if _speaks(plan, bar.start + plan.beat) else 1.0
        level = _level(plan, bar) * force * quiet
        voices = bar.chord.voices[1:] if quiet == 1.0 else bar.chord.voices[1:3]
        length = plan.beat * BEATS * 1.04
        return [Note(bar.start, length, v + lift, level, part) for v in voices]

    return play


def _bass(plan: Plan, key: Key, bar: _Bar, motif: _Motif, rng: np.random.Generator) -> list[Note]:
    if bar.form == "rest":
        return []
    root, level = bar.chord.voices[0], _level(plan, bar) * 0.8
    notes = [Note(bar.start, plan.beat * 2.6, root, level, "bass")]
    if plan.mood.density >= 1 and bar.form in ("lift", "answer"):
        notes.append(Note(bar.start + 2.5 * plan.beat, plan.beat * 1.4, root + (7 if rng.random() < 0.6 else 12),
                          level * 0.8, "bass"))  # fmt: skip
    return notes


def _beaten(part: str, pattern: Sequence[float], force: float) -> _Player:
    """A player of a rhythm without pitch."""

    def play(plan: Plan, key: Key, bar: _Bar, motif: _Motif, rng: np.random.Generator) -> list[Note]:
        if bar.form in ("rest", "thin"):
            return []
        notes = []
        for beat in pattern:
            time = bar.start + beat * plan.beat
            if not _speaks(plan, time) and rng.random() < 0.93:
                accent = 1.0 if beat == 0 else 0.7
                notes.append(Note(time, plan.beat, 36, _level(plan, bar) * force * accent, part))
        return notes

    return play


def _pulse(plan: Plan, key: Key, bar: _Bar, motif: _Motif, rng: np.random.Generator) -> list[Note]:
    notes = []
    for n, beat in enumerate(np.arange(0, BEATS, 0.5)):
        time = bar.start + float(beat) * plan.beat
        force = _level(plan, bar) * (0.55 if n % 4 == 0 else 0.36)
        if not _speaks(plan, time):
            notes.append(Note(time, plan.beat * 0.4, bar.chord.voices[0] + 12, force, "pulse"))
    return notes


def _ending(plan: Plan, key: Key, last: _Bar | None) -> list[Note]:
    """The tonic chord, spread upwards and left to ring."""
    start = plan.bars * plan.beat * BEATS
    final = chord(key, 0, last.chord if last else None, low=key.tonic - 24, high=key.tonic + 12)
    part = next((p for p in plan.mood.parts if p in ("piano", "guitar", "bells")), "piano")
    held = next((p for p in plan.mood.parts if p in ("strings", "pad")), None)
    room = plan.length - start
    level = plan.mood.force * 0.6
    notes = [Note(start + 0.07 * n, room, p, level, part) for n, p in enumerate(final.voices)]
    if held and room > 1.0:
        notes += [Note(start, room * 0.9, p, level * 0.6, held) for p in final.voices[1:]]
    return notes


def _human(plan: Plan, note: Note, rng: np.random.Generator) -> Note:
    late = float(np.clip(rng.normal(0.004, 0.006), 0.0, 0.018)) if note.time > 0.01 else 0.0
    force = float(np.clip(note.force * rng.normal(1, 0.07), 0.03, 1.0))
    return Note(note.time + late, min(note.length, plan.length - note.time), note.pitch, force, note.part)


_Player = Callable[[Plan, Key, _Bar, _Motif, np.random.Generator], list[Note]]
_PLAYERS: dict[str, _Player] = {
    "piano": _plucked("piano", 0, True),
    "guitar": _plucked("guitar", 0, True),
    "bells": _plucked("bells", 12, False),
    "strings": _held("strings", 0.62),
    "pad": _held("pad", 0.6),
    "bass": _bass,
    "drum": _beaten("drum", (0, 2, 2.5), 0.9),
    "shaker": _beaten("shaker", tuple(i / 2 for i in range(8)), 0.5),
    "pulse": _pulse,
}

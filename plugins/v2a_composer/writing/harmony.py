"""The harmony of a cue: which chord sounds from which beat on, phrase by phrase, up to the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from v2a_composer.writing.bars import Bar, Grid
from v2a_composer.writing.dice import dice, pick
from v2a_composer.writing.form import Phrase, Section, home_of
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.progressions import Book, book_of
from v2a_composer.writing.tonality import Chord, chord

_SLOW = 2.4
_COLOURS = {
    "I": ("Imaj7", "Iadd9"), "IV": ("IVmaj7", "IVadd9"), "V": ("V7", "Vsus4"), "ii": ("ii7",), "iii": ("iii7",),
    "vi": ("vi7", "viadd9"), "i": ("i7", "iadd9"), "iv": ("iv7",), "v": ("v7",), "bVI": ("bVImaj7", "bVIadd9"),
    "bIII": ("bIIImaj7", "bIIIadd9"), "bVII": ("bVIIadd9",), "II": ("IIadd9",), "bII": ("bIImaj7",), "bvi": ("bvi7",),
}  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """A chord and the beats that it sounds for; `section` is None for the last chord, `settles` where a phrase comes to rest."""

    start: float
    beats: float
    chord: Chord
    section: int | None
    settles: bool = False

    @property
    def end(self) -> float:
        """The beat behind it."""
        return self.start + self.beats


def harmonised(plan: Plan, grid: Grid, sections: Sequence[Section]) -> tuple[Slot, ...]:
    """The chords of a cue; the last is where the music ends."""
    slots: list[Slot] = []
    ends = _ends(plan, sections)
    for section in sections:
        before: tuple[str, ...] = ()
        for phrase in section.phrases:
            following = (
                sections[section.number + 1].key if section.number + 1 < len(sections) else section.key
            )
            last = phrase is section.phrases[-1]
            spans = _spans(plan, grid, phrase)
            names = _names(plan, section, phrase, len(spans), before, ends)
            chords = _coloured(plan, section, phrase, names)
            if last and following != section.key and phrase.cadence != "final":
                chords[-1] = chord("V7" if following.bright or plan.mood.pedal < 0.3 else "bII", following)
            slots += [
                Slot(start, beats, c, section.number, settles=n == len(spans) - 1)
                for n, ((start, beats), c) in enumerate(zip(spans, chords))
            ]
            before = tuple(names)
    key = sections[-1].key if sections else home_of(plan)
    slots.append(Slot(grid.final, 4.0, chord(ends[1], key), None, settles=True))
    return tuple(slots)


def _ends(plan: Plan, sections: Sequence[Section]) -> tuple[str, str]:
    """The last two chords, in the mode of the last section."""
    key = sections[-1].key if sections else home_of(plan)
    bright = key.bright
    fitting = [e for e in plan.mood.ends if e[1].startswith("I") == bright]
    if not fitting:
        fitting = (
            list(plan.mood.ends) if not plan.key and not bright else [("V7", "I") if bright else ("V7", "i")]
        )
    return pick(dice(plan.seed, "ends"), fitting)


def _spans(plan: Plan, grid: Grid, phrase: Phrase) -> list[tuple[float, float]]:
    """Beats and lengths of the chords of a phrase: one a bar, one for two short bars, two in the bar before the close.

    What drives may change its chords quicker than what is calm.
    """
    rng = dice(plan.seed, "pace", phrase.first)
    short = 1.2 + 0.9 * (1 - plan.mood.drive)
    bars = grid.bars[phrase.first : phrase.first + phrase.bars]
    spans: list[tuple[float, float]] = []
    n = 0
    while n < len(bars):
        bar = bars[n]
        halves = len(grid.groups) > 1 and bar.beats == sum(grid.groups) and bar.seconds > _SLOW
        if bar.seconds < short and n + 2 < len(bars):
            spans.append((bar.start, bar.beats + bars[n + 1].beats))
            n += 1
        elif halves and n == len(bars) - 2 and n > 0 and rng.random() < 0.7:
            spans += _halved(bar, grid)
        else:
            spans.append((bar.start, bar.beats))
        n += 1
    return spans


def _halved(bar: Bar, grid: Grid) -> list[tuple[float, float]]:
    cut = float(grid.strong[(len(grid.groups) + 1) // 2])
    return [(bar.start, cut), (bar.start + cut, bar.beats - cut)]


def _names(
    plan: Plan, section: Section, phrase: Phrase, count: int, before: tuple[str, ...], ends: tuple[str, str]
) -> list[str]:
    """Numerals of a phrase: it begins at home or where the phrase before began, wanders, and closes."""
    rng = dice(plan.seed, "chords", phrase.first)
    family = "jazz" if plan.genre.name == "jazz" else plan.mood.harmony
    book = book_of(family, section.key.bright)
    close = pick(rng, book.closes[phrase.cadence])
    if phrase.cadence == "final":
        close = (*close, ends[0])
    close = close[-max(1, min(len(close), count - 1)) :] if count > 1 else close[-1:]
    free = count - len(close)
    if phrase.answers and before and rng.random() < 0.6:
        names = list(before[: max(1, free // 2)])
    else:
        names = [_opening(book, section, rng)]
    while len(names) < free:
        names.append(_next(book, names, close[0] if len(names) == free - 1 else "", rng))
    return [*names[:free], *close]


def _opening(book: Book, section: Section, rng: np.random.Generator) -> str:
    if section.function in ("contrast", "development") and rng.random() < 0.6:
        return pick(rng, book.moves[book.home])
    return book.home


def _next(book: Book, names: Sequence[str], to: str, rng: np.random.Generator) -> str:
    """A chord that may follow; before the close one from which it can be reached, and never the one that was just left."""
    known = book.moves.get(names[-1], (book.home,))
    fresh = [name for name in known if name != to and name not in names[-2:]] or list(known)
    reaching = [name for name in fresh if to in book.moves.get(name, ())] if to else []
    return pick(rng, reaching or fresh)


def _coloured(plan: Plan, section: Section, phrase: Phrase, names: Sequence[str]) -> list[Chord]:
    """The chords themselves; some get a seventh or ninth, and in some phrases the bass stays on the tonic."""
    rng = dice(plan.seed, "colour", phrase.first)
    held = section.key.tonic if rng.random() < plan.mood.pedal and phrase.cadence != "final" else None
    chords = []
    for n, name in enumerate(names):
        last = n == len(names) - 1
        if name in _COLOURS and not last and rng.random() < plan.genre.colour:
            name = pick(rng, _COLOURS[name])
        plain = chord(name, section.key)
        keeps = (
            held is not None and not last and (held - section.key.tonic) % 12 in {p % 12 for p in plain.scale}
        )
        chords.append(chord(name, section.key, held) if keeps else plain)
    return chords

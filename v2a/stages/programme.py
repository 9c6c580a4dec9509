"""Reels as one programme: what was observed in them put together without their leader, and its plan parted again.

The programme's clock begins with the first frame of action of the first reel and runs on over the reels. A cue that goes
over from one reel into the next is in the lists of both, there as a whole and with one seed, so that each reel plays its
part of the same sound. A film without leader is its own programme.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import numpy as np

from v2a.errors import TimeOutsideFilm
from v2a.files import writing
from v2a.interfaces import Plan, Store
from v2a.model import (
    Cue,
    FeatureTrack,
    Hit,
    Observations,
    Reasoning,
    Reel,
    Scene,
    Shot,
    Span,
    Timecode,
    Video,
    derived_seed,
)
from v2a.stages.clocks import LASTING, TIMED, all_moved, moved
from v2a.stages.scoring.motion import Motion

_TIMECODE = re.compile(r"(?<![\d:])\d{1,2}:\d{2}:\d{2}[:;]\d{2,3}(?![\d:])")
# What reaches over the end of a reel by less than this belongs to the other one alone.
_OVERHANG = Fraction(1, 2)


@dataclass(frozen=True)
class Programme:
    """The reels of a programme in their order."""

    reels: tuple[Observations, ...]

    @cached_property
    def shifts(self) -> tuple[Fraction, ...]:
        """For each reel, what its clock lacks to the programme's."""
        found, done = [], Fraction(0)
        for reel in self.reels:
            found.append(done - reel.programme.start)
            done += reel.programme.duration
        return tuple(found)

    @property
    def duration(self) -> Fraction:
        """All that is action, in seconds."""
        return sum((reel.programme.duration for reel in self.reels), Fraction(0))

    @property
    def plain(self) -> bool:
        """Whether it is a single film without leader."""
        return len(self.reels) == 1 and not self.reels[0].leader

    def observed(self, store: Store) -> Observations:
        """What was observed in all of it, on the programme's clock."""
        if self.plain:
            return self.reels[0]
        pairs = list(zip(self.reels, self.shifts))
        whole: dict[str, Any] = {
            name: tuple(e for reel, shift in pairs for e in moved(getattr(reel, name), reel.programme, shift))
            for name in (*TIMED, *LASTING)
        }
        shots, scenes = _pictured(pairs)
        notes = tuple(dict.fromkeys(note for reel in self.reels for note in reel.notes))
        features = _features(self.reels, store)
        return Observations(
            self._video(),
            shots=shots,
            scenes=scenes,
            reels=self._films(),
            features=features,
            notes=notes,
            **whole,
        )

    def _films(self) -> tuple[Reel, ...]:
        """The films in which its frames lie."""
        return tuple(
            Reel(reel.video, reel.programme.shifted(shift), reel.programme.start)
            for reel, shift in zip(self.reels, self.shifts)
        )

    def _video(self) -> Video:
        """The first reel as if it were all of the programme."""
        first = self.reels[0]
        sounding = next((r.video.sound for r in self.reels if r.video.sound), ())
        start = first.video.start_timecode
        return replace(
            first.video,
            duration=self.duration,
            frames=None,
            sound=sounding,
            start_timecode=None if start is None else start.plus(first.programme.start),
        )

    def around(self, number: int, whole: Observations) -> Observations:
        """The observations of the whole programme on one reel's clock, with that reel's own features."""
        if self.plain:
            return whole
        reel, shift = self.reels[number], -self.shifts[number]
        there = all_moved(whole, shift)
        own: dict[str, Any] = {
            "features": reel.features,
            "leader": reel.leader,
            "notes": reel.notes,
            "reels": (),
        }
        return replace(there, video=reel.video, **own)

    def motion(self, number: int) -> Motion:
        """The movement in all reels, on one reel's clock."""
        shifts = (shift - self.shifts[number] for shift in self.shifts)
        return reduce(Motion.and_of, map(Motion.of, self.reels, shifts))

    def brief(self, text: str) -> str:
        """A brief with the reels' timecodes on the clock of the programme."""
        return text if self.plain else _TIMECODE.sub(lambda found: self._recounted(found[0]), text)

    def _quoted(self, text: str, brief: str) -> str:
        """What a planner quotes of the brief it was given, as the user wrote it."""
        for written in _TIMECODE.findall(brief):
            text = text.replace(self._recounted(written), written)
        return text

    def _recounted(self, text: str) -> str:
        """A timecode that lies in one of the reels, as one of the programme."""
        start = self._video().timecode
        for reel, shift in zip(self.reels, self.shifts):
            video = reel.video
            try:
                time = Timecode.parse(text, video.frame_rate, video.timecode.drop or None).since(
                    video.timecode
                )
            except ValueError:
                return text
            if video.start_timecode is not None and reel.programme.contains(time):
                return str(start.plus(time + shift))
        return text

    def span(self, number: int, part: Span | None) -> Span | None:
        """A part of a reel on the clock of the programme, or nothing for all of it."""
        if part is None or self.plain:
            return part
        reel = self.reels[number]
        inside = part.intersection(reel.programme)
        if inside is None:
            first, last = (reel.video.timecode_at(t) for t in (reel.programme.start, reel.programme.end))
            raise TimeOutsideFilm(
                "this part of the film is leader",
                where=reel.video.path,
                remedy=f"The programme runs from {first} to {last}.",
            )
        return inside.shifted(self.shifts[number])

    def parted(self, plan: Plan, brief: str, seed: int) -> tuple[Plan, ...]:
        """The plan of each reel, on the reel's own clock; `brief` is what the user wrote."""
        if self.plain:
            return (plan,)
        plan = replace(
            plan,
            cues=tuple(replace(cue, why=self._quoted(cue.why, brief)) for cue in plan.cues),
            unplaced=tuple(replace(u, text=self._quoted(u.text, brief)) for u in plan.unplaced),
        )
        homes = [self._homes(cue) for cue in plan.cues]
        return tuple(self._part(n, plan, homes, seed) for n in range(len(self.reels)))

    def _part(self, number: int, plan: Plan, homes: list[tuple[int, ...]], seed: int) -> Plan:
        cues = [self._at_home(c, number, home, seed) for c, home in zip(plan.cues, homes) if number in home]
        first = number == 0
        return replace(
            plan,
            cues=tuple(cues),
            reasoning=tuple(self._reasoned(number, plan.reasoning)),
            hits=tuple(self._landing(number, plan.hits)),
            unplaced=plan.unplaced if first else (),
            notes=plan.notes if first else (),
        )

    def _spans(self) -> Iterator[Span]:
        """The reels on the clock of the programme."""
        for reel, shift in zip(self.reels, self.shifts):
            yield reel.programme.shifted(shift)

    def _homes(self, cue: Cue) -> tuple[int, ...]:
        """The reels that a cue is heard in."""
        parts = [own.intersection(cue.span) for own in self._spans()]
        lengths = [part.duration if part else Fraction(0) for part in parts]
        longest = (lengths.index(max(lengths)),)
        if cue.sync is not None:
            return tuple(n for n, own in enumerate(self._spans()) if own.contains(cue.sync)) or longest
        return tuple(n for n, length in enumerate(lengths) if length > _OVERHANG) or longest

    def _at_home(self, cue: Cue, number: int, homes: tuple[int, ...], seed: int) -> Cue:
        """The cue on a reel's clock: within the reel, or whole where another reel plays the rest."""
        span, shift = cue.span, self.shifts[number]
        spans = list(self._spans())
        start = max(span.start, spans[homes[0]].start)
        end = min(span.end, spans[homes[-1]].end)
        own = replace(cue, span=Span(start, end).shifted(-shift))
        if cue.sync is not None:
            own = replace(own, sync=cue.sync - shift)
        if len(homes) == 1:
            return own
        kept = derived_seed(seed, "programme", cue.kind, cue.prompt, cue.span.start)
        return replace(own, seed=cue.seed if cue.seed is not None else kept)

    def _landing(self, number: int, hits: Iterable[Hit]) -> Iterator[Hit]:
        """The hit points in a reel, on its own clock."""
        own = list(self._spans())[number]
        return (replace(h, time=h.time - self.shifts[number]) for h in hits if own.contains(h.time))

    def _reasoned(self, number: int, reasoning: Iterable[Reasoning]) -> Iterator[Reasoning]:
        own, shift = list(self._spans())[number], self.shifts[number]
        scenes = self.reels[number].scenes
        for thought in reasoning:
            inside = thought.span.intersection(own)
            if inside is not None:
                at = self.reels[number].scene_at(inside.start - shift)
                yield replace(
                    thought, span=inside.shifted(-shift), scene=at if scenes and at is not None else 0
                )


def without_leader(seen: Observations) -> Observations:
    """What was observed in the programme of a film, on the film's clock."""
    if not seen.leader:
        return seen
    names = (*TIMED, *LASTING)
    changes: dict[str, Any] = {n: tuple(moved(getattr(seen, n), seen.programme, Fraction(0))) for n in names}
    shots, scenes = _pictured([(seen, Fraction(0))])
    return replace(seen, shots=shots, scenes=scenes, **changes)


def _pictured(pairs: list[tuple[Observations, Fraction]]) -> tuple[tuple[Shot, ...], tuple[Scene, ...]]:
    """The shots and scenes of all reels; a reel begins with a cut."""
    shots: list[Shot] = []
    scenes: list[Scene] = []
    for reel, shift in pairs:
        own = [n for n, shot in enumerate(reel.shots) if shot.span.overlaps(reel.programme)]
        first = len(shots)
        later = list(moved(reel.shots, reel.programme, shift))
        if shots and later:
            later[0] = replace(later[0], transition_in="cut", transition=Fraction(0))
        shots += later
        for scene in moved(reel.scenes, reel.programme, shift):
            scenes.append(replace(scene, shots=tuple(first + own.index(n) for n in scene.shots if n in own)))
    return tuple(shots), tuple(scenes)


def _features(reels: tuple[Observations, ...], store: Store) -> dict[str, FeatureTrack]:
    """The features of all reels that have a rate of their own; rows that follow frames are left to the reels."""
    found = {}
    for name, track in reels[0].features.items():
        tracks = [reel.features.get(name) for reel in reels]
        alike = [t for t in tracks if t is not None and t.rate == track.rate and t.rate and t.sliceable]
        if len(alike) == len(reels):
            found[name] = replace(track, path=str(_joined(name, reels, store)))
    return found


def _joined(name: str, reels: tuple[Observations, ...], store: Store) -> Path:
    parts = [(Path(reel.features[name].path).stem, reel.programme) for reel in reels]
    key = store.key("programme", name, parts)
    kept = store.path(key, ".npy")
    if kept is not None:
        return kept
    scratch = store.scratch(".npy")
    with writing(scratch):
        np.save(scratch, np.concatenate([r.features[name].within(r.programme) for r in reels]))
        return store.keep(key, scratch)

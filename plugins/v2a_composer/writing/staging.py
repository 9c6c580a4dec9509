"""Who plays what: the ensemble of each section, from its energy, and every part it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from v2a_composer.writing.accompanying import accompanied, beneath, pulsed
from v2a_composer.writing.bars import Grid
from v2a_composer.writing.choir import carried, low_line
from v2a_composer.writing.countering import countered
from v2a_composer.writing.drumming import drummed, tuned
from v2a_composer.writing.form import Section
from v2a_composer.writing.genres import Role
from v2a_composer.writing.melody import Compass, Singer
from v2a_composer.writing.orchestra import CHAIRS, Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.telling import themes_of
from v2a_composer.writing.tones import BassLine, Ground, Tone
from v2a_composer.writing.voicing import ALTO, BASS, SOPRANO, TENOR

FORCES = {
    "melody": 1.15, "doubling": 0.9, "counter": 0.9, "choir": 0.7, "swell": 0.72, "figure": 0.78, "pulse": 0.8,
    "bass": 0.9, "drums": 0.92, "sting": 1.0, "run": 0.78,
}  # fmt: skip
_TURNS = {
    "intro": 0, "statement": 0, "answer": 1, "contrast": 2, "development": 1, "climax": 0, "breath": 3, "return": 0, "coda": 0,
}  # fmt: skip
_OCTAVE = 12
_TAKEN = {
    "trumpets": (SOPRANO,), "horns": (ALTO,), "trombones": (TENOR,), "choir": (SOPRANO, TENOR), "pad": (TENOR,),
}  # fmt: skip
_SWELLING = 0.98
_COVERED = 0.45


@dataclass(frozen=True)
class Part:
    """What a chair plays in a role; `line` is the choir's voice that it carries."""

    chair: Chair
    role: str
    tones: tuple[Tone, ...]
    force: float = 1.0
    line: int | None = None


class Stage:
    """Gives every section its players."""

    def __init__(self, plan: Plan, grid: Grid, ground: Ground, sections: Sequence[Section]) -> None:
        """Take what is to be played; the lowest lines come first, so that all others can mind them."""
        self._plan, self._grid, self._ground = plan, grid, ground
        self._low = {s.number: low_line(plan, grid, ground, s) for s in sections}
        held = [t for s in sections for t in carried(grid, ground, s, BASS, False)]
        self._bass = BassLine([t for s in sections for t in self._low[s.number]], held)
        self._singer = Singer(plan, grid, ground, self._bass)
        self._themes = themes_of(plan, grid)
        self._leads = _in_light(plan)
        self._sung: Tone | None = None
        self._lead = ""

    def parts(self, section: Section) -> list[Part]:
        """All parts of a section."""
        lead = self._next_lead(section)
        melody: list[Tone] = []
        parts: list[Part] = []
        if lead is not None:
            melody = self._singer.sing(section, self._themes, compass_of(self._plan, lead), self._sung)
            self._sung = melody[-1] if melody else self._sung
            parts.append(Part(lead, "melody", tuple(melody)))
            parts += self._doubled(section, lead, melody)
        bass = self._basses(section, lead)
        parts += self._choir(section, lead, melody)
        parts += self._swell(section, lead)
        parts += bass
        parts += self._moving(section, melody)
        parts += self._counter(section, lead, melody)
        return [part for part in parts if part.tones]

    def _next_lead(self, section: Section) -> Chair | None:
        if not self._leads:
            return None
        turn = _TURNS[section.function] + section.number // 6
        ways = [self._leads[(turn + n) % len(self._leads)] for n in range(len(self._leads))]
        fresh = (
            [c for c in ways if c != self._lead]
            if section.function not in ("return", "coda", "climax")
            else ways
        )
        self._lead = (fresh or ways)[0]
        return CHAIRS[self._lead]

    def _doubled(self, section: Section, lead: Chair, melody: Sequence[Tone]) -> list[Part]:
        """At a climax another lead has the melody too, in unison or an octave away."""
        if (
            section.function not in ("climax", "return")
            or section.energy < 0.55
            or len(self._leads) < 2
            or not melody
        ):
            return []
        others = [CHAIRS[c] for c in self._leads if c != lead.key]
        other = max(others, key=lambda c: min(abs(c.middle - lead.middle), _OCTAVE))
        middle = sum(t.pitch for t in melody) / len(melody)
        shift = 12 * round((other.middle - middle) / 12)
        tones = [t._replace(pitch=t.pitch + shift) for t in melody]
        fitting = tuple(t for t in tones if other.low <= t.pitch <= other.high)
        return [Part(other, "doubling", fitting)]

    def _choir(self, section: Section, lead: Chair | None, melody: Sequence[Tone]) -> list[Part]:
        """Who holds the chords: all four voices, or the lower ones where the melody takes the place of the highest.

        In a tutti the brass has an inner voice, and the strings that would hold it have the pulse.
        """
        roles = [r for r in self._plan.genre.choir if r.enters <= section.energy]
        roles = [r for r in roles if lead is None or r.chair != lead.key]
        lines = {
            4: (SOPRANO, ALTO, TENOR, BASS),
            3: (ALTO, TENOR, BASS),
            2: (TENOR, BASS),
            1: (TENOR,),
            0: (),
        }[len(roles)]
        restless = section.energy > 0.62 and self._plan.genre.name != "ambient"
        if lead is not None and self._lowest(lead) and len(roles) == 3:
            lines = (SOPRANO, ALTO, TENOR)
        if len(roles) == 4 and melody and not self._above(section, melody):
            roles, lines = roles[1:], lines[1:]
        blown = {line for role in self._swelling(section, lead) for line in _TAKEN.get(role.chair, ())}
        spare = [v for v in (ALTO, TENOR) if v in blown][:1] if self._covers(section) else []
        return [
            self._carrier(section, role, line, restless, "choir", 0.8 if line == SOPRANO and lead else 1.0)
            for role, line in zip(roles, lines)
            if line not in spare
        ]

    def _lowest(self, lead: Chair) -> bool:
        """Whether a lead is taken from the choir's lowest voice, which a bass then has."""
        genre = self._plan.genre
        return bool(genre.choir and genre.bass) and genre.choir[-1].chair == lead.key

    def _above(self, section: Section, melody: Sequence[Tone]) -> bool:
        """Whether a melody lies over the choir, or so far under it that they do not meet."""
        numbers = self._ground.within(
            self._grid.bars[section.first].start, self._grid.bars[section.end - 1].end
        )
        top = [self._ground.footings[n].setting[SOPRANO] for n in numbers]
        middle, highest = sum(t.pitch for t in melody) / len(melody), sum(top) / max(1, len(top))
        return middle > highest + 4 or middle < highest - 12

    def _carrier(
        self, section: Section, role: Role, line: int, restless: bool, name: str, share: float
    ) -> Part:
        chair = CHAIRS[role.chair]
        tones = carried(self._grid, self._ground, section, line, restless)
        seated = _seated_line(tones, chair)
        return Part(chair, name, seated, role.force * share, line)

    def _swell(self, section: Section, lead: Chair | None) -> list[Part]:
        """Who makes the chords grow: each has a voice of its own, since what all double nobody hears."""
        parts = []
        for role in self._swelling(section, lead):
            lines = _TAKEN.get(role.chair, (SOPRANO, ALTO, TENOR))
            share = _SWELLING * len(lines) ** -0.125
            parts += [self._carrier(section, role, line, True, "swell", share) for line in lines]
        return parts

    def _swelling(self, section: Section, lead: Chair | None) -> list[Role]:
        return [
            r
            for r in self._plan.genre.swell
            if r.enters <= section.energy and (lead is None or r.chair != lead.key)
        ]

    def _basses(self, section: Section, lead: Chair | None) -> list[Part]:
        """The low line; where the choir's lowest leads, somebody else has it in any case."""
        genre = self._plan.genre
        lacking = lead is not None and self._lowest(lead)
        roles = [r for r in genre.bass if r.enters <= section.energy] or list(
            genre.bass[:1] if lacking else ()
        )
        parts = []
        for role in roles:
            chair = CHAIRS[role.chair]
            down = -12 if chair.high <= 56 and chair.section in ("strings", "brass") else 0
            tones = [t._replace(pitch=t.pitch + down) for t in self._low[section.number]]
            parts.append(Part(chair, "bass", _seated_line(tones, chair), role.force))
        return parts

    def _moving(self, section: Section, melody: Sequence[Tone]) -> list[Part]:
        """Figures, pulses and drums; of several figures as many as the energy carries."""
        genre, parts = self._plan.genre, []
        figures = [r for r in genre.figure if r.enters <= section.energy][: 1 if section.energy < 0.6 else 2]
        for role in () if self._covers(section) else figures:
            chair = CHAIRS[role.chair]
            tones = accompanied(self._plan, self._grid, self._ground, section, chair)
            parts.append(Part(chair, "figure", tuple(beneath(tones, melody, chair)), role.force))
        for role in genre.pulse:
            if (
                role.enters <= section.energy * (0.7 + 0.6 * self._plan.mood.drive)
                and section.function != "breath"
            ):
                tones = pulsed(self._plan, self._grid, self._ground, section, CHAIRS[role.chair])
                parts.append(Part(CHAIRS[role.chair], "pulse", tuple(tones), role.force))
                break
        late = section.function == "intro" and not genre.lone
        for role in () if late else genre.drums:
            if role.enters <= section.energy * (0.75 + 0.4 * self._plan.mood.drive):
                chair = CHAIRS[role.chair]
                parts.append(Part(chair, "drums", tuple(self._drums(section, chair)), role.force))
        return parts

    def _covers(self, section: Section) -> bool:
        """Whether a tutti with a pulse of its own would cover any figure."""
        genre = self._plan.genre
        pulse = any(r.enters <= section.energy for r in genre.pulse)
        blown = any(r.enters <= section.energy and CHAIRS[r.chair].section == "brass" for r in genre.swell)
        return pulse and blown and section.energy * self._plan.mood.force > _COVERED

    def _drums(self, section: Section, chair: Chair) -> list[Tone]:
        if chair.drums:
            return drummed(self._plan, self._grid, section)
        return tuned(self._plan, self._grid, self._ground, section, chair)

    def _counter(self, section: Section, lead: Chair | None, melody: Sequence[Tone]) -> list[Part]:
        seated = {r.chair for r in self._plan.genre.choir} | ({lead.key} if lead else set())
        alone = lead is not None and {lead.key} == {r.chair for r in self._plan.genre.counter}
        for role in self._plan.genre.counter:
            if role.enters <= section.energy and (alone or role.chair not in seated) and melody:
                chair = CHAIRS[role.chair]
                compass = Compass(max(chair.low, 48), min(chair.high, 76), min(chair.middle, 62.0))
                tones = countered(self._grid, self._ground, self._bass, section, melody, compass)
                return [Part(chair, "counter", tuple(tones), role.force)]
        return []


def compass_of(plan: Plan, chair: Chair) -> Compass:
    """Where a chair sings in a mood: about its middle, higher or lower as the mood lifts."""
    low, high = max(chair.low, 40), min(chair.high, 96)
    home = min(max(chair.middle + 0.45 * plan.mood.lift, low + 6), high - 8)
    return Compass(max(low, round(home - 13)), min(high, round(home + 13)), home)


def _in_light(plan: Plan) -> tuple[str, ...]:
    """The leads, those first that are as bright as the mood; where few are asked for, in the order of asking."""
    leads = plan.genre.leads
    if len(leads) < 4:
        return leads
    return tuple(sorted(leads, key=lambda c: int(2.4 * abs(CHAIRS[c].bright - plan.mood.bright) + 0.5)))


def _seated_line(tones: Sequence[Tone], chair: Chair) -> tuple[Tone, ...]:
    """A line in a chair's range: moved by octaves as a whole, and single notes where even that does not do."""
    if not tones:
        return ()
    pitches = [t.pitch for t in tones]
    outside = {s: sum(not chair.low <= p + s <= chair.high for p in pitches) for s in (0, 12, -12, 24, -24)}
    shift = min(outside, key=lambda s: outside[s] / len(pitches) + abs(s) / 40)
    return tuple(t._replace(pitch=chair.folded(t.pitch + shift)) for t in tones)

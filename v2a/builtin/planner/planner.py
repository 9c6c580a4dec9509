"""The built-in planner: reads what was observed and the brief, and writes cues with its reasoning in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from v2a.builtin.planner.backgrounds import place_backgrounds
from v2a.builtin.planner.brief import understand
from v2a.builtin.planner.carving import carved, silenced
from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.hitpoints import Landings, landed_on
from v2a.builtin.planner.moments import place_moments
from v2a.builtin.planner.music import place_music
from v2a.builtin.planner.oneshots import place_spots
from v2a.builtin.planner.perspective import in_perspective
from v2a.builtin.planner.production import Production
from v2a.builtin.planner.reasoning import reasoning_of
from v2a.builtin.planner.served import Shelf
from v2a.builtin.planner.style import Style
from v2a.builtin.planner.vocabulary import vocabulary
from v2a.builtin.planner.voices import place_voices
from v2a.builtin.planner.wishes import Understood, Wish
from v2a.interfaces.bench import Bench
from v2a.interfaces.planner import Plan, Planner, PlannerCard, PlanRequest
from v2a.model.licence import Licence
from v2a.model.spotting import Cue, Kind, Unplaced, in_order

_NAMES: dict[Kind, str] = {
    "fo": "foley",
    "fx": "effects",
    "bg": "background",
    "mx": "music",
    "vo": "narration",
}


class BuiltinPlanner(Planner):
    """Spots a film from its shots, moments and sound and from a brief in words, without weights."""

    card = PlannerCard(
        name="builtin",
        version="13",
        licence=Licence(code="GPL-3.0-or-later", weights="", commercial="yes"),
        about="Rules over what is seen and heard, and a brief in plain English; needs no weights.",
        params=Style,
    )

    def plan(self, bench: Bench, request: PlanRequest) -> Plan:
        """Decide what sounds where."""
        bench.check_cancelled()
        return _plan(bench, _desk(request), request)


def stated_hits(request: PlanRequest, cues: Sequence[Cue]) -> Landings:
    """The hit points that a brief states in so many words, for music that another planner placed."""
    return landed_on(_desk(request), cues)


def _desk(request: PlanRequest) -> Desk:
    film, known, shelf = Film.of(request), vocabulary(), Shelf.of(request.generators)
    understood = understand(request.brief, film, known, shelf)
    return Desk(
        film=film,
        known=known,
        shelf=shelf,
        production=Production.of(request),
        style=request.params if isinstance(request.params, Style) else Style(),
        understood=_served(understood, request.kinds, shelf),
        confidence=request.confidence,
        kinds=_own_kinds(understood, request.kinds, shelf),
    )


def _plan(bench: Bench, desk: Desk, request: PlanRequest) -> Plan:
    if desk.film.scope.duration == 0:
        return Plan(
            unplaced=desk.understood.unplaced, notes=("There is no picture in the part to be spotted.",)
        )
    placed: list[Placed] = []
    for step in (place_spots, place_moments, place_backgrounds, place_music, place_voices):
        bench.check_cancelled()
        placed.append(step(desk))
    heard = carved((in_perspective(desk.finished(cue), desk) for p in placed for cue in p.cues), desk)
    cues, landing = heard.cues, landed_on(desk, heard.cues)
    unplaced = [
        *desk.understood.unplaced,
        *(u for p in (*placed, heard) for u in p.unplaced),
        *landing.unplaced,
    ]
    notes = [*(note for p in placed for note in p.notes), *landing.notes, *_absent(desk, request)]
    return Plan(
        cues=in_order(cues),
        hits=landing.hits,
        reasoning=reasoning_of(cues, desk),
        unplaced=tuple(dict.fromkeys(unplaced)),
        notes=tuple(note for note in dict.fromkeys(notes) if note),
    )


def _own_kinds(understood: Understood, asked: Sequence[Kind], shelf: Shelf) -> frozenset[Kind]:
    """The kinds that the planner may place unasked."""
    silent = silenced(understood.refusals)
    if None in silent:
        return frozenset()
    kinds = [k for k in asked if k in shelf.makes and k not in silent]
    return frozenset(k for k in kinds if understood.only is None or k in understood.only)


def _served(understood: Understood, asked: Sequence[Kind], shelf: Shelf) -> Understood:
    """What was understood, with each wish in words that a generator can make; the others are unplaced."""
    wishes: list[Wish] = []
    unplaced = list(understood.unplaced)
    for wish in understood.wishes:
        why = _refusal(wish, asked, shelf)
        if not why:
            wishes.append(_in_known_words(wish, shelf))
        elif not wish.implied:
            unplaced.append(Unplaced(wish.text, why))
    return replace(understood, wishes=tuple(wishes), unplaced=tuple(unplaced))


def _refusal(wish: Wish, asked: Sequence[Kind], shelf: Shelf) -> str:
    if wish.kind not in asked:
        return f"{_NAMES[wish.kind]} ({wish.kind}) is not among the kinds asked for: {', '.join(asked) or 'none'}"
    if wish.kind not in shelf.makes:
        return f"no installed generator makes {_NAMES[wish.kind]}"
    if wish.kind == "mx" or shelf.prompt(wish.kind, wish.prompt, wish.sound.say, _head(wish)) is not None:
        return ""
    known = [
        s.name for s in vocabulary().sounds.values() if s.kind == wish.kind and shelf.knows(s.kind, s.say[0])
    ]
    return f"no installed generator can make {wish.head or wish.prompt!r}; there are {', '.join(known[:12]) or 'none'}"


def _in_known_words(wish: Wish, shelf: Shelf) -> Wish:
    if wish.kind == "mx":
        return wish
    prompt = shelf.prompt(wish.kind, wish.prompt, wish.sound.say, _head(wish))
    return replace(wish, prompt=shelf.with_material(wish.kind, prompt or wish.prompt, wish.materials))


def _head(wish: Wish) -> str:
    """The words of a prompt that name its sound."""
    return wish.head or wish.prompt


def _absent(desk: Desk, request: PlanRequest) -> list[str]:
    """What the planner could not go by, or had nothing to make with."""
    notes = []
    missing = [_NAMES[k] for k in request.kinds if k not in desk.shelf.makes and k != "vo"]
    if missing:
        notes.append(f"No installed generator makes {' or '.join(missing)}.")
    if all(m.kind == "cut" for m in desk.film.moments) and {"fo", "fx"} & desk.kinds:
        notes.append(
            "No moments were seen in the picture, so there are no effects but those the brief asks for."
        )
    settings = [s.text for s in desk.understood.settings if s.gain]
    if settings:
        notes.append(f"Understood as settings: {'; '.join(dict.fromkeys(settings))}.")
    return notes

"""The reasoning of each scene in plain sentences: what sounds there are, when, how they should feel, where they are."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from v2a.builtin.planner.desk import Desk
from v2a.builtin.planner.music import mood_of
from v2a.builtin.planner.places import place_of
from v2a.model.observations import Scene
from v2a.model.spotting import Cue, Kind, Reasoning

_MOST = 6
_NAMES: dict[Kind, str] = {
    "bg": "Background",
    "fo": "Foley",
    "fx": "Effects",
    "mx": "Music",
    "vo": "Narration",
}


def reasoning_of(cues: Sequence[Cue], desk: Desk) -> tuple[Reasoning, ...]:
    """The reasoning of every scene in the part of the film that is spotted."""
    by_scene = _by_scene([c for c in cues if not c.suggested], desk)
    return tuple(
        Reasoning(
            scene=n,
            span=scene.span,
            sounds=_sounds(by_scene[n]),
            timing=_timing(by_scene[n], scene),
            character=_character(by_scene[n], desk),
            space=_space(scene, by_scene[n], desk),
        )
        for n, scene in enumerate(desk.film.scenes)
        if scene.span.overlaps(desk.film.scope)
    )


def _by_scene(cues: Sequence[Cue], desk: Desk) -> list[list[Cue]]:
    found: list[list[Cue]] = [[] for _ in desk.film.scenes]
    for cue in cues:
        if cue.kind in ("fo", "fx") and cue.sync is not None and cue.span.duration < 10:
            found[desk.film.scene_at(cue.sync)].append(cue)
            continue
        first = desk.film.scene_at(cue.span.start)
        last = max(first + 1, bisect_left(desk.film.scene_clock, float(cue.span.end)))
        for n in range(first, last):
            part = cue.span.intersection(desk.film.scenes[n].span)
            if part is not None and (part.duration > Fraction(1, 5) or part.duration == cue.span.duration):
                found[n].append(cue)
    return found


def _sounds(cues: Sequence[Cue]) -> str:
    parts = []
    for kind, name in _NAMES.items():
        prompts = list(dict.fromkeys(c.prompt for c in cues if c.kind == kind))
        if prompts:
            more = f" and {len(prompts) - _MOST} more" if len(prompts) > _MOST else ""
            parts.append(f"{name}: {'; '.join(prompts[:_MOST])}{more}.")
    return " ".join(parts) or "Leave this scene without added sound."


def _timing(cues: Sequence[Cue], scene: Scene) -> str:
    start = scene.span.start
    parts = []
    for cue in sorted(
        (c for c in cues if c.kind in ("bg", "mx", "vo")), key=lambda c: (c.span.start, c.prompt)
    ):
        if cue.span.start <= start and cue.span.end >= scene.span.end:
            parts.append(f"Let {_short(cue.prompt)} run through the whole scene.")
        else:
            begin, end = max(cue.span.start, start) - start, min(cue.span.end, scene.span.end) - start
            parts.append(f"Begin {_short(cue.prompt)} at {_at(begin)} and end it by {_at(end)}.")
    spots = sorted(
        (c for c in cues if c.kind in ("fo", "fx")), key=lambda c: (c.sync or c.span.start, c.prompt)
    )
    for cue in spots[:_MOST]:
        if cue.sync is None or cue.span.duration > 4:
            begin, end = max(cue.span.start, start) - start, min(cue.span.end, scene.span.end) - start
            parts.append(
                f"Play {_short(cue.prompt)} from {_at(begin)} to {_at(end)}, in step with the picture."
            )
        else:
            parts.append(f"Land {_short(cue.prompt)} exactly at {_at(cue.sync - start)}.")
    if len(spots) > _MOST:
        parts.append(f"Set {len(spots) - _MOST} more such sounds on the moments that follow.")
    return " ".join(parts)


def _character(cues: Sequence[Cue], desk: Desk) -> str:
    prompts = {c.prompt for c in cues}
    words = list(
        dict.fromkeys(
            word
            for wish in desk.understood.wishes
            if wish.characters and any(prompt.startswith(wish.prompt) for prompt in prompts)
            for word in wish.characters
            if word not in desk.known.moods
        )
    )
    parts = []
    if any(c.kind == "mx" for c in cues):
        parts.append(f"Keep the music {mood_of(desk).character}.")
    if words:
        parts.append(f"Make it {', '.join(words[:_MOST])}, as asked.")
    spots = [c for c in cues if c.kind in ("fo", "fx")]
    if spots:
        hard = sum(c.gain > -3.0 for c in spots)
        parts.append(
            "Keep the spot sounds firm and present."
            if 2 * hard >= len(spots)
            else "Keep the spot sounds light and natural."
        )
    elif any(c.kind == "bg" for c in cues):
        parts.append("Keep it even and natural, without anything that draws the ear.")
    avoid = list(dict.fromkeys(c.avoid for c in cues if c.avoid))
    if avoid:
        parts.append(f"Leave out {avoid[0]}.")
    return " ".join(parts)


def _space(scene: Scene, cues: Sequence[Cue], desk: Desk) -> str:
    inside = {True: "Interior", False: "Exterior", None: "Place unknown"}[scene.interior]
    day = {True: ", day", False: ", night", None: ""}[scene.day]
    parts = [f"{inside}{day}: {place_of(scene).space}."]
    sizes = [desk.film.shots[n].size for n in scene.shots if 0 <= n < len(desk.film.shots)]
    if sizes and sizes.count("close") * 2 > len(sizes):
        parts.append("The picture is close: keep sounds near and detailed.")
    elif sizes and sizes.count("wide") * 2 > len(sizes):
        parts.append("The picture is wide: set sounds back in the space.")
    spots = [c for c in cues if c.kind in ("fo", "fx")]
    left, right = sum(c.pan < -0.15 for c in spots), sum(c.pan > 0.15 for c in spots)
    if left or right:
        where = "both sides" if left and right else ("the left" if left else "the right")
        parts.append(f"Spot sounds come from {where}, where they are seen.")
    elif spots:
        parts.append("Spot sounds come from the centre.")
    return " ".join(parts)


def _short(prompt: str) -> str:
    return (
        f"the {prompt}" if prompt[:1].islower() and not prompt.startswith(("the ", "a ", "an ")) else prompt
    )


def _at(time: Fraction) -> str:
    return f"{float(time):.2f} s into the scene"

"""What a generator is told of a cue: everything observed there, in the cue's own time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeVar

from v2a.errors import SpottingSyntax
from v2a.interfaces import GeneratorCard, checked
from v2a.model import (
    Cue,
    Moment,
    Observations,
    Reasoning,
    Request,
    Scene,
    Shot,
    Span,
    Speech,
    SpottingList,
    codec,
)
from v2a.stages.generating.nearness import Near
from v2a.stages.generating.thoughts import concerning

T = TypeVar("T", Scene, Reasoning)


def whole(cue: Cue, card: GeneratorCard, seed: int, params: Mapping[str, Any]) -> Request:
    """The request for a whole cue at the generator's rate and channels, without what was observed."""
    return Request(
        cue=cue.id,
        kind=cue.kind,
        prompt=cue.prompt,
        window=Span(Fraction(0), cue.span.duration),
        whole=cue.span.duration,
        seed=seed,
        rate=card.rate,
        channels=card.channels,
        avoid=cue.avoid,
        sync=None if cue.sync is None else cue.sync - cue.span.start,
        params=params,
    )


def with_observed(request: Request, span: Span, seen: Observations) -> Request:
    """The request with the shots, scene, moments and speech that lie in the cue's span of the film."""
    first = next((n for n, shot in enumerate(seen.shots) if shot.span.overlaps(span)), 0)
    shots = tuple(replace(s, span=_local(s.span, span)) for s in seen.shots if s.span.overlaps(span))
    return replace(
        request,
        shots=shots,
        scene=_scene(seen, span, Span(Fraction(first), Fraction(first + len(shots)))),
        moments=_moments(seen.moments, span),
        speech=_speech(seen.speech, span),
    )


def with_reasoning(request: Request, cue: Cue, spotting: SpottingList) -> Request:
    """The request with what the reasoning of the cue's scene says of this sound."""
    found = _longest(spotting.reasoning, cue.span)
    if found is None:
        return request
    others = {c.prompt for c in spotting.cues if c.span.overlaps(found.span) and not c.suggested}
    own = concerning(found, cue.prompt, sorted(others - {cue.prompt}))
    return replace(request, reasoning=replace(own, scene=0, span=_local(found.span, cue.span)))


def with_reference(request: Request, near: Near | None) -> Request:
    """The request with the sound that it is to come near, if there is one."""
    return request if near is None else replace(request, reference=near.sound, strength=near.strength)


def params_for(cue: Cue, card: GeneratorCard, preset: Mapping[str, Any]) -> dict[str, Any]:
    """The generator's parameters as plain values: its defaults, those of the preset, those of the cue.

    A cue that names its generator is held to that one's keys; for any other, keys that it does not know are left out.
    """
    known = {field.name for field in dataclasses.fields(card.params)}
    own = {k: v for k, v in cue.params.items() if k in known or cue.generator == card.name}
    merged = {**preset, **own}
    try:
        plain: dict[str, Any] = codec.encode(checked(card.params, merged, card.name))
    except ValueError as error:
        raise SpottingSyntax(
            str(error),
            where=f"cue {cue.id}",
            remedy="Change or remove the key in the spotting list or the preset.",
        ) from error
    return plain


def unread(cue: Cue, cards: Iterable[GeneratorCard]) -> Iterator[str]:
    """A note for each of a cue's parameters that none of these generators of its kind of sound would read."""
    if cue.generator is not None:
        return
    read = (card.params for card in cards if cue.kind in card.kinds)
    known = sorted({field.name for params in read for field in dataclasses.fields(params)})
    for key in cue.params:
        if key not in known:
            listed = ", ".join(known) or "none"
            yield f"Cue {cue.id}: no generator of {cue.kind} has a parameter {key!r}: left out (known: {listed})."


def licensed(
    card: GeneratorCard, presets: Mapping[str, Mapping[str, Any]], licence: str
) -> Mapping[str, Any]:
    """What presets say of a generator; one that chooses by licence is told what the whole run admits."""
    own = presets.get(card.name, {})
    chooses = any(field.name == "licence" for field in dataclasses.fields(card.params))
    return {"licence": licence, **own} if licence and chooses else own


def _local(part: Span, span: Span) -> Span:
    inside = part.intersection(span)
    assert inside is not None
    return inside.shifted(-span.start)


def _moments(moments: tuple[Moment, ...], span: Span) -> tuple[Moment, ...]:
    return tuple(replace(m, time=m.time - span.start) for m in moments if span.contains(m.time))


def _speech(speech: tuple[Speech, ...], span: Span) -> tuple[Speech, ...]:
    return tuple(replace(s, span=_local(s.span, span)) for s in speech if s.span.overlaps(span))


def _scene(seen: Observations, span: Span, shots: Span) -> Scene | None:
    """The scene that has most of the cue; its shots are positions among the request's."""
    scene = _longest(seen.scenes, span)
    if scene is None:
        return None
    kept = tuple(n - int(shots.start) for n in scene.shots if shots.contains(Fraction(n)))
    return replace(scene, span=_local(scene.span, span), shots=kept)


def _longest(things: tuple[T, ...], span: Span) -> T | None:
    inside = [(part.duration, -n) for n, t in enumerate(things) if (part := t.span.intersection(span))]
    return things[-max(inside)[1]] if inside else None


def cuts(shots: tuple[Shot, ...]) -> tuple[Fraction, ...]:
    """The cue-local times of the cuts between shots."""
    return tuple(shot.span.start for shot in shots if shot.span.start > 0)

"""The features that a generator asks for: slices of what observers made, and what encoders make of the cue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from v2a.errors import PluginContract, UnknownName
from v2a.files import writing
from v2a.host import Host, Registered
from v2a.interfaces import (
    Encoded,
    Encoder,
    EncoderCard,
    EncodeRequest,
    GeneratorCard,
    PictureNeed,
    StageBench,
    Store,
)
from v2a.model import Counted, Failure, FeatureTrack, Observations, Request, Span
from v2a.stages.generating import frames


@dataclass(frozen=True)
class Need:
    """A feature that a generator wants for a window: a slice of an observed one, or the work of an encoder."""

    name: str
    key: str
    span: Span
    observed: FeatureTrack | None = None
    encoder: Registered[Encoder] | None = None
    text: str = ""


@dataclass(frozen=True)
class Sources:
    """Where features come from: what was seen of the film, where there is one, and the plugins there are."""

    seen: Observations | None
    host: Host
    store: Store


Needs = tuple[Need, ...]
Provided = Mapping[str, FeatureTrack | Failure]
AVOIDED = ":avoid"
_PLAIN = PictureNeed(224, 224, Fraction(8))


def needs(
    card: GeneratorCard, request: Request, spans: Sequence[Span], sources: Sources
) -> tuple[Needs, ...] | Failure:
    """What a generator wants for each window of a cue, given as spans of the film, or why it cannot be had."""
    encoders = () if card.precomputed and request.params.get(card.precomputed) else card.encoders
    wanted: list[list[Need]] = [[] for _ in spans]
    for name in (*card.features, *encoders):
        one_by_one = _observed if name in card.features and name not in encoders else _encoding
        found = one_by_one(name, card, request, spans, sources)
        if isinstance(found, Failure):
            return found
        for own, more in zip(wanted, found):
            own += more
    return tuple(tuple(own) for own in wanted)


def _observed(
    name: str, card: GeneratorCard, request: Request, spans: Sequence[Span], sources: Sources
) -> list[list[Need]] | Failure:
    track = sources.seen.features.get(name) if sources.seen is not None else None
    if track is None:
        return Failure(
            f"needs the feature {name!r}, which was not observed",
            "Turn on the observer that makes it, or choose another generator.",
            UnknownName.exit_code,
        )
    names = (Path(track.path).stem, Path(track.times).stem if track.times else None)
    return [
        [Need(name, sources.store.key("slice", names, track.rate, at), span, observed=track)]
        for span in spans
        for at in [span if track.sliceable else None]
    ]


def _encoding(
    name: str, card: GeneratorCard, request: Request, spans: Sequence[Span], sources: Sources
) -> list[list[Need]] | Failure:
    entry = sources.host.encoders.get(name)
    if entry is None:
        return Failure(
            f"needs the encoder {name!r}, which is not installed",
            "Install the plugin that brings it (v2a doctor), or choose another generator.",
            UnknownName.exit_code,
        )
    if entry.thing.card.reads == "text":
        return [_texts(entry, card, request, span, sources.store) for span in spans]
    if sources.seen is None:
        if name in card.spared:
            return [[] for _ in spans]
        return Failure("needs a film to look at", "Choose another generator.", UnknownName.exit_code)
    video = sources.seen.video
    own = entry.thing.card
    made_by = (own.name, own.version, own.weights)
    found: list[list[Need]] = []
    for span in spans:
        key = sources.store.key("encoded", made_by, video.key, span, own.picture, own.rate)
        found.append([Need(name, key, span, encoder=entry)])
    return found


def _texts(
    entry: Registered[Encoder], card: GeneratorCard, request: Request, span: Span, store: Store
) -> list[Need]:
    """What is said of the sound, and what it is to avoid, where the generator can."""
    own = entry.thing.card
    said = request.said if own.of == "reasoning" else request.prompt
    texts = {own.name: said}
    if request.avoid and "avoid" in card.accepts:
        texts[own.name + AVOIDED] = request.avoid
    made_by = (own.name, own.version, own.weights)
    return [
        Need(name, store.key("encoded", made_by, text), span, encoder=entry, text=text)
        for name, text in texts.items()
    ]


def provided(wanted: Sequence[Need], seen: Observations | None, bench: StageBench) -> Provided:
    """The features by key: stored ones are found, others made, one encoder after the other."""
    tracks: dict[str, FeatureTrack | Failure] = {}
    missing: dict[str, Need] = {}
    for need in wanted:
        if need.observed is not None:
            tracks[need.key] = _sliced(need, need.observed, bench.store)
        elif (path := bench.store.path(need.key, ".npy")) is not None:
            tracks[need.key] = _track(need, path)
        else:
            missing[need.key] = need
    texts = [n for n in missing.values() if _card(n).reads == "text"]
    for together in _by_encoder(texts):
        tracks |= _encoded(together, {n.key: EncodeRequest(text=n.text) for n in together}, bench)
        _let_go(together, bench)
    pictures = [n for n in missing.values() if _card(n).reads == "picture"]
    if pictures and seen is not None:
        looks = [frames.Look(n.key, n.span, _card(n).picture or _PLAIN) for n in pictures]
        for portion in frames.portions(looks, seen.video):
            requests = frames.decoded(portion, seen.video, bench)
            for together in _by_encoder([missing[look.key] for look in portion]):
                tracks |= _encoded(together, requests, bench)
            frames.remove(requests.values())
        for together in _by_encoder(pictures):
            _let_go(together, bench)
    return tracks


def of_windows(
    needs: Sequence[Needs], provided: Provided
) -> tuple[Mapping[str, FeatureTrack], ...] | Failure:
    """The features of each window by name, or what went wrong with one of them."""
    found: list[dict[str, FeatureTrack]] = []
    for own in needs:
        found.append({})
        for need in own:
            track = provided[need.key]
            if isinstance(track, Failure):
                return track
            found[-1][need.name] = track
    return tuple(found)


def _by_encoder(wanted: Sequence[Need]) -> list[list[Need]]:
    groups: dict[str, list[Need]] = {}
    for need in wanted:
        groups.setdefault(_card(need).name, []).append(need)
    return list(groups.values())


def _encoded(
    wanted: Sequence[Need], requests: Mapping[str, EncodeRequest], bench: StageBench
) -> dict[str, FeatureTrack | Failure]:
    """Run one encoder over what it is wanted for."""
    entry = wanted[0].encoder
    assert entry is not None
    tracks: dict[str, FeatureTrack | Failure] = {
        need.key: Failure(f"encoder {need.name} gave no answer", exit_code=PluginContract.exit_code)
        for need in wanted
    }
    for answer in bench.runner.run(entry.address, [requests[need.key] for need in wanted]):
        bench.check_cancelled()
        need, result = wanted[answer.index], answer.result
        if isinstance(result, Encoded):
            tracks[need.key] = _track(need, bench.store.keep(need.key, Path(result.path)))
        elif isinstance(result, Failure):
            tracks[need.key] = replace(result, what=f"encoder {need.name} {result.what}")
    bench.tell(Counted("encoder", wanted[0].name, len(wanted)))
    return tracks


def _let_go(wanted: Sequence[Need], bench: StageBench) -> None:
    """Close the encoder of these: it was opened once for all of them."""
    entry = wanted[0].encoder
    if entry is not None:
        bench.runner.release(entry.address)


def _track(need: Need, path: Path) -> FeatureTrack:
    card = _card(need)
    return FeatureTrack(str(path), card.rate, sliceable=card.sliceable)


def _sliced(need: Need, track: FeatureTrack, store: Store) -> FeatureTrack:
    """The rows of the window in a file of their own, whose times count from the window's start."""
    if not track.sliceable:
        return track
    path = store.path(need.key, ".npy") or _kept(store, need.key, track.within(need.span))
    if track.rate is not None:
        return FeatureTrack(str(path), track.rate)
    clock_key = store.key(need.key, "times")
    clock = store.path(clock_key, ".npy")
    if clock is None:
        times = track.clock()
        first, last = np.searchsorted(times, [float(need.span.start), float(need.span.end)])
        clock = _kept(store, clock_key, times[first:last] - float(need.span.start))
    return FeatureTrack(str(path), None, str(clock))


def _kept(store: Store, key: str, rows: object) -> Path:
    path = store.scratch(".npy")
    with writing(path), path.open("wb") as file:
        np.save(file, np.asarray(rows), allow_pickle=False)
    return store.keep(key, path)


def _card(need: Need) -> EncoderCard:
    assert need.encoder is not None
    return need.encoder.thing.card

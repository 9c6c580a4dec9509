"""Takes of one cue: re-roll, choose, import, export."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from v2a.api.keeping import IMPORTED
from v2a.api.session import Session
from v2a.builtin.executors.failures import kind_of
from v2a.errors import FileDamaged, FileEmpty, UnknownName
from v2a.media import sound
from v2a.media.writer import SoundWriter
from v2a.model import Credit, Cue, Failure, Licence, SoundFile, SpottingList, Take, codec, to_seconds
from v2a.stages.generating.canvas import Canvas
from v2a.stages.generating.references import References, Shelves

RATE = 48_000
_BLOCK = RATE
# Music of less seconds is not cut to its cue; what stays below this, of full scale, is not heard.
_SCRAP = Fraction(4)
_SILENT = 10 ** (-75 / 20)


@dataclass(frozen=True)
class Change:
    """How a new take differs from what the cue says; what is not given stays as it is, but for the seed."""

    seed: int | None = None
    generator: str | None = None
    reference: str | None = None
    strength: float | None = None

    def applied(self, cue: Cue) -> Cue:
        """The cue as the new take is asked for."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        changed = replace(cue, **given, take=None, muted=False, solo=False, suggested=False)
        if self.strength is not None and not changed.reference:
            raise UnknownName(f"cue {cue.id} has no reference whose strength could be {self.strength:g}",
                              remedy="Name one too: --reference FILE, or words for your libraries.")  # fmt: skip
        return changed


def reroll(
    session: Session, cue_id: str, change: Change | None = None, *, count: int = 1
) -> tuple[Take, ...]:
    """Make new takes of a cue and choose the last; without a seed each gets the next one that was not used."""
    change = change or Change()
    listed, cue = session.spotting(), session.cue(cue_id)
    session.check_generator(cue, change.generator)
    wanted = change.applied(cue)
    _check_reference(session, wanted)
    used = {take.seed for take in session.takes(cue_id)}
    made: list[Take] = []
    for number in range(count):
        seed = _next_seed(listed, cue, used) if change.seed is None else change.seed + number
        used.add(seed)
        result = session.generate(replace(listed, cues=(replace(wanted, seed=seed),)))
        lost = [f for f in result.failures if not f.generator or not result.takes]
        if lost:
            raise kind_of(lost[0].exit_code)(lost[0].what, where=f"cue {cue_id}", remedy=lost[0].remedy)
        made.extend(result.takes)
    choose(session, cue_id, made[-1].id)
    return tuple(made)


def _check_reference(session: Session, cue: Cue) -> None:
    """Refuse a reference that cannot be had before anything is made."""
    options = session.choices.options["generate"]
    shelves = Shelves(Path(session.video.path).parent, session.host.libraries, options.licence)
    found = References(shelves, session.bench("generate")).of(cue)
    if isinstance(found, Failure):
        raise kind_of(found.exit_code)(found.what, where=f"cue {cue.id}", remedy=found.remedy)


def _next_seed(listed: SpottingList, cue: Cue, used: set[int]) -> int:
    candidate = 0
    while listed.seed_of(cue, candidate) in used:
        candidate += 1
    return listed.seed_of(cue, candidate)


def choose(session: Session, cue_id: str, take_id: str) -> None:
    """Choose the take that a cue is rendered with; the spotting list says so."""
    cue = session.cue(cue_id)
    take = session.project.takes.take(cue_id, take_id)
    session.project.write(session.spotting().with_cue(replace(cue, take=take.id)))


def import_take(
    session: Session,
    cue_id: str,
    path: Path,
    *,
    sync: float | None = None,
    licence: str = "own",
    credit: str = "",
) -> Take:
    """Bring in a sound file as a take of a cue, at 48 kHz, and choose it; silence is refused as music, and a scrap of music
    that is far too short for its cue does not take the place of the takes that there are.
    """
    cue = session.cue(cue_id)
    file = _stored(session, path, heard=cue.kind == "mx")
    at = None if sync is None else to_seconds(sync)
    if at is not None and not 0 <= at <= file.duration:
        raise UnknownName(f"a sync point at {sync} s is not in the sound", where=str(path),
                          remedy=f"It is {float(file.duration):.3f} s long.")  # fmt: skip
    take = Take(
        id=codec.digest((cue_id, Path(file.path).stem, at))[:8],
        cue=cue_id,
        sound=file,
        generator=IMPORTED,
        version="1",
        seed=0,
        candidate=len(session.takes(cue_id)),
        prompt=path.name,
        licence=Licence(code=licence, commercial="yes" if licence == "own" else "unknown"),
        sync=at,
        credits=(Credit(path.name, credit, licence),) if credit else (),
    )
    others = any(other.id != take.id for other in session.takes(cue_id))
    session.project.takes.add(take)
    if not (others and _is_scrap(take, cue)):
        choose(session, cue.id, take.id)
    return take


def _is_scrap(take: Take, cue: Cue) -> bool:
    """Whether music is too short to be cut, and fills less than half of its cue; not where it is set on a sync point."""
    return cue.kind == "mx" and take.sync is None and take.sound.duration < min(_SCRAP, cue.span.duration / 2)


def _stored(session: Session, path: Path, heard: bool) -> SoundFile:
    """The sound as a file in the store, read twice rather than held: first to count, then to write; with something to be
    `heard` in it where that is wanted.
    """
    channels = min(2, sound.info(path).channels)
    with sound.blocks(path, RATE, channels, _BLOCK) as stream:
        length, loudest = 0, 0.0
        for block in stream:
            length += block.shape[1]
            loudest = max(loudest, float(abs(block).max(initial=0.0)))
            if not math.isfinite(abs(block).sum(dtype=float)):
                raise FileDamaged(
                    "has samples that are not numbers", where=str(path), remedy="Export it anew."
                )
    if not length:
        raise FileEmpty("has no sound in it", where=str(path), remedy="Choose another file.")
    if heard and loudest < _SILENT:
        raise FileEmpty("is silent: nothing is heard in it", where=str(path), remedy="Choose another file.")
    canvas = Canvas.new(session.store.scratch(".npy"), RATE, channels, length)
    at = 0
    with sound.blocks(path, RATE, channels, _BLOCK) as stream:
        for block in stream:
            canvas.write(at, block)
            at += block.shape[1]
    from v2a.media.identity import identify

    kept = session.store.keep(session.store.key("import", identify(path), RATE, channels), canvas.path)
    return SoundFile(str(kept), RATE, channels, length)


def write_sound(take: Take, output: Path) -> None:
    """Write a take's sound to a WAV or FLAC file, in 24 bits."""
    with SoundWriter(output, take.sound.rate, take.sound.channels) as writer:
        for block in take.sound.blocks(_BLOCK):
            writer.write(block)

"""The text of `spotting.toml`: written anew, or an existing text with only the lines changed that must change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomlkit

from v2a.model import ROOM_NAMES, Reasoning, SpottingList, Unplaced, Video
from v2a.project.cue_blocks import CueBlocks
from v2a.project.document import FORMAT, clock_of, parsed, scene_place
from v2a.project.fields import cue_table
from v2a.project.marks import hit_table, updated_hits
from v2a.project.text import Block, blocks, changed_block, edit_table, inline, new_block, without_body, woven
from v2a.project.times import Clock

_HEADER = """\
# The spotting list of {name}: what sounds where. Change what you like, save, and run v2a render again:
# only what you touched is made anew, and what you changed is never overwritten.
#
# Each [[cue]] is one sound. in and out are {times}; sync is where its loudest point lands.
# kind: fo foley, fx effects, bg backgrounds, mx music, vo narration. prompt says in words what is heard.
# You may add: avoid, generator, params = {{ … }}, gain (dB), pan (-1 to 1), nudge (frames), fade_in and fade_out
# (seconds), seed, take, locked, muted, solo (true or false); room, which is heard around the sound ({first},
# {rest}), and distance, the microphone's in metres; reference, a sound that it is to
# come near (a sound file, as seen from the film's folder, or words that are looked up in your libraries), and strength,
# how much of the reference is heard (0 to 1); for music tempo (96, or "80:110" for a range) and meter ("3/4").
# What is suggested = true is not heard until you set it to false or remove
# the line. Delete a cue and it stays away; write a new one without an id and it gets one. Comments stay.
#
# Each [[hit]] you write is a point in the picture that music is to land on: time, and if you like name and weight (10
# where you give none; a plain cut weighs 1).

"""
_REVISION = "  # counts what v2a writes; leave it as it is"


def fresh(spotting: SpottingList, video: Video, preset: str = "") -> str:
    """The text of a new spotting list, at revision 1."""
    clock = Clock.of(video)
    name = Path(video.path).name
    times = "source timecode or seconds" if clock.counts else "seconds"
    rooms = [room for room in ROOM_NAMES if room]
    head = [
        _HEADER.format(name=_one_line(name), times=times, first=rooms[0], rest=", ".join(rooms[1:])),
        *(f"{key} = {inline(value)}\n" for key, value in FORMAT.head.items()),
        f"revision = 1{_REVISION}\n",
        *(f"{key} = {inline(value)}\n" for key, value in _top(spotting, preset).items()),
        "\n[film]\n",
        *(f"{key} = {inline(value)}\n" for key, value in film_table(video).items()),
        "\n",
    ]
    tables = [new_block(kind, table).text for kind, table in _all_tables(spotting, clock)]
    return "".join(head + tables).rstrip("\n") + "\n"


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def _top(spotting: SpottingList, preset: str) -> dict[str, Any]:
    top: dict[str, Any] = {"seed": spotting.seed}
    if spotting.brief:
        top["brief"] = spotting.brief
    if preset:
        top["preset"] = preset
    return top


def film_table(video: Video) -> dict[str, Any]:
    """What the document says of the film it belongs to."""
    rate = video.frame_rate
    table: dict[str, Any] = {
        "name": Path(video.path).name,
        "size": video.identity.size,
        "sample": video.identity.sample,
        "frame_rate": str(rate.numerator)
        if rate.denominator == 1
        else f"{rate.numerator}/{rate.denominator}",
    }
    if video.start_timecode is not None:
        table["start"] = str(video.start_timecode)
    return table


def _scene_table(reasoning: Reasoning, clock: Clock) -> dict[str, Any]:
    texts = {key: getattr(reasoning, key) for key in ("sounds", "timing", "character", "space")}
    return scene_place(reasoning, clock) | {key: text for key, text in texts.items() if text}


def _unplaced_table(unplaced: Unplaced) -> dict[str, Any]:
    return {"text": unplaced.text, "why": unplaced.why}


def _all_tables(spotting: SpottingList, clock: Clock) -> list[tuple[str, dict[str, Any]]]:
    return [
        *(("cue", cue_table(c, clock)) for c in spotting.cues),
        *(("hit", hit_table(h, clock)) for h in spotting.hits),
        *(("scene", _scene_table(r, clock)) for r in spotting.reasoning),
        *(("unplaced", _unplaced_table(u)) for u in spotting.unplaced),
    ]


def updated(text: str, spotting: SpottingList, video: Video, ids: Sequence[str], preset: str = "") -> str:
    """The text with the spotting list in it; `ids` are those of its `[[cue]]` tables as they were read, in order."""
    data = parsed(text, "spotting.toml")
    clock = Clock.of(video)
    parts = blocks(text)
    parts = [_head(parts[0], data, _top(spotting, preset)), *parts[1:]]
    parts = _film(parts, data, film_table(video))
    listed = CueBlocks(data.get("cue", []), ids, clock_of(data, video), clock)
    parts = listed.updated(parts, spotting.cues)
    parts = updated_hits(parts, data.get("hit", []), spotting.hits, video)
    scenes = {str(r.scene): _scene_table(r, clock) for r in spotting.reasoning}
    parts = _series(parts, "scene", data.get("scene", []), scenes, lambda t: str(t.get("scene", 0) - 1))
    lost = {u.text: _unplaced_table(u) for u in spotting.unplaced}
    parts = _series(parts, "unplaced", data.get("unplaced", []), lost, lambda t: str(t.get("text", "")))
    return "".join(part.text for part in parts)


def _head(block: Block, data: Mapping[str, Any], top: Mapping[str, Any]) -> Block:
    before = {key: data[key] for key in ("seed", "brief", "preset") if key in data}
    if all(before.get(key) == top.get(key) for key in ("seed", "brief", "preset")):
        return block
    document = tomlkit.parse(block.text)
    edit_table(document, before, top)  # type: ignore[arg-type]
    body = tomlkit.dumps(document)
    return replace(block, lead="", body=body if body.endswith("\n") else body + "\n", tail="\n")


def revised(text: str, revision: int) -> str:
    """The text with its revision set."""
    parts = blocks(text)
    document = tomlkit.parse(parts[0].text)
    fresh_key = "revision" not in document
    document["revision"] = revision
    if fresh_key:
        document["revision"].comment(_REVISION.strip(" #"))
    head = tomlkit.dumps(document)
    gap = "\n" if not head.endswith("\n\n") and len(parts) > 1 else ""
    return head + gap + "".join(part.text for part in parts[1:])


def _film(parts: list[Block], data: Mapping[str, Any], table: Mapping[str, Any]) -> list[Block]:
    if data.get("film") == table:
        return parts
    text = "[film]\n" + "".join(f"{key} = {inline(value)}\n" for key, value in table.items())
    kept = [p for p in parts if p.name != "film"]
    old = next((p for p in parts if p.name == "film"), Block("film", "", "", "\n"))
    return [kept[0], replace(old, body=text), *kept[1:]]


def _series(
    parts: list[Block],
    name: str,
    tables: Sequence[Mapping[str, Any]],
    wanted: Mapping[str, Mapping[str, Any]],
    key: Callable[[Mapping[str, Any]], str],
) -> list[Block]:
    places = [n for n, part in enumerate(parts) if part.name == name]
    done = list(parts)
    seen = set()
    for place, table in zip(places, tables, strict=True):
        after = wanted.get(key(table))
        seen.add(key(table))
        done[place] = changed_block(parts[place], table, after) if after else without_body(parts[place])
    added = [new_block(name, table) for k, table in wanted.items() if k not in seen]
    return woven(done, {places[-1] + 1 if places else len(parts): added})

"""The report as a page to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from v2a.stages.generating.criteria import scored

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
th { color: #666; font-weight: 600 }
code { font-size: .85em; word-break: break-all }
"""


def page(said: dict[str, Any]) -> str:
    """The page for a report."""
    film, loudness = said["film"], said["loudness"]
    body = [
        f"<h1>{escape(film['name'])}</h1>",
        f"<p>{film['duration']:.2f} s at {escape(film['frame_rate'])} frames a second, "
        f"from {escape(film['start_timecode'])}, seed {said['seed']}.</p>",
        f"<p>Brief: {escape(said['brief'])}</p>" if said["brief"] else "",
        "<h2>Loudness</h2>",
        f"<p>Spec {escape(loudness['spec'])}{_verdict(loudness['pass'])}; gain {loudness['gain']:+.2f} dB, "
        f"limited by {loudness['limiting']:.2f} dB at most.{_spoken(loudness['dialogue'])}</p>",
        _programme(loudness["programme"]),
        _coded(loudness["coded"]),
        _table(
            ["", "integrated", "range", "momentary", "short-term", "true peak"],
            [_levels("mix", loudness["mix"]), *(_levels(n, v) for n, v in loudness["stems"].items())],
        ),
        "<h2>Sounds</h2>",
        _table(["at", "kind", "sound", "generator", "seed", "score", "licence"], map(_sound, said["sounds"])),
        *_section("Credits owed", ["title", "author", "licence", "read"], said["credits"]),
        *_section("Failures", ["cue", "generator", "what", "instead"], said["failures"]),
        *_section("Not placed", ["text", "why"], said["unplaced"]),
        *_notes(said["notes"]),
        *_section("Files", ["name", "size", "sha256"], said["files"]),
    ]
    title = f"<title>{escape(film['name'])}: sound report</title>"
    head = f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n{title}\n<style>{_STYLE}</style>\n'
    return head + "\n".join(part for part in body if part) + "\n</html>\n"


def _verdict(passed: bool | None) -> str:
    return {True: ": met", False: ": not met", None: ""}[passed]


def _spoken(level: float | None) -> str:
    return "" if level is None else f" Where it is spoken: {level:.1f} LUFS, an estimate."


def _programme(level: dict[str, Any] | None) -> str:
    """How all reels of a programme were measured."""
    if level is None or level["loudness"]["integrated"] is None:
        return ""
    told = ", ".join(_levels("", level["loudness"])[1:])
    return f"<p>Measured as one with all reels ({escape(', '.join(level['reels']))}): {told}.</p>"


def _coded(heard: dict[str, Any] | None) -> str:
    """How loud the mix is once it is coded."""
    if heard is None or heard["integrated"] is None:
        return ""
    return (
        f"<p>As {escape(heard['codec'])}: {heard['integrated']:.1f} LUFS, {heard['true_peak']:.1f} dBTP.</p>"
    )


def _levels(name: str, loudness: dict[str, float | None]) -> list[str]:
    keys = ("integrated", "range", "momentary_max", "short_term_max", "true_peak")
    units = ("LUFS", "LU", "LUFS", "LUFS", "dBTP")
    found = ((loudness[k], unit) for k, unit in zip(keys, units))
    return [name, *("–" if value is None else f"{value:.1f} {unit}" for value, unit in found)]


def _sound(sound: dict[str, Any]) -> list[str]:
    maker = f"{sound['generator']} {sound['version']}"
    licence = f"{sound['licence']['code']}, weights {sound['licence']['weights']}"
    return [
        sound["timecode"],
        sound["kind"],
        sound["prompt"],
        f"{maker} {sound['weights']}".strip(),
        str(sound["seed"]),
        scored(sound["score"], sound["marks"]),
        f"{licence}; commercial use: {sound['licence']['commercial']}",
    ]


def _section(title: str, keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    return [f"<h2>{title}</h2>", _table(keys, ([str(row[k] or "") for k in keys] for row in rows))]


def _notes(notes: Sequence[str]) -> list[str]:
    if not notes:
        return []
    return ["<h2>Notes</h2>", "<ul>", *(f"<li>{escape(note)}</li>" for note in notes), "</ul>"]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
    return f"<table>\n<tr>{top}</tr>\n{body}\n</table>"

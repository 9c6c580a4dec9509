"""Command-line options made from the options dataclasses of the stages, where they are declared once."""

from __future__ import annotations

import dataclasses
import math
import os.path
import typing
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from v2a.errors import BriefError, FileMissing
from v2a.interfaces.options import About, about

C = TypeVar("C", bound=Callable[..., Any])
_MARK = "__"
_OF_STEMS = {
    "mix__undipped": ("stems", "deliver__stem_tracks"),
    "deliver__pop": ("stems",),
    "deliver__revision": ("stems",),
}


class Place(click.Path):  # type: ignore[type-arg,unused-ignore]
    """A file or folder that is not there yet, or is; no name at all is refused, for it would be this folder."""

    def __init__(self) -> None:
        """Checks nothing else: what is wrong with a place is said by who goes there."""
        super().__init__(path_type=Path, readable=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path of that name."""
        if not os.fspath(value):
            self.fail("an empty name is no place.", param, ctx)
        return super().convert(value, param, ctx)


def film_argument(command: C) -> C:
    """The film, as the first argument."""
    return click.argument("video", type=Place(), metavar="VIDEO")(command)


def reels_argument(command: C) -> C:
    """The film, or the reels of a programme in their order."""
    return click.argument("films", nargs=-1, required=True, type=Place(), metavar="VIDEO...")(command)


def ending_in(suffix: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """A check that a file to write is called what it will be, so that no film is ever taken for it."""

    def check(ctx: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
        if path is None or path.suffix.lower() == suffix:
            return path
        raise click.BadParameter(f"{path} will not do: it ends in {suffix}.")

    return check


def stage_options(*sections: str) -> Callable[[C], C]:
    """Add an option for each field of these sections' options that has a flag."""

    def add(command: C) -> C:
        from v2a.engine.table import STAGES

        stages = [
            stage
            for stage in STAGES
            if any(name in sections for name in (stage.section, *dict(stage.further)))
        ]
        known = {name: kind for stage in stages for name, kind in stage.sections.items()}
        for section in reversed(sections):
            for field in reversed(dataclasses.fields(known[section])):
                told = about(field)
                if told.flag:
                    hint = typing.get_type_hints(known[section])[field.name]
                    command = _option(f"{section}{_MARK}{field.name}", told, hint)(command)
        return command

    return add


def _option(name: str, told: About, hint: Any) -> Callable[[C], C]:
    sentence = told.text[:1].upper() + told.text[1:].rstrip(".")
    text = f"{sentence} ({told.unit})." if told.unit else f"{sentence}."
    flag = told.flag if told.flag.startswith("-") else f"--{told.flag}"
    if hint is bool:
        return click.option(f"{flag}/--no-{flag.removeprefix('--')}", name, default=None, help=text)
    kind: Any = str
    if told.choices and typing.get_origin(hint) is not tuple:
        kind = click.Choice(told.choices)
    elif hint is int:
        kind = int
    elif hint in (float, Fraction):
        kind = float
    elif typing.get_origin(hint) is tuple:
        return click.option(flag, name, type=_Words(), multiple=True, callback=_all, help=text)
    return click.option(flag, name, type=kind, default=None, help=text)


def _all(ctx: click.Context, option: click.Parameter, given: tuple[list[str], ...]) -> list[str] | None:
    """The words of an option that is given once or several times; nothing where it is not given."""
    return [word for words in given for word in words] if given else None


class _Words(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """Words with commas between."""

    name = "a,b"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return (
            [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value
        )


def device_option(command: C) -> C:
    """Add the option that says where models work."""
    return click.option("--device", metavar="NAME",
                        help="Where models work: auto, cpu, cuda, cuda:1 or mps. [default: auto]")(command)  # fmt: skip


def reference_options(command: C) -> C:
    """Add the options that name a sound to come near, and how much of it is heard."""
    strength = click.option("--strength", type=click.FloatRange(0, 1), callback=_number, metavar="0-1",
                            help="How much of the reference is heard: 0 nothing, 1 as near as can be. [default: 0.5]")  # fmt: skip
    reference = click.option("--reference", metavar="FILE|WORDS",
                             help="A sound to come near: a file, or words that are looked up in your libraries.")  # fmt: skip
    return reference(strength(command))


def seen_from_here(reference: str | None) -> str | None:
    """A reference as any folder sees it: a file that lies in this one by its whole path."""
    here = reference is not None and os.path.isfile(reference)  # unlike Path.is_file, this never raises  # noqa: PTH113
    return str(Path(reference).absolute()) if here and reference else reference


def _number(ctx: click.Context, option: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number.")
    return value


def settings_of(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The command line's layer of settings: what was given, by section."""
    layer: dict[str, dict[str, Any]] = {}
    for name, value in given.items():
        section, mark, key = name.partition(_MARK)
        if mark and value is not None:
            layer.setdefault(section, {})[key] = value
    return layer


def check_stems(given: Mapping[str, Any]) -> None:
    """Refuse options that say how stems are written where none are."""
    command = click.get_current_context().command
    for option in command.params:
        needed = _OF_STEMS.get(option.name or "")
        if needed is None or not given[option.name or ""] or any(given[other] for other in needed):
            continue
        flags = " or ".join(p.opts[0] for n in needed for p in command.params if p.name == n)
        raise click.UsageError(f"{option.opts[0]} is about stems, and none are asked for: add {flags}.")


def read_brief(text: str | None) -> str | None:
    """The brief, or the text of the file that `@FILE` names."""
    if text is None or not text.startswith("@"):
        return text
    path = Path(text[1:])
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FileMissing(
            "there is no such file", where=str(path), remedy="Check the name after --brief @."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BriefError(
            "cannot be read as text", where=str(path), remedy="Save the brief as UTF-8 text."
        ) from error

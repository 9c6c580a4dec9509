"""Finds free sound packages that are on this machine already, by the places where Debian installs them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from v2a_retrieval import licences
from v2a_retrieval.scan import walk
from v2a_retrieval.sidecars import beside

_COPYRIGHT = Path("/usr/share/doc")
# Packages whose recordings are free, and where their sounds lie.
_PACKAGES = {
    "minetest-data": "/usr/share/games/minetest",
    "sonic-pi-samples": "/usr/share/sonic-pi/samples",
    "sound-theme-freedesktop": "/usr/share/sounds/freedesktop",
    "supertuxkart-data": "/usr/share/games/supertuxkart/data",
    "endless-sky-data": "/usr/share/games/endless-sky",
    "0ad-data": "/usr/share/games/0ad",
    "ubuntu-sounds": "/usr/share/sounds/ubuntu",
    "gnome-audio": "/usr/share/sounds/gnome",
    "kde-config-sounds": "/usr/share/sounds/ocean",
    "pidgin-data": "/usr/share/sounds/purple",
    "lmms-common": "/usr/share/lmms/samples",
    "hydrogen-data": "/usr/share/hydrogen/data/drumkits",
    "warzone2100-data": "/usr/share/games/warzone2100",
    "freedoom": "/usr/share/games/doom",
    "openttd-opensfx": "/usr/share/games/openttd/baseset/opensfx",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A package with sounds: where they are, how many, under which licences, and where those are written."""

    name: str
    root: Path
    files: int
    licences: tuple[str, ...]
    copyright: Path


def packages(root: Path = Path("/")) -> list[Package]:
    """The packages that are installed and have sounds that can be indexed."""
    found = []
    for name, place in _PACKAGES.items():
        folder = root / place.lstrip("/")
        if not folder.is_dir():
            continue
        entries = walk(folder).files
        if entries:
            said = beside([], name)
            counts = Counter(
                licences.normal(said.of(e.path, f"{folder.as_posix()}/{e.path}").get("licence", ""))
                for e in entries
            )
            told = tuple(f"{count} {licence}" for licence, count in counts.most_common())
            found.append(Package(name, folder, len(entries), told, _COPYRIGHT / name / "copyright"))
    return found


def package_of(root: Path) -> str:
    """The package that a folder came with, if it is one of those known here; else nothing."""
    places = {Path(place): name for name, place in _PACKAGES.items()}
    return next((places[folder] for folder in (root, *root.parents) if folder in places), "")

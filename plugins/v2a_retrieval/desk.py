"""`v2a library`: add, update, search, list, remove, doctor, discover."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from v2a.errors import FileMissing, UnknownName
from v2a_retrieval import licences, places
from v2a_retrieval.index import Index, Shelf, opened
from v2a_retrieval.telling import MOST_TROUBLES, print_json, print_outcome, ready, row, shown


def run(arguments: list[str]) -> int:
    """Run `v2a library` with its arguments; answers with the exit code."""
    result = library.main(args=arguments, prog_name="v2a library", standalone_mode=False)
    return result if isinstance(result, int) else 0


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def library() -> None:
    """Index, search and look after your own sound libraries.

    Begin with: v2a library add DIR
    """


_as_json = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@library.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", help="What to call it; the folder's name otherwise.")
@click.option("--licence", default="", help="Of recordings that name none: own, cc0, cc-by-4.0 ...")
@click.option("--author", default="", help="Who is credited where a recording names nobody.")
@_as_json
def add(folder: Path, name: str | None, licence: str, author: str, as_json: bool) -> int:
    """Add a folder of recordings and index it. Nothing in it is ever changed."""
    root = folder.expanduser().absolute()
    if not root.is_dir():
        raise FileMissing("there is no such folder", where=str(folder), remedy="Name the library's folder.")
    with opened(places.index_file(), make=True) as index:
        from v2a_retrieval.discover import package_of

        old = next((s for s in index.shelves() if s.root == root), None)
        package = package_of(root)
        shelf = Shelf(
            0,
            name or (old.name if old else _free_name(index, package or root.name or str(root))),
            root,
            licences.normal(licence) if licence else (old.licence if old else ""),
            author or (old.author if old else ""),
            package,
        )
        _refuse_taken(index, shelf)
        return _update(index, [index.add_shelf(shelf)], forget=False, as_json=as_json)


@library.command()
@click.argument("names", nargs=-1)
@click.option("--forget", is_flag=True, help="Also forget the recordings of a library that is empty or away.")
@_as_json
def update(names: Sequence[str], forget: bool, as_json: bool) -> int:
    """Index what is new or changed and forget what is gone; all libraries, or those named."""
    with _opened() as index:
        return _update(index, _named(index, names), forget=forget, as_json=as_json)


@library.command()
@click.argument("prompt")
@click.option("--licence", default="", help="Only these licences, such as cc0,own.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@_as_json
def search(prompt: str, licence: str, limit: int, as_json: bool) -> int:
    """Find recordings by words, best first."""
    from v2a_retrieval import meaning
    from v2a_retrieval.search import Query, Search

    with _opened() as index:
        hits = Search(index)(Query(prompt, licences.wanted(licence), limit))
    if as_json:
        print_json(
            [
                {
                    "file": str(h.file), "title": h.title, "fit": h.fit, "library": h.library, "online": h.online,
                    "licence": h.licence, "author": h.author, "digest": h.digest, "duration": h.sound.duration,
                    "loudness": h.sound.loudness, "onsets": h.sound.onsets, "loop": h.sound.loop,
                }
                for h in hits
            ]
        )  # fmt: skip
        return 0
    for h in hits:
        away = "" if h.online else "  (offline)"
        click.echo(f"{h.fit:.2f}  {h.sound.duration:7.2f} s  {h.licence:14}  {shown(str(h.file))}{away}")
    if not hits:
        click.echo("nothing found")
    if not meaning.available():
        click.echo("words only: pip install 'v2a[library]' to find by meaning too", err=True)
    return 0


@library.command(name="list")
@_as_json
def list_(as_json: bool) -> int:
    """List the libraries."""
    with _opened() as index:
        rows = [row(index, shelf) for shelf in index.shelves()]
    if as_json:
        print_json(rows)
        return 0
    for told in rows:
        state = "online" if told["online"] else "offline"
        click.echo(
            f"{told['name']:24} {told['recordings']:>8} recordings  {state:8} {told['licence']:12} {told['root']}"
        )
    return 0


@library.command()
@click.argument("name")
def remove(name: str) -> int:
    """Forget a library. Its files are not touched."""
    from v2a_retrieval import ledger

    with _opened() as index:
        (shelf,) = _named(index, [name])
        count = ledger.remove_shelf(index, shelf)
    click.echo(f"{name}: forgot {count} recordings; the files are where they were")
    return 0


@library.command()
@_as_json
def doctor(as_json: bool) -> int:
    """Say what is indexed, what cannot be used and why, and what would find more."""
    from v2a_retrieval import clap, meaning

    with _opened() as index:
        told: dict[str, Any] = {
            "index": str(index.path),
            "state": index.state,
            "libraries": [row(index, shelf) for shelf in index.shelves()],
            "meaning": list(meaning.missing()),
            "hearing": list(clap.missing()),
            "check": index.db.execute("PRAGMA quick_check(3)").fetchone()[0],
            "troubles": [
                {"library": shelf.name, "file": file, "why": why}
                for shelf in index.shelves()
                for file, why in index.troubles(shelf)
            ],
        }
    if as_json:
        print_json(told)
        return 0
    click.echo(f"index     {told['index']} ({told['check']}), state {told['state']}")
    for known in told["libraries"]:
        licence = ", ".join(f"{count} {name}" for name, count in known["licences"].items())
        click.echo(f"library   {known['name']}: {known['recordings']} recordings ({licence or 'empty'})")
        if not known["online"]:
            click.echo(f"          offline: {known['root']} is not there; what is known of it is kept")
    for trouble in told["troubles"][:MOST_TROUBLES]:
        click.echo(f"trouble   {trouble['library']}: {shown(trouble['file'])}: {trouble['why']}")
    if len(told["troubles"]) > MOST_TROUBLES:
        click.echo(f"trouble   and {len(told['troubles']) - MOST_TROUBLES} more: --json lists all")
    click.echo(f"meaning   {ready(told['meaning'], 'v2a[library]')}")
    click.echo(f"hearing   {ready(told['hearing'], 'v2a[neural]')}")
    return 0


@library.command()
@_as_json
def discover(as_json: bool) -> int:
    """Find free sound packages that are on this machine already, with their licences."""
    from v2a_retrieval.discover import packages

    found = packages()
    if as_json:
        print_json([{k: str(v) if isinstance(v, Path) else v for k, v in asdict(p).items()} for p in found])
        return 0
    for package in found:
        click.echo(f"{package.name}: {package.files} sounds ({', '.join(package.licences)})")
        click.echo(f"  licences  {package.copyright}")
        click.echo(f"  add it    v2a library add {package.root}")
    if not found:
        click.echo("none found; Debian has some, for example: apt install minetest-data sonic-pi-samples")
    return 0


def _opened() -> Index:
    path = places.index_file()
    if not path.is_file():
        raise FileMissing(
            "no library was added yet", where=str(path), remedy="Begin with: v2a library add DIR"
        )
    return opened(path)


def _named(index: Index, names: Sequence[str]) -> list[Shelf]:
    shelves = {shelf.name: shelf for shelf in index.shelves()}
    wrong = next((name for name in names if name not in shelves), None)
    if wrong is not None:
        raise UnknownName(
            f"no library is called {wrong!r}", remedy=f"There are: {', '.join(shelves) or 'none'}."
        )
    return [shelves[name] for name in names] if names else list(shelves.values())


def _free_name(index: Index, wanted: str) -> str:
    taken = {shelf.name for shelf in index.shelves()}
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def _refuse_taken(index: Index, shelf: Shelf) -> None:
    if any(s.name == shelf.name and s.root != shelf.root for s in index.shelves()):
        raise UnknownName(f"another library is called {shelf.name!r}", remedy="Choose another --name.")


def _update(index: Index, shelves: Iterable[Shelf], *, forget: bool, as_json: bool) -> int:
    from v2a_retrieval.listen import listen
    from v2a_retrieval.update import update as bring_up_to_date

    told = []
    for shelf in shelves:
        drawn: Any = click.progressbar(length=1, label=shelf.name, file=sys.stderr)
        with drawn as bar:

            def tell(done: int, total: int, bar: Any = bar) -> None:
                bar.length = max(total, 1)
                bar.update(done - bar.pos)

            outcome = bring_up_to_date(index, shelf, tell, forget=forget)
        listen(index)
        told.append({"name": shelf.name, "root": str(shelf.root), **vars(outcome)})
        if not as_json:
            print_outcome(index, shelf, outcome)
    if as_json:
        print_json(told)
    return 0

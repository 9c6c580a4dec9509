"""What is known of a model whose weights the user fetches: what it is, on what terms, where it lies, how it is checked."""

from __future__ import annotations

from dataclasses import dataclass

from v2a.model.licence import Licence


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One published file: its name in the model's folder, where it is fetched (in this order), and what is known of it.

    A size or checksum that was never seen is left out; the server's is taken then, where it declares one.
    """

    name: str
    urls: tuple[str, ...]
    size: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ModelRepository:
    """A repository on the Hugging Face hub, and which of its files are wanted; each pattern must meet one of them."""

    name: str
    patterns: tuple[str, ...]
    revision: str = "main"


@dataclass(frozen=True)
class ModelCard:
    """A model that v2a can fetch into the folder of its name; a new version where its files or its terms change.

    `conditions` is what a user must know of the licence before anything is fetched, in plain words. A `gated` model
    wants its terms accepted at the hub too. `convert` is `module:function`, imported when it is called, which makes
    sharded safetensors of what was fetched: `convert(source: Path, folder: Path, bench: Bench) -> None`, where the source
    is the first of its files, or the folder of a repository, and what is written into the other folder is put in place.
    """

    name: str
    version: str
    about: str
    licence: Licence
    home: str
    conditions: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    files: tuple[ModelFile, ...] = ()
    repository: ModelRepository | None = None
    gated: bool = False
    convert: str = ""

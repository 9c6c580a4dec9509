"""The contract of models whose weights users fetch: everything that can be told without fetching a byte."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from v2a.interfaces import ModelCard, ModelFile, ModelRepository
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, settle

_FILE = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_REPOSITORY = re.compile(r"^[\w.-]+/[\w.-]+$")
_OURS = (".part", ".part-of")


def check_models(*cards: ModelCard) -> None:
    """Raise ContractBroken if a model's card lacks what a user must know, or what is needed to fetch it."""
    settle(finding for card in cards for finding in model_findings(card))


def model_findings(card: ModelCard) -> Iterator[Finding]:
    """Every breach of the contract by a model's card."""
    subject = f"model {card.name}"
    yield from card_findings(card, subject)
    yield from _terms(card, subject)
    if bool(card.files) == (card.repository is not None):
        yield Finding(
            subject, "does not say where its files are", "Name its files, or a repository; one of the two."
        )
    names = [file.name for file in card.files]
    if len(set(names)) < len(names):
        yield Finding(subject, "names a file twice", "Give each file a name of its own.")
    for file in card.files:
        yield from _file(file, subject)
    if card.repository is not None:
        yield from _repository(card.repository, subject)
    if card.convert:
        yield from _converter(card.convert, subject)


def _terms(card: ModelCard, subject: str) -> Iterator[Finding]:
    if card.licence.weights.strip().lower() in ("", "none"):
        yield Finding(subject, "names no licence for its weights", "Name it, or write 'unknown'.")
    for what, url in (("home", card.home), ("licence's text", card.licence.read)):
        if not _is_https(url):
            yield Finding(subject, f"does not say where its {what} is ({url!r})", "Give an https:// address.")
    if card.licence.commercial != "yes" and not any(text.strip() for text in card.conditions):
        yield Finding(
            subject,
            "does not say what its licence asks for",
            "Write what a user must know into conditions, in plain words.",
        )


def _file(file: ModelFile, subject: str) -> Iterator[Finding]:
    if not _FILE.match(file.name) or file.name.endswith(_OURS):
        yield Finding(subject, f"the file name {file.name!r} does not fit", "Use a plain name, no folders.")
    if not file.urls or not all(_is_https(url) for url in file.urls):
        yield Finding(subject, f"{file.name} has no https:// address", "Give at least one; https only.")
    if file.size is not None and file.size < 1:
        yield Finding(
            subject, f"{file.name} has a size of {file.size}", "Leave it out where it is not known."
        )
    if file.sha256 and not _SHA256.match(file.sha256):
        yield Finding(subject, f"{file.name} has no SHA-256 in its sha256", "Give 64 hexadecimal digits.")


def _repository(repository: ModelRepository, subject: str) -> Iterator[Finding]:
    if not _REPOSITORY.match(repository.name) or not repository.revision:
        yield Finding(subject, f"{repository.name!r} is no repository", "Write OWNER/NAME and a revision.")
    if not repository.patterns or any("/" in pattern or not pattern for pattern in repository.patterns):
        yield Finding(
            subject,
            f"the patterns {repository.patterns} do not fit",
            "Name files or patterns such as model*.safetensors.",
        )


def _converter(target: str, subject: str) -> Iterator[Finding]:
    module, _, function = target.partition(":")
    try:
        found = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        if error.name and not module.startswith(error.name):
            what = f"{target} cannot be tried here: {error.name} is not installed"
            yield Finding(subject, what, "Install it to try.", untried=True)
            return
        yield Finding(subject, f"{target} is not there ({error})", "Write module:function.")
        return
    except (ImportError, AttributeError, ValueError) as error:
        yield Finding(subject, f"{target} is not there ({error})", "Write module:function.")
        return
    if not callable(found):
        yield Finding(subject, f"{target} cannot be called", "Name a function.")


def _is_https(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.netloc)

"""The contracts of importers, exporters, libraries and metrics."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from v2a.errors import V2aError
from v2a.interfaces import ExchangeCard, Exporter, Found, Importer, Library, Metric
from v2a.model import Audio, Delivery, Video
from v2a.testing.cards import card_findings
from v2a.testing.deliveries import delivery, take
from v2a.testing.findings import Finding, guarded, settle
from v2a.testing.makers import bench as make_bench
from v2a.testing.makers import film
from v2a.testing.planners import observed
from v2a.testing.scratch import scratch

_GARBAGE = (b"", b"\x00\xff" * 500, b"not a file of this kind\n", b"<?xml version='1.0'?><a>")


def check_importer(importer: Importer, samples: Sequence[Path] = (), video: Video | None = None) -> None:
    """Raise ContractBroken if an importer breaks the contract; `samples` are files that it must read."""
    settle(importer_findings(importer, samples, video))


def importer_findings(
    importer: Importer, samples: Sequence[Path] = (), video: Video | None = None
) -> Iterator[Finding]:
    """Every breach of the contract by an importer."""
    subject = f"importer {importer.card.name}"
    yield from card_findings(importer.card, subject)
    yield from _suffixes(importer.card, subject)
    known = video or film(60)
    with scratch() as folder:
        for number, content in enumerate(_GARBAGE):
            path = folder / f"bad{number}{importer.card.suffixes[0]}"
            path.write_bytes(content)
            yield from guarded(subject, functools.partial(_refuses, importer, path, known, subject))
    for sample in samples:
        yield from guarded(subject, functools.partial(_imports, importer, sample, known, subject))


def _suffixes(card: ExchangeCard, subject: str) -> Iterator[Finding]:
    if not card.suffixes or any(not s.startswith(".") or s != s.lower() for s in card.suffixes):
        yield Finding(
            subject,
            f"the suffixes {card.suffixes} do not fit",
            "Give them in lower case, with the point: .edl",
        )


def _refuses(importer: Importer, path: Path, video: Video, subject: str) -> Iterator[Finding]:
    try:
        importer.read(path, video)
    except V2aError as error:
        if not error.remedy:
            yield Finding(
                subject, f"refuses a bad file without a remedy: {error}", "Say what the user can do."
            )


def _imports(importer: Importer, path: Path, video: Video, subject: str) -> Iterator[Finding]:
    found = importer.read(path, video)
    if found != importer.read(path, video):
        yield Finding(subject, "reads other cues from the same file", "Draw no random numbers.")
    for cue in found.cues:
        if cue.span.start < 0 or cue.span.end > video.duration:
            yield Finding(
                subject,
                f"places {cue.prompt!r} outside the film",
                "Keep to the film, and say in notes what did not fit.",
            )
            return


def check_exporter(exporter: Exporter, given: Delivery | None = None) -> None:
    """Raise ContractBroken if an exporter breaks the contract; it writes a small delivery, or the given one."""
    settle(exporter_findings(exporter, given))


def exporter_findings(exporter: Exporter, given: Delivery | None = None) -> Iterator[Finding]:
    """Every breach of the contract by an exporter."""
    subject = f"exporter {exporter.card.name}"
    yield from card_findings(exporter.card, subject)
    yield from _suffixes(exporter.card, subject)
    with scratch() as folder:
        delivered = given or delivery(folder / "delivery")
        yield from guarded(subject, lambda: _exports(exporter, delivered, folder, subject))


def _exports(exporter: Exporter, given: Delivery, folder: Path, subject: str) -> Iterator[Finding]:
    made = []
    for name in ("one", "two"):
        place = folder / name
        place.mkdir()
        path = place / f"film{exporter.card.suffixes[0]}"
        notes = exporter.write(given, path)
        if not isinstance(notes, tuple) or not all(isinstance(note, str) for note in notes):
            yield Finding(
                subject, f"returns {notes!r}", "Return a tuple of notes, empty where all was carried over."
            )
        if [p.name for p in place.iterdir()] != [path.name]:
            yield Finding(
                subject, "does not write exactly the one file it was asked for", "Write to the path given."
            )
            return
        made.append(path.read_bytes() if path.is_file() else b"a folder")
    if not made[0]:
        yield Finding(subject, "writes an empty file", "Write the delivery.")
    if made[0] != made[1]:
        yield Finding(
            subject, "writes other bytes for the same delivery", "Write no dates and no random ids."
        )


def check_library(library: Library, prompts: Sequence[str] = ("door", "rain on a roof", "")) -> None:
    """Raise ContractBroken if a library breaks the contract; it is searched for the prompts."""
    settle(library_findings(library, prompts))


def library_findings(
    library: Library, prompts: Sequence[str] = ("door", "rain on a roof", "")
) -> Iterator[Finding]:
    """Every breach of the contract by a library."""
    subject = f"library {library.card.name}"
    yield from card_findings(library.card, subject)
    for prompt in prompts:
        yield from guarded(subject, functools.partial(_finds, library, prompt, subject))


def _finds(library: Library, prompt: str, subject: str) -> Iterator[Finding]:
    found = library.search(prompt, limit=3)
    if len(found) > 3:
        yield Finding(
            subject, f"finds {len(found)} recordings where at most 3 were wanted", "Keep to the limit."
        )
    if found != library.search(prompt, limit=3):
        yield Finding(subject, "finds something else for the same prompt", "Order ties by path.")
    fits = [entry.fit for entry in found]
    if fits != sorted(fits, reverse=True) or any(not 0 <= fit <= 1 for fit in fits):
        yield Finding(subject, f"offers fits of {fits}", "Give best first, each from 0 to 1.")
    for entry in found:
        yield from _found_findings(entry, subject)
        known = library.known(entry.path)
        if known is not None and (known.licence, known.credit) != (entry.licence, entry.credit):
            yield Finding(
                subject,
                f"names other terms for {entry.title} by its path than in a search",
                "Answer known() and search() from the same source.",
            )
    if library.known(str(Path(__file__).parent / "nobody's.wav")) is not None:
        yield Finding(
            subject, "knows a recording that is not there", "Answer None for a path that is not its own."
        )


def _found_findings(entry: Found, subject: str) -> Iterator[Finding]:
    if not Path(entry.path).is_file():
        yield Finding(subject, f"offers {entry.path}, which is not there", "Offer files that exist.")
    if entry.licence.code.strip().lower() == "unknown" and entry.licence.commercial == "yes":
        yield Finding(
            subject, f"{entry.title} may be sold under an unknown licence", "Name the recording's licence."
        )


def check_metric(metric: Metric) -> None:
    """Raise ContractBroken if a metric breaks the contract; it measures noise, a tone and silence."""
    settle(metric_findings(metric))


def metric_findings(metric: Metric) -> Iterator[Finding]:
    """Every breach of the contract by a metric."""
    subject = f"metric {metric.card.name}"
    yield from card_findings(metric.card, subject)
    noise = np.random.default_rng(1).normal(0, 0.1, (2, 48_000)).astype(np.float32)
    tone = np.sin(np.arange(24_000) * 0.06)[np.newaxis].astype(np.float32) * np.float32(0.5)
    sounds = (Audio(noise, 48_000), Audio(tone, 48_000), Audio.silence(2, 48_000, 48_000))
    for sound in sounds:
        yield from guarded(subject, functools.partial(_measures, metric, sound, subject))


def _measures(metric: Metric, sound: Audio, subject: str) -> Iterator[Finding]:
    with scratch() as folder:
        bench, of = make_bench(folder), take(folder / "take.npy", "fx1", sound)
        first = metric.measure(bench, sound, of, observed())
        again = metric.measure(bench, sound, of, observed())
    if first is not None and not (isinstance(first, int | float) and np.isfinite(first)):
        yield Finding(
            subject, f"measures {first!r}", "Return a finite number, or None where it has no meaning."
        )
    if first != again:
        yield Finding(subject, "measures something else in the same sound", "Draw no random numbers.")

"""How our sound is coded in films, and the coding of a sound by itself, to hear what the coder makes of it."""

from __future__ import annotations

from pathlib import Path

from v2a.media import programs

_BITRATES = {"aac": "320k", "ac3": "640k", "eac3": "640k", "libopus": "256k", "libmp3lame": "320k"}

# At this bitrate ffmpeg's quick coder is nearer to the sound than its slow one, in about half the time, once it puts
# neither noise nor intensity in the place of samples: benchmarks/coding.py.
_FURTHER = {"aac": {"aac_coder": "fast", "aac_pns": "0", "aac_is": "0"}}


def lossy(encoder: str) -> bool:
    """Whether an encoder of ffmpeg's gives other samples back than it was given."""
    return encoder in _BITRATES


def coded_track(number: int, encoder: str) -> dict[str, str]:
    """ffmpeg's options for one sound track of a film."""
    options = {f"c:a:{number}": encoder}
    if encoder in _BITRATES:
        options[f"b:a:{number}"] = _BITRATES[encoder]
    options |= {f"{key}:a:{number}": value for key, value in _FURTHER.get(encoder, {}).items()}
    return options


def coded_alone(sound: Path, output: Path, encoder: str, by: programs.Ffmpeg) -> None:
    """Code a sound file as a film's track would be, into a Matroska file."""
    options = [part for key, value in coded_track(0, encoder).items() for part in (f"-{key}", value)]
    quiet = ["-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    by.run([*quiet, "-i", str(sound), *options, "-strict", "-2", "-f", "matroska", str(output)])

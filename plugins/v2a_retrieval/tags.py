"""What a sound file says of itself: bext, iXML and INFO of WAV files; ID3, Vorbis comments and the like."""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

_RIFF = (b"RIFF", b"RF64", b"BW64", b"RIFX")
_KEPT = {b"bext", b"iXML", b"LIST", b"ds64", b"id3 ", b"ID3 "}
_MOST = 1 << 20
_COUNT = 256
_INFO = {"INAM": "title", "ICMT": "comment", "ISBJ": "subject", "IKEY": "keywords", "IGNR": "genre",
         "IART": "artist", "ICOP": "copyright", "IPRD": "album"}  # fmt: skip
_ELEMENT = re.compile(r"<([A-Za-z_]+)>([^<>]{1,2000})</\1>")
_IXML = {
    "note": "comment", "bwf_description": "description", "description": "description", "fxname": "title",
    "fx_name": "title", "title": "title", "keywords": "keywords", "category": "subject", "subcategory": "subject",
    "catid": "catid", "library": "album", "designer": "artist", "recordist": "artist", "creatorid": "artist",
    "bwf_originator": "artist", "license": "licence", "licence": "licence", "copyright": "copyright",
    "microphone": "", "usercategory": "subject", "location": "location",
}  # fmt: skip
_FOREIGN = {
    "title": "title", "comment": "comment", "description": "description", "subject": "subject",
    "keywords": "keywords", "genre": "genre", "artist": "artist", "album_artist": "artist", "album": "album",
    "copyright": "copyright", "license": "licence", "licence": "licence", "synopsis": "description",
    "tit2": "title", "organization": "artist",
}  # fmt: skip
_TEXT = ("description", "comment", "subject", "keywords", "location", "album")


def read(path: Path) -> dict[str, str]:
    """The tags under plain names: title, description, comment, keywords, artist, copyright, licence and some more."""
    with path.open("rb") as file:
        if file.read(4) in _RIFF:
            return _wave(file, path)
    return _foreign(path)


def text(tags: Mapping[str, str]) -> str:
    """Everything in tags that describes the sound."""
    return " ".join(dict.fromkeys(tags[key] for key in _TEXT if tags.get(key)))


def _wave(file: BinaryIO, path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, data in _pieces(file):
        if name == b"bext":
            _add(found, {"description": _latin(data[:256]), "artist": _latin(data[256:288])})
        elif name == b"iXML":
            _add(found, _ixml(data))
        elif name == b"LIST" and data[:4] == b"INFO":
            _add(found, dict(_info(data[4:])))
        elif name in (b"id3 ", b"ID3 "):
            _add(found, _foreign(path))
    return found


def _pieces(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Name and data of what lies in a RIFF file beside its samples; 64-bit sizes are known."""
    file.seek(0)
    order = ">" if file.read(4) == b"RIFX" else "<"
    file.seek(12)
    long = 0
    for _ in range(_COUNT):
        head = file.read(8)
        if len(head) < 8:
            return
        name, size = struct.unpack(f"{order}4sI", head)
        data = file.read(min(size, _MOST)) if name in _KEPT else b""
        if name == b"ds64" and len(data) >= 16:
            (long,) = struct.unpack("<Q", data[8:16])
        if name == b"data" and size == 0xFFFFFFFF:
            size = long
        file.seek(size + size % 2 - len(data), 1)
        if data:
            yield name, data


def _info(data: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at + 8 <= len(data):
        name, size = struct.unpack("<4sI", data[at : at + 8])
        key = _INFO.get(name.decode("latin-1"), "")
        if key:
            yield key, _latin(data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2


def _ixml(data: bytes) -> dict[str, str]:
    """The elements that describe the sound; read as text, so that nothing in the document can be expanded."""
    found: dict[str, str] = {}
    for name, value in _ELEMENT.findall(data.decode("utf-8", "replace")):
        key = _IXML.get(name.lower(), "")
        if key:
            _add(found, {key: html.unescape(value)})
    return found


def _foreign(path: Path) -> dict[str, str]:
    """The tags of any other file, as FFmpeg reads them."""
    from v2a.errors import InputError
    from v2a.media.container import opened

    try:
        container = opened(path)
    except InputError:
        return {}
    try:
        said = dict(container.metadata)
        for stream in container.streams:
            said = {**dict(stream.metadata), **said}
    finally:
        container.close()
    found: dict[str, str] = {}
    for name, value in said.items():
        key = _FOREIGN.get(name.lower(), "")
        if key:
            _add(found, {key: value})
    return found


def _add(found: dict[str, str], more: Mapping[str, str]) -> None:
    for key, value in more.items():
        clean = " ".join(value.replace("\0", " ").split())
        if clean and clean not in found.get(key, ""):
            found[key] = (
                f"{found[key]} {clean}" if key in found and key != "artist" else found.get(key, clean)
            )


def _latin(data: bytes) -> str:
    """Text that ends at the first zero: UTF-8 where it is that, else Latin-1."""
    data = data.partition(b"\0")[0]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")

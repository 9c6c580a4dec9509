"""What a Broadcast Wave file says about its sound: the bext chunk (EBU Tech 3285) and iXML."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from v2a.model import Loudness, Timecode, Video, nearest

_NOT_MEASURED = 0x7FFF
_FIELDS = struct.Struct("<256s32s32s10s8sQH64s5h180x")


@dataclass(frozen=True, slots=True)
class Bext:
    """A bext chunk; `time_reference` is in samples since midnight, a date is written only where it is given."""

    time_reference: int
    description: str = ""
    originator: str = "v2a"
    reference: str = ""
    date: str = ""
    time: str = ""
    loudness: Loudness | None = None
    history: str = ""
    umid: bytes = b""

    @classmethod
    def read(cls, data: bytes) -> Bext:
        """What a chunk says, of whatever version; loudness is left out, since it is of the file it stands in."""
        fields = _FIELDS.unpack(data[: _FIELDS.size].ljust(_FIELDS.size, b"\0"))
        description, originator, reference, date, time = (_read(field) for field in fields[:5])
        return cls(
            fields[5], description, originator, reference, date, time, None,
            _read(data[_FIELDS.size :]), fields[7].rstrip(b"\0") if fields[6] else b"",
        )  # fmt: skip

    def data(self) -> bytes:
        """The bytes of the chunk, version 2, without its header."""
        fixed = _FIELDS.pack(
            _text(self.description, 256),
            _text(self.originator, 32),
            _text(self.reference, 32),
            _text(self.date, 10),
            _text(self.time, 8),
            self.time_reference,
            2,
            self.umid,
            *_loudness(self.loudness),
        )
        return fixed + _text(self.history, 65536)


def time_reference(video: Video, rate: int) -> int:
    """Samples from midnight to the film's first frame, in real time (23.976 runs slower than its timecode)."""
    return nearest(video.timecode.seconds * rate)


def ixml(
    tracks: Sequence[str],
    *,
    rate: int,
    depth: int,
    project: str = "",
    note: str = "",
    start: Timecode | None = None,
) -> str:
    """An iXML document (version 1.61) that names the tracks of a file and its start timecode."""
    listed = "".join(
        f"<TRACK><CHANNEL_INDEX>{n}</CHANNEL_INDEX><INTERLEAVE_INDEX>{n}</INTERLEAVE_INDEX>"
        f"<NAME>{escape(name)}</NAME></TRACK>"
        for n, name in enumerate(tracks, 1)
    )
    speed = f"<FILE_SAMPLE_RATE>{rate}</FILE_SAMPLE_RATE><AUDIO_BIT_DEPTH>{depth}</AUDIO_BIT_DEPTH>"
    if start is not None:
        frames = f"{start.rate.numerator}/{start.rate.denominator}"
        samples = nearest(start.seconds * rate)
        speed += (
            f"<MASTER_SPEED>{frames}</MASTER_SPEED><CURRENT_SPEED>{frames}</CURRENT_SPEED>"
            f"<TIMECODE_RATE>{frames}</TIMECODE_RATE><TIMECODE_FLAG>{'DF' if start.drop else 'NDF'}</TIMECODE_FLAG>"
            f"<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>{samples >> 32}</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>"
            f"<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>{samples & 0xFFFFFFFF}</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>"
            f"<TIMESTAMP_SAMPLE_RATE>{rate}</TIMESTAMP_SAMPLE_RATE>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<BWFXML><IXML_VERSION>1.61</IXML_VERSION>'
        f"<PROJECT>{escape(project)}</PROJECT><NOTE>{escape(note)}</NOTE><SPEED>{speed}</SPEED>"
        f"<TRACK_LIST><TRACK_COUNT>{len(tracks)}</TRACK_COUNT>{listed}</TRACK_LIST></BWFXML>\n"
    )


def _text(text: str, size: int) -> bytes:
    """Latin characters only: the chunk knows no other."""
    return text.encode("ascii", "replace")[:size]


def _read(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("ascii", "replace")


def _loudness(loudness: Loudness | None) -> Sequence[int]:
    """Integrated, range, true peak, momentary, short-term: hundredths, in the order of the standard."""
    if loudness is None:
        return (_NOT_MEASURED,) * 5
    values = (
        loudness.integrated,
        loudness.range,
        loudness.true_peak,
        loudness.momentary_max,
        loudness.short_term_max,
    )
    return tuple(_NOT_MEASURED if v is None else max(-32768, min(32766, round(v * 100))) for v in values)

"""What a report's figures are in words: how a sound was moved, where it is, how stems were set and treated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Said = Mapping[str, Any]

NAMES = {
    "dx": "production sound",
    "vo": "narration",
    "fo": "foley",
    "fx": "effects",
    "bg": "backgrounds",
    "mx": "music",
}
_STILL = 0.0005


def synced(how: Said | None) -> str:
    """What was done to put a take in sync with the picture."""
    if how is None:
        return ""
    if how["abstained"]:
        return f"left as it is: {how['why'] or 'not sure'} (confidence {how['confidence']:.2f})"
    done = []
    if abs(how["lag"]) >= _STILL:
        done.append(f"{1000 * abs(how['lag']):.0f} ms {'earlier' if how['lag'] > 0 else 'later'}")
    if how["drift"]:
        done.append(f"a drift of {100 * how['drift']:+.2f} % taken out")
    if strokes := how["strokes"]:
        most = 1000 * max(map(abs, strokes))
        count = f"{len(strokes)} strokes" if len(strokes) > 1 else "one stroke"
        done.append(f"{count} by up to {most:.0f} ms")
    return f"{', '.join(done) or 'in sync as it came'} (confidence {how['confidence']:.2f})"


def moved(sound: Said) -> str:
    """All that moved or stretched a sound: into sync, by its user, to its length."""
    parts = [synced(sound["sync"])]
    if abs(sound["nudge"]) >= _STILL:
        parts.append(f"nudged by {1000 * sound['nudge']:+.0f} ms")
    if abs(sound["stretch"] - 1.0) > 1e-6:
        parts.append(f"stretched to {100 * sound['stretch']:.2f} %")
    return "; ".join(filter(None, parts))


def placed(sound: Said) -> str:
    """Where a sound is in the mix."""
    parts = [f"{sound['gain']:+.1f} dB"] if sound["gain"] else []
    if sound["pan"]:
        parts.append(f"{100 * abs(sound['pan']):.0f} % {'left' if sound['pan'] < 0 else 'right'}")
    if sound["room"]:
        parts.append(f"{sound['room']}, {sound['distance']:.1f} m away")
    return ", ".join(parts)


def numbered(sound: Said) -> str:
    """What a cue of music is on the music sheet: its number, tempo, meter and key, as far as they are known."""
    music = sound.get("music")
    if music is None:
        return ""
    parts = [music["number"]]
    if music["tempo"]:
        slowest, fastest = music["tempo"]
        range_ = f"{slowest:g}" if fastest == slowest else f"{slowest:g} to {fastest:g}"
        parts += [f"{range_} bpm", music["meter"]]
    return ", ".join(filter(None, (*parts, music["key"])))


def anchored(balance: Said) -> str:
    """What the levels stand against, and how that was found."""
    anchor, spoken = balance["anchor"], balance["spoken"]
    how = {
        "setting": "which is set (anchor), since nobody is heard to speak",
        "programme": "which was found for the whole programme",
        "dialogue": "the loudness of the dialogue",
    }[balance["anchored_by"]]
    if balance["anchored_by"] == "dialogue" and spoken is not None and abs(spoken - anchor) > 0.05:
        how = f"the nearest that a voice may have to the {spoken:.1f} LUFS measured where somebody speaks"
    return f"Levels stand against {anchor:.1f} LUFS, {how}."


def timed(balance: Said) -> str:
    """When stems step back for speech."""
    return (
        f"Down {balance['lookahead']:g} s before speech, held {balance['hold']:g} s after it, back up in "
        f"{balance['release']:g} s; pauses under {balance['bridge']:g} s are none."
    )


def chain(effects: list[Said]) -> str:
    """A chain of effects with their parameters."""
    return " → ".join(_effect(effect) for effect in effects)


def _effect(effect: Said) -> str:
    params = ", ".join(f"{key.replace('_', ' ')} {_value(v)}" for key, v in effect["params"].items())
    return f"{effect['effect']} ({params})" if params else str(effect["effect"])


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)

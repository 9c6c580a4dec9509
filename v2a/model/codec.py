"""Values to JSON and back, by their type hints; and the canonical bytes that keys are made of.

Fractions are written as `"n/d"`, paths are refused (they never take part in a key), floats must be finite.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
import types
import typing
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar

T = TypeVar("T")
Json = Any


def encode(value: object) -> Json:
    """The value as plain JSON."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number that is not finite cannot be written")
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_text_key(k): encode(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(encode(v) for v in value)
    if isinstance(value, tuple | list):
        return [encode(v) for v in value]
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _text_key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys of a mapping must be text, not {type(key).__name__}")
    return key


def canonical(value: object) -> bytes:
    """The one way to write a value: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        encode(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest(value: object) -> str:
    """The SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def decode(kind: type[T], data: Json) -> T:
    """A value of the given type out of plain JSON; raises ValueError that names the field which does not fit."""
    return typing.cast(T, _decode(kind, data, kind.__name__))


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _decode(kind: Any, data: Json, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _decode_union(kind, data, where)
    if origin is typing.Literal:
        if data not in typing.get_args(kind):
            raise ValueError(f"{where}: {data!r} is not one of {', '.join(map(str, typing.get_args(kind)))}")
        return data
    if origin in (tuple, frozenset, list):
        return _decode_sequence(kind, data, where)
    if origin is not None and issubclass(origin, Mapping):
        item = typing.get_args(kind)[1]
        return {k: _decode(item, v, f"{where}.{k}") for k, v in _expect(data, dict, where).items()}
    if dataclasses.is_dataclass(kind):
        return _decode_dataclass(kind, data, where)
    return _decode_plain(kind, data, where)


def _decode_union(kind: Any, data: Json, where: str) -> Any:
    options = [k for k in typing.get_args(kind) if k is not type(None)]
    if data is None and len(options) < len(typing.get_args(kind)):
        return None
    problem: Exception | None = None
    for option in options:
        try:
            return _decode(option, data, where)
        except (ValueError, TypeError) as error:
            problem = problem or error
    raise ValueError(str(problem or f"{where} must not be empty"))


def _decode_sequence(kind: Any, data: Json, where: str) -> Any:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    items = _expect(data, list, where)
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        if len(items) != len(args):
            raise ValueError(f"{where} must have {len(args)} items")
        return tuple(_decode(a, v, f"{where}[{n}]") for n, (a, v) in enumerate(zip(args, items)))
    return origin(_decode(args[0], v, f"{where}[{n}]") for n, v in enumerate(items))


def _decode_dataclass(kind: Any, data: Json, where: str) -> Any:
    fields = {f.name: f for f in dataclasses.fields(kind) if f.init}
    given = _expect(data, dict, where)
    unknown = sorted(set(given) - set(fields))
    if unknown:
        raise ValueError(f"{where} has no field {unknown[0]!r}")
    hints = _hints(kind)
    values = {name: _decode(hints[name], v, f"{where}.{name}") for name, v in given.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from error


def _decode_plain(kind: Any, data: Json, where: str) -> Any:
    if kind is Any or kind is object:
        return data
    if kind is Fraction:
        if isinstance(data, bool) or not isinstance(data, str | int | float):
            raise ValueError(f"{where} must be a time or a fraction, not {data!r}")
        try:
            return Fraction(repr(data)) if isinstance(data, float) else Fraction(data)
        except (ValueError, ZeroDivisionError) as error:
            raise ValueError(f"{where}: {data!r} is not a fraction") from error
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if kind in (int, float) and isinstance(data, bool):
        raise ValueError(f"{where} must be a number, not {data!r}")
    return _expect(data, kind, where)


def _expect(data: Json, kind: Any, where: str) -> Any:
    if not isinstance(data, kind):
        raise ValueError(f"{where} must be {getattr(kind, '__name__', kind)}, not {data!r}")
    return data

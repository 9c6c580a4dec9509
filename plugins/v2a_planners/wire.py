"""The OpenAI chat API as bytes: what is asked, and what is answered in one piece or as a stream."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from v2a_planners.checking import plain
from v2a_planners.conversation import Reply, Turn
from v2a_planners.schema import json_schema

OPTIONAL = ("response_format", "seed", "temperature", "max_tokens", "max_completion_tokens")
_SAID = 200


def asked(model: str, turns: Sequence[Turn], seed: int, temperature: float, tokens: int) -> dict[str, Any]:
    """The body of a request for the next turn."""
    return {
        "model": model,
        "messages": [{"role": turn.role, "content": _content(turn)} for turn in turns],
        "temperature": temperature,
        "seed": seed,
        "max_tokens": tokens,
        "stream": False,
    }


def held_to(body: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, Any]:
    """The same, for an answer that keeps to the schema."""
    schema = {"name": "spotting", "strict": True, "schema": json_schema(kinds)}
    return {**body, "response_format": {"type": "json_schema", "json_schema": schema}}


def spared(body: Mapping[str, Any], said: str) -> dict[str, str]:
    """What of a body is to be left out, or is called otherwise, by what a server says that it does not take.

    All that need not be there, where it does not say; nothing where it is all gone.
    """
    if "max_completion_tokens" in said and "max_tokens" in body:
        return {"max_tokens": "max_completion_tokens"}
    there = [key for key in OPTIONAL if key in body]
    return dict.fromkeys([key for key in there if key in said] or there, "")


def _content(turn: Turn) -> str | list[dict[str, Any]]:
    if not turn.sights:
        return "\n".join(part for part in (turn.text, turn.after) if part)
    parts: list[dict[str, Any]] = [{"type": "text", "text": turn.text}]
    for sight in turn.sights:
        url = f"data:image/jpeg;base64,{base64.b64encode(sight.jpeg).decode('ascii')}"
        parts += [{"type": "text", "text": sight.about}, {"type": "image_url", "image_url": {"url": url}}]
    return [*parts, {"type": "text", "text": turn.after}]


def parsed(body: bytes) -> dict[str, Any] | None:
    """The object in the body of an answer, a stream put together; nothing where there is none."""
    text = body.decode("utf-8", "replace").strip()
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return _streamed(text) if text.startswith(("data:", "event:", ":")) else None
    return data if isinstance(data, dict) else None


def _streamed(text: str) -> dict[str, Any] | None:
    said, usage, reason = [], None, None
    for event in _events(text):
        usage = event.get("usage") or usage
        choice = _first(event.get("choices"))
        delta = choice.get("delta")
        said.append(_words((delta if isinstance(delta, dict) else {}).get("content")))
        reason = choice.get("finish_reason") or reason
    if not said:
        return None
    choice = {"message": {"content": "".join(said)}, "finish_reason": reason or "length"}
    return {"choices": [choice], "usage": usage}


def _events(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        try:
            event = json.loads(line.removeprefix("data:")) if line.startswith("data:") else None
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            yield event


def reply(data: Mapping[str, Any]) -> Reply | None:
    """The answer in such an object; nothing where it has none."""
    choice = _first(data.get("choices"))
    message = choice.get("message")
    if not isinstance(message, dict):
        return None
    text = _words(message.get("content")) or _words(message.get("refusal"))
    usage = data.get("usage")
    tokens = usage.get("total_tokens") if isinstance(usage, dict) else 0
    counted = tokens if isinstance(tokens, int) and 0 <= tokens < 1 << 40 else 0
    return Reply(text, counted, choice.get("finish_reason") != "length")


def complaint(body: bytes) -> str:
    """What a server says is wrong, in one line; nothing where it says it in a web page."""
    data = parsed(body)
    found: Any = (data or {}).get("error", (data or {}).get("detail", (data or {}).get("message")))
    if isinstance(found, dict):
        found = found.get("message")
    if data is None and not is_page(body):
        found = body[: 4 * _SAID].decode("utf-8", "replace")
    return plain(found, _SAID) if isinstance(found, str) else ""


def is_page(body: bytes) -> bool:
    """Whether the body is a web page."""
    return bool(re.match(rb"\s*<(!doctype|html|head|body|\?xml|!--)", body[:400], re.IGNORECASE))


def names(body: bytes) -> tuple[str, ...] | None:
    """The models that a server lists; nothing where this is no such list."""
    rows = (parsed(body) or {}).get("data")
    if not isinstance(rows, list):
        return None
    found = [row.get("id") for row in rows[:200] if isinstance(row, dict)]
    return tuple(plain(name, 120) for name in found if isinstance(name, str) and name.strip())


def _first(choices: Any) -> dict[str, Any]:
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _words(content: Any) -> str:
    """Text, or the texts in a list of parts."""
    if isinstance(content, list):
        return "".join(_words(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""

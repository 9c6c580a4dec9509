"""A chat server that plays a part: good, slow, out of order, or nonsense."""

import contextlib
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GOOD = {
    "reasoning": {
        "sounds": "A steady wind. A ball bounces.",
        "timing": "The wind runs through the whole scene. The ball lands at 0.5 s.",
        "character": "The wind is soft. The ball is rubber.",
        "space": "The wind is all around. The ball is left.",
    },
    "room": "street",
    "cues": [
        {"kind": "bg", "in": 0, "out": 99, "sync": None, "prompt": "wind in trees", "avoid": "birds",
         "pan": None, "confidence": 0.9, "asked": False},
        {"kind": "fx", "in": 0.4, "out": 0.9, "sync": 0.5, "prompt": "impact of a ball", "avoid": None,
         "pan": -0.4, "confidence": 0.8, "asked": False},
    ],
}  # fmt: skip


def said(text, **more):
    """A body with an answer in it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {"choices": [{**choice, **more}], "usage": {"total_tokens": 100}}


def good(_=None):
    return said(json.dumps(GOOD))


class Part:
    """What the server does: `script` names an act for each request in turn, and the last one goes on for ever."""

    def __init__(self, *script, models=("seer",)):
        self.script, self.models, self.seen, self.paths, self.headers = list(script), models, [], [], []
        self.together = self.most_together = 0
        self._lock = threading.Lock()

    def next(self):
        with self._lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def give(self, status, body, kind="application/json", **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        part = self.server.part
        part.paths.append(self.path)
        part.headers.append(dict(self.headers))
        if part.models is None:
            self.give(404, b"<html>nothing here</html>", "text/html")
        else:
            self.give(200, {"object": "list", "data": [{"id": name} for name in part.models]})

    def do_POST(self):
        part = self.server.part
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        part.seen.append(body)
        part.paths.append(self.path)
        part.headers.append(dict(self.headers))
        act = part.next()
        part.together += 1
        part.most_together = max(part.most_together, part.together)
        try:
            act(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            part.together -= 1


def answers(made=good):
    return lambda to, body: to.give(200, made(body))


def text(words, **more):
    return lambda to, body: to.give(200, said(words, **more))


def status(number, message="no", **headers):
    return lambda to, body: to.give(number, {"error": {"message": message}}, **headers)


def raw(data, kind="application/json", number=200):
    return lambda to, body: to.give(number, data, kind)


def slow(seconds, then=None):
    def act(to, body):
        for _ in range(int(seconds / 0.02)):
            if to.server.ended.is_set():
                return
            time.sleep(0.02)
        (then or answers())(to, body)

    return act


def in_company(then):
    """Answer when another request is there too, or after a while."""

    def act(to, body):
        ends = time.monotonic() + 5
        while to.server.part.most_together < 2 and time.monotonic() < ends:
            time.sleep(0.01)
        then(to, body)

    return act


def hangs_up(to, body):
    to.close_connection = True
    with contextlib.suppress(OSError):
        to.connection.shutdown(socket.SHUT_RDWR)


def cut_short(to, body):
    data = json.dumps(good()).encode()
    to.send_response(200)
    to.send_header("Content-Length", str(len(data)))
    to.end_headers()
    to.wfile.write(data[: len(data) // 2])
    to.wfile.flush()
    hangs_up(to, body)


def drips(to, body):
    to.send_response(200)
    to.send_header("Content-Length", "100000")
    to.end_headers()
    while not to.server.ended.is_set():
        to.wfile.write(b" ")
        to.wfile.flush()
        time.sleep(0.03)


def streams(words, end="stop"):
    def act(to, body):
        lines = [
            {"choices": [{"delta": {"content": words[at : at + 40]}, "finish_reason": None}]}
            for at in range(0, len(words), 40)
        ]
        if end:
            lines.append({"choices": [{"delta": {}, "finish_reason": end}]})
        data = "".join(f"data: {json.dumps(line)}\n\n" for line in lines) + (
            "data: [DONE]\n\n" if end else ""
        )
        to.give(200, data.encode(), "text/event-stream")

    return act


@contextlib.contextmanager
def serving(*script, models=("seer",)):
    """A server with a part, on a port of its own: yields its URL and the part."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    server.part = Part(*(script or (answers(),)), models=models)
    server.ended = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", server.part
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join(5)

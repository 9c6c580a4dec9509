"""A server on this machine that gives out files, and does everything wrong that servers do."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from v2a.media.web import Patience

QUICK = Patience(timeout=2.0, tries=3, wait=0.01)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@dataclass
class Held:
    """A file on the server, and how it is given out."""

    data: bytes = b""
    etag: str = "one"
    ranges: bool = True
    drops: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    length: int | None = None
    headers: dict = field(default_factory=dict)
    moved: str = ""
    silent: float = 0.0
    token: str = ""
    chunked: bool = False


class Server:
    """Its address, what it holds by path, and what it was asked."""

    def __init__(self, address):
        self.address = address
        self.files = {}
        self.asked = []

    def url(self, path):
        return f"{self.address}/{path}"

    def hold(self, path, data=b"", **how):
        self.files[f"/{path}"] = Held(data, **how)
        return self.files[f"/{path}"]

    def hold_json(self, path, value, **how):
        return self.hold(path, json.dumps(value).encode(), **how)

    def hold_repository(self, name, files, commit="c0ffee0", plain=(), **how):
        """A repository as the hub shows it: its commit, its list, and its files by that commit."""
        rows = []
        for file, data in files.items():
            large = {} if file in plain else {"lfs": {"oid": sha256(data), "size": len(data)}}
            rows.append({"type": "file", "path": file, "size": len(data), "oid": "0" * 40, **large})
            self.hold(f"{name}/resolve/{commit}/{file}", data, **how)
        self.hold_json(f"api/models/{name}/revision/main", {"sha": commit})
        self.hold_json(f"api/models/{name}/tree/{commit}", rows)

    @property
    def ranges(self):
        return [headers.get("Range", "") for _, headers in self.asked]

    @property
    def paths(self):
        return [path.removeprefix("/") for path, _ in self.asked]


@contextlib.contextmanager
def serving(host="127.0.0.1"):
    """A server for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.close_connection = True
            server.asked.append((self.path, dict(self.headers)))
            held = server.files.get(self.path)
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                answer(self, held)

    httpd = ThreadingHTTPServer((host, 0), Handler)
    httpd.daemon_threads = True
    server = Server(f"http://{host}:{httpd.server_address[1]}")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def answer(to, held):
    if held is None:
        return refuse(to, 404)
    if held.statuses:
        status = held.statuses.pop(0)
        if status:
            return refuse(to, status, held.headers)
    if held.token and to.headers.get("Authorization") != f"Bearer {held.token}":
        return refuse(to, 401 if "Authorization" not in to.headers else 403)
    if held.moved:
        return refuse(to, 302, {"Location": held.moved, **held.headers})
    time.sleep(held.silent)
    begin = wanted_from(to, held)
    if begin is None:
        return refuse(to, 416, {"Content-Range": f"bytes */{len(held.data)}"})
    part = held.data[begin:]
    to.send_response(206 if begin or (held.ranges and "Range" in to.headers) else 200)
    for name, value in held.headers.items():
        to.send_header(name, value)
    if held.etag:
        to.send_header("ETag", f'"{held.etag}"')
    if begin:
        to.send_header("Content-Range", f"bytes {begin}-{len(held.data) - 1}/{len(held.data)}")
    if held.chunked:
        to.send_header("Transfer-Encoding", "chunked")
        part = b"%x\r\n%s\r\n0\r\n\r\n" % (len(part), part)
    elif held.length != -1:
        to.send_header("Content-Length", str(len(part) if held.length is None else held.length))
    to.send_header("Connection", "close")
    to.end_headers()
    if held.drops:
        part = part[: held.drops.pop(0)]
    to.wfile.write(part)


def wanted_from(to, held):
    """Where the answer begins; nothing where there is no such place."""
    asked = to.headers.get("Range", "")
    begin = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and held.ranges else 0
    return None if begin and begin >= len(held.data) else begin


def refuse(to, status, headers=()):
    to.send_response(status)
    for name, value in dict(headers).items():
        to.send_header(name, value)
    to.send_header("Content-Length", "0")
    to.send_header("Connection", "close")
    to.end_headers()

"""A publisher on this machine: a real HTTP server that answers as it is told, faults included."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer. `cut_after` drops the connection after that many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    ranges: bool = True
    length: bool = True


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]


class LocalPublisher:
    """Answers queue up by path; the last one repeats. A callable answers from the query."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer | Callable[[Asked], Answer]]] = {}
        self.asked: list[Asked] = []
        self.url = ""

    def say(self, path: str, *answers: Answer | Callable[[Asked], Answer]) -> None:
        """What to answer at a path, one request after another."""
        self.answers[path] = list(answers)

    def take(self, asked: Asked) -> Answer:
        """The answer to a request, with the part of it that a Range asks for."""
        self.asked.append(asked)
        queue = self.answers.get(asked.path, [Answer(b"nothing here", 404)])
        told = queue.pop(0) if len(queue) > 1 else queue[0]
        answer = told(asked) if callable(told) else told
        wanted = asked.headers.get("range", "")
        if answer.status != 200 or not wanted or not answer.ranges:
            return answer
        if asked.headers.get("if-range") not in (None, answer.headers.get("ETag")):
            return answer
        start, size = int(wanted.removeprefix("bytes=").rstrip("-")), len(answer.body)
        if start >= size:
            return Answer(b"", 416, {"Content-Range": f"bytes */{size}"})
        told_range = {"Content-Range": f"bytes {start}-{size - 1}/{size}"}
        return Answer(answer.body[start:], 206, answer.headers | told_range, answer.cut_after)


class _QuietServer(ThreadingHTTPServer):
    """Says nothing when a client hangs up, which is what clients that refuse an answer do."""

    def handle_error(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def local_publisher() -> Iterator[LocalPublisher]:
    """A server on 127.0.0.1 at a free port, stopped at the end."""
    publisher = LocalPublisher()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = publisher.take(Asked(split.path, parse_qs(split.query), headers))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.length:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body[: answer.cut_after])
            self.wfile.flush()
            if answer.cut_after is not None or not answer.length:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = _QuietServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    publisher.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A scanner that speaks clamd's protocol at a socket, and finds the EICAR test string."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless string by which every scanner can be tried (EICAR, 2003)."""


class _Clamd(socketserver.StreamRequestHandler):
    """One question: PING, or a stream in pieces."""

    def handle(self) -> None:
        server: Any = self.server
        asked = b""
        while not asked.endswith(b"\0"):
            asked += self.rfile.read(1)
        if asked == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        seen = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            seen += self.rfile.read(length)
        server.seen.append(seen)
        if server.says:
            self.wfile.write(server.says)
        elif EICAR in seen:
            self.wfile.write(b"stream: Eicar-Signature FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextmanager
def clamd(where: Path | None = None, *, says: bytes = b"") -> Iterator[Any]:
    """A scanner at a socket's path, or at a port of this machine; `says` is its one answer."""
    server: Any = _Unix(str(where), _Clamd) if where else _Tcp(("127.0.0.1", 0), _Clamd)
    server.seen, server.says = [], says
    port = 0 if where else server.server_address[1]
    server.setting = f"unix:{where}" if where else f"tcp:127.0.0.1:{port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Asking a virus scanner about a file before anything here reads it.

Whom to ask is a setting. `unix:/run/clamav/clamd.ctl` or `tcp:host:3310` speak to clamd; `command:`
and a program runs that with the file's path behind it, and its exit code answers as clamscan's does
(0 nothing found, 1 found something). A scanner that does not answer lets nothing in.
"""

from __future__ import annotations

import shlex
import shutil
import socket
import struct
import subprocess  # nosec B404
from dataclasses import dataclass
from pathlib import Path

from frith.errors import BadInput, Mendable

PIECE = 1 << 16
PATIENCE_S = 120.0
"""A file of 100 MB within archives takes clamd some seconds; a scanner that hangs is none."""
KNOCK_S = 3.0
CLEAN, FOUND = 0, 1
SHAPES = "unix:/path/of/socket, tcp:host:port or command:/path/of/program"


class ScannerAway(Mendable):
    """The scanner did not answer, or answered something that is no verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Where to ask: one of `unix`, `tcp` and `command`, and what stands behind it."""

    by: str
    where: str

    def check(self, path: Path) -> None:
        """Pass where nothing was found in the file.

        Raises `BadInput` where something was found, `ScannerAway` where there is no verdict.
        """
        found = self._run(path) if self.by == "command" else self._stream(path)
        if found:
            raise BadInput(
                "was not let in: the virus scanner found something in it",
                mend="Do not open it. Tell the person who looks after your computers.",
            )

    def answers(self) -> bool:
        """True where the scanner is there at this moment."""
        if self.by == "command":
            return shutil.which(shlex.split(self.where)[0]) is not None
        try:
            with self._socket(KNOCK_S) as line:
                line.sendall(b"zPING\0")
                return line.recv(64).startswith(b"PONG")
        except OSError:
            return False

    def _run(self, path: Path) -> bool:
        command = [*shlex.split(self.where), str(path)]
        try:
            done = subprocess.run(  # noqa: S603 - the setting names it  # nosec B603
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE_S,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            raise ScannerAway("the virus scanner did not run") from None
        if done.returncode not in {CLEAN, FOUND}:
            raise ScannerAway("the virus scanner gave no verdict")
        return done.returncode == FOUND

    def _stream(self, path: Path) -> bool:
        """clamd's INSTREAM: the file in pieces, each behind its length; an empty one ends it."""
        try:
            with self._socket(PATIENCE_S) as line, path.open("rb") as file:
                line.sendall(b"zINSTREAM\0")
                while piece := file.read(PIECE):
                    line.sendall(struct.pack(">I", len(piece)) + piece)
                line.sendall(struct.pack(">I", 0))
                answer = b""
                while (more := line.recv(4096)) and b"\0" not in answer:
                    answer += more
        except OSError:
            raise ScannerAway("the virus scanner did not answer") from None
        said = answer.rstrip(b"\0\n ")
        if said.endswith(b" FOUND"):
            return True
        if said != b"stream: OK":
            raise ScannerAway("the virus scanner gave no verdict")
        return False

    def _socket(self, patience: float) -> socket.socket:
        if self.by == "unix":
            line = socket.socket(socket.AF_UNIX)
            line.settimeout(patience)
            try:
                line.connect(self.where)
            except BaseException:
                line.close()
                raise
            return line
        host, _, port = self.where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=patience)


def scanner_of(setting: str) -> Scanner | None:
    """The scanner that a setting names; None where it is empty. Raises `ValueError` otherwise."""
    if not setting:
        return None
    by, _, where = setting.partition(":")
    if by == "tcp":
        host, _, port = where.rpartition(":")
        whole = bool(host) and port.isdigit() and 0 < int(port) < 65536
    else:
        whole = by in {"unix", "command"} and where.startswith("/")
    if not whole:
        raise ValueError(f"write {SHAPES}")
    return Scanner(by=by, where=where)

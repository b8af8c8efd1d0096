"""Text files: that they are text, that no cell is a formula, and that nothing nests without end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from frith.errors import BadInput

PIECE = 1 << 20
LONGEST_LINE = 1 << 20
MOST_COLUMNS = 500
DEEPEST = 100
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_FORMULA = re.compile(
    rb'(?:\A|[\r\n,;\t])[ "\']*(?:=|\xef\xbc\x9d|[+\-@\t][^,\r\n]{0,300}\|[^,\r\n]{0,300}![A-Z])'
)
"""A cell that begins as a formula, or that asks another program for its value."""
_CALL = re.compile(rb"""(?:\A|[\r\n,;\t])[ "']*[+\-@][A-Za-z]{2,30}\(""")
_STEP = np.zeros(256, dtype=np.int32)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1


def check_text(path: Path) -> None:
    """Refuse what is not plain text with lines of a sane length."""
    for _ in _pieces(path):
        pass


def check_table(path: Path) -> None:
    """Refuse a CSV with formulas in it, or so many columns that it is none."""
    first = True
    for piece in _pieces(path):
        if first and max(map(piece.split(b"\n", 1)[0].count, (b",", b";", b"\t"))) > MOST_COLUMNS:
            raise BadInput(
                f"has more than {MOST_COLUMNS} columns", mend="Keep the columns that are declared."
            )
        found = _FORMULA.search(piece) or _CALL.search(piece)
        if found is not None:
            raise BadInput(
                "has a cell that is a formula",
                mend="Save the values alone: in a spreadsheet, copy and paste as values.",
            )
        first = False


def check_json(path: Path) -> None:
    """Refuse JSON that nests deeper than any map does."""
    depth = 0
    for piece in _pieces(path, longest=None):
        steps = np.cumsum(_STEP[np.frombuffer(piece, dtype=np.uint8)])
        if depth + int(steps.max(initial=0)) > DEEPEST:
            raise BadInput("nests too deep to be a map", mend="Save it again as GeoJSON.")
        depth = max(0, depth + int(steps[-1]) if len(steps) else depth)


def _pieces(path: Path, *, longest: int | None = LONGEST_LINE) -> Iterator[bytes]:
    """The file in pieces that end at a line's end, each shown to be text."""
    held = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if _CONTROL.search(piece):
                raise BadInput("is not text", mend="Save it as UTF-8 text.")
            if longest is None:
                yield piece
                continue
            held += piece
            if len(held) > longest and b"\n" not in held[-longest:]:
                raise BadInput("has a line longer than a million characters")
            cut = held.rfind(b"\n") + 1
            if cut:
                yield held[:cut]
                held = held[cut:]
    if held:
        yield held

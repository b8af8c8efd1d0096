"""Write the generated pages of docs/reference: `make docs`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def pages() -> dict[Path, Callable[[], str]]:
    """Each generated page and what writes it."""
    from frith import reference, tables
    from frith.cli.document import document as commands
    from frith.sources.document import document as sources

    return {
        DOCS / "reference" / "commands.md": commands,
        DOCS / "reference" / "lists.md": reference.document,
        DOCS / "reference" / "sources.md": sources,
        DOCS / "reference" / "tables.md": tables.document,
    }


if __name__ == "__main__":
    for path, write in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(write(), "utf-8")

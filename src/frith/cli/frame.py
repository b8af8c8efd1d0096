"""What every command shares: options, where words go, exit codes, and `run.json`."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.errors import EXIT_DONE, EXIT_FAULT, EXIT_PARTLY_REFUSED, FrithError, Mendable

if TYPE_CHECKING:
    from rich.progress import Progress

Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No messages and no progress.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every random draw.")]
DEFAULT_SEED = 1


@dataclass
class Run:
    """One run of a command: says what it does on standard error, answers on standard output."""

    command: str
    as_json: bool = False
    quiet: bool = False
    seed: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)

    def say(self, message: str) -> None:
        """A message for the person at the keyboard; never on standard output."""
        if not self.quiet:
            print(message, file=sys.stderr)  # noqa: T201 - this is the one place that prints

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A progress bar on standard error, for anything that can take over two seconds."""
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True, quiet=self.quiet)
        with Progress(console=console, transient=True) as bar:
            yield bar

    def answer(self, payload: Mapping[str, Any], text: str, *, refused: bool = False) -> None:
        """The answer, as one JSON object or as text; exit 1 where something was refused."""
        from frith.results import to_plain

        out = json.dumps(to_plain(payload), ensure_ascii=False, indent=1) if self.as_json else text
        sys.stdout.write(out.rstrip("\n") + "\n")
        sys.stdout.flush()
        raise typer.Exit(EXIT_PARTLY_REFUSED if refused else EXIT_DONE)

    def write_record(self, folder: Path, inputs: Iterable[Path], *, name: str = "run.json") -> Path:
        """`run.json`: command, parameters, seed, versions and the SHA-256 of each input."""
        from frith.results import file_hash, to_plain

        record = {
            "command": self.command,
            "parameters": to_plain(self.parameters),
            "seed": self.seed,
            "versions": _versions(),
            "inputs": {path.name: file_hash(path) for path in sorted(inputs) if path.is_file()},
        }
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / name
        target.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return target


def _versions() -> dict[str, str]:
    """Versions of what can change an answer."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in ("frith", "polars", "duckdb", "numpy", "scipy", "statsmodels", "numba", "splink"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def guard(app: Callable[[], Any]) -> None:
    """Run the command; a `FrithError` becomes one line and its exit code, never a traceback."""
    try:
        app()
    except Mendable as error:
        sys.stderr.write(f"frith: {error.line()}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(EXIT_DONE)
    except KeyboardInterrupt:
        sys.stderr.write("frith: stopped.\n")
        sys.exit(130)
    except (FrithError, Exception) as error:  # our fault: keep the details, show one line
        with tempfile.NamedTemporaryFile(
            "w", prefix="frith-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as report:
            traceback.print_exc(file=report)
        sys.stderr.write(
            f"frith: a fault of ours ({type(error).__name__}). Nothing you did. "
            f"Please send us {report.name}; it may quote your data, so look through it first.\n"
        )
        sys.exit(EXIT_FAULT)

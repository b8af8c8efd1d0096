"""Every command is documented, helps with an example, and is reachable."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
import typer
from typer.testing import CliRunner

import frith.cli
from frith.cli import COMMANDS, build_app
from frith.cli.document import document, leaves
from support import ROOT

NOT_COMMANDS = {
    "frame",
    "place_frame",
    "document",
    "behind",
    "effect_pictures",
    "study_answers",
    "study_files",
    "weights_file",
}
LEAVES = leaves(typer.main.get_command(build_app()), ("frith",))


def test_the_page_is_what_the_commands_say() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text("utf-8")
    assert page == document(), "run `make docs`"


def test_every_module_of_the_command_line_is_registered() -> None:
    found = {module.name for module in pkgutil.iter_modules(frith.cli.__path__)}
    assert found - NOT_COMMANDS == set(COMMANDS)
    for name in COMMANDS:
        assert callable(import_module(f"frith.cli.{name}").register)


@pytest.mark.parametrize("name", [name for name, _ in LEAVES])
def test_every_command_helps_with_an_example(name: str) -> None:
    shown = CliRunner().invoke(build_app(), [*name.split()[1:], "--help"])
    assert shown.exit_code == 0
    assert "Example" in shown.output
    for option in ("--json", "--quiet"):
        assert option in shown.output, f"{name} lacks {option}"


def test_no_command_imports_a_heavy_library_before_it_runs() -> None:
    import subprocess
    import sys

    code = (
        "import sys; from frith.cli import build_app; build_app();"
        "print(sorted({'polars','numpy','pandas','scipy','duckdb','altair','numba'}"
        " & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"

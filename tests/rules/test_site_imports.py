"""Inside the site: only services and the command call the library's methods; furniture in order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ROOT

SITE = ROOT / "src" / "frith_web"
MODULES = sorted(path for path in SITE.rglob("*.py") if "migrations" not in path.parts)
ANYWHERE = {"frith", "frith.errors", "frith.results", "frith.reference", "frith.reference.regimes"}
"""Names, lists and errors; none of them is a method."""
ORDER = ("urls", "views", "forms", "services", "selectors", "permissions", "policies", "models")
"""A room's furniture, top to bottom: each may import what stands below it."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def piece(path: Path) -> str:
    """Which furniture a module belongs to: `views`, or `views` of a folder `views/`."""
    inside = path.relative_to(SITE).with_suffix("").parts
    return inside[1] if len(inside) > 1 else inside[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SITE)))
def test_only_services_and_the_command_call_methods(path: Path) -> None:
    if "services" in path.parts or path.name == "cli.py":
        return
    found = {name for name in imports(path) if name.split(".")[0] == "frith"}
    assert found <= ANYWHERE, f"{path}: {found - ANYWHERE}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SITE)))
def test_furniture_stands_in_order(path: Path) -> None:
    if piece(path) not in ORDER:
        return
    room = path.relative_to(SITE).parts[0]
    for name in imports(path):
        parts = name.split(".")
        if parts[:2] == ["frith_web", room] and len(parts) > 2 and parts[2] in ORDER:
            here, there = ORDER.index(piece(path)), ORDER.index(parts[2])
            assert here <= there, f"{path} imports {name}, which stands above it"


def test_no_room_is_a_drawer_for_odds_and_ends() -> None:
    for path in MODULES:
        if path == SITE / "core" / "sqlite" / "base.py":
            continue  # the one name under which Django looks for an engine's wrapper
        assert path.stem not in {"utils", "util", "helpers", "common", "misc", "base"}, path


def test_every_module_opens_with_a_line_on_what_belongs_in_it() -> None:
    for path in MODULES:
        text = path.read_text("utf-8")
        if text.strip() and path.parent.name != "templatetags":
            assert ast.get_docstring(ast.parse(text)), path

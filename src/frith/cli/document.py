"""The reference page of the command line, made from the commands themselves."""

from __future__ import annotations

from typing import Any

import typer

from frith.cli import build_app

_OPENING = """# Commands

Made from the commands themselves by `make docs`; do not edit by hand.

Every command has `--help` with an example. With `--json` it prints one JSON object on standard
output and nothing else; messages and progress go to standard error, and `--quiet` silences them.

| exit | means |
|---|---|
| 0 | done |
| 1 | done, but something was refused (rows, or an estimate), and the output says what |
| 2 | could not run: one line says why and what to do |
| 3 | a fault of ours: one line, and the details in a file you may look through and send |

Every output folder holds `run.json`: the command, its parameters, the seed, versions, and the
SHA-256 of each input.
"""


def document() -> str:
    """The Markdown of docs/reference/commands.md."""
    root = typer.main.get_command(build_app())
    parts = [_OPENING]
    for name, command in leaves(root, ("frith",)):
        parts.append(_page(name, command))
    return "\n".join(parts)


def leaves(command: Any, path: tuple[str, ...]) -> list[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        return [(" ".join(path), command)]
    return [leaf for name, child in children.items() for leaf in leaves(child, (*path, name))]


def _page(name: str, command: Any) -> str:
    shown = [param for param in command.params if getattr(param, "name", "") != "help"]
    words = " ".join(_metavar(param) for param in _arguments(shown))
    lines = [f"## `{name}`", "", (command.help or "").strip(), ""]
    lines += [f"    {name} {words} [OPTIONS]".replace("  [", " ["), ""]
    options = [param for param in shown if param not in _arguments(shown)]
    if options:
        lines += ["| option | default | meaning |", "|---|---|---|"]
        lines += [_row(option) for option in options]
        lines.append("")
    return "\n".join(lines)


def _arguments(params: list[Any]) -> list[Any]:
    return [param for param in params if param.param_type_name == "argument"]


def _metavar(argument: Any) -> str:
    """How an argument is written: FILE, [LIST], SIZES…"""
    name = str(argument.metavar or argument.name).upper()
    name += "…" if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _row(option: Any) -> str:
    flags = ", ".join(f"`{flag}`" for flag in option.opts)
    default = option.default
    shown = "" if default in (None, False, "", ()) or callable(default) else f"`{default}`"
    meaning = " ".join((option.help or "").split()).replace("|", "\\|")
    return f"| {flags} | {shown} | {meaning} |"

"""The command line. One module a command; heavy libraries are imported inside the command."""

from __future__ import annotations

from importlib import import_module

import typer

from frith.cli.frame import guard

COMMANDS: tuple[str, ...] = (
    "check",
    "reference",
    "open_data",
    "borough",
    "profile",
    "link",
    "groups",
    "themes",
    "disrupt",
    "hotspots",
    "scan",
    "near_repeat",
    "concentration",
    "deprivation",
    "trends",
    "accuracy",
    "silence",
    "density",
    "community",
    "extent",
    "indicators",
    "chart",
    "evaluate",
    "harm",
    "study",
    "publish",
)
"""Modules of this folder, in the order `frith --help` lists them; each has `register(app)`."""


def build_app() -> typer.Typer:
    """The command line with every command registered."""
    app = typer.Typer(
        name="frith",
        help=(
            "From a partnership's data to a picture of who, where and how much, "
            "with what it cannot know said plainly."
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def root() -> None:
        """Each command has --help with an example."""

    for name in COMMANDS:
        import_module(f"frith.cli.{name}").register(app)
    return app


def main() -> None:
    """The `frith` command."""
    guard(build_app())


if __name__ == "__main__":
    main()

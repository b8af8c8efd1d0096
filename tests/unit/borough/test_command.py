"""`frith borough`: one JSON object, an example in its help, refusals in a line."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from frith.cli.borough import register
from frith.errors import BadInput


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    register(made)

    @made.callback()
    def root() -> None:
        """Makes the command a subcommand."""

    return made


def run(app, *arguments):
    return CliRunner().invoke(app, ["borough", *map(str, arguments)], catch_exceptions=False)


def test_one_json_object_on_standard_output(app, tmp_path):
    result = run(app, tmp_path / "b", "--people", 2_000, "--seed", 4, "--json", "--quiet")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert list(answer)[:4] == ["mark", "people", "events", "groups"]
    assert answer["mark"] == "SYNTHETIC"
    assert answer["people"] == 2_000
    assert answer["seed"] == 4
    assert answer["tables"]["events"] == answer["events"]


def test_the_run_is_recorded(app, tmp_path):
    run(app, tmp_path / "b", "--people", 2_000, "--seed", 4, "--months", 24, "--quiet")
    record = json.loads((tmp_path / "b" / "run.json").read_text())
    assert record["command"] == "borough"
    assert record["seed"] == 4
    assert record["parameters"] == {"people": 2_000, "months": 24, "start": "2023-10"}


def test_text_for_a_person_says_synthetic(app, tmp_path):
    result = run(app, tmp_path / "b", "--people", 2_000, "--quiet")
    assert result.stdout.startswith("SYNTHETIC.")
    assert "truth" in result.stdout


def test_plain_events(app, tmp_path):
    result = run(
        app, tmp_path / "p", "--plain", "--events", 4_000, "--no-groups", "--json", "--quiet"
    )
    answer = json.loads(result.stdout)
    assert answer["events"] == 4_000
    assert answer["groups"] == 0
    assert answer["people"] == 2_000


def test_help_holds_an_example(app):
    assert "Example: frith borough" in " ".join(run(app, "--help").stdout.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--people", 10], "cannot be made"),
        (["--start", "soon"], "not a month"),
        (["--plain"], "needs a number of events"),
        (["--months", 3], "months cannot be made"),
    ],
)
def test_bad_input_is_mendable(app, tmp_path, arguments, said):
    with pytest.raises(BadInput, match=said):
        run(app, tmp_path / "b", *arguments, "--quiet")
    assert not (tmp_path / "b").exists()

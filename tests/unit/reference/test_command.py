"""`frith reference`: the lists, one list, one day; and where words go."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from frith.cli.reference import register
from frith.errors import BadInput, UnknownName
from frith.reference import lists, load


def run(*words: str) -> Result:
    app = typer.Typer(rich_markup_mode=None)
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["reference", *words])


def test_without_a_list_it_shows_all_with_rows_source_and_what_is_unverified() -> None:
    shown = run()
    assert shown.exit_code == 0
    for name in lists():
        assert name in shown.stdout
    line = next(line for line in shown.stdout.splitlines() if line.startswith("powers "))
    assert line.split()[1:3] == ["46", "45"]
    assert "Government Security Classifications policy" in " ".join(shown.stdout.split())


def test_json_holds_lists_or_rows() -> None:
    every = json.loads(run("--json").stdout)
    assert [item["name"] for item in every["lists"]] == list(lists())
    assert all(item["source"] for item in every["lists"])
    one = json.loads(run("roles", "--json").stdout)
    assert len(one["rows"]) == 7
    assert one["rows"][0]["projectable"] is True
    assert one["rows"][0]["verified_on"] == "2026-11-21"
    assert all(row["source"] for row in one["rows"])


def test_law_is_shown_with_its_marks() -> None:
    shown = " ".join(run("powers").stdout.split())
    assert "frith is not legal advice." in shown
    assert shown.count("unverified: to be verified locally") >= 45
    assert "must never be a pretext" in shown
    assert json.loads(run("powers", "--json").stdout)["notice"] == "frith is not legal advice."


def test_a_list_that_is_no_law_does_not_speak_of_legal_advice() -> None:
    assert "legal advice" not in run("four_ps").stdout
    assert "Not part of any check: short (frith's convention)" in run("four_ps").stdout
    assert "notice" not in json.loads(run("four_ps", "--json").stdout)


def test_a_day_leaves_out_what_did_not_hold() -> None:
    shown = json.loads(run("partner_bodies", "--on", "2025-01-01", "--json").stdout)
    keys = {row["key"] for row in shown["rows"]}
    assert "commissioner" not in keys
    assert len(keys) == len(load("partner_bodies")) - 1


def test_a_wrong_day_and_a_wrong_name_can_be_mended() -> None:
    assert isinstance(run("powers", "--on", "2026").exception, BadInput)
    wrong = run("powrs").exception
    assert isinstance(wrong, UnknownName)
    assert "powers" in str(wrong)


@pytest.mark.parametrize("name", lists())
def test_every_list_reads_in_a_terminal(name: str) -> None:
    shown = run(name)
    assert shown.exit_code == 0
    for key in load(name).keys:
        assert key in shown.stdout.splitlines()
    assert max(len(line) for line in shown.stdout.splitlines()) <= 100


def test_help_holds_an_example() -> None:
    assert "Example: frith reference" in run("--help").stdout

"""Where words go, what the exit code says, and that bad input never ends in a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from frith.cli.frame import Run, guard
from frith.errors import BadInput


def test_answer_is_one_json_object_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run("x", as_json=True)
    run.say("reading")
    with pytest.raises(typer.Exit) as stop:
        run.answer({"a": 1 / 3}, "not shown")
    out, err = capsys.readouterr()
    assert json.loads(out) == {"a": 0.333333333}
    assert err == "reading\n"
    assert stop.value.exit_code == 0


def test_quiet_says_nothing_and_refusals_exit_one(capsys: pytest.CaptureFixture[str]) -> None:
    run = Run("x", quiet=True)
    run.say("reading")
    with pytest.raises(typer.Exit) as stop:
        run.answer({}, "two rows refused", refused=True)
    assert capsys.readouterr() == ("two rows refused\n", "")
    assert stop.value.exit_code == 1


def test_a_mendable_error_is_one_line_and_exit_two(capsys: pytest.CaptureFixture[str]) -> None:
    def app() -> None:
        raise BadInput("empty file", where="events.csv", mend="Give a header and rows.")

    with pytest.raises(SystemExit) as stop:
        guard(app)
    assert stop.value.code == 2
    assert capsys.readouterr().err == "frith: events.csv: empty file. Give a header and rows.\n"


def test_a_fault_of_ours_keeps_its_details_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    def app() -> None:
        raise ZeroDivisionError("details")

    with pytest.raises(SystemExit) as stop:
        guard(app)
    err = capsys.readouterr().err
    assert stop.value.code == 3
    assert err.count("\n") == 1
    assert "Traceback" not in err
    report = Path(err.split("send us ")[1].split(";")[0])
    assert "ZeroDivisionError: details" in report.read_text("utf-8")
    report.unlink()


def test_record_holds_command_seed_versions_and_hashes(tmp_path: Path) -> None:
    source = tmp_path / "events.csv"
    source.write_text("a\n1\n", "utf-8")
    run = Run("check", seed=7, parameters={"path": source})
    record = json.loads(run.write_record(tmp_path / "out", [source]).read_text("utf-8"))
    assert record["command"] == "check"
    assert record["seed"] == 7
    assert len(record["inputs"]["events.csv"]) == 64
    assert {"python", "polars", "numpy"} <= set(record["versions"])


def test_help_and_a_wrong_word_on_the_real_command() -> None:
    command = [str(Path(sys.executable).with_name("frith"))]
    helped = subprocess.run([*command, "--help"], capture_output=True, text=True, check=False)
    assert helped.returncode == 0
    wrong = subprocess.run([*command, "nonsense"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr

"""`frith publish`: what it writes, when it writes nothing, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from frith.cli import publish
from frith.errors import BadInput, ForbiddenData, Mendable, UnknownName

GOOD = "Ward,Jan,Feb,Mar,Total\nA,3,9,6,18\nB,8,17,11,36\nC,16,12,25,53\nTotal,27,38,42,107\n"


def _run(*words: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    publish.register(app)
    return CliRunner().invoke(app, ["publish", *map(str, words)])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(GOOD)
    return path


def _json(*words: object) -> tuple[dict[str, Any], int]:
    done = _run(*words, "--json", "--quiet")
    return json.loads(done.stdout), done.exit_code


def test_it_writes_the_masked_table_under_its_own_headings(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "safe.csv"
    payload, code = _json(table, "--out", out)
    assert code == 0
    lines = out.read_text().splitlines()
    assert lines[0] == "Ward,Jan,Feb,Mar,Total"
    assert lines[1].startswith("A,[c],")
    assert lines[-1] == "Total,27,38,42,107"
    assert (payload["suppressed"], payload["secondary"]) == (1, 3)
    assert all(a["recovered"] == 0 and a["tried"] == 4 for a in payload["attacks"])
    assert not list(out.parent.glob("*.part"))


def test_a_release_that_can_be_undone_is_not_written(table: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(GOOD)
    out = tmp_path / "safe.csv"
    payload, code = _json(table, "--out", out, "--against", earlier)
    assert code == 1
    assert not out.exists()
    assert payload["status"] == "refused"
    editions = next(a for a in payload["attacks"] if a["kind"] == "editions")
    assert editions["recovered"] > 0
    assert editions["cells"][0] == {"labels": ["A", "Jan"], "release": 0, "exactly": True}


def test_what_it_wrote_can_be_given_back_as_an_earlier_release(table: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "safe.csv", tmp_path / "again.csv"
    assert _run(table, "--out", out).exit_code == 0
    payload, code = _json(table, "--out", again, "--against", out)
    assert code == 0
    assert again.read_text() == out.read_text()
    assert {a["kind"] for a in payload["attacks"]} >= {"totals", "editions", "all together"}


def test_open_data_passes_and_says_so(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "safe.csv"
    payload, code = _json(table, "--out", out, "--regime", "open")
    assert code == 0
    assert out.read_text() == GOOD
    assert payload["flags"][0]["code"] == "OPEN"


def test_a_dataset_beside_the_file_may_declare_it_open(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text(
        'name = "B"\narea = "E08000018"\narea_name = "R"\narea_vintage = "ward22"\n'
        '[files.counts]\nregime = "open"\n'
    )
    (tmp_path / "counts.csv").write_text(GOOD)
    payload, _ = _json(tmp_path / "counts.csv", "--out", tmp_path / "safe.csv")
    assert payload["flags"][0]["code"] == "OPEN"


def test_an_edition_brings_its_threshold_and_its_checks(table: Path, tmp_path: Path) -> None:
    out = tmp_path / "safe.csv"
    payload, _ = _json(table, "--out", out, "--edition", "board")
    assert (payload["suppressed"], payload["marking"]) == (0, "OFFICIAL-SENSITIVE")
    table.write_text("operation,n\nLantern,30\nBeacon,40\n")
    payload, code = _json(table, "--out", out, "--edition", "public")
    assert code == 1
    assert payload["flags"][0]["code"] == "NAMED-GROUP"
    assert payload["out"] is None


def test_the_restricted_edition_masks_nothing(table: Path, tmp_path: Path) -> None:
    payload, _ = _json(table, "--out", tmp_path / "safe.csv", "--edition", "restricted")
    assert (tmp_path / "safe.csv").read_text() == GOOD
    assert payload["flags"][0]["code"] == "UNMASKED"


def test_the_delay_counts_from_the_day_given(table: Path, tmp_path: Path) -> None:
    table.write_text("month,n\n2025-01,30\n2025-02,40\n")
    words = [table, "--out", tmp_path / "safe.csv", "--edition", "public", "--as-of"]
    assert _run(*words, "2025-04-30").exit_code == 1
    assert _run(*words, "2025-06-01").exit_code == 0


def test_a_lookup_tells_what_lies_within_what(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("area,n\nL3,2\nL4,30\nL5,31\nTotal,63\n")
    (tmp_path / "old.csv").write_text("area,n\nNorth,40\nBeat,38\n")
    (tmp_path / "lookup.csv").write_text(
        "from_code,to_code\nL1,Beat\nL2,Beat\nBeat,North\nL3,North\n"
    )
    words = [tmp_path / "t.csv", "--out", tmp_path / "o.csv", "--against", tmp_path / "old.csv"]
    assert _run(*words).exit_code == 0
    assert _run(*words, "--lookup", tmp_path / "lookup.csv").exit_code == 1


def test_labels_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("ward,zone,n\nA,1,30\nA,2,40\n")
    assert (
        _run(tmp_path / "t.csv", "--out", tmp_path / "o.csv", "--labels", "ward, zone").exit_code
        == 0
    )


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--zeros", "hide"], UnknownName),
        (["--regime", "closed"], UnknownName),
        (["--edition", "secret"], UnknownName),
        (["--edition", "public", "--threshold", "3"], BadInput),
        (["--as-of", "soon"], BadInput),
        (["--threshold", "2"], BadInput),
    ],
)
def test_odd_options_are_refused(
    table: Path, tmp_path: Path, words: list[str], error: type[Mendable]
) -> None:
    done = _run(table, "--out", tmp_path / "safe.csv", *words)
    assert isinstance(done.exception, error)
    assert not (tmp_path / "safe.csv").exists()


def test_it_never_overwrites_what_it_reads(table: Path) -> None:
    assert isinstance(_run(table, "--out", table).exception, BadInput)
    assert table.read_text() == GOOD


def test_forbidden_columns_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("religion,n\nA,30\nB,40\n")
    assert isinstance(
        _run(tmp_path / "t.csv", "--out", tmp_path / "o.csv").exception, ForbiddenData
    )


def test_the_answer_for_people_says_what_was_tried(table: Path, tmp_path: Path) -> None:
    done = _run(table, "--out", tmp_path / "safe.csv")
    assert "we tried to work all 4 out and could not" in done.stdout
    assert "small cells only" in done.stdout


def test_a_difference_is_refused_until_a_named_person_takes_it(tmp_path: Path) -> None:
    """31 now and 30 before is one person; the record keeps who called that a correction."""
    before, now = tmp_path / "before.csv", tmp_path / "now.csv"
    before.write_text("Ward,n\nA,30\nB,20\nC,12\n")
    now.write_text("Ward,n\nA,31\nB,20\nC,12\n")
    out = tmp_path / "safe.csv"
    told, code = _json(now, "--out", out, "--against", before)
    assert code == 1
    assert "DIFFERENCE" in {flag["code"] for flag in told["flags"]}
    assert not out.exists()
    told, code = _json(
        now, "--out", out, "--against", before, "--accepted-by", "A. Hussain", "--reason", "moved"
    )
    assert code == 0
    assert out.exists()
    record = json.loads((tmp_path / "safe.run.json").read_text())
    assert record["parameters"]["accepted"] == {"by": "A. Hussain", "reason": "moved"}
    nobody = _run(now, "--out", out, "--against", before, "--reason", "moved")
    assert isinstance(nobody.exception, BadInput)

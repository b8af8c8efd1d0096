"""`frith open-data` from its command line: what it writes, says, answers and refuses."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from frith.cli import main
from frith.tables import load_dataset
from support import shared
from unit.sources.little import FAR, LITTLE, STREET, crime, publish, table, write_folder
from unit.sources.serving import local_publisher

ASKED = ["--force", "south-yorkshire", "--area", LITTLE, "--from", "2024-01", "--to", "2024-03"]


class Said:
    """What one run came to."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def frith(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["frith", "open-data", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return Said(int(end.value.code or 0), captured.out, captured.err)

    return run


def test_files_become_a_dataset(frith: Any, tmp_path: Path) -> None:
    files, out = write_folder(tmp_path / "files"), tmp_path / "out"
    said = frith(out, *ASKED, "--from-files", files, "--json")
    assert said.code == 0
    answer = said.json
    assert answer["months"]["missing"] == ["2024-02"]
    assert set(answer) >= {"tables", "months", "files", "seconds", "notes"}
    assert {report["table"] for report in answer["tables"]} >= {"events", "outcomes", "population"}
    dataset = load_dataset(out)
    assert dataset.open
    assert not dataset.notes
    assert dataset.about.area == LITTLE
    assert {name for name, report in dataset.reports.items() if report.refused} == set()
    assert dataset.tables["events"].height == answer["rows"]["events"] == 9


def test_the_record_names_every_input_with_its_sha256(frith: Any, tmp_path: Path) -> None:
    files, out = write_folder(tmp_path / "files"), tmp_path / "out"
    frith(out, *ASKED, "--from-files", files, "--quiet")
    record = json.loads((out / "run.json").read_text())
    assert "2024-01-south-yorkshire-street.csv.gz" in record["inputs"]
    assert len(record["inputs"]) == 13
    assert all(len(digest) == 64 for digest in record["inputs"].values())
    assert record["parameters"]["months"]["missing"] == ["2024-02"]
    assert "# Missing: 2024-02." in (out / "dataset.toml").read_text()


def test_the_same_files_give_the_same_bytes(frith: Any, tmp_path: Path) -> None:
    files = write_folder(tmp_path / "files")
    for name in ("one", "two"):
        frith(tmp_path / name, *ASKED, "--from-files", files, "--quiet")
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_several_areas_stand_together(frith: Any, tmp_path: Path) -> None:
    files, out = write_folder(tmp_path / "files"), tmp_path / "out"
    said = frith(out, *ASKED, "--area", FAR, "--from-files", files)
    assert said.code == 0
    assert load_dataset(out).about.area == f"{LITTLE} {FAR}"
    assert "Farborough, Littleborough" in said.out


def test_a_second_run_leaves_nothing_of_the_first(frith: Any, tmp_path: Path) -> None:
    files, out = write_folder(tmp_path / "files"), tmp_path / "out"
    frith(out, *ASKED, "--from-files", files, "--quiet")
    assert (out / "places.geojson").exists()
    (files / "cities500.zip").unlink()
    frith(out, *ASKED, "--from-files", files, "--quiet")
    assert not (out / "places.geojson").exists()


def test_what_somebody_put_there_is_never_overwritten(frith: Any, tmp_path: Path) -> None:
    files, out = write_folder(tmp_path / "files"), tmp_path / "out"
    frith(out, *ASKED, "--from-files", files, "--quiet")
    (out / "nominals.csv").write_text("nominal_id,source\n1,ours\n")
    said = frith(out, *ASKED, "--from-files", files, "--quiet")
    assert (said.code, "nominals.csv" in said.err) == (2, True)
    (out / "nominals.csv").unlink()
    events = (out / "events.parquet").read_bytes()
    pl.read_parquet(out / "events.parquet").head(3).write_parquet(out / "events.parquet")
    said = frith(out, *ASKED, "--from-files", files, "--quiet")
    assert (said.code, "events.parquet was changed" in said.err) == (2, True)
    assert (out / "events.parquet").read_bytes() != events
    (out / "run.json").unlink()
    assert frith(out, *ASKED, "--from-files", files, "--quiet").code == 2


def test_refused_rows_are_exit_1_and_said(frith: Any, tmp_path: Path) -> None:
    files = write_folder(tmp_path / "files")
    wrong = list(crime(50, "2024-03", "E01900001"))
    wrong[9] = ""
    path = files / "street" / "2024-03-south-yorkshire-street.csv.gz"
    rows = [crime(51, "2024-03", "E01900001"), wrong]
    path.write_bytes(gzip.compress(table(STREET, rows)))
    said = frith(tmp_path / "out", *ASKED, "--from-files", files)
    assert said.code == 1
    assert "refused: 1 of 2 rows of 2024-03-south-yorkshire-street.csv.gz" in said.out


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (["--force", "south-yorkshre"], "Did you mean south-yorkshire"),
        (["--area", "E08000097"], "no LSOA lies in a district of code E08000097"),
        (["--area", "Littleborough"], "Littleborough is E08000098"),
        (["--from", "2024-04"], "--from 2024-04 comes after --to 2024-03"),
        (["--from", "January"], "not a month"),
        (["--to", "2024-3"], "not a month"),
        (["--from", "2022-01", "--to", "2022-02"], "no street file of South Yorkshire Police"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_2(
    frith: Any, tmp_path: Path, changed: list[str], told: str
) -> None:
    asked = dict(zip(ASKED[::2], ASKED[1::2], strict=True))
    asked |= dict(zip(changed[::2], changed[1::2], strict=True))
    options = [word for pair in asked.items() for word in pair]
    files = write_folder(tmp_path / "files")
    said = frith(tmp_path / "out", *options, "--from-files", files, "--quiet")
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert not (tmp_path / "out").exists()


def test_an_empty_folder_and_a_full_target_are_exit_2(frith: Any, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = frith(tmp_path / "out", *ASKED, "--from-files", tmp_path / "empty", "--quiet")
    assert (said.code, "nothing in it is known" in said.err) == (2, True)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.docx").write_bytes(b"years of work")
    files = write_folder(tmp_path / "files")
    said = frith(tmp_path / "full", *ASKED, "--from-files", files, "--quiet")
    assert (said.code, "holds other files" in said.err) == (2, True)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.docx"]


def test_a_target_that_cannot_be_written_is_exit_2(frith: Any, tmp_path: Path) -> None:
    files = write_folder(tmp_path / "files")
    (tmp_path / "file").write_text("not a folder")
    said = frith(tmp_path / "file" / "out", *ASKED, "--from-files", files, "--quiet")
    assert (said.code, "cannot be written to" in said.err) == (2, True)


def test_from_the_publishers_and_again_from_what_was_kept(
    frith: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_publisher() as publisher:
        for name, value in publish(publisher).items():
            monkeypatch.setenv(name, value)
        first = frith(tmp_path / "out", *ASKED, "--cache", tmp_path / "cache", "--json")
        assert first.code == 0
        asked = len(publisher.asked)
        again = frith(tmp_path / "again", *ASKED, "--cache", tmp_path / "cache", "--json")
        assert len(publisher.asked) == asked
    assert first.json["rows"] == again.json["rows"]
    assert load_dataset(tmp_path / "out").tables["events"].height == 9
    assert any(note["code"] == "no-referrals" for note in first.json["notes"])


def test_with_from_files_nobody_is_asked(
    frith: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_publisher() as publisher:
        for name, value in publish(publisher).items():
            monkeypatch.setenv(name, value)
        files = write_folder(tmp_path / "files")
        assert frith(tmp_path / "out", *ASKED, "--from-files", files).code == 0
        assert publisher.asked == []


def test_a_publisher_that_has_moved_is_exit_2(
    frith: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_publisher() as publisher:
        for name, value in publish(publisher).items():
            monkeypatch.setenv(name, value)
        del publisher.answers["/data/archive/2024-03.zip"]
        said = frith(tmp_path / "out", *ASKED, "--cache", tmp_path / "cache", "--quiet")
    assert said.code == 2
    assert "404" in said.err
    assert "--from-files" in said.err
    assert said.err.count("\n") == 1


def test_the_borough_of_the_examples(frith: Any, tmp_path: Path) -> None:
    files, out = shared("data"), tmp_path / "rotherham"
    said = frith(
        out, "--force", "south-yorkshire", "--area", "E08000018",
        "--from", "2024-01", "--to", "2025-10", "--from-files", files, "--json",
    )  # fmt: skip
    assert said.code == 0
    assert said.json["months"]["missing"] == ["2024-05", "2024-06", "2024-07", "2024-08"]
    dataset = load_dataset(out)
    assert all(report.refused == 0 for report in dataset.reports.values())
    areas = {one["properties"]["vintage"] for one in dataset.outlines["areas"]["features"]}
    assert areas == {"lsoa21", "ward22", "lad24"}
    events = dataset.tables["events"].filter(pl.col("area").is_not_null())
    assert events["area_vintage"].unique().to_list() == ["lsoa21"]

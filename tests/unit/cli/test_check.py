"""`frith check`: the account it gives, its exit codes, and what it never does."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from frith.cli import check
from frith.errors import Mendable
from support import shared

TOML = 'name = "B"\narea = "E08000018"\narea_name = "R"\narea_vintage = "lsoa21"\n'
HEADER = "event_id,source,kind,occurred_from"
GOOD = f"{HEADER}\nE1,p,crime,2024-01-05\n"
BAD = f"{HEADER},beat\nE1,p,crime,2024-01-05,7\nE2,p,crime,2024-02-31,8\nE3,p\n"


def _run(*words: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    check.register(app)
    return CliRunner().invoke(app, ["check", *map(str, words)])


def _json(*words: object) -> tuple[Any, int]:
    done = _run(*words, "--json")
    return json.loads(done.stdout), done.exit_code


def _write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_a_good_file_is_done(tmp_path: Path) -> None:
    payload, code = _json(_write(tmp_path, events__csv=GOOD) / "events.csv")
    assert code == 0
    (table,) = payload["tables"]
    assert (table["table"], table["rows"], table["accepted"], table["refused"]) == (
        "events", 1, 1, 0,
    )  # fmt: skip


def test_refused_rows_are_listed_and_the_exit_code_says_so(tmp_path: Path) -> None:
    home = _write(tmp_path, events__csv=BAD)
    payload, code = _json(home / "events.csv", "--rejects", tmp_path / "mend")
    assert code == 1
    (table,) = payload["tables"]
    assert table["refusals"] == [
        {
            "row": 3,
            "column": "occurred_from",
            "value": "2024-02-31",
            "reason": "is not a day in the calendar",
        },
        {
            "row": 4,
            "column": "",
            "value": "E3,p",
            "reason": "too few fields: 2, where the header has 5",
        },
    ]
    assert table["set_aside"] == ["beat"]
    assert (tmp_path / "mend" / "events.csv").read_text().count("\n") == 3


def test_the_first_twenty_refusals_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    rows = "".join(f"E{i},p,murder,2024\n" for i in range(30))
    home = _write(tmp_path, events__csv=f"{HEADER}\n{rows}")
    payload, _ = _json(home / "events.csv")
    assert len(payload["tables"][0]["refusals"]) == 20
    assert payload["tables"][0]["refused"] == 30
    text = _run(home / "events.csv").stdout
    assert "30 rows, 0 accepted, 30 refused" in text
    assert "… and 40 more" in text


def test_a_folder_gives_every_file_and_one_bad_file_does_not_hide_the_others(
    tmp_path: Path,
) -> None:
    home = _write(
        tmp_path / "d",
        dataset__toml=TOML,
        events__csv=GOOD,
        nominals__csv="nominal_id,source,religion\nN1,p,x\n",
        roles__csv="event_id,nominal_id,role\nE9,N1,suspect\n",
    )
    payload, code = _json(home)
    assert code == 1
    tables = {table["table"]: table for table in payload["tables"]}
    assert set(tables) == {"events", "nominals", "roles"}
    assert "religion" in tables["nominals"]["error"]
    assert tables["nominals"]["accepted"] == 0
    assert [note["code"] for note in tables["roles"]["notes"]] == ["roles_event_id_not_found"]
    text = _run(home).stdout
    assert "nominals: the file was refused." in text
    assert "events (events.csv): 1 rows, 1 accepted, 0 refused." in text


@pytest.mark.parametrize(
    ("files", "target", "says"),
    [
        ({"dataset__toml": "name ="}, "", "not valid TOML"),
        ({"events__csv": GOOD}, "", "holds no dataset.toml"),
        ({"dataset__toml": TOML, "nominals__csv": "faith\nx\n"}, "", "'faith'"),
        ({"incidents__csv": GOOD}, "incidents.csv", "Say which it is: --table"),
        ({"events__csv": ""}, "events.csv", "is empty"),
        ({}, "nowhere.csv", "no such file or folder"),
    ],
)
def test_what_cannot_be_read_at_all_is_one_line_and_exit_2(
    tmp_path: Path, files: dict[str, str], target: str, says: str
) -> None:
    done = _run(_write(tmp_path / "d", **files) / target)
    assert isinstance(done.exception, Mendable)  # `guard` makes it one line on standard error
    assert done.exception.exit_code == 2
    assert says in done.exception.line()
    assert done.stdout == ""


def test_a_table_may_be_named_for_a_file_of_another_name(tmp_path: Path) -> None:
    home = _write(tmp_path, crimes__csv=GOOD)
    payload, code = _json(home / "crimes.csv", "--table", "events")
    assert (code, payload["tables"][0]["table"]) == (0, "events")
    done = _run(home / "crimes.csv", "--table", "crimes")
    assert isinstance(done.exception, Mendable)


def test_checking_changes_nothing(tmp_path: Path) -> None:
    home = _write(tmp_path / "d", dataset__toml=TOML, events__csv=BAD)
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    _run(home)
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before


def test_help_holds_an_example() -> None:
    assert "Example: frith check" in " ".join(_run("--help").stdout.split())


@pytest.mark.parametrize(
    ("name", "table", "rows", "without_place"),
    [
        ("2024-03-south-yorkshire-street.csv.gz", "events", 14_726, None),
        ("2024-09-south-yorkshire-outcomes.csv.gz", "outcomes", 12_588, 746),
        ("south_yorkshire_stop_and_search_sample.csv", "events", 8, 8),
    ],
)
def test_published_files_are_known_by_their_header(
    tmp_path: Path, name: str, table: str, rows: int, without_place: int | None
) -> None:
    here = tmp_path / f"renamed{''.join(Path(name).suffixes[-2:])}"
    shutil.copy(shared(f"data/street/{name}"), here)
    payload, code = _json(here)
    (report,) = payload["tables"]
    assert (code, report["table"], report["rows"], report["refused"]) == (0, table, rows, 0)
    assert without_place in (None, report["without_place"])

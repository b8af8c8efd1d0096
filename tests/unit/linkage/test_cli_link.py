"""`frith link`: the gate, the files it writes, and that a second run changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from frith.cli import link
from frith.errors import BadInput, UnregisteredFlow

ABOUT = """name = "SYNTHETIC place"
area = "E99080001"
area_name = "SYNTHETIC"
area_vintage = "lsoa21"

[files.nominals]
publisher = "SYNTHETIC police"
licence = "none"
regime = "{regime}"
{flow}
"""
ROWS = """nominal_id,source,given_names,family_name,date_of_birth,address,postcode
a,police,Elizabeth,Thackray,1984-03-07,12 Quill Street,QX1 1AA
b,housing,Liz,Thackray,1984-03-07,12 Quill Street,QX1 1AA
c,police,Peter,Thackray,1951-11-30,12 Quill Street,QX1 1AA
"""


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer(pretty_exceptions_enable=False)

    @made.callback()
    def root() -> None:
        """A root beside which the command is a command."""

    link.register(made)
    return made


def dataset(folder: Path, *, regime: str = "synthetic", flow: str = "", rows: str = ROWS) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "dataset.toml").write_text(ABOUT.format(regime=regime, flow=flow), "utf-8")
    (folder / "nominals.csv").write_text(rows, "utf-8")
    return folder


def run(app: typer.Typer, *arguments: object) -> dict:
    found = CliRunner().invoke(
        app, ["link", *map(str, arguments), "--json"], catch_exceptions=False
    )
    return json.loads(found.stdout)


def test_answer_and_files(app, tmp_path: Path) -> None:
    out = tmp_path / "out" / "persons.csv"
    pairs, review = out.with_name("pairs.csv"), out.with_name("review.parquet")
    said = run(app, dataset(tmp_path / "d"), "--out", out, "--pairs", pairs, "--review", review)
    assert {"records", "persons", "pairs", "review", "seconds"} <= said.keys()
    assert (said["records"], said["persons"]) == (3, 2)
    persons = pl.read_csv(out)
    assert persons.columns == ["nominal_id", "person_id", "p_min"]
    assert pl.read_csv(pairs).columns[:6] == [
        "nominal_id_l",
        "nominal_id_r",
        "probability",
        "weight",
        "decision",
        "why",
    ]
    assert review.is_file()
    assert json.loads(out.with_name("run.json").read_text("utf-8"))["command"] == "link"
    assert out.with_name("persons_history.csv").is_file()


def test_a_second_run_changes_nothing_and_a_new_record_joins(app, tmp_path: Path) -> None:
    folder, out = dataset(tmp_path / "d"), tmp_path / "persons.csv"
    run(app, folder, "--out", out)
    files = (out, out.with_name("persons_history.csv"))
    before = [path.read_bytes() for path in files]
    run(app, folder, "--out", out)
    assert [path.read_bytes() for path in files] == before
    more = ROWS + "0,probation,Elizabeth,Thackray,1984-03-07,12 Quill Street,QX1 1AA\n"
    dataset(folder, rows=more)
    later = tmp_path / "later.csv"
    run(app, folder, "--out", later, "--previous", out)
    kept = dict(pl.read_csv(out).select("nominal_id", "person_id").iter_rows())
    now = dict(pl.read_csv(later).select("nominal_id", "person_id").iter_rows())
    assert now["0"] == now["a"] == kept["a"]
    again = tmp_path / "again.csv"
    run(app, folder, "--out", again, "--previous", tmp_path / "later_history.csv")
    assert again.read_bytes() == later.read_bytes()


def test_personal_data_need_a_registered_flow(app, tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d", regime="law_enforcement")
    with pytest.raises(UnregisteredFlow, match="SYNTHETIC police"):
        run(app, folder, "--out", tmp_path / "persons.csv")
    assert not (tmp_path / "persons.csv").exists()
    dataset(folder, regime="law_enforcement", flow='flow = "SRP-1"')
    assert run(app, folder, "--out", tmp_path / "persons.csv")["persons"] == 2


def test_decisions_are_read_whole_or_not_at_all(app, tmp_path: Path) -> None:
    folder, decisions = dataset(tmp_path / "d"), tmp_path / "decisions.csv"
    header = "nominal_id_l,nominal_id_r,judgement,decided_by,decided_on,reason\n"
    decisions.write_text(header + "a,b,different,PC Ash,2026-01-02,two people\n", "utf-8")
    out = tmp_path / "persons.csv"
    assert run(app, folder, "--out", out, "--decisions", decisions)["persons"] == 3
    decisions.write_text(header + "a,b,perhaps,PC Ash,2026-01-02,\n", "utf-8")
    with pytest.raises(BadInput, match="judgement"):
        run(app, folder, "--out", out, "--decisions", decisions)
    decisions.write_text(header + "a,b,same,,2026-01-02,\n", "utf-8")
    with pytest.raises(BadInput, match="names nobody"):
        run(app, folder, "--out", out, "--decisions", decisions)


def test_no_nominals_and_a_strange_file_name_are_refused(app, tmp_path: Path) -> None:
    folder = dataset(tmp_path / "d", rows=ROWS.splitlines()[0] + "\n")
    with pytest.raises(BadInput, match="no nominals"):
        run(app, folder, "--out", tmp_path / "persons.csv")
    with pytest.raises(BadInput, match="csv or"):
        run(app, folder, "--out", tmp_path / "persons.txt")

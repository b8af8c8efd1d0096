"""`frith profile` from its command line on the real files, its figures against SQL over them.

The expected numbers are worked out here by DuckDB straight from the published files
(data.police.uk street files of South Yorkshire, January 2024 to October 2025; ONS Census 2021 and
best-fit lookup of May 2024; MHCLG Indices of Deprivation 2025), sharing no code with the library.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from pypdf import PdfReader
from scipy.stats import chi2

from frith.cli import main
from support import shared

ROTHERHAM = "E08000018"
ASB = "Anti-social behaviour"
Run = Callable[..., tuple[int, str, str]]


def _run(arguments: list[object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    before = sys.argv
    sys.argv = ["frith", *map(str, arguments)]
    try:
        with pytest.raises(SystemExit) as end:
            main()
    finally:
        sys.argv = before
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out, said.err


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile of Rotherham, from the published files through both commands."""
    files = shared("data")
    folder = tmp_path_factory.mktemp("profile")
    asked = ["--force", "south-yorkshire", "--area", ROTHERHAM, "--from", "2024-01"]
    built = ["open-data", folder / "data", *asked, "--to", "2025-10", "--from-files", files]
    # 1: near repeats and accuracy are refused, on points that were moved and months that are gone.
    for arguments, code in (
        ([*built, "--quiet"], 0),
        (
            ["profile", folder / "data", "--out", folder / "out", "--date", "2026-11-21", "--json"],
            1,
        ),
    ):
        sys.argv = ["frith", *map(str, arguments)]
        out = (folder / "said.json").open("w", encoding="utf-8")
        before, sys.stdout = sys.stdout, out
        try:
            with pytest.raises(SystemExit) as end:
                main()
        finally:
            sys.stdout = before
            out.close()
        assert (end.value.code or 0) == code
    return folder


@pytest.fixture(scope="module")
def sql() -> Iterator[duckdb.DuckDBPyConnection]:
    """The published files as they are, as views: crimes of Rotherham, residents, deciles, wards."""
    data = shared("data")
    with duckdb.connect() as connection:
        street = f"{data}/street/202[45]-*-south-yorkshire-street.csv.gz"
        connection.execute(
            f"""
            CREATE TABLE lookup AS
              SELECT * FROM '{data}/lookups/lsoa21_ward24_lad24_england_wales.csv.gz';
            CREATE TABLE street AS
              SELECT "Crime ID" AS id, "Month" AS month, "LSOA code" AS lsoa, "Crime type" AS type,
                     "Last outcome category" AS outcome
              FROM read_csv('{street}', all_varchar = true);
            CREATE VIEW ours AS SELECT s.* FROM street s JOIN lookup l ON l.lsoa21_code = s.lsoa
              WHERE l.ltla24_code = '{ROTHERHAM}';
            CREATE VIEW crimes AS SELECT * FROM ours WHERE type <> '{ASB}';
            CREATE VIEW areas AS
              SELECT l.lsoa21_code AS code, l.ward24_code AS ward, p.census2021_residents AS people,
                     d.Income_decile AS decile, count(c.month) AS n
              FROM lookup l
              JOIN '{data}/population/population_census2021_lsoa21_england_wales.csv.gz' p
                ON p.lsoa21_code = l.lsoa21_code
              JOIN '{data}/deprivation/imd2025_lsoa21_england.csv.gz' d
                ON d.lsoa21_code = l.lsoa21_code
              LEFT JOIN crimes c ON c.lsoa = l.lsoa21_code
              WHERE l.ltla24_code = '{ROTHERHAM}' GROUP BY ALL;
            """
        )
        yield connection


def _one(sql: duckdb.DuckDBPyConnection, query: str) -> Any:
    return sql.execute(query).fetchall()[0][0]


def _pairs(sql: duckdb.DuckDBPyConnection, query: str) -> dict[Any, Any]:
    return dict(sql.execute(query).fetchall())


def _table(made: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(made / "out" / "tables" / f"{name}.csv", infer_schema_length=None)


def _column(made: Path, name: str, key: str, value: str) -> dict[Any, Any]:
    return dict(_table(made, name).select(key, value).iter_rows())


def test_records_by_type(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    expected = _pairs(sql, "SELECT type, count(*) FROM ours GROUP BY type")
    expected["All recorded crime"] = _one(sql, "SELECT count(*) FROM crimes")
    assert _column(made, "crime-by-type", "Crime type", "Records") == expected


def test_the_rate_of_the_whole_and_its_exact_interval(
    made: Path, sql: duckdb.DuckDBPyConnection
) -> None:
    """Garwood's interval by chi-squared quantiles, from its formula."""
    n, people = _one(sql, "SELECT count(*) FROM crimes"), _one(sql, "SELECT sum(people) FROM areas")
    row = _table(made, "crime-by-type").row(0, named=True)
    assert row["Per 1,000 residents"] == pytest.approx(1000 * n / people, rel=1e-8)
    assert row["Range from"] == pytest.approx(1000 * chi2.ppf(0.025, 2 * n) / 2 / people, rel=1e-8)
    assert row["Range to"] == pytest.approx(
        1000 * chi2.ppf(0.975, 2 * n + 2) / 2 / people, rel=1e-8
    )


def test_records_by_month_and_the_months_that_are_missing(
    made: Path, sql: duckdb.DuckDBPyConnection
) -> None:
    shown = _column(made, "crime-by-month", "Month", "Recorded offences")
    gaps = [month for month, n in shown.items() if n is None]
    held = {month: n for month, n in shown.items() if n is not None}
    assert held == _pairs(sql, "SELECT month, count(*) FROM crimes GROUP BY month")
    assert gaps == ["2024-05", "2024-06", "2024-07", "2024-08"]


def test_every_type_in_every_month(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    shown = {
        (row["Crime type"], row["Month"]): row["Records"]
        for row in _table(made, "type-by-month").to_dicts()
        if row["Records"] and row["Crime type"] != "All recorded crime"
    }
    rows = sql.execute("SELECT type, month, count(*) FROM ours GROUP BY ALL").fetchall()
    assert shown == {(kind, month): n for kind, month, n in rows}


def test_records_and_rates_by_neighbourhood_and_ward(
    made: Path, sql: duckdb.DuckDBPyConnection
) -> None:
    assert _column(made, "lsoa-all", "Code", "Records") == _pairs(sql, "SELECT code, n FROM areas")
    wards = _pairs(sql, "SELECT ward, sum(n)::INT FROM areas GROUP BY ward")
    assert _column(made, "ward-all", "Code", "Records") == wards
    rates = _pairs(sql, "SELECT ward, 1000 * sum(n) / sum(people) FROM areas GROUP BY ward")
    shown = _column(made, "ward-all", "Code", "Per 1,000 residents")
    assert shown == pytest.approx(rates, rel=1e-8)


def test_a_type_by_neighbourhood(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT a.code, count(c.lsoa) FROM areas a LEFT JOIN crimes c ON c.lsoa = a.code"
    expected = _pairs(sql, f"{query} AND c.type = 'Burglary' GROUP BY a.code")
    assert _column(made, "lsoa-burglary", "Code", "Records") == expected


def test_smoothed_rates_follow_marshall(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    """Marshall (1991), global: the formula in SQL."""
    expected = _pairs(
        sql,
        """
        WITH whole AS (SELECT sum(n) / sum(people) AS m, avg(people) AS mean FROM areas),
        spread AS (
          SELECT any_value(m) AS m,
                 greatest(sum(people * (n / people - m) ** 2) / sum(people)
                          - any_value(m) / any_value(mean), 0) AS a
          FROM areas, whole)
        SELECT code, 1000 * (m + a / (a + m / people) * (n / people - m)) FROM areas, spread
        """,
    )
    assert _column(made, "map", "Code", "Smoothed") == pytest.approx(expected, rel=1e-7)


def test_like_months(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    months = ("01", "02", "03", "04", "09", "10")
    listed = ", ".join(f"'{month}'" for month in months)
    for year, column in (("2024", "Year before"), ("2025", "Latest")):
        where = f"month[1:4] = '{year}' AND month[6:7] IN ({listed})"
        expected = _pairs(sql, f"SELECT type, count(*) FROM ours WHERE {where} GROUP BY type")
        expected["All recorded crime"] = _one(sql, f"SELECT count(*) FROM crimes WHERE {where}")
        assert _column(made, "like-months", "Crime type", column) == expected


def test_concentration(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    """How many of the fullest neighbourhoods hold a quarter and a half, by running totals."""
    for share in (0.25, 0.5):
        expected = _one(
            sql,
            f"""SELECT min(place) FROM (
                  SELECT row_number() OVER w AS place, sum(n) OVER w AS so_far FROM areas
                  WINDOW w AS (ORDER BY n DESC, code ROWS UNBOUNDED PRECEDING))
                WHERE so_far >= {share} * (SELECT sum(n) FROM areas)""",
        )
        shown = _column(made, "concentration", "Share of recorded crime", "Neighbourhoods")
        assert shown[share] == expected


def test_deciles_of_income_deprivation(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    shown = _table(made, "deprivation-deciles")
    tenth = shown.columns[0]
    rows = sql.execute(
        "SELECT decile, count(*), sum(n), sum(people), 1000 * sum(n) / sum(people) "
        "FROM areas GROUP BY decile ORDER BY decile"
    ).fetchall()
    columns = [tenth, "Neighbourhoods", "Records", "Residents", "Per 1,000 residents"]
    for row, expected in zip(shown.select(columns).iter_rows(), rows, strict=True):
        assert row == pytest.approx(expected, rel=1e-8)


def test_latest_outcomes(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    """The latest dated outcome of a crime; where none is dated, the one published with it."""
    outcomes = f"{shared('data')}/street/*-south-yorkshire-outcomes.csv.gz"
    by_wording = _pairs(
        sql,
        f"""
        WITH dated AS (
          SELECT "Crime ID" AS id, arg_max("Outcome type", "Month" || "Outcome type") AS outcome
          FROM read_csv('{outcomes}', all_varchar = true) GROUP BY ALL)
        SELECT coalesce(d.outcome, c.outcome) AS latest, count(*)
        FROM crimes c LEFT JOIN dated d USING (id) GROUP BY latest
        """,
    )
    shown = _table(made, "outcomes")
    assert sum(shown["Offences"]) == sum(by_wording.values())
    for row in shown.to_dicts():
        listed = row["Wording in the publisher's files"]
        named = [one for one in by_wording if one in listed]
        # "Suspect charged" is also how a longer wording begins
        named = [one for one in named if re.search(rf"(^|; ){re.escape(one)}(;|$)", listed)]
        assert row["Offences"] == sum(by_wording[one] for one in named), row["Group"]


def test_districts_of_the_same_force(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    expected = _pairs(
        sql,
        f"""SELECT l.ltla24_code, count(*) FROM street s JOIN lookup l ON l.lsoa21_code = s.lsoa
            WHERE s.type <> '{ASB}' AND l.ltla24_code BETWEEN 'E08000016' AND 'E08000019'
            GROUP BY ALL""",
    )
    assert _column(made, "districts-same-force", "Code", "Recorded offences") == expected


def test_the_funnel_compares_the_same_months(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    expected = _one(sql, "SELECT count(*) FROM crimes WHERE month BETWEEN '2025-01' AND '2025-10'")
    shown = _table(made, "districts").filter(pl.col("Code") == ROTHERHAM).row(0, named=True)
    assert shown["Recorded offences"] == expected
    assert _table(made, "districts").height > 100


def test_the_front_page_says_the_main_figure(made: Path, sql: duckdb.DuckDBPyConnection) -> None:
    total = _one(sql, "SELECT count(*) FROM crimes")
    html = (made / "out" / "profile.html").read_text("utf-8")
    title = (
        "Recorded crime in Rotherham: context for a local profile of serious and organised crime"
    )
    assert f"<h1>{title}</h1>" in html
    assert f"We hold {total:,} recorded offences in Rotherham" in html


def test_the_answer_lists_every_section_and_file(made: Path) -> None:
    answer = json.loads((made / "said.json").read_text("utf-8"))
    status = {one["name"]: one["status"] for one in answer["sections"]}
    assert {"recorded", "months", "like-months", "places", "map", "concentration"} <= {
        name for name, said in status.items() if said == "done"
    }
    assert status["groups"] == "missing"
    assert all({"name", "status", "figures"} <= set(one) for one in answer["sections"])
    assert Path(answer["html"]).is_file()
    assert Path(answer["pdf"]).is_file()
    assert all(Path(one).is_file() for one in answer["tables"])


def test_the_record_of_the_run_names_inputs_and_date(made: Path) -> None:
    record = json.loads((made / "out" / "run.json").read_text("utf-8"))
    assert record["parameters"]["date"] == "2026-11-21"
    assert {"dataset.toml", "events.parquet"} <= set(record["inputs"])


def test_the_pdf_is_short_marked_and_has_no_near_empty_page(made: Path) -> None:
    reader = PdfReader(made / "out" / "profile.pdf")
    sections = json.loads((made / "said.json").read_text("utf-8"))["sections"]
    held = [one for one in sections if one["status"] != "missing"]
    assert len(reader.pages) <= 2 * len(held)
    for page in reader.pages:
        assert page.extract_text().count("OFFICIAL") >= 2


def test_the_whole_page_is_light_enough_to_send(made: Path) -> None:
    assert (made / "out" / "profile.html").stat().st_size < 3_000_000
    assert math.isfinite((made / "out" / "profile.pdf").stat().st_size)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["profile", "no-such-folder", "--out", "x"], "no such folder"),
        (["profile", ".", "--out", "x", "--date", "21/11/2026"], "YYYY-MM-DD"),
    ],
)
def test_what_cannot_run_says_why_in_one_line(
    arguments: list[object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _run(arguments, capsys)
    assert code == 2
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1

"""The Spark engine where there is no Spark: what it says is missing, and the model it would run."""

from __future__ import annotations

import importlib.util

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from frith.errors import Mendable, UnknownName
from frith.linkage import spark_session
from frith.linkage.agreement import COMPARISONS, Comparison
from frith.linkage.block import RULES, WIDE
from frith.linkage.spark_levels import called, columns_of, function_name, levels_in_duckdb
from frith.linkage.spark_model import rule_in_spark, spark_model
from frith.linkage.train import default_weights


def test_no_such_engine() -> None:
    with pytest.raises(UnknownName, match="duckdb or spark"):
        spark_session.spark_where_asked("hadoop")


def test_duckdb_needs_no_session() -> None:
    with spark_session.spark_where_asked("duckdb") as session:
        assert session is None


def test_without_pyspark_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Mendable, match=r"pyspark is not installed.*frith\[spark\]") as raised:
        spark_session.spark_where_asked("spark")
    assert raised.value.exit_code == 2
    assert "\n" not in raised.value.line()


@pytest.mark.parametrize(("java", "said"), [(None, "there is no Java"), (11, "Java 11 is too old")])
def test_without_a_java_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, java: int | None, said: str
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(spark_session, "java_version", lambda: java)
    with pytest.raises(Mendable, match=f"{said}; Spark needs Java 17"):
        spark_session.spark_where_asked("spark")


def test_java_home_that_holds_no_java(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert spark_session.java_version() is None


def test_rules_are_those_of_duckdb_but_for_whole_division() -> None:
    said = {rule_in_spark(rule) for rule in (*RULES, *WIDE)}
    assert "l.dob = r.dob AND l.family = r.family" in said
    assert "l.birth_md = r.birth_md AND l.birth_year DIV 10 = r.birth_year DIV 10" in said
    assert not any("//" in rule for rule in said)


def test_every_level_keeps_its_weights_and_is_told_by_its_number() -> None:
    weights = default_weights(6_000)
    model = spark_model(weights, RULES, records=6_000)
    for one, said in zip(COMPARISONS, model["comparisons"], strict=True):
        unknown, *known = said["comparison_levels"]
        assert unknown["sql_condition"] == f"{called(one)} = -1"
        assert known[-1]["sql_condition"] == "ELSE"
        top = len(known) - 1
        for at, (level, told) in enumerate(zip(one.levels, known, strict=True)):
            assert told["m_probability"] == weights.m[one.name][top - at]
            assert told["u_probability"] == weights.u[one.name][top - at]
            if at < top:
                by_rarity = "tf_adjustment_column" in told
                number = f"{called(one)} = {top - at}"
                assert told["sql_condition"] == (level.condition if by_rarity else number)


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda one: one.name)
def test_a_worker_answers_a_batch_as_duckdb_answers_the_table(comparison: Comparison) -> None:
    names = columns_of(comparison)
    texts = ["smith", "smyth", "jones", None, "łukasz", "sw11 1aa", "19800102"]
    rows = [
        {
            name: _made(name, texts[(r * (k + 3) + k) % len(texts)], r)
            for k, name in enumerate(names)
        }
        for r in range(40)
    ]
    batch = pl.DataFrame(rows, schema={name: _kind(name) for name in names}, orient="row")
    arrays = tuple(batch.to_arrow().column(name).combine_chunks() for name in names)
    found = levels_in_duckdb(comparison.case_sql(), names, arrays)
    expected = duckdb.sql(f"SELECT {comparison.case_sql()} FROM batch").fetchall()
    assert found.type == pa.int32()
    assert found.to_pylist() == [row[0] for row in expected]
    assert len(set(found.to_pylist())) > 1
    assert called(comparison).startswith(f"{function_name(comparison)}({names[0]}, ")


def _kind(name: str) -> pl.DataType | type[pl.DataType]:
    if name.startswith(("aliases", "readings")):
        return pl.List(pl.String)
    if name.startswith(("birth_year", "birth_month", "birth_day")):
        return pl.Int32
    return pl.String


def _made(name: str, text: str | None, row: int) -> object:
    kind = _kind(name)
    if text is None:
        return None
    if kind == pl.Int32:
        return 1 + row % 3
    return [text] if isinstance(kind, pl.List) else text

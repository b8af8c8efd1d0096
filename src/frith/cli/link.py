"""`frith link`: which records are one person, with the probability and reason of every link."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from frith.linkage import Linkage
    from frith.linkage.linking import Scorer
    from frith.tables.declare import Table

_Dataset = Annotated[Path, typer.Argument(help="Data set folder that holds nominals.")]
_Out = Annotated[Path, typer.Option("--out", help="Persons: a CSV or Parquet file.")]
_Pairs = Annotated[Path | None, typer.Option("--pairs", help="Every scored pair and its reason.")]
_Review = Annotated[Path | None, typer.Option("--review", help="Questions for a named person.")]
_Previous = Annotated[
    Path | None,
    typer.Option("--previous", help="Earlier persons file, or its identity history."),
]
_Decisions = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        help="nominal_id_l, nominal_id_r, judgement (same, different, unsure, not judged), "
        "decided_by, decided_on, reason.",
    ),
]
_Threshold = Annotated[float, typer.Option("--threshold", help="Join from this probability.")]
_Engine = Annotated[str, typer.Option("--engine", help="Where pairs are weighed: duckdb or spark.")]
_Deduplicated = Annotated[
    list[str] | None,
    typer.Option("--deduplicated", help="A source that holds each person once; repeatable."),
]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("link")
    def link(
        dataset: _Dataset,
        *,
        out: _Out,
        pairs: _Pairs = None,
        review: _Review = None,
        previous: _Previous = None,
        decisions: _Decisions = None,
        threshold: _Threshold = 0.95,
        deduplicated: _Deduplicated = None,
        engine: _Engine = "duckdb",
        as_json: Json = False,
        quiet: Quiet = False,
        seed: Seed = DEFAULT_SEED,
    ) -> None:
        """Which records are one person, with the probability and the reason of every link.

        Writes persons (nominal_id, person_id, p_min) and beside it the identity history
        (FILE_history): every assignment, merge and split, so that each can be undone. A second run
        to the same file goes on from that history: persons keep their ids. Personal data are
        linked only if dataset.toml names the flow by which they came.

        Example: frith link borough --out persons.csv --pairs pairs.csv --review review.csv
        """
        import datetime as dt

        from frith.linkage import link as link_nominals
        from frith.linkage import require_flow
        from frith.linkage.spark_session import spark_where_asked
        from frith.tables import load_dataset

        parameters = {
            "dataset": dataset,
            "out": out,
            "previous": previous,
            "decisions": decisions,
            "threshold": threshold,
            "deduplicated": sorted(deduplicated or []),
            "engine": engine,
        }
        run = Run("link", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)
        for path in (out, pairs, review):
            _refuse_suffix(path)
        spark = spark_where_asked(engine)
        loaded = load_dataset(dataset, only=["nominals"])
        require_flow(loaded)
        nominals = loaded.tables["nominals"]
        persons_before, history_before = _before(previous, out, run)
        run.say(f"Linking {nominals.height:,} records…")
        with run.progress() as bar, spark as session:
            bar.add_task("linking", total=None)
            found = link_nominals(
                nominals,
                previous=persons_before,
                history=history_before,
                decisions=_decisions(decisions),
                deduplicated=deduplicated or (),
                threshold=threshold,
                seed=seed,
                scorer=_scorer(nominals, session),
                now=dt.datetime.now(tz=dt.UTC).replace(tzinfo=None, microsecond=0),
            )
        _write(found.tables["persons"], out)
        _write(found.tables["history"], history_of(out))
        for name, path in (("pairs", pairs), ("review", review)):
            if path is not None:
                _write(found.tables[name], path)
        used = [path for path in (previous, decisions) if path is not None]
        run.write_record(out.parent, [*_inputs(dataset), *used])
        refused = loaded.reports["nominals"].refused
        run.answer(_payload(found, refused), _text(found, refused), refused=refused > 0)


def _scorer(nominals: pl.DataFrame, session: Any) -> Scorer:
    """What finds and weighs the pairs: this process, or Spark where there is a session of it."""
    from functools import partial

    from frith.linkage.score import score

    if session is None:
        return score
    from frith.linkage.spark import score_on_spark

    return partial(score_on_spark, nominals=nominals, session=session)


def history_of(out: Path) -> Path:
    """Where the identity history of a persons file lies: beside it, `…_history`."""
    return out.with_name(f"{out.stem}_history{out.suffix}")


def _refuse_suffix(path: Path | None) -> None:
    if path is not None and path.suffix.lower() not in (".csv", ".parquet"):
        raise BadInput(
            "is not a file that a table can be written to",
            where=str(path),
            mend="Name it .csv or .parquet.",
        )


def _before(
    previous: Path | None, out: Path, run: Run
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:
    """Earlier persons and their history, as far as there are any."""
    from frith.tables import TABLES
    from frith.tables.files import read_raw

    if previous is None:
        if not history_of(out).is_file():
            return None, None
        run.say(f"Going on from {history_of(out).name}; persons keep their ids.")
        return None, _whole(history_of(out), TABLES["identity_history"])
    if "change_id" in read_raw(previous).frame.columns:
        return None, _whole(previous, TABLES["identity_history"])
    persons = _whole(previous, TABLES["persons"])
    beside = history_of(previous)
    return persons, _whole(beside, TABLES["identity_history"]) if beside.is_file() else None


def _decisions(path: Path | None) -> pl.DataFrame | None:
    from frith.linkage import LINK_DECISIONS

    return None if path is None else _whole(path, LINK_DECISIONS)


def _whole(path: Path, table: Table) -> pl.DataFrame:
    """A file read as one table; BadInput where any row is refused, because each one counts."""
    from frith.tables import read_table

    reading = read_table(path, table)
    if reading.report.refused:
        row = reading.report.refusals.row(0, named=True)
        raise BadInput(
            f"row {row['row']}, {row['column']}: {row['reason']}",
            where=path.name,
            mend="Mend it: every row of this file counts.",
        )
    return reading.frame


def _write(frame: pl.DataFrame, path: Path) -> None:
    """A table as CSV or Parquet, put in place whole: a broken run leaves the earlier file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    if path.suffix.lower() == ".parquet":
        frame.write_parquet(draft)
    else:
        frame.write_csv(draft, datetime_format="%Y-%m-%dT%H:%M:%S")
    draft.replace(path)


def _inputs(dataset: Path) -> list[Path]:
    return [
        path for path in dataset.iterdir() if path.name.split(".")[0] in ("nominals", "dataset")
    ]


def _payload(found: Linkage, refused: int) -> dict[str, Any]:
    return {
        "records": found.records,
        "persons": found.persons,
        "pairs": found.pairs,
        "review": found.review,
        "seconds": found.seconds,
        "refused": refused,
        "flags": [{"code": flag.code, "text": flag.text} for flag in found.flags],
        "sentence": found.sentence,
    }


def _text(found: Linkage, refused: int) -> str:
    lines = [found.sentence, *(f"  {flag.text}" for flag in found.flags)]
    if refused:
        lines.append(f"  {refused:,} rows of nominals were refused; `frith check` says why.")
    return "\n".join(lines)

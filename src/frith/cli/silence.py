"""`frith silence`: where fewer reports come from than places like it send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from frith.cli.frame import Json, Quiet, Run
from frith.cli.place_frame import DatasetPath, From, Out, To

if TYPE_CHECKING:
    import polars as pl

    from frith.charts import Picture
    from frith.results import Flag
    from frith.tables.dataset import Dataset

_ByAgency = Annotated[bool, typer.Option("--by-agency", help="Ask of each agency by itself.")]


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("silence")
    def silence(
        dataset: DatasetPath,
        *,
        out: Out,
        first: From = None,
        last: To = None,
        by_agency: _ByAgency = False,
        as_json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        """Where fewer reports (or referrals) come from than places like it send; never safety.

        Expected from residents, income deprivation and recorded crime, each area left out of its
        own expectation. Writes areas (code, agency, received, expected, lo, hi, p, q, verdict),
        model (term, coefficient, lo, hi), with --by-agency whole (all agencies together) and
        agencies (agency, received, sessions, fewer, cannot_tell, areas), as CSV and Parquet, and a
        map, silence.svg. Agencies are asked of by larger areas where small ones cannot tell.

        Example: frith silence borough --out quiet --by-agency
        """
        from dataclasses import replace

        import polars as pl

        from frith.cli.place_frame import chosen_of, finish, load
        from frith.places.from_dataset import larger_in
        from frith.places.silence import silence as expect
        from frith.places.silence import silence_by_agency

        run = Run(
            "silence",
            as_json=as_json,
            quiet=quiet,
            parameters={"from": first, "to": last, "by_agency": by_agency},
        )
        chosen_of(first=first, last=last)
        data = load(dataset, run)
        reports, what = _received(data, first=first, last=last, by_agency=by_agency)
        sessions = None
        if by_agency and data.has("sessions"):
            held = data.tables["sessions"].drop_nulls("agency")
            sessions = held.group_by("agency").len("n")
        with run.progress() as bar:
            bar.add_task("Leaving each area out", total=None)
            predictors, notes = _predictors(data)
            known = reports.filter(pl.col("code").is_in(predictors["code"].to_list()))
            level = "area"
            if "agency" in known.columns:
                result, level = silence_by_agency(
                    known, predictors, larger=larger_in(data), sessions=sessions
                )
            else:
                result = expect(known, predictors)
        tables = result.tables
        pictures = []
        if not result.refused:
            pictures = _map(data, tables.get("whole"), tables["areas"], level=level)
        result = replace(result, flags=(*result.flags, *notes))
        payload = {name: tables.get(name) for name in ("areas", "whole", "agencies")}
        finish(
            run,
            result,
            dataset=data,
            out=out,
            payload={**payload, "counted": what, "level": level},
            pictures=pictures,
        )


def _map(
    data: Dataset, whole: pl.DataFrame | None, cells: pl.DataFrame, *, level: str
) -> list[Picture]:
    """Where to ask first, by small area; areas quiet from one agency alone are marked apart."""
    import polars as pl

    from frith.cli.place_frame import ground_in
    from frith.profile.place_maps import silence_map

    ground = ground_in(data, "reports", "referrals", "population", "deprivation", "events")
    if ground is None:
        return []
    drawn = [str(one["properties"]["code"]) for one in ground.outlines["features"]]
    areas = (cells if whole is None else whole).filter(pl.col("code").is_in(drawn))
    asked = cells if whole is not None and level == "area" else None
    return [silence_map(areas, ground, cells=asked)]


def _received(
    data: Dataset, *, first: str | None, last: str | None, by_agency: bool
) -> tuple[pl.DataFrame, str]:
    """Reports by area (and agency); referrals where there are no reports."""
    import polars as pl

    from frith.errors import BadInput

    for table, day in (("reports", "received_on"), ("referrals", "made_on")):
        if data.has(table):
            rows = data.tables[table].drop_nulls("area").rename({"area": "code"})
            month = pl.col(day).dt.strftime("%Y-%m")
            if first is not None:
                rows = rows.filter(month >= first)
            if last is not None:
                rows = rows.filter(month <= last)
            split = by_agency and "agency" in rows.columns
            return rows.group_by(["code", "agency"] if split else ["code"]).len("n"), table
    raise BadInput(
        "neither reports nor referrals",
        where=str(data.folder),
        mend="Add reports.csv: report_id, received_on, agency, area.",
    )


def _predictors(data: Dataset) -> tuple[pl.DataFrame, list[Flag]]:
    """Residents, income deprivation and recorded crime rate, by area; and areas left out."""
    import polars as pl

    from frith.errors import BadInput
    from frith.places.deprivation_match import VINTAGE_OF_EDITION
    from frith.places.flags import unmatched
    from frith.places.from_dataset import counts_in, population_in
    from frith.places.inputs import totals

    population = population_in(data)
    if population is None:
        raise BadInput("no population", where=str(data.folder), mend="Add population.csv.")
    table, notes = population.rename({"n": "population"}), []
    if data.has("deprivation"):
        editions = [e for e, v in VINTAGE_OF_EDITION.items() if v == data.about.area_vintage]
        rows = data.tables["deprivation"].filter(
            (pl.col("domain") == "income") & pl.col("edition").is_in(editions)
        )
        if not rows.is_empty():
            column = rows.select("code", deprivation=-pl.col("decile").cast(pl.Float64))
            table = table.join(column, on="code", how="left")
            lost = table.filter(pl.col("deprivation").is_null())["code"].to_list()
            notes = [unmatched(lost, "the indices of deprivation")] if lost else []
            table = table.drop_nulls("deprivation")
    if data.has("events") or data.has("counts"):
        crime = totals(counts_in(data)).rename({"n": "crime"})
        table = table.join(crime, on="code", how="left").with_columns(
            pl.col("crime").fill_null(0.0)
        )
        rate = (1 + pl.col("crime")) / pl.col("population").clip(1) * 1000
        table = table.with_columns(recorded_crime=rate.log()).drop("crime")
    return table, notes

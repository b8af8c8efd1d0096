"""What a data set holds of community impact: answers by ward, record by wave, tension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from frith.errors import BadInput
from frith.measures.perception import drift, gaps
from frith.measures.survey import WHOLE, estimates
from frith.measures.tension import quarter_of, tension
from frith.reference import load
from frith.results import Flag, Result, refuse
from frith.tables.dataset import Dataset

ALL_CRIME = "all recorded crime"
YEAR = 12
LEVEL = "ward"
"""Answers are too few by small area: they are read by ward, where lookups say which."""
_MONTH = re.compile(r"^\d{4}-\d{2}$")
_YEAR = re.compile(r"\d{4}")
COUNTED = ("crime", "incident")
MEANINGS_METHOD = "meanings of answers"


@dataclass(frozen=True, kw_only=True)
class Community:
    """The three answers: what people say, the gap to the record, and tension; each may refuse."""

    perception: Result
    gaps: Result
    drift: pl.DataFrame
    tension: Result
    meanings: pl.DataFrame
    level: str


def meanings_listed() -> pl.DataFrame:
    """What the reference list says of questions and answers."""
    columns = ("question", "wording", "worry", "answer", "worried", "record")
    rows = [{name: row[name] for name in columns} for row in load("survey_answers")]
    frame = pl.DataFrame(rows, schema_overrides={"worried": pl.Boolean})
    return frame.with_columns(pl.col("record").replace("", None))


def levels_listed() -> dict[int, tuple[str, int]]:
    """Levels of tension of the reference list: number to name and rank."""
    return {
        int(str(row["key"])): (str(row["name"]), int(str(row["rank"])))
        for row in load("tension_levels")
    }


def community(
    dataset: Dataset,
    *,
    meanings: pl.DataFrame | None = None,
    levels: Mapping[int, tuple[str, int]] | None = None,
    fieldwork: Mapping[str, str] | None = None,
    level: str = LEVEL,
    rounded_to: int = 1,
) -> Community:
    """Perception, its gap to the record, and tension beside reports, from one data set.

    `meanings`, `levels`: in place of the reference lists. `fieldwork`: the last month of a wave
    that is not a year, or was not asked at the year's end, YYYY-MM. `level`: how the vintage of the
    larger areas begins in the lookups; areas without one stand for themselves. `rounded_to`: counts
    of the record by area are rounded so before use, where its readers may not learn them. Raises
    `BadInput`
    where there is neither survey, tension nor reports, and for a wave that is no year and has no
    month. Each part refuses by itself where its inputs lack.
    """
    if not any(dataset.has(name) for name in ("survey", "tension", "reports")):
        raise BadInput(
            "neither survey answers, tension judgements nor reports",
            where=str(dataset.folder),
            mend="Add survey.csv (wave, code, question, answer), tension.csv or reports.csv.",
        )
    read = meanings if meanings is not None else meanings_listed()
    parents = parents_in(dataset, level)
    found = _perception(dataset, read, parents)
    windows = _windows(found, dict(fieldwork or {}))
    record = _record(dataset, read, parents, windows).with_columns(
        n=(pl.col("n") / rounded_to).round() * rounded_to
    )
    return Community(
        perception=found,
        gaps=_gaps(dataset, found, record, read, parents),
        drift=_drift(dataset, found, read, windows),
        tension=_tension(dataset, parents, dict(levels or levels_listed())),
        meanings=read,
        level=level if parents else "",
    )


def parents_in(dataset: Dataset, level: str) -> dict[str, str]:
    """Small area to larger one, by the lookups; the one with the larger share where it is split."""
    if not dataset.has("lookups"):
        return {}
    rows = dataset.tables["lookups"].filter(
        (pl.col("from_vintage") == dataset.about.area_vintage)
        & pl.col("to_vintage").str.starts_with(level)
    )
    best = rows.sort("share", descending=True, nulls_last=True, maintain_order=True)
    return dict(best.unique("from_code", maintain_order=True).select("from_code", "to_code").rows())


def _rolled(frame: pl.DataFrame, column: str, parents: Mapping[str, str]) -> pl.DataFrame:
    """The area as its larger one, under the name `code`."""
    return frame.with_columns(code=pl.col(column).replace(dict(parents)))


def _perception(dataset: Dataset, meanings: pl.DataFrame, parents: Mapping[str, str]) -> Result:
    if not dataset.has("survey"):
        return refuse(MEANINGS_METHOD, Flag("NOSURVEY", "No survey answers are held."))
    return estimates(_rolled(dataset.tables["survey"], "code", parents), meanings)


def _windows(found: Result, fieldwork: Mapping[str, str]) -> dict[str, str]:
    """The last month of each wave: as told, else December of the year in its name."""
    if found.refused:
        return {}
    last = {}
    for wave in found.tables["shares"]["wave"].unique().sort():
        told, year = fieldwork.get(wave, ""), _YEAR.search(wave)
        if told and not _MONTH.match(told):
            raise BadInput(f"{told!r} is no month", where=f"wave {wave}", mend="Write 2025-03.")
        if not told and year is None:
            raise BadInput(
                f"the wave “{wave}” names no year",
                where="survey",
                mend=f"Say when it was asked: --fieldwork {wave}=2025-03.",
            )
        last[wave] = told or (wave if _MONTH.match(wave) else f"{year[0] if year else ''}-12")
    return last


def _events(dataset: Dataset) -> pl.DataFrame:
    """Crimes and incidents held: kind, crime_type, month, area."""
    if not dataset.has("events"):
        return pl.DataFrame(
            schema=dict.fromkeys(("kind", "crime_type", "month", "area"), pl.String)
        )
    rows = dataset.tables["events"].filter(pl.col("kind").is_in(COUNTED))
    month = pl.col("occurred_from").dt.strftime("%Y-%m")
    return rows.select("kind", "crime_type", month.alias("month"), "area")


def _of(events: pl.DataFrame, record: str) -> pl.DataFrame:
    if record.casefold() == ALL_CRIME:
        return events.filter(pl.col("kind") == "crime")
    return events.filter(pl.col("crime_type") == record)


def _asked(meanings: pl.DataFrame, found: Result) -> dict[str, str]:
    """Question to the record set beside it, of the questions asked."""
    if found.refused:
        return {}
    asked = found.tables["shares"]["question"].unique()
    rows = meanings.filter(pl.col("question").is_in(asked.to_list())).drop_nulls("record")
    return dict(rows.unique("question").select("question", "record").rows())


def _year_to(month: str, held: list[str]) -> list[str]:
    """The twelve months to `month`, or to the last held in its year; none where not all held."""
    end = max((one for one in held if f"{month[:4]}-00" < one <= month), default="")
    if not end:
        return []
    last = int(end[:4]) * YEAR + int(end[5:]) - 1
    wanted = [f"{n // YEAR:04d}-{n % YEAR + 1:02d}" for n in range(last - YEAR + 1, last + 1)]
    return wanted if set(wanted) <= set(held) else []


def _record(
    dataset: Dataset,
    meanings: pl.DataFrame,
    parents: Mapping[str, str],
    windows: Mapping[str, str],
) -> pl.DataFrame:
    """question, wave, code, n, exposure: the record of the year to each wave, by area."""
    events = _rolled(_events(dataset), "area", parents).drop_nulls("code")
    held = events["month"].drop_nulls().unique().sort().to_list()
    people = _people(dataset, parents)
    codes = people["code"] if not people.is_empty() else events["code"].unique().sort()
    parts = []
    for question, record in _records(meanings).items():
        for wave, month in windows.items():
            months = _year_to(month, held)
            if not months:
                continue
            counted = (
                _of(events, record)
                .filter(pl.col("month").is_in(months))
                .group_by("code")
                .agg(n=pl.len().cast(pl.Int64))
            )
            whole = pl.DataFrame({"code": codes}).join(counted, on="code", how="left")
            parts.append(
                whole.join(people, on="code", how="left").select(
                    question=pl.lit(question),
                    wave=pl.lit(wave),
                    code="code",
                    n=pl.col("n").fill_null(0),
                    exposure=pl.col("exposure").fill_null(1.0),
                )
            )
    schema = {
        "question": pl.String,
        "wave": pl.String,
        "code": pl.String,
        "n": pl.Int64,
        "exposure": pl.Float64,
    }
    return pl.concat(parts) if parts else pl.DataFrame(schema=schema)


def _records(meanings: pl.DataFrame) -> dict[str, str]:
    rows = meanings.drop_nulls("record").unique("question", maintain_order=True)
    return dict(rows.select("question", "record").rows())


def _people(dataset: Dataset, parents: Mapping[str, str]) -> pl.DataFrame:
    """Residents by larger area: code, exposure; empty where not held."""
    empty = pl.DataFrame(schema={"code": pl.String, "exposure": pl.Float64})
    if not dataset.has("population"):
        return empty
    own = dataset.tables["population"].filter(pl.col("denominator") == "residents")
    if parents:
        own = own.filter(pl.col("code").is_in(list(parents)))
    latest = own.sort("as_of", nulls_last=False).unique("code", keep="last")
    return (
        _rolled(latest, "code", parents)
        .group_by("code")
        .agg(exposure=pl.col("n").sum().cast(pl.Float64))
        .filter(pl.col("exposure") > 0)
        .sort("code")
    )


def _gaps(
    dataset: Dataset,
    found: Result,
    record: pl.DataFrame,
    meanings: pl.DataFrame,
    parents: Mapping[str, str],
) -> Result:
    """By wave; and where no wave has answers enough by area, all waves together."""
    if found.refused:
        return refuse(MEANINGS_METHOD, *found.flags)
    if record.is_empty():
        reason = "No record of twelve whole months is held to set beside a wave of the survey."
        return refuse(MEANINGS_METHOD, Flag("NORECORD", reason))
    by_area = pl.col("code") != WHOLE
    by_wave = gaps(found.tables["shares"].filter(by_area), record)
    waves = record["wave"].unique().sort().to_list()
    if not by_wave.refused or len(waves) < 2:
        return by_wave
    together = f"{waves[0]} to {waves[-1]}"
    answers = _rolled(dataset.tables["survey"], "code", parents)
    answers = answers.filter(pl.col("wave").is_in(waves)).with_columns(wave=pl.lit(together))
    summed = record.group_by("question", "code").agg(pl.col("n").sum(), pl.col("exposure").sum())
    pooled = gaps(
        estimates(answers, meanings).tables["shares"].filter(by_area),
        summed.with_columns(wave=pl.lit(together)),
    )
    note = Flag("POOLED", f"Too few answers by area in a single wave: {together} taken together.")
    return replace(pooled, flags=(*pooled.flags, note))


def _drift(
    dataset: Dataset, found: Result, meanings: pl.DataFrame, windows: Mapping[str, str]
) -> pl.DataFrame:
    """Worry and record from wave to wave, the record in the same months of both years."""
    if found.refused:
        return pl.DataFrame()
    changes = found.tables["changes"].filter(pl.col("code") == WHOLE).drop_nulls("change")
    events = _events(dataset)
    held = set(events["month"].drop_nulls())
    rows = []
    for question, record in _asked(meanings, found).items():
        counted = dict(_of(events, record).group_by("month").len().iter_rows())
        for one in changes.filter(pl.col("question") == question).iter_rows(named=True):
            pairs = _like_months(windows[one["from_wave"]], windows[one["wave"]], held)
            rows += [
                {
                    "question": question,
                    "from_wave": one["from_wave"],
                    "wave": one["wave"],
                    "month": later,
                    "earlier": int(counted.get(earlier, 0)),
                    "later": int(counted.get(later, 0)),
                }
                for earlier, later in pairs
            ]
    if not rows:
        return pl.DataFrame()
    return drift(changes, pl.DataFrame(rows))


def _like_months(earlier: str, later: str, held: set[str]) -> list[tuple[str, str]]:
    """The months of the year to `later` with the like months of the year to `earlier`, both held
    and none in both years."""
    first, second = (int(month[:4]) * YEAR + int(month[5:]) - 1 for month in (earlier, later))
    years = -(-(second - first) // YEAR)
    pairs = []
    for month in range(second - YEAR + 1, second + 1):
        before = month - years * YEAR
        names = tuple(f"{n // YEAR:04d}-{n % YEAR + 1:02d}" for n in (before, month))
        if set(names) <= held and first - YEAR < before <= first < month:
            pairs.append((names[0], names[1]))
    return pairs


def _tension(
    dataset: Dataset, parents: Mapping[str, str], levels: Mapping[int, tuple[str, int]]
) -> Result:
    judged = dataset.tables.get("tension")
    if judged is None:
        judged = pl.DataFrame(
            schema={"assessed_on": pl.Date, "code": pl.String, "sources": pl.Int64}
            | dict.fromkeys(("experienced", "evident", "potential"), pl.Int64)
        )
    judged = _rolled(judged, "code", parents)
    reports = dataset.tables["reports"] if dataset.has("reports") else None
    heard = None if reports is None else _rolled(reports, "area", parents)
    days = [judged.select(quarter=quarter_of("assessed_on"))["quarter"]]
    if heard is not None:
        days.append(heard.select(quarter=quarter_of("received_on"))["quarter"])
    quarters = sorted(set(pl.concat(days).drop_nulls()))
    held = set(parents.values()) or {
        *judged["code"].drop_nulls(),
        *([] if heard is None else heard["code"].drop_nulls()),
    }
    return tension(judged, heard, codes=sorted(held), quarters=quarters, levels=levels)

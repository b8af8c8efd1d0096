"""Beside an estimate, or instead of one: what is recorded, referred and reported of hidden harm.

Each indicator is a count that depends on who looks and who tells. None is the extent; a rise in
referrals is a wanted early effect of awareness, and a fall may be silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from frith.prevalence.captures import Floats
from frith.reference import Direction, lookup, measures, offence_theme
from frith.results import Flag, Result, Severity, frame_hash

METHOD = "counts by quarter; steadiness by the index of dispersion, given the total"
THEMES = ("modern_slavery", "domestic_servitude", "begging", "cse", "cce", "sex_market")
"""Themes whose counts are indicators of hidden harm."""
DRAWS = 9999
SURPRISING = 0.05
FEWEST_QUARTERS = 4
FEW_A_QUARTER = 5.0
"""Below five a quarter the days between events say more than the counts."""


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator by quarter, and what may be said of it."""

    measure: str
    name: str
    part: str
    area: str
    direction: str
    caveat: str
    source: str
    quarters: tuple[str, ...]
    counts: tuple[float, ...]
    steady: bool | None
    days_between: tuple[int, ...]
    sentence: str


def indicators(
    *,
    events: pl.DataFrame | None = None,
    referrals: pl.DataFrame | None = None,
    reports: pl.DataFrame | None = None,
    measure_values: pl.DataFrame | None = None,
    rng: np.random.Generator,
    seed: int | None = None,
) -> Result:
    """Every indicator of hidden harm that the tables hold, by quarter, with its direction policy.

    Takes any of the contract's tables. Returns a Result with a table `series` (measure, area,
    quarter, n) and one of `Series` records under `parameters["series"]`; refused where no table
    holds any. Steady means that differences between quarters are no bigger than chance would make
    of the same total (index of dispersion, multinomial given the total, 5%). Percentages of small
    counts are never given, and no trend is claimed. Do not read a low count as safety.
    """
    counted = [
        *_recorded(events),
        *_referred(referrals),
        *_reported(reports),
        *_supplied(measure_values),
    ]
    found = [_series(each, rng=rng) for each in counted]
    if not found:
        return Result(
            method=METHOD,
            status="refused",
            seed=seed,
            flags=(
                Flag(
                    "NOTHING",
                    "No table holds an indicator of hidden harm: recorded modern slavery "
                    "offences, referrals, duty-to-notify reports or intelligence.",
                    Severity.REFUSE,
                ),
            ),
            sentence="We hold no indicator of hidden harm. That says nothing of how much there is.",
        )
    table = pl.DataFrame(
        [
            {"measure": s.measure, "part": s.part, "area": s.area, "quarter": quarter, "n": n}
            for s in found
            for quarter, n in zip(s.quarters, s.counts, strict=True)
        ]
    )
    return Result(
        method=METHOD,
        parameters={"series": tuple(found)},
        seed=seed,
        data_hash=frame_hash(table),
        flags=_flags(found),
        sentence=" ".join(s.sentence for s in found if s.measure in _LEADING) or found[0].sentence,
        tables={"series": table},
    )


@dataclass(frozen=True)
class _Counted:
    """Counts before anything is said of them."""

    measure: str
    area: str
    source: str
    by_quarter: Mapping[str, float]
    dates: tuple[date, ...] = ()
    part: str = ""  # the exploitation type or age group, where the count is of one


_LEADING = ("modern_slavery_offences", "nrm_referrals", "duty_to_notify")
_ROUTES = {"nrm": "nrm_referrals", "duty_to_notify": "duty_to_notify"}


def _recorded(events: pl.DataFrame | None) -> list[_Counted]:
    """Recorded modern slavery offences: by theme, or by offence code where no theme is given."""
    if events is None or events.is_empty():
        return []
    by_code = {
        code: offence_theme(code) for code in events["offence_code"].drop_nulls().unique().sort()
    }
    theme = pl.coalesce(
        pl.col("theme"), pl.col("offence_code").replace_strict(by_code, default=None)
    )
    slavery = events.filter((pl.col("kind") == "crime") & (theme == "modern_slavery"))
    if slavery.is_empty() or slavery["occurred_from"].null_count() == slavery.height:
        return []
    dated = slavery.filter(pl.col("date_precision").is_in(["day", "minute"]))
    return [
        _Counted(
            "modern_slavery_offences",
            "",
            "recorded events",
            _by_quarter(slavery["occurred_from"], among=events["occurred_from"]),
            tuple(dated["occurred_from"].dt.date().sort().to_list()),
        )
    ]


def _referred(referrals: pl.DataFrame | None) -> list[_Counted]:
    """Referrals by route, whole and by exploitation type."""
    if referrals is None or referrals.is_empty():
        return []
    found = []
    for route, measure in _ROUTES.items():
        of_route = referrals.filter(pl.col("route") == route)
        for part in ["", *of_route["exploitation"].drop_nulls().unique().sort()]:
            days = of_route.filter(pl.col("exploitation") == part) if part else of_route
            if not days.is_empty():
                by_quarter = _by_quarter(days["made_on"], among=referrals["made_on"])
                dates = tuple(days["made_on"].sort().to_list())
                found.append(_Counted(measure, "", "referrals", by_quarter, dates, part))
    return found


def _reported(reports: pl.DataFrame | None) -> list[_Counted]:
    if reports is None or reports.is_empty():
        return []
    hidden = reports.filter(pl.col("theme").is_in(THEMES))
    if hidden.is_empty():
        return []
    by_quarter = _by_quarter(hidden["received_on"], among=reports["received_on"])
    return [_Counted("intelligence_reports", "", "reports from partners", by_quarter)]


def _supplied(values: pl.DataFrame | None) -> list[_Counted]:
    """Published or supplied quarterly counts of the same measures, whole and by type.

    A type stands after the measure's key: `nrm_referrals_labour`.
    """
    if values is None or values.is_empty():
        return []
    wanted = "|".join((*_LEADING, "intelligence_reports"))
    quarterly = values.filter(
        pl.col("period").str.contains(r"^\d{4}-Q[1-4]$")
        & pl.col("measure").str.contains(f"^(?:{wanted})(?:_|$)")
    ).with_columns(
        pl.col("area").fill_null(""),
        base=pl.col("measure").str.extract(f"^({wanted})"),
        part=pl.col("measure").str.replace(f"^(?:{wanted})_?", "").str.replace_all("_", " "),
    )
    return [
        _Counted(
            str(base),
            str(area),
            ", ".join(sorted(set(rows["source"].drop_nulls()))),
            dict(rows.sort("period").select("period", "numerator").iter_rows()),
            part=str(part),
        )
        for (base, part, area), rows in quarterly.group_by(
            ["base", "part", "area"], maintain_order=True
        )
    ]


def _by_quarter(days: pl.Series, *, among: pl.Series) -> dict[str, float]:
    """Counts by quarter, with a nought for every quarter the table covers."""
    quarters = _quarter_range(_quarter(among.min()), _quarter(among.max()))
    counts = dict.fromkeys(quarters, 0.0)
    for day in days.drop_nulls():
        counts[_quarter(day)] += 1
    return counts


def _quarter(day: object) -> str:
    assert isinstance(day, date)
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _quarter_range(first: str, last: str) -> list[str]:
    numbers = [int(q[:4]) * 4 + int(q[-1]) - 1 for q in (first, last)]
    return [f"{n // 4}-Q{n % 4 + 1}" for n in range(numbers[0], numbers[1] + 1)]


def _series(counted: _Counted, *, rng: np.random.Generator) -> Series:
    definition = lookup("measures", counted.measure)
    counts = np.asarray(list(counted.by_quarter.values()), dtype=np.float64)
    steady = steadiness(counts, rng=rng)
    gaps = tuple(
        (after - before).days
        for before, after in zip(counted.dates, counted.dates[1:], strict=False)
    )
    few = counts.mean() < FEW_A_QUARTER
    return Series(
        measure=counted.measure,
        name=str(definition["name"]),
        part=counted.part,
        area=counted.area,
        direction=str(definition["direction"]),
        caveat=str(definition["caveat"]),
        source=counted.source,
        quarters=tuple(counted.by_quarter),
        counts=tuple(counts.tolist()),
        steady=steady,
        days_between=gaps if few else (),
        sentence=_sentence(str(definition["name"]), counted, counts, steady),
    )


def steadiness(counts: Floats, *, rng: np.random.Generator) -> bool | None:
    """Whether counts differ no more than chance would share out the same total; None if too short.

    The index of dispersion against its multinomial distribution given the total, which is exact
    for small counts too (Fisher 1950, The significance of deviations from expectation).
    """
    total = int(counts.sum())
    if len(counts) < FEWEST_QUARTERS or total == 0:
        return None
    expected = total / len(counts)
    observed = ((counts - expected) ** 2).sum()
    drawn = rng.multinomial(total, np.full(len(counts), 1 / len(counts)), size=DRAWS)
    exceed = (((drawn - expected) ** 2).sum(axis=1) >= observed - 1e-9).sum()
    return bool((exceed + 1) / (DRAWS + 1) > SURPRISING)


def _sentence(name: str, counted: _Counted, counts: Floats, steady: bool | None) -> str:
    """What a board reads: the count, its spread, and what a change would mean."""
    of = "; ".join(said for said in (counted.part, counted.area) if said)
    where = f" ({of})" if of else ""
    quarters = list(counted.by_quarter)
    span = f"from {_words(quarters[0])} to {_words(quarters[-1])}"
    lo, hi = int(counts.min()), int(counts.max())
    spread = f"{lo:,} in every quarter" if lo == hi else f"between {lo:,} and {hi:,} a quarter"
    said = f"{name}{where}: {int(counts.sum()):,} {span}, {spread}."
    if steady is None:
        return f"{said} Too few quarters to say whether that changed."
    if steady:
        return f"{said} The differences are no bigger than chance would produce."
    policy = lookup("measures", counted.measure)["direction"]
    meaning = (
        "A rise can mean that more is noticed, which is wanted at first, or that there is more."
        if policy == Direction.HIGHER_THEN_LOWER
        else "Counts like this rise and fall with how hard anyone looks."
    )
    return f"{said} It changed by more than chance would produce. {meaning}"


def _words(quarter: str) -> str:
    months = ("January to March", "April to June", "July to September", "October to December")
    return f"{months[int(quarter[-1]) - 1]} {quarter[:4]}"


def _flags(found: list[Series]) -> tuple[Flag, ...]:
    held = {s.measure for s in found}
    names = {m.key: m.name for m in measures()}
    missing = [names[key] for key in _LEADING if key not in held]
    flags = [
        Flag(
            "NOT_EXTENT",
            "These counts depend on who looks and who tells. None of them is the extent.",
            Severity.NOTE,
        )
    ]
    if missing:
        flags.append(Flag("MISSING", f"Not held: {'; '.join(missing)}.", Severity.NOTE))
    if any(s.days_between for s in found):
        flags.append(
            Flag(
                "RARE",
                "Fewer than five a quarter: the days between events are shown, not percentages.",
                Severity.NOTE,
            )
        )
    return tuple(flags)

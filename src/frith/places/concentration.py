"""Concentration: how few areas hold how much, beside the most even that could be.

Sources: Bernasco and Steenbeek (2017), "More places than crimes: implications for evaluating the
law of crime concentration at place", JQC 33, 451–467; Weisburd (2015), Criminology 53, 133–157.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.places.inputs import keyed
from frith.places.wording import counted, figure
from frith.results import Flag, Interval, Result, Severity, frame_hash, refuse
from frith.stats.intervals import Floats

METHOD = "generalised Gini [Bernasco & Steenbeek 2017]"
SHARES = (0.25, 0.5)
"""Shares of events for which the share of areas that holds them is told (Weisburd 2015)."""
Z95 = 1.959963984540054


def gini(counts: Floats) -> float:
    """Gini coefficient of counts over areas, areas without events included; 0 is even."""
    ranked = np.sort(np.asarray(counts, dtype=np.float64))
    n, total = ranked.size, ranked.sum()
    if total == 0:
        return float("nan")
    place = np.arange(1, n + 1)
    return float(2 * np.sum(place * ranked) / (n * total) - (n + 1) / n)


def generalised_gini(counts: Floats) -> float:
    """Gini measured from the most even distribution there could be, G' = max(1, n/c)(G − 1) + 1.

    With fewer events than areas some areas must be empty, and the plain Gini calls that
    concentration. Source: Bernasco and Steenbeek (2017).
    """
    values = np.asarray(counts, dtype=np.float64)
    total = values.sum()
    return float("nan") if total == 0 else max(1.0, values.size / total) * (gini(values) - 1) + 1


def generalised_gini_unbiased(counts: Floats) -> float:
    """`generalised_gini` in its small-sample form, × m/(m − 1) with m = min(areas, events)."""
    values = np.asarray(counts, dtype=np.float64)
    m = min(float(values.size), float(values.sum()))
    return generalised_gini(values) * m / (m - 1) if m > 1 else float("nan")


def concentration(
    counts: pl.DataFrame, *, rng: np.random.Generator | None = None, draws: int = 999
) -> Result:
    """How concentrated events are among areas, with the curve and the most even line.

    `counts`: `code`, `n`, every area of the district, those with none too. With `rng`, `draws`
    maps of the same number of events thrown at random say how concentrated chance alone would
    look. Returns a `Result`: value is the generalised Gini, with a 95% interval for where it would
    fall if the same places were counted again (delta method on independent counts; few events
    look concentrated by chance, and the interval does not undo that); table `curve`
    (share_of_areas, share_of_events, most_even), from 0 to 1; table `holds` (share_of_events,
    areas, share_of_areas); table `measures`. Refuses where nothing was counted or there is one
    area. Figures of small areas are not those of street segments: never set them beside Weisburd's
    2 to 6%. Source: Bernasco and Steenbeek (2017).
    """
    data = keyed(counts, table="counts")
    values = data["n"].to_numpy()
    if values.size < 2 or values.sum() == 0:
        return refuse(
            METHOD,
            Flag("SPARSE", "Nothing to compare: there must be two areas and at least one event."),
            tables={"curve": _curve(values)},
        )
    value = generalised_gini(values)
    half = Z95 * _standard_error(values)
    holds = pl.DataFrame([_holds(values, share) for share in SHARES])
    measures = {
        "gini": gini(values),
        "generalised_gini": value,
        "generalised_gini_unbiased": generalised_gini_unbiased(values),
    }
    by_chance = _by_chance(values, rng, draws)
    notes = [_units_note()]
    if values.sum() < values.size:
        notes.append(_fewer_events(values))
    return Result(
        method=METHOD,
        value=value,
        interval=Interval(max(0.0, value - half), min(1.0, value + half), 0.95, "delta, Poisson"),
        parameters={"areas": values.size, "events": float(values.sum()), "draws": draws},
        data_hash=frame_hash(data),
        flags=tuple(notes),
        sentence=_sentence(values, holds, value, by_chance),
        tables={
            "curve": _curve(values),
            "holds": holds,
            "measures": pl.DataFrame(
                {"measure": list(measures), "value": list(measures.values())}
            ).with_columns(pl.col("value").fill_nan(None)),
            "chance": pl.DataFrame({"lo": [by_chance[0]], "hi": [by_chance[1]]}),
        },
    )


def _curve(values: Floats) -> pl.DataFrame:
    """Areas from most to fewest events: shares so far, and the most even there could be."""
    ranked = np.sort(values)[::-1]
    n, total = ranked.size, ranked.sum()
    areas = np.arange(n + 1) / max(n, 1)
    shares = np.concatenate([[0.0], np.cumsum(ranked) / total if total else np.zeros(n)])
    # with fewer events than areas, one each until they are used up is as even as can be
    even = np.minimum(1.0, areas * max(1.0, n / total)) if total else areas
    return pl.DataFrame({"share_of_areas": areas, "share_of_events": shares, "most_even": even})


def _holds(values: Floats, share: float) -> dict[str, float]:
    """How many areas, the fullest first, hold `share` of the events."""
    ranked = np.cumsum(np.sort(values)[::-1])
    areas = int(np.searchsorted(ranked, share * ranked[-1] - 1e-9)) + 1
    return {"share_of_events": share, "areas": areas, "share_of_areas": areas / values.size}


def _standard_error(values: Floats) -> float:
    """Of the generalised Gini, were the counts independent Poisson and the ranks as seen."""
    ranked = np.sort(values)
    n, total = ranked.size, ranked.sum()
    slope = (2 * np.arange(1, n + 1) / n - (n + 1) / n - gini(ranked)) / total
    return float(max(1.0, n / total) * np.sqrt(np.sum(slope**2 * ranked)))


def _by_chance(
    values: Floats, rng: np.random.Generator | None, draws: int
) -> tuple[float | None, float | None]:
    """Middle 95% of the generalised Gini of maps thrown at random; None without a generator."""
    if rng is None:
        return None, None
    n, total = values.size, round(values.sum())
    thrown = [
        generalised_gini(rng.multinomial(total, np.full(n, 1 / n)).astype(np.float64))
        for _ in range(draws)
    ]
    lo, hi = np.quantile(thrown, [0.025, 0.975])
    return float(lo), float(hi)


def _fewer_events(values: Floats) -> Flag:
    return Flag(
        "SPARSE",
        f"Fewer events ({values.sum():,.0f}) than areas ({values.size:,}): some areas must be "
        "empty. Read the curve against the most even line, not the diagonal.",
        Severity.NOTE,
    )


def _units_note() -> Flag:
    return Flag(
        "UNITS",
        "These are shares of areas, not of street segments: published figures for streets "
        "(half of crime on 2 to 6% of them) are no yardstick.",
        Severity.NOTE,
    )


def _sentence(
    values: Floats, holds: pl.DataFrame, value: float, chance: tuple[float | None, float | None]
) -> str:
    half = holds.filter(pl.col("share_of_events") == SHARES[-1]).row(0, named=True)
    said = (
        f"Half of the {values.sum():,.0f} recorded events lie in "
        f"{counted(int(half['areas']), 'area')} of {values.size:,} "
        f"({figure(100 * half['share_of_areas'])}%)."
    )
    _, hi = chance
    if hi is not None and value <= hi:
        said += " That is no more gathered than chance alone would give."
    return said

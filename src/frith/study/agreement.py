"""How far two coders agree beyond chance, and whether that is known well enough to go on.

Sources: Cohen (1960), "A coefficient of agreement for nominal scales"; Fleiss, Cohen and Everitt
(1969), "Large sample standard errors of kappa and weighted kappa"; Fleiss (1981), Statistical
Methods for Rates and Proportions, 2nd ed., ch. 13; Byrt, Bishop and Carlin (1993), "Bias,
prevalence and kappa".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import ndtri

from frith.errors import BadInput
from frith.results import Flag, Interval, Result, Severity, frame_hash
from frith.tables.declared.study import JUDGEMENTS_OF_CODERS

METHOD = "Cohen's kappa, large-sample interval (Fleiss, Cohen and Everitt 1969)"
FLOOR = 0.40
"""Below 0.40 agreement beyond chance is poor (Fleiss 1981, ch. 13)."""
FEWEST_BOTH = 50
"""Crimes both coders judged, under which a large-sample interval is not to be trusted: frith's
convention, from Cicchetti (1981): at least 2 × categories² (18 for three), with room for rare
categories."""
ORGANISED = "organised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indices:
    """How lopsided the judgements are, and how the coders lean, of organised against the rest.

    `adjusted` is kappa adjusted for both (PABAK). Source: Byrt, Bishop and Carlin (1993).
    """

    prevalence: float
    bias: float
    adjusted: float


@dataclass(frozen=True, kw_only=True)
class Agreement(Result):
    """Kappa with its interval, and the indices that say how to read it.

    `both`: crimes both coders judged; `observed` and `expected`: agreement as shares of them.
    """

    both: int = 0
    kappa: float | None = None  # said even where it is too low or too vague to go on
    observed: float | None = None
    expected: float | None = None
    indices: Indices | None = None


@dataclass(frozen=True, slots=True)
class Kappa:
    """Kappa, its standard error for an interval, and the one for testing kappa = 0."""

    kappa: float
    se: float
    se_null: float
    observed: float
    expected: float


def kappa_of(table: npt.ArrayLike) -> Kappa:
    """Kappa of a square table of counts: rows one coder, columns the other.

    Raises `BadInput` where the table is empty or not square. Kappa is NaN where chance alone would
    agree always, because both coders used one category only. Assumes crimes judged independently
    of each other. Source: Fleiss (1981), formulas 13.13 to 13.15.
    """
    counts = np.asarray(table, dtype=np.float64)
    n = counts.sum()
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or n <= 0:
        raise BadInput("agreement needs a square table with judgements in it")
    p = counts / n
    row, column = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float(np.trace(p)), float(row @ column)
    if np.isclose(expected, 1.0):
        return Kappa(np.nan, np.nan, np.nan, observed, expected)
    kappa = (observed - expected) / (1 - expected)
    keep = 1 - kappa
    diagonal = np.diag(p)
    on = float(np.sum(diagonal * (1 - (row + column) * keep) ** 2))
    weight = (column[:, None] + row[None, :]) ** 2
    off = keep**2 * float(np.sum(p * weight) - np.sum(diagonal * np.diag(weight)))
    shift = (kappa - expected * keep) ** 2
    scale = (1 - expected) * np.sqrt(n)
    null = expected + expected**2 - float(np.sum(row * column * (row + column)))
    return Kappa(
        kappa=float(kappa),
        se=float(np.sqrt(max(on + off - shift, 0.0)) / scale),
        se_null=float(np.sqrt(max(null, 0.0)) / scale),
        observed=observed,
        expected=expected,
    )


def agreement(
    pairs: pl.DataFrame,
    *,
    floor: float = FLOOR,
    fewest: int = FEWEST_BOTH,
    level: float = 0.95,
) -> Agreement:
    """Agreement of two coders on the crimes both judged, or a refusal to go on.

    `pairs`: `event_id`, `first`, `second`, judgements as declared, one row a crime both judged.
    `floor`: the least that the interval's lower end may be. Returns `Agreement`: value is kappa
    over the three judgements; table `crossed` (first, second, n). Refused with OVERLAP (too few),
    ONESIDED (only one judgement was ever used) or FLOOR (the interval reaches below the floor).
    When not to use: for more than two coders, or where the second saw the first's judgements.
    Sources: Fleiss, Cohen and Everitt (1969); Byrt, Bishop and Carlin (1993).
    """
    if not 0 <= floor < 1:
        raise BadInput(f"a floor of {floor} for agreement", mend="Give one from 0 to below 1.")
    table = crossed(pairs["first"], pairs["second"])
    both = pairs.height
    given = {
        "floor": floor,
        "fewest_both": fewest,
        "level": level,
        "categories": list(JUDGEMENTS_OF_CODERS),
    }
    tables = {"crossed": _long(table)}
    hash_of = frame_hash(tables["crossed"])
    if both < fewest:
        return _refused(_too_few(both, fewest), both=both, given=given, tables=tables, data=hash_of)
    found = kappa_of(table)
    indices = _indices(table)
    if np.isnan(found.kappa):
        return _refused(_one_sided(), both=both, given=given, tables=tables, data=hash_of)
    half = float(-ndtri((1 - level) / 2)) * found.se
    interval = Interval(max(found.kappa - half, -1.0), min(found.kappa + half, 1.0), level, METHOD)
    flags = _weigh(indices)
    if interval.lo < floor:
        flags = (_below(found.kappa, interval, floor), *flags)
        return Agreement(
            method=METHOD,
            status="refused",
            interval=interval,
            parameters=given,
            data_hash=hash_of,
            flags=flags,
            sentence=flags[0].text,
            tables=tables,
            both=both,
            kappa=found.kappa,
            observed=found.observed,
            expected=found.expected,
            indices=indices,
        )
    return Agreement(
        method=METHOD,
        value=found.kappa,
        interval=interval,
        parameters=given,
        data_hash=hash_of,
        flags=flags,
        sentence=(
            f"Two people judged {both:,} crimes apart and gave the same answer for "
            f"{found.observed:.0%} of them; chance alone would give {found.expected:.0%}."
        ),
        tables=tables,
        both=both,
        kappa=found.kappa,
        observed=found.observed,
        expected=found.expected,
        indices=indices,
    )


def crossed(first: pl.Series, second: pl.Series) -> npt.NDArray[np.int64]:
    """Counts of each pair of judgements, in the order they are declared."""
    place = {name: at for at, name in enumerate(JUDGEMENTS_OF_CODERS)}
    table = np.zeros((len(place), len(place)), dtype=np.int64)
    for one, other in zip(first, second, strict=True):
        table[place[one], place[other]] += 1
    return table


def _indices(table: npt.NDArray[np.int64]) -> Indices:
    """Prevalence and bias indices and the kappa adjusted for both, of organised against the rest.

    Source: Byrt, Bishop and Carlin (1993).
    """
    n = table.sum()
    at = JUDGEMENTS_OF_CODERS.index(ORGANISED)
    yes_yes = table[at, at]
    yes_no, no_yes = table[at].sum() - yes_yes, table[:, at].sum() - yes_yes
    no_no = n - yes_yes - yes_no - no_yes
    return Indices(
        prevalence=float((yes_yes - no_no) / n),
        bias=float((yes_no - no_yes) / n),
        adjusted=float(2 * (yes_yes + no_no) / n - 1),
    )


HIGH_PREVALENCE = 0.8
"""A prevalence index past this makes kappa low however often coders agree: frith's convention."""
HIGH_BIAS = 0.1
"""A bias index past this means that one coder says organised markedly oftener."""


def _weigh(indices: Indices) -> tuple[Flag, ...]:
    flags = []
    if abs(indices.prevalence) > HIGH_PREVALENCE:
        flags.append(
            Flag(
                "PREVALENCE",
                "Nearly every crime was judged alike, which makes kappa low however often coders "
                f"agree; adjusted for that it is {indices.adjusted:.2f}.",
                Severity.NOTE,
            )
        )
    if abs(indices.bias) > HIGH_BIAS:
        flags.append(
            Flag(
                "BIAS",
                "One coder judged crimes organised markedly oftener than the other: the criteria "
                "are read differently.",
            )
        )
    return tuple(flags)


def _refused(
    flag: Flag,
    *,
    both: int,
    given: dict[str, object],
    tables: dict[str, pl.DataFrame],
    data: str,
) -> Agreement:
    return Agreement(
        method=METHOD,
        status="refused",
        parameters=given,
        data_hash=data,
        flags=(flag,),
        sentence=flag.text,
        tables=tables,
        both=both,
    )


def _too_few(both: int, fewest: int) -> Flag:
    return Flag(
        "OVERLAP",
        f"Both coders judged {both:,} of the same crimes; at least {fewest} are needed to say how "
        "far they agree. Have each coder judge more of the other's crimes.",
        Severity.REFUSE,
    )


def _one_sided() -> Flag:
    return Flag(
        "ONESIDED",
        "Both coders gave one and the same judgement throughout, so nothing tells agreement from "
        "habit. Sample themes where organised crime is likelier.",
        Severity.REFUSE,
    )


def _below(kappa: float, interval: Interval, floor: float) -> Flag:
    return Flag(
        "FLOOR",
        f"The coders' agreement beyond chance (kappa {kappa:.2f}) may be as low as "
        f"{interval.lo:.2f}, below the floor of {floor:.2f}. No share is given: talk through the "
        "disagreements, sharpen the criteria, and have both code a fresh sample.",
        Severity.REFUSE,
    )


def _long(table: npt.NDArray[np.int64]) -> pl.DataFrame:
    names: Sequence[str] = JUDGEMENTS_OF_CODERS
    return pl.DataFrame(
        [
            {"first": one, "second": other, "n": int(table[i, j])}
            for i, one in enumerate(names)
            for j, other in enumerate(names)
        ]
    )

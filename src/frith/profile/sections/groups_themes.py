"""What each theme's answer comes to in counts, for a table that can be masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from frith.networks.themes import QUESTIONS
from frith.profile.content import Table, count, text
from frith.results import Result

Rows = list[tuple[str, int]]


def theme_table(results: Mapping[str, Result]) -> Table:
    """Counts of every theme; a theme whose tables are lacking has one row without a number.

    Counts only: no place, no group and no person, and no figure that could be one person's.
    """
    rows: list[tuple[str, str, int | None]] = []
    for name, result in results.items():
        title = QUESTIONS[name].title
        if result.refused:
            lacking = " and ".join(QUESTIONS[name].needs).replace("_", " ")
            rows.append((title, f"Not counted: no {lacking}", None))
            continue
        rows += [(title, what, n) for what, n in _COUNTED[name](result)]
    return Table(
        name="groups-themes",
        caption="Each theme's question, in counts",
        columns=(
            text("theme", "Theme"),
            text("what", "What is counted"),
            count("n", "Number", blank="–"),
        ),
        frame=pl.DataFrame(
            rows, schema={"theme": pl.String, "what": pl.String, "n": pl.Int64}, orient="row"
        ),
    )


def _shop_theft(result: Result) -> Rows:
    shares = result.tables["shares"]
    return [
        ("Candidate groups recorded for shop theft", result.tables["crews"].height),
        ("Shop thefts with two or more of one group", int(shares["linked"][0])),
        ("Shop thefts with a suspect", int(shares["total"][0])),
    ]


def _at_risk(result: Result) -> Rows:
    rows: Rows = []
    for row in result.tables["themes"].iter_rows(named=True):
        theme = row["theme"].upper()
        rows += [
            (f"People recorded at risk of {theme}", row["at_risk"]),
            (f"Of them, beside a candidate group ({theme})", row["beside_a_group"]),
        ]
    return [*rows, ("Recorded under both", int(result.tables["overlap"]["people"][0]))]


def _venues(result: Result) -> Rows:
    table = result.tables["venues"]
    return [
        ("Venues told apart by phones, adverts and addresses", table.height),
        ("Records they stand for", int(table["events"].sum())),
    ]


def _fraud(result: Result) -> Rows:
    return [
        (f"Frauds by {row['by']}", row["events"])
        for row in result.tables["losses"].iter_rows(named=True)
    ]


def _places(result: Result) -> Rows:
    table = result.tables["sites"]
    return [
        ("Places with an exact point", table.height),
        ("Of them, with two or more records", table.filter(pl.col("events") >= 2).height),
        ("Of them, with a possible victim", table.filter(pl.col("possible_victims") > 0).height),
    ]


def _claims(result: Result) -> Rows:
    return [("Addresses and accounts of three or more people", result.tables["shared"].height)]


_COUNTED: Mapping[str, Callable[[Result], Rows]] = {
    "shop_theft": _shop_theft,
    "child_exploitation": _at_risk,
    "sex_market": _venues,
    "fraud": _fraud,
    "cannabis": _places,
    "begging": _places,
    "domestic_servitude": _places,
    "benefit_fraud": _claims,
}
"""How each theme's tables are counted."""

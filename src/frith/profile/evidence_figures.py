"""The figures of a card: when they were recorded together, who with whom, and where."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from frith.charts.sketches import TIES, occasion_strip, ties_ring
from frith.networks.defaults import ROUTE_SHARE
from frith.profile.content import Figure, Table, text
from frith.profile.evidence_case import Case, chance, moment
from frith.profile.evidence_tables import decimal, plain_count
from frith.profile.words import listed, month_name

ABSENT = "·"
ONCE = "Once together, which is no evidence (p and q are 1), each with how often by chance"


def timeline(case: Case, group: str) -> Figure:
    """A strip of the occasions, and the grid of occasions by people."""
    held = case.part("timeline", group)
    days = held["first"].dt.date().to_list()
    start, end = case.period
    title = f"{group}: its {held.height} occasions"
    return Figure(
        name=f"{group}-when",
        title=title,
        sentence="The line is the whole period of the records.",
        pictures=(occasion_strip(days, start=start, end=end, name=f"{group}-when", title=title),),
        table=_grid(case, group),
        source=case.material.source("events", "roles"),
    )


def _grid(case: Case, group: str) -> Table:
    labels = case.labels(group)
    there: dict[str, set[str]] = {}
    for occasion, person in case.part("grid", group).select("occasion_id", "person_id").iter_rows():
        there.setdefault(occasion, set()).add(person)
    rows = []
    for row in case.part("timeline", group).iter_rows(named=True):
        occasion = row["occasion_id"]
        whole = case.occasions[occasion]
        kinds, precise = _recorded(case, case.events_of(occasion))
        rows.append(
            {
                "occasion": occasion,
                "day": moment(row["first"]) if precise else month_name(f"{row['first']:%Y-%m}"),
                "place": case.material.name_of(row["area"]) if row["area"] else "not recorded",
                "kind": kinds,
                "all": whole["suspects"],
                "who": _row(labels, there[occasion]),
            }
        )
    return Table(
        name=f"{group}-grid",
        caption=f"{group}: occasions by people",
        columns=(
            text("occasion", "Occasion (its first event)"),
            text("day", "Day"),
            text("place", "Place"),
            text("kind", "Recorded as"),
            plain_count("all", "Suspects in all"),
            text("who", _row(labels, set(labels))),
        ),
        frame=pl.DataFrame(rows, infer_schema_length=None),
    )


def _row(labels: Mapping[str, str], there: Collection[str]) -> str:
    """Everybody's letter in their own place, a dot for whoever was not there."""
    return " ".join(
        letter if person in there else ABSENT * len(letter) for person, letter in labels.items()
    )


def _recorded(case: Case, events: list[str]) -> tuple[str, bool]:
    """What an occasion's events were recorded as, and whether its day is known."""
    known = [case.recorded_as[event] for event in events if event in case.recorded_as]
    kinds = listed(sorted({kind for kind, _ in known}))
    more = f" ({len(events)} events)" if len(events) > 1 else ""
    return f"{kinds}{more}", any(precision != "month" for _, precision in known)


def pairs(case: Case, group: str) -> Figure:
    """The people on a ring with their ties, and every pair against chance."""
    labels = case.labels(group)
    q = float(case.found.parameters["q"]) * ROUTE_SHARE
    rows = []
    for row in case.part("edges", group).iter_rows(named=True):
        left, right = sorted((labels[row["person_l"]], labels[row["person_r"]]), key=_alphabet)
        tie = TIES[2] if row["single"] else TIES[0] if row["q"] <= q else TIES[1]
        rows.append((left, right, row["n"], row["expected"], row["p"], row["q"], tie))
    rows.sort(key=lambda one: (_alphabet(one[0]), _alphabet(one[1])))
    once = [f"{left} and {right} {mean:.2f}" for left, right, n, mean, *_ in rows if n == 1]
    met, people = len(rows), len(labels)
    beyond = sum(one[-1] == TIES[0] for one in rows)
    title = f"{group}: who was recorded with whom"
    ring = ties_ring(
        list(labels.values()),
        [(left, right, tie) for left, right, *_, tie in rows],
        name=f"{group}-ties",
        title=title,
    )
    return Figure(
        name=f"{group}-pairs",
        title=title,
        sentence=(
            f"Of {people * (people - 1) // 2} pairs, {met} were recorded together; {beyond} of "
            "them beyond chance as a pair alone."
        ),
        pictures=() if ring is None else (ring,),
        table=Table(
            name=f"{group}-pairs",
            caption=f"{group}: each pair more than once together, against chance",
            columns=(
                text("pair", "Pair"),
                plain_count("n", "Occasions together"),
                decimal("expected", "By chance"),
                text("p", "p"),
                text("q", "q"),
                text("tie", "Finding"),
            ),
            frame=pl.DataFrame(
                [
                    (f"{left} and {right}", n, expected, chance(p), chance(value), tie)
                    for left, right, n, expected, p, value, tie in rows
                    if n > 1
                ],
                schema={
                    "pair": pl.String,
                    "n": pl.Int64,
                    "expected": pl.Float64,
                    "p": pl.String,
                    "q": pl.String,
                    "tie": pl.String,
                },
                orient="row",
            ),
        ),
        source=case.material.source("events", "roles"),
        notes=(f"{ONCE}: {'; '.join(once)}.",) if once else (),
    )


def areas(case: Case, group: str) -> Figure:
    """Where the occasions were: a map where outlines are held, and always a table."""
    held = (
        case.part("timeline", group)
        .group_by("area")
        .agg(n=pl.len().cast(pl.Int64))
        .sort("area", nulls_last=True)
    )
    codes = held["area"].drop_nulls().to_list()
    title = f"{group}: where"
    picture = (
        case.ground.map_of(codes, names=case.material.names, name=f"{group}-where", title=title)
        if case.ground is not None
        else None
    )
    frame = held.select(
        code=pl.col("area").fill_null("–"),
        name=pl.Series(
            [case.material.name_of(code) if code else "not recorded" for code in held["area"]],
            dtype=pl.String,
        ),
        n="n",
    )
    return Figure(
        name=f"{group}-where",
        title=title,
        sentence=(
            f"The occasions were recorded in {len(codes)} {'area' if len(codes) == 1 else 'areas'}."
        ),
        pictures=() if picture is None else (picture,),
        table=Table(
            name=f"{group}-areas",
            caption=f"{group}: occasions by area",
            columns=(text("name", "Area"), text("code", "Code"), plain_count("n", "Occasions")),
            frame=frame,
        ),
        source=case.material.source("events", "areas"),
    )


def _alphabet(letter: str) -> tuple[int, str]:
    return (len(letter), letter)

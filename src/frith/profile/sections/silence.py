"""Section: where fewer reports come in than from places like it: a question, never safety."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture, verdict_map
from frith.places.deprivation import VINTAGE_OF_EDITION
from frith.places.flags import unmatched
from frith.places.silence import silence
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Column,
    Content,
    Figure,
    Guard,
    Paragraph,
    Table,
    count,
    rate,
    text,
)
from frith.profile.masking import withheld
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.sections.deprivation import DOMAIN
from frith.profile.sections.places import RESIDENTS_NEED
from frith.profile.sections.where import own_outlines
from frith.profile.words import counted, listed
from frith.results import Flag, Result

REPORTS = Need(
    table="reports",
    columns=("area",),
    why="tell calm from fear, or from nobody asking",
    holder="the partnership: every agency's log of what it reported",
)
FEWER = "fewer than expected"
CANNOT = "cannot tell"
MOST_CELLS = 2_000
"""Areas times partners beyond which each partner by itself is not asked of here: it takes long."""
SHOWN_AS = {FEWER: "hot", "as expected": "none", CANNOT: "suppressed"}
PREDICTOR_WORDS = {
    "deprivation": "income deprivation",
    "recorded_crime": "recorded crime",
}
NEVER_SAFE = (
    "Few reports are never read as safety here. They may mean fear, distrust, or that nobody "
    "asked. Where fewer come in than expected, people are owed a visit, and not less attention."
)


def build(material: Material) -> Content:
    """Areas that send fewer reports than their like, and what each partner sends."""
    predictors, notes = _predictors(material)
    reports = material.dataset.tables["reports"].rename({"area": "code"})
    reports = reports.filter(pl.col("code").is_in(predictors["code"].to_list()))
    received = _whole_counts(predictors, reports)
    if material.guarded and withheld(received):
        said = "Reports by place are not shown, because a masked count could be worked out."
        return Content(blocks=[Paragraph(said), Caution(NEVER_SAFE)], refused=True)
    shown = received.with_columns(n=material.shown(pl.col("n")))
    result = silence(shown, predictors)
    flags = (*result.flags, *notes)
    if result.refused:
        return Content(
            blocks=[Paragraph(result.sentence), Caution(NEVER_SAFE)],
            results=(result,),
            flags=flags,
            refused=True,
        )
    partners = _by_partner(material, reports, predictors)
    figure = _figure(material, result, received, partners)
    blocks: list[Block] = [Paragraph(_model_said(result)), figure]
    if partners is not None:
        blocks.append(_partner_table(material, reports, partners))
        flags = (*flags, *partners.flags)
    if notes:
        blocks.append(Bullets(tuple(note.text for note in notes)))
    blocks.append(Caution(NEVER_SAFE))
    results = (result,) if partners is None else (result, partners)
    return Content(blocks=blocks, results=results, flags=tuple(flags), headlines=(result.sentence,))


def _predictors(material: Material) -> tuple[pl.DataFrame, list[Flag]]:
    """Residents, and where held income deprivation and the rate of recorded crime, by area."""
    table = material.residents.rename({"n": "population"})
    notes: list[Flag] = []
    tenths = _deprivation(material)
    if tenths is not None:
        lost = table.join(tenths, on="code", how="anti")["code"].to_list()
        notes = [unmatched(lost, "the indices of deprivation")] if lost else []
        table = table.join(tenths, on="code")
    if material.crimes.drop_nulls("area").height:
        per_thousand = (1 + pl.col("n")) / pl.col("population").clip(1) * 1000
        table = (
            table.join(material.shown_counts(), on="code", how="left")
            .with_columns(pl.col("n").fill_null(0))
            .with_columns(recorded_crime=per_thousand.log())
            .drop("n")
        )
    return table, notes


def _deprivation(material: Material) -> pl.DataFrame | None:
    """The tenth of income deprivation of each area, 10 the least turned to −10, latest edition."""
    held = material.dataset.tables.get("deprivation")
    if held is None:
        return None
    vintage = material.dataset.about.area_vintage
    fitting = [one for one, of in VINTAGE_OF_EDITION.items() if of == vintage]
    rows = held.filter((pl.col("domain") == DOMAIN) & pl.col("edition").is_in(fitting))
    rows = rows.filter(pl.col("edition") == rows["edition"].max()).drop_nulls("decile")
    if rows.is_empty():
        return None
    return rows.select("code", deprivation=-pl.col("decile").cast(pl.Float64)).unique("code")


def _whole_counts(predictors: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """True counts of reports: code, n; 0 where none came in."""
    tallied = reports.group_by("code").agg(n=pl.len().cast(pl.Int64))
    return (
        predictors.select("code")
        .join(tallied, on="code", how="left")
        .with_columns(pl.col("n").fill_null(0))
        .sort("code")
    )


def _by_partner(
    material: Material, reports: pl.DataFrame, predictors: pl.DataFrame
) -> Result | None:
    """The same asked of each partner by itself, with sessions held; None where not asked."""
    by = reports.group_by("code", "agency").agg(n=pl.len().cast(pl.Int64))
    agencies = by["agency"].n_unique()
    if not 1 < agencies <= MOST_CELLS // max(predictors.height, 1):
        return None
    sessions = None
    if material.dataset.has("sessions"):
        held = material.dataset.tables["sessions"].drop_nulls("agency")
        sessions = held.group_by("agency").agg(n=pl.len().cast(pl.Int64)).sort("agency")
    shown = by.sort("code", "agency").with_columns(n=material.shown(pl.col("n")))
    found = silence(shown, predictors, sessions=sessions)
    return None if found.refused else found


def _model_said(result: Result) -> str:
    used = [PREDICTOR_WORDS.get(one, one) for one in result.parameters["predictors"][1:]]
    beside = f", {listed(used)}" if used else ""
    return (
        "What each neighbourhood should send is worked out from all the others: from their "
        f"residents{beside}. A place is named only where it sends fewer than chance would explain, "
        "corrected for having looked at every one."
    )


def _quiet_partners(partners: Result | None) -> dict[str, list[str]]:
    """Partners that send fewer than expected, by area."""
    if partners is None:
        return {}
    quiet = partners.tables["areas"].filter(pl.col("verdict") == FEWER).sort("code", "agency")
    grouped = quiet.group_by("code", maintain_order=True).agg("agency")
    return {code: list(names) for code, names in grouped.iter_rows()}


def _judged_singly(partners: Result | None) -> set[str]:
    """Areas in which at least one partner by itself could be judged."""
    if partners is None:
        return set()
    return set(partners.tables["areas"].filter(pl.col("verdict") != CANNOT)["code"])


def _figure(
    material: Material, result: Result, received: pl.DataFrame, partners: Result | None
) -> Figure:
    quiet_with = _quiet_partners(partners)
    judged = _judged_singly(partners)
    areas = (
        result.tables["areas"]
        .drop("received")
        .join(received.select("code", received="n"), on="code")
    )
    fewer = (pl.col("verdict") == FEWER) | pl.col("code").is_in(list(quiet_with))
    named = areas.filter(fewer).sort("code")
    owed = named if named.height else areas.sort("code")
    owed = owed.with_columns(
        name=pl.Series([material.name_of(code) for code in owed["code"]], dtype=pl.String),
        partners=pl.Series(
            [
                listed(quiet_with.get(code, []))
                or ("none by itself" if code in judged else "cannot tell")
                for code in owed["code"]
            ],
            dtype=pl.String,
        ),
    ).sort("name", "code")
    columns: list[Column] = [
        text("name", "Area"),
        count("received", "Reports"),
        rate("expected", "Expected"),
        rate("lo", "Range from"),
        rate("hi", "Range to"),
    ]
    if partners is not None:
        columns.append(text("partners", "Partners that send too few there"))
    cannot = areas.filter(pl.col("verdict") == CANNOT).height
    notes = ["The range is what areas like it send, 19 times in 20. Areas are in order of name."]
    if cannot:
        notes.append(
            f"Of {counted(cannot, 'area')} nothing can be said: so few reports are expected that "
            "even none would not stand out."
        )
    return Figure(
        name="silence",
        title="Where outreach is owed",
        sentence=result.sentence,
        table=Table(
            name="silence",
            caption="Neighbourhoods that send fewer reports than others like them"
            if named.height
            else "Reports from every neighbourhood: none is clearly fewer than from others like it",
            columns=tuple(columns),
            frame=owed,
        ),
        source=material.source("reports", "population", *_beside(material)),
        pictures=_picture(material, areas, quiet_with, asked=bool(judged)),
        notes=tuple(notes),
    )


def _beside(material: Material) -> list[str]:
    return [one for one in ("deprivation", "events", "sessions") if material.dataset.has(one)]


def _picture(
    material: Material, areas: pl.DataFrame, quiet_with: dict[str, list[str]], *, asked: bool
) -> tuple[Picture, ...]:
    """The map of where to ask first; none where an area has no outline."""
    outlines = own_outlines(material)
    drawn = {str(one["properties"]["code"]) for one in material.own_outlines if one["geometry"]}
    if not set(areas["code"]) <= drawn:
        return ()
    verdict = pl.col("verdict").replace_strict(SHOWN_AS)
    partly = (verdict != "hot") & pl.col("code").is_in(list(quiet_with))
    shown = areas.select(
        "code", verdict=pl.when(partly).then(pl.lit("suggestive")).otherwise(verdict)
    )
    n = shown.filter(pl.col("verdict") == "hot").height
    return (
        verdict_map(
            shown,
            outlines,
            legend_title="Reports beside places like it",
            labels={
                "hot": "Fewer: ask here first",
                "suggestive": "Fewer from one partner" if asked else "Partners not asked of singly",
                "none": "As expected (not: safe)",
                "suppressed": "Cannot tell",
            },
            places=material.dataset.outlines.get("places"),
            name="silence",
            title=f"Outreach is owed first in {counted(n, 'area')}"
            if n
            else "No area is clearly quieter than its like",
            source="",
        ),
    )


def _partner_table(material: Material, reports: pl.DataFrame, partners: Result) -> Table:
    """What each partner sent, sessions held with it, and how many areas can be judged."""
    verdict = pl.col("verdict")
    judged = (
        partners.tables["areas"]
        .group_by("agency")
        .agg(fewer=(verdict == FEWER).sum(), cannot=(verdict == CANNOT).sum(), areas=pl.len())
    )
    frame = judged.join(
        reports.group_by("agency").agg(n=pl.len().cast(pl.Int64)), on="agency", how="left"
    )
    columns: list[Column] = [text("agency", "Partner"), count("n", "Reports")]
    if material.dataset.has("sessions"):
        held = material.dataset.tables["sessions"].drop_nulls("agency")
        sessions = held.group_by("agency").agg(sessions=pl.len().cast(pl.Int64))
        frame = frame.join(sessions, on="agency", how="left").with_columns(
            pl.col("sessions").fill_null(0)
        )
        columns.append(count("sessions", "Sessions held", guard=Guard.FREE))
    columns += [
        count("fewer", "Areas with too few", guard=Guard.FREE),
        count("cannot", "Areas of which it cannot be told", guard=Guard.FREE),
        count("areas", "Areas", guard=Guard.FREE),
    ]
    return Table(
        name="silence-partners",
        caption="Each partner by itself; its own family of checks, corrected together",
        columns=tuple(columns),
        frame=frame.sort("agency"),
    )


SECTION = Section(
    name="silence",
    title="Where nothing is reported",
    needs=(REPORTS, RESIDENTS_NEED),
    build=build,
)

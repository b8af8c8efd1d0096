"""Section: where fewer reports come in than from places like it: a question, never safety."""

from __future__ import annotations

import polars as pl

from frith.charts import Picture
from frith.places.deprivation import VINTAGE_OF_EDITION
from frith.places.flags import unmatched
from frith.places.from_dataset import larger_in
from frith.places.silence import CANNOT, FEWER, silence, silence_by_agency
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
from frith.profile.place_maps import silence_map
from frith.profile.section import Section
from frith.profile.sections.deprivation import DOMAIN
from frith.profile.sections.places import RESIDENTS_NEED
from frith.profile.sections.where import ground_of
from frith.profile.words import capital, counted, listed
from frith.results import Flag, Result

REPORTS = Need(
    table="reports",
    columns=("area",),
    why="tell calm from fear, or from nobody asking",
    holder="the partnership: every agency's log of what it reported",
)
OWN_AREAS = "area"
"""Where partners were asked of by the same small areas, and not by larger ones."""
SAID_HERE = ("POWER", "POOLED", "MUTE")
"""Notes on the answer that a reader must meet beside it."""
MOST_CELLS = 20_000
"""Areas times partners beyond which each partner by itself is not asked of here: it takes long."""
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
    asked = _by_partner(material, reports, predictors)
    partners, level = asked if asked is not None else (None, OWN_AREAS)
    figure = _figure(material, result, received, partners if level == OWN_AREAS else None)
    blocks: list[Block] = [Paragraph(_model_said(result)), figure]
    if partners is not None:
        blocks.append(_partner_table(material, reports, partners, level))
        if level != OWN_AREAS and (partners.tables["areas"]["verdict"] == FEWER).any():
            blocks.append(_larger_table(material, partners, level))
        flags = (*flags, *partners.flags)
    told = dict.fromkeys(one.text for one in flags if one.code in SAID_HERE)
    if told:
        blocks.append(Bullets(tuple(told)))
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
) -> tuple[Result, str] | None:
    """The same asked of each partner by itself, and by which areas; None where not asked."""
    by = reports.group_by("code", "agency").agg(n=pl.len().cast(pl.Int64))
    agencies = by["agency"].n_unique()
    if not 1 < agencies <= MOST_CELLS // max(predictors.height, 1):
        return None
    sessions = None
    if material.dataset.has("sessions"):
        held = material.dataset.tables["sessions"].drop_nulls("agency")
        sessions = held.group_by("agency").agg(n=pl.len().cast(pl.Int64)).sort("agency")
    shown = by.sort("code", "agency").with_columns(n=material.shown(pl.col("n")))
    found, level = silence_by_agency(
        shown, predictors, larger=larger_in(material.dataset), sessions=sessions
    )
    return None if found.refused else (found, level)


def _model_said(result: Result) -> str:
    used = [PREDICTOR_WORDS.get(one, one) for one in result.parameters["predictors"][1:]]
    beside = f", {listed(used)}" if used else ""
    return (
        "What each neighbourhood should send is worked out from all the others: from their "
        f"residents{beside}. A place is named only where it sends fewer than chance would explain, "
        "corrected for having looked at every one."
    )


def _quiet_partners(partners: Result) -> dict[str, list[str]]:
    """Partners that send fewer than expected, by area."""
    quiet = partners.tables["areas"].filter(pl.col("verdict") == FEWER).sort("code", "agency")
    grouped = quiet.group_by("code", maintain_order=True).agg("agency")
    return {code: list(names) for code, names in grouped.iter_rows()}


def _figure(
    material: Material,
    result: Result,
    received: pl.DataFrame,
    cells: Result | None,
) -> Figure:
    """Areas quieter than their like. `cells`: partners by the same small areas, where asked so."""
    areas = (
        result.tables["areas"]
        .drop("received")
        .join(received.select("code", received="n"), on="code")
    )
    quiet_with = {} if cells is None else _quiet_partners(cells)
    fewer = (pl.col("verdict") == FEWER) | pl.col("code").is_in(list(quiet_with))
    named = areas.filter(fewer).sort("code")
    owed = _with_names(material, named if named.height else areas, cells)
    columns: list[Column] = [
        text("name", "Area"),
        count("received", "Reports"),
        rate("expected", "Expected"),
        rate("lo", "Range from"),
        rate("hi", "Range to"),
    ]
    if cells is not None:
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
        pictures=_picture(material, areas, cells),
        notes=tuple(notes),
    )


def _with_names(material: Material, areas: pl.DataFrame, cells: Result | None) -> pl.DataFrame:
    """Areas by name, with the partners that send too few there, where they were asked of so."""
    quiet = {} if cells is None else _quiet_partners(cells)
    judged = set()
    if cells is not None:
        judged = set(cells.tables["areas"].filter(pl.col("verdict") != CANNOT)["code"])
    said = [
        listed(quiet.get(code, [])) or ("none by itself" if code in judged else "cannot tell")
        for code in areas["code"]
    ]
    names = [material.name_of(code) for code in areas["code"]]
    return areas.with_columns(
        name=pl.Series(names, dtype=pl.String), partners=pl.Series(said, dtype=pl.String)
    ).sort("name", "code")


def _beside(material: Material) -> list[str]:
    return [one for one in ("deprivation", "events", "sessions") if material.dataset.has(one)]


def _picture(material: Material, areas: pl.DataFrame, cells: Result | None) -> tuple[Picture, ...]:
    """The map of where to ask first; none where an area has no outline."""
    drawn = {str(one["properties"]["code"]) for one in material.own_outlines if one["geometry"]}
    if not set(areas["code"]) <= drawn:
        return ()
    asked = None if cells is None else cells.tables["areas"]
    return (silence_map(areas, ground_of(material), cells=asked),)


def _partner_table(
    material: Material, reports: pl.DataFrame, partners: Result, level: str
) -> Table:
    """What each partner sent, sessions held with it, and in how many areas it can be judged."""
    sent = reports.group_by("agency").agg(n=pl.len().cast(pl.Int64))
    frame = partners.tables["agencies"].drop("received").join(sent, on="agency", how="left")
    columns: list[Column] = [text("agency", "Partner"), count("n", "Reports")]
    if material.dataset.has("sessions"):
        frame = frame.with_columns(pl.col("sessions").fill_null(0))
        columns.append(count("sessions", "Sessions held", guard=Guard.FREE))
    columns += [
        count("fewer", f"{capital(level)}s with too few", guard=Guard.FREE, blank="none sent"),
        count("cannot_tell", "Of which it cannot be told", guard=Guard.FREE, blank="none sent"),
        count("areas", f"{capital(level)}s", guard=Guard.FREE, blank="none sent"),
    ]
    return Table(
        name="silence-partners",
        caption="Each partner by itself; its own family of checks, corrected together",
        columns=tuple(columns),
        frame=frame.with_columns(pl.col("n").fill_null(0)).sort("agency"),
    )


def _larger_table(material: Material, partners: Result, level: str) -> Table:
    """Partners that send too few from larger areas, where small ones cannot tell."""
    quiet = partners.tables["areas"].filter(pl.col("verdict") == FEWER).sort("code", "agency")
    names = [material.name_of(code) for code in quiet["code"]]
    return Table(
        name="silence-larger",
        caption=f"Partners that send fewer than expected, by {level}",
        columns=(
            text("name", capital(level)),
            text("agency", "Partner"),
            count("received", "Reports"),
            rate("expected", "Expected"),
        ),
        frame=quiet.with_columns(name=pl.Series(names, dtype=pl.String)).sort("name", "agency"),
    )


SECTION = Section(
    name="silence",
    title="Where nothing is reported",
    needs=(REPORTS, RESIDENTS_NEED),
    build=build,
)

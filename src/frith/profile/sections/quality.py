"""Section: how good the data are, and what they cannot show."""

from __future__ import annotations

import polars as pl

from frith.places.wording import calendar
from frith.profile.content import (
    Block,
    Bullets,
    Content,
    Facts,
    Guard,
    Heading,
    Table,
    count,
    text,
)
from frith.profile.material import Material
from frith.profile.needs import TABLE_WORDS
from frith.profile.section import Section
from frith.profile.words import capital, listed, month_runs
from frith.profile.words import percent as share_of
from frith.tables.report import TableReport

OF_PEOPLE = ("roles", "referrals", "lists")
"""Tables from which this document counts people, or estimates how many there are."""


def build(material: Material) -> Content:
    """Each table's account, what is missing in the events, and the limits of the whole."""
    blocks: list[Block] = [
        Heading("What we read"),
        _tables(material),
    ]
    notes = _notes(material)
    if notes:
        blocks += [Heading("What was noticed on reading"), Bullets(notes)]
    facts = _facts(material)
    if facts:
        blocks += [Heading("How complete the records are"), Facts(facts)]
    blocks += [Heading("What this data cannot show"), Bullets(cannot_show(material))]
    flags = tuple(note for report in material.dataset.reports.values() for note in report.notes)
    return Content(blocks=blocks, flags=flags)


def _tables(material: Material) -> Table:
    rows = [
        {
            "table": capital(TABLE_WORDS.get(name, name.replace("_", " "))),
            "rows": report.rows,
            "refused": report.refused,
            "reasons": _reasons(report),
            "set_aside": listed(list(report.set_aside)) or "none",
        }
        for name, report in sorted(material.dataset.reports.items())
    ]
    reasons = [text("reasons", "Why refused")] if any(row["refused"] for row in rows) else []
    return Table(
        name="tables-read",
        caption="Tables read: rows, rows refused, and columns set aside unread",
        columns=(
            text("table", "What"),
            count("rows", "Rows"),
            count("refused", "Refused", guard=Guard.FREE),
            *reasons,
            text("set_aside", "Columns set aside"),
        ),
        frame=pl.DataFrame(rows, schema=_TABLES_READ),
    )


_TABLES_READ = {
    "table": pl.String,
    "rows": pl.Int64,
    "refused": pl.Int64,
    "reasons": pl.String,
    "set_aside": pl.String,
}


def _reasons(report: TableReport) -> str:
    """The reasons for refusal with how many rows each; never the refused values themselves."""
    if report.refusals.is_empty():
        return "none refused"
    by = (
        report.refusals.group_by("column", "reason")
        .len()
        .sort("len", "column", descending=[True, False])
    )
    return "; ".join(f"{row[0]}: {row[1]} ({row[2]:,})" for row in by.head(3).iter_rows())


def _notes(material: Material) -> tuple[str, ...]:
    """Notes of the readers, each once."""
    of_tables = [note for report in material.dataset.reports.values() for note in report.notes]
    said = [note.text for note in (*material.dataset.notes, *of_tables)]
    return tuple(dict.fromkeys(said))


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    events = material.dataset.tables.get("events")
    if events is None or material.recorded.is_empty():
        return ()
    recorded = material.recorded
    facts: list[tuple[str, str]] = []
    months = material.months
    gaps = sorted(set(calendar(months[0], months[-1])) - set(months))
    facts.append(("Months held", f"{len(months)}: {month_runs(months)}"))
    facts.append(
        ("Months missing between them", f"{len(gaps)}: {month_runs(gaps)}" if gaps else "none")
    )
    unplaced = recorded["area"].null_count()
    aside = events.height - recorded.height
    if aside:
        told = f"{material.said(aside)} of {material.said(events.height)}"
        why = "stops, intelligence or referrals: neither crime nor incident, so in no count of them"
        facts.append(("Events of another kind", f"{told}; {why}"))
    facts.append(("Crimes and incidents counted", material.said(material.events.height)))
    without = (
        f"{material.said(unplaced)} of {material.said(recorded.height)}" if unplaced else "none"
    )
    if 0 < unplaced < recorded.height:
        without += "; they may lie anywhere the source covers, and are in no count"
    facts.append(("Records without a known place", without))
    placed = recorded.drop_nulls("area").height
    strange = recorded.filter(
        pl.col("area").is_not_null() & ~pl.col("area").is_in(list(material.areas))
    ).height
    facts.append(("Records in areas that are not listed", _part(material, strange, placed)))
    points = events.drop_nulls("area")["point_precision"].eq("snapped").sum()
    facts.append(("Records moved to a shared map point", _part(material, int(points), placed)))
    vintages = events["area_vintage"].fill_null(material.dataset.about.area_vintage).unique()
    facts.append(("Edition of area codes", ", ".join(vintages.sort())))
    by_month = events.filter(pl.col("date_precision") == "month").height
    facts.append(("Records dated only by month", _part(material, by_month, events.height)))
    return tuple(facts)


def _part(material: Material, n: int, of: int) -> str:
    if n in (0, of):
        return f"{'none' if n == 0 else 'all'} of {material.said(of)}"
    return f"{material.said(n)} of {material.said(of)} ({share_of(n / of)})"


def cannot_show(material: Material) -> tuple[str, ...]:
    """What no reader may take from these records."""
    dataset = material.dataset
    limits = [
        "Which offence was organised. A sample of crimes was judged, so shares are known of many "
        "crimes together and of none by itself."
        if dataset.has("judgements")
        else "Which offences were organised. No record here says so, and nothing in this document "
        "is called organised.",
        "Crime that nobody reported. Victims of exploitation and of organised offenders are often "
        "too afraid to report: low counts mean few records, not little crime and not safety.",
        "Who did it or who suffered it. People are counted where that is said, and nobody is "
        "named, listed or singled out. Being recorded as a suspect is not guilt."
        if any(dataset.has(name) for name in OF_PEOPLE)
        else "Who did it or who suffered it. No person is described, counted or inferred here.",
        "What harm was done to anybody. Harm here is an index of sentences for offences, not what "
        "victims went through."
        if dataset.has("weights")
        else "How harmful it was. The broad types mix offences of very different harm, so no harm "
        "weight is given.",
        "Why one place has more records than another. Where police look, shops report and people "
        "gather all leave their mark.",
    ]
    events = material.dataset.tables.get("events")
    if events is not None and (events["point_precision"] == "snapped").any():
        limits.append(
            "Streets and addresses. The publisher moves each record to a map point shared by at "
            "least eight addresses, so nothing finer than a neighbourhood is shown."
        )
    if events is not None and events["offence_code"].null_count() == events.height:
        limits.append(
            "Fraud, most online crime, slavery and trafficking as such: the broad types of crime "
            "held here do not tell them apart."
        )
    return tuple(limits)


SECTION = Section(name="quality", title="How good the data are", needs=(), build=build)

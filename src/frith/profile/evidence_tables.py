"""The tables of a card: people, chance by place, what is shared, scores, what would change it."""

from __future__ import annotations

import polars as pl

from frith.networks.ages import ADULT
from frith.networks.members import BY_GROUP, CORE
from frith.profile.content import Column, Form, Table, text
from frith.profile.evidence_case import Case, chance, listed_letters, moment

MOST_AREAS = 3
ONCE = "there once only"
"""One occasion says least of a person, however sure the group is."""
ELSE_THEY_ARE = (
    "Where nothing is noted, somebody was confirmed with the group, was 18 or over on the first "
    "occasion listed, and every record joined to them is sure."
)


def plain_count(name: str, label: str) -> Column:
    """A column of exact whole numbers: nothing in this document is masked."""
    return Column(name=name, label=label, form=Form.COUNT)


def decimal(name: str, label: str, *, blank: str = "not known") -> Column:
    """A column of numbers with two decimals."""
    return Column(name=name, label=label, form=Form.RATIO, blank=blank)


def member_table(case: Case, group: str) -> Table:
    """Everybody of the group: part, how they came in, counts and tests."""
    labels = case.labels(group)
    aged = dict(case.part("ages", group).select("person_id", "age").iter_rows())
    rows = [
        {
            "label": labels[row["person_id"]],
            "person": row["person_id"],
            "tier": row["tier"],
            "k": row["k"],
            "expected": row["expected"],
            "q": "–" if row["tier"] == CORE else chance(row["q"]),
            "note": _note(row, aged.get(row["person_id"], "age not looked up")),
        }
        for row in case.part("members", group).sort("person_id").iter_rows(named=True)
    ]
    return Table(
        name=f"{group}-people",
        caption=f"{group}: people recorded together, none of them recorded as a possible victim",
        columns=(
            text("person", "Person"),
            text("label", "Letter"),
            text("tier", "Part"),
            plain_count("k", "Occasions with others of the core"),
            decimal("expected", "By chance"),
            text("q", "q, of associates"),
            text("note", "To note"),
        ),
        frame=pl.DataFrame(rows, infer_schema_length=None),
    )


def _note(row: dict[str, object], age: str) -> str:
    """What is not as `ELSE_THEY_ARE` says."""
    said = (
        "" if row["basis"] == BY_GROUP else str(row["basis"]),
        ONCE if row["k"] == 1 else "",
        "" if age == ADULT else age,
        str(row["identity"] or ""),
    )
    return "; ".join(one for one in said if one) or "–"


def chance_table(case: Case, group: str) -> Table:
    """The expected number, stratum by stratum."""
    strata = {row["stratum"]: row for row in case.found.tables["strata"].iter_rows(named=True)}
    rows = []
    for row in case.part("chance", group).iter_rows(named=True):
        held = strata[row["stratum"]]
        rows.append(
            {
                "stratum": str(row["stratum"]),
                "when": f"{moment(held['first'])} to {moment(held['last'])}",
                "rate": f"{row['rate']:.5f}",
                "days": row["days"],
                "squares": row["days_squared"],
                "expected": f"{row['expected']:.4f}",
            }
        )
    return Table(
        name=f"{group}-chance",
        caption=f"{group}: occasions expected by chance, by place and half-year",
        columns=(
            text("stratum", "Stratum"),
            text("when", "From and to"),
            text("rate", "Rate"),
            plain_count("days", "Their occasions there, added up"),
            plain_count("squares", "Sum of squares"),
            text("expected", "Expected"),
        ),
        frame=pl.DataFrame(rows, infer_schema_length=None),
        folded=True,
    )


def object_table(case: Case, group: str) -> Table:
    """Objects tied to two or more of the group."""
    labels = case.labels(group)
    rows = [
        {
            "kind": row["kind"],
            "object": row["object_id"],
            "people": listed_letters(row["people"], labels),
        }
        for row in case.part("shared_objects", group).iter_rows(named=True)
    ]
    columns = (text("object", "Object"), text("kind", "Kind"), text("people", "Tied to"))
    return Table(
        name=f"{group}-objects",
        caption=f"{group}: objects tied to two or more of them",
        columns=columns,
        frame=pl.DataFrame(rows, schema={c.name: pl.String for c in columns}),
        folded=len(rows) > MOST_AREAS,
    )


def score_table(case: Case, group: str) -> Table:
    """The three axes with their ranges, and every part; what is not known says so."""
    items = case.part("score_items", group)
    parts = {
        str(key[0]): "; ".join(_component(row) for row in rows.iter_rows(named=True))
        for key, rows in items.partition_by("axis", as_dict=True, maintain_order=True).items()
    }
    frame = case.part("scores", group).with_columns(
        pl.col("axis").str.to_titlecase(),
        parts=pl.col("axis").replace_strict(parts, return_dtype=pl.String),
    )
    return Table(
        name=f"{group}-scores",
        caption=f"{group}: scores of the group, 0 to 10, and each part: its value (its mid-rank)",
        columns=(
            text("axis", "Axis"),
            decimal("lo", "If the unknown were 0"),
            decimal("value", "Of what is known"),
            decimal("hi", "If the unknown were 10"),
            text("parts", "Parts"),
        ),
        frame=frame,
    )


def _component(row: dict[str, object]) -> str:
    if row["value"] is None:
        return f"{row['component']}: not known"
    return f"{row['component']} {row['value']:.2f} ({row['rank']:.1f})"


def change_table(case: Case, group: str) -> Table:
    """Whether the group would still be listed."""
    frame = case.part("changes", group).with_columns(
        stands=pl.when("stands").then(pl.lit("still listed")).otherwise(pl.lit("no longer listed"))
    )
    return Table(
        name=f"{group}-changes",
        caption=f"{group}: would it still be listed?",
        columns=(text("change", "If"), text("stands", "Then")),
        frame=frame,
    )

"""Section: how much of recorded crime was judged organised, from a study's judgements.

Low counts what nobody could tell as not organised, high counts it as organised. The report of a
study begins with the same content.
"""

from __future__ import annotations

import polars as pl

from frith.charts import interval_chart
from frith.charts.picture import Picture
from frith.disclosure import MASK, TOTAL, count_table, protect
from frith.profile.content import (
    Block,
    Bullets,
    Content,
    Facts,
    Figure,
    Form,
    Guard,
    Heading,
    Paragraph,
    Table,
    count,
    text,
)
from frith.profile.content import Column as Shown
from frith.profile.masking import LARGEST_MASKED
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.profile.words import MASKED, listed
from frith.reference.catalogue import load
from frith.results import Flag
from frith.study.criteria import REQUIRED, WORDS
from frith.study.shares import FEWEST_CODED, Shares, said, shares

JUDGEMENTS = Need(
    table="judgements",
    columns=("judgement",),
    why="say what share of recorded crime two people, reading the records apart, judged organised",
    holder="the partnership's analysts: frith study sample draws the crimes, two people judge them",
)
SHARES = ("share", "lo", "hi", "from", "to", "unknown_share")
SAFE_FLAGS = ("RECORDED", "DEFINITION", "UNKNOWN")
"""Flags whose words hold no count of few crimes."""
HIDDEN = "not shown: few crimes"
TOO_FEW = "too few judged"
CLEARLY = 50
"""Per cent: a share whose whole interval lies above is mostly organised."""
CRITERION_WORDS = {
    "people": "Enough people acting together",
    "continuing": "More than one occasion",
    "planned": "Planned or directed",
    "gain": "For gain",
    "control": "People controlled or intimidated",
    "serious": "Seven years or more",
    "mapped": "Tied to a mapped group",
}
"""Criteria of the coding form as a report names them."""
LIMITS = (
    "Shares are of recorded crime. Crime that nobody reported or found is in none of them, and "
    "there organised crime does much of its harm.",
    "A judgement is about a crime, never about a person: whoever took part may have been made to.",
    "One definition's share is never another's, and no share here is comparable with another "
    "place's unless definition, criteria and sample are the same.",
)


def build(material: Material) -> Content:
    """Shares by theme and neighbourhood, how they were made, and what they cannot say."""
    found = shares(material.dataset.tables["judgements"])
    return content(material, found)


def content(material: Material, found: Shares) -> Content:
    """Shares already worked out, as a board reads them."""
    row = found.tables["overall"].row(0, named=True)
    sentence = _sentence(material, found, row)
    blocks: list[Block] = [Paragraph(sentence)]
    if not found.refused:
        blocks += [
            by(material, found, "shares", "theme"),
            by(material, found, "neighbourhoods", "neighbourhood"),
        ]
    blocks += [Heading("How it was judged"), how(material, found), Bullets(LIMITS)]
    return Content(
        blocks=blocks,
        headlines=(sentence,),
        flags=flags(material, found.flags),
        results=(found,),
        refused=found.refused,
    )


def flags(material: Material, raised: tuple[Flag, ...]) -> tuple[Flag, ...]:
    """The flags a reader may see: where counts are masked, those that tell no small count."""
    if not material.guarded:
        return raised
    return tuple(flag for flag in raised if flag.code in SAFE_FLAGS)


def _sentence(material: Material, found: Shares, row: dict[str, float]) -> str:
    if found.refused:
        return "Too few crimes were judged to say what share of recorded crime is organised."
    if material.guarded and _small(row):
        return (
            "What share of recorded crime was judged organised is not shown: it rests on fewer "
            "than five crimes."
        )
    return said(row, found.definition)


def _small(row: dict[str, float]) -> bool:
    return 0 < row["organised"] <= LARGEST_MASKED or row["coded"] < FEWEST_CODED


def theme_names() -> dict[str, str]:
    """Themes by their names in plain English."""
    return {str(row["key"]): str(row["name"]) for row in load("themes")}


def without_few(
    material: Material, frame: pl.DataFrame, hits: str, *, within: str = "", adds_up: bool = False
) -> pl.DataFrame:
    """The frame as it may be shown, shares as per cents; under masking whole, none from few crimes.

    `hits`: the column of crimes a share counts. Where it is 1 to 4, or under `FEWEST_CODED` crimes
    were judged (a column `coded`), every share of the row is blank, for even a nought or a
    hundred per cent would tell of each of few; a column `note` then says so. `adds_up`: rows make
    one whole (or one for each value of `within`), so what is hidden must not be had by
    subtraction: further rows are hidden as `frith.disclosure` finds them needed. Counts of hidden
    rows are null, and shown as masked.
    """
    parts = [name for name in SHARES if name in frame.columns]
    other = pl.col("note") if "note" in frame.columns else pl.lit(None, pl.String)
    if not material.guarded:
        return frame.with_columns(*((pl.col(one) * 100).round(1) for one in parts), note=other)
    few = (pl.col(hits) > 0) & (pl.col(hits) <= LARGEST_MASKED)
    if "coded" in frame.columns:
        few |= pl.col("coded") < FEWEST_CODED
    frame = frame.with_columns(_few=few)
    if adds_up:
        key = [within] if within else []
        parts_of = frame.partition_by(key, maintain_order=True) if key else [frame]
        frame = pl.concat([_hidden_beside(part, hits) for part in parts_of])
    shown = ~pl.col("_few")
    counts = [name for name in (hits, "coded") if name in frame.columns]
    return frame.with_columns(
        *(pl.when(shown).then((pl.col(one) * 100).round(0)).alias(one) for one in parts),
        *(pl.when(shown).then(one).alias(one) for one in counts),
        note=pl.when(~shown & other.is_null()).then(pl.lit(HIDDEN)).otherwise(other),
    ).drop("_few")


def _hidden_beside(rows: pl.DataFrame, hits: str) -> pl.DataFrame:
    """The rows of one whole, with those hidden too whose sight would give a hidden one away.

    `frith.disclosure` masks the small counts and what it takes to protect them; where a row that
    is hidden for another reason would then stand alone, the smallest other row is hidden with it.
    """
    if rows.height == 1 or not rows[hits].sum():
        return rows
    names = [f"row {place}" for place in range(rows.height)]
    table = pl.DataFrame({"row": [*names, TOTAL], "n": [*rows[hits], rows[hits].sum()]})
    safe = protect(count_table(table, labels=("row",)))
    masked = pl.Series([True] * rows.height)
    if not safe.refused:
        masked = safe.published["n"].head(rows.height) == MASK
    hidden = rows["_few"] | masked
    if hidden.sum() == 1 and rows.height > 1:
        others = rows.with_row_index("_at").filter(~hidden).sort(hits)
        hidden[int(others["_at"][0])] = True
    return rows.with_columns(_few=hidden)


def per_cent(material: Material, name: str, label: str) -> Shown:
    """A column of shares of a sample, as per cents; whole ones where counts are masked."""
    return Shown(
        name=name,
        label=f"{label}, %",
        form=Form.COUNT if material.guarded else Form.RATE,
        guard=Guard.FREE,  # blanked by `without_few`
        blank="none given",
    )


def by(material: Material, found: Shares, table: str, label: str) -> Figure:
    """The shares of themes or of neighbourhoods: a list with intervals, and its table."""
    frame = found.tables[table].rename({label: "name"})
    frame = frame.with_columns(
        pl.col("name").replace(theme_names()) if label == "theme" else pl.col("name"),
        note=pl.when(pl.col("refused") != "").then(pl.lit(TOO_FEW)),
    )
    shown = without_few(material, frame, "organised", adds_up=True)
    held = shown.drop_nulls("lo")
    sentence = _told(held, label)
    if held.height < frame.height:
        sentence += f" {frame.height - held.height} of {frame.height} have no share to give."
    name = f"organised-{label}"
    return Figure(
        name=name,
        title=f"Share of recorded crime judged organised, by {label}",
        sentence=sentence,
        table=Table(
            name=name,
            caption=f"Share of recorded crime judged organised, by {label}, low and high",
            columns=(
                text("name", label.capitalize()),
                per_cent(material, "lo", "Low"),
                per_cent(material, "hi", "High"),
                per_cent(material, "from", "From"),
                per_cent(material, "to", "To"),
                per_cent(material, "unknown_share", "Nobody could tell"),
                count("held", "Crimes held"),
                count("coded", "Judged", blank=masked_as(material)),
                count("organised", "Judged organised", blank=masked_as(material)),
            ),
            frame=shown.select(
                "name", "lo", "hi", "from", "to", "unknown_share", "held", "coded", "organised"
            ),
        ),
        source=material.source("judgements"),
        pictures=(_picture(shown, name, sentence),) if held.height else (),
        notes=(
            "Low: what nobody could tell counted as not organised; high: as organised; from and "
            "to: with the chance in the sample, 95%.",
        ),
    )


def _told(held: pl.DataFrame, label: str) -> str:
    if held.is_empty():
        return f"No {label} has a share that can be given."
    top = held.sort(["lo", "name"], descending=[True, False]).row(0, named=True)
    rest = held.filter(pl.col("name") != top["name"])
    if rest.is_empty():
        return f"{top['name']}: {_reach(top)}."
    if (rest["to"] < top["from"]).all():
        return f"{top['name']} stands above every other {label}: {_reach(top)}."
    apart = held.filter(pl.col("from") > CLEARLY).sort("name")["name"].to_list()
    if apart:
        return f"At least half is organised, chance allowed for, of: {listed(apart, most=12)}."
    return f"No one {label} stands above the rest: intervals overlap, so they are in no order."


def _reach(row: dict[str, float]) -> str:
    bounds = _span(row["lo"], row["hi"])
    reach = _span(row["from"], row["to"])
    return bounds if bounds == reach else f"{bounds} (with chance, {reach})"


def _span(lo: float, hi: float) -> str:
    return f"{lo:.0f}%" if f"{lo:.0f}" == f"{hi:.0f}" else f"{lo:.0f}% to {hi:.0f}%"


def _picture(shown: pl.DataFrame, name: str, sentence: str) -> Picture:
    """Each share from its lowest to its highest reading; the mark stands at the low bound."""
    rows = shown.select(
        label="name",
        value="lo",
        lo="from",
        hi="to",
        note="note",
    )
    return interval_chart(
        rows,
        unit="per cent of recorded crime; the mark is the low bound, the line reaches as far as "
        "the unknown and chance allow",
        name=name,
        title=sentence,
        source="",
    )


def how(material: Material, found: Shares) -> Facts:
    """Definition, criteria, sample and agreement, as facts to look up."""
    judgements = material.dataset.tables["judgements"]
    row = judgements.row(0, named=True)
    overall = found.tables["overall"].row(0, named=True)
    facts = [
        ("Organised means", WORDS[found.definition]),
        ("A crime counts where", _required(found.definition)),
        (
            "Sample",
            f"{material.said(overall['sampled'])} of {material.said(overall['held'])} recorded "
            "crimes, at random within each theme and neighbourhood",
        ),
        ("Coders' agreement beyond chance (kappa)", _kappa(row)),
        ("Nobody could tell", f"{overall['unknown_share']:.0%} of recorded crime"),
    ]
    return Facts(tuple(facts))


def _required(definition: str) -> str:
    """What coders must have answered yes to, in words."""
    words = [CRITERION_WORDS[name] for name in REQUIRED[definition]]
    return f"coders answered yes to: {listed([f'{w[0].lower()}{w[1:]}' for w in words], most=9)}"


def masked_as(material: Material) -> str:
    """How a count that is not shown is written."""
    return MASKED if material.guarded else "not known"


def _kappa(row: dict[str, float | None]) -> str:
    if row["kappa"] is None:
        return "not stated"
    reach = (
        f" ({row['kappa_lo']:.2f} to {row['kappa_hi']:.2f})" if row["kappa_lo"] is not None else ""
    )
    return f"{row['kappa']:.2f}{reach}, before reconciling"


SECTION = Section(
    name="organised-share",
    title="How much of recorded crime is organised",
    needs=(JUDGEMENTS,),
    build=build,
)

"""Section: how many possible victims there may be, seen and unseen; or why it cannot be said.

Two parts: what a board reads, and what a statistician asks for. What is shown is rounded to two
significant figures; what is fitted never is.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import polars as pl

from frith.charts import heat_table, interval_chart
from frith.charts.picture import Picture
from frith.prevalence.captures import MAX_LISTS, MIN_LISTS, from_membership
from frith.prevalence.extent import Extent, extent
from frith.prevalence.links import comparable
from frith.prevalence.rules import two_figures
from frith.profile.content import (
    Block,
    Bullets,
    Caution,
    Content,
    Facts,
    Figure,
    Guard,
    Heading,
    Paragraph,
    Table,
    count,
    text,
)
from frith.profile.material import Material
from frith.profile.needs import Need
from frith.profile.section import Section
from frith.results import Interval

REPLICATES = 1000
LISTS = Need(
    table="lists",
    why="see how far partners' lists of possible victims overlap, and so how many all of them miss",
    holder="councils, police, charities and health, under an agreement, with pseudonyms",
)
NO_ANSWER = {
    "refused": "The lists are too thin for an estimate.",
    "lower-bound-only": "The lists give a lower bound only.",
}
IMPROVE = (
    "lists that cover the same area and year, under one definition",
    "a list whose people arrive by their own way, such as outreach or a helpline",
    "careful linkage, so that one person is one pseudonym in every list",
    "pooling with neighbouring boroughs, or over years, where counts are small",
)


def build(material: Material) -> Content:
    """The estimate with its range, what it rests on, and what would improve it."""
    rows = material.dataset.tables["lists"]
    number = rows["list"].n_unique()
    if not MIN_LISTS <= number <= MAX_LISTS:
        said = f"We hold {number} list of possible victims; two at least are needed to overlap."
        return Content(blocks=[Paragraph(said)], refused=True)
    found = extent(
        from_membership(rows),
        rng=material.rng(),
        replicates=REPLICATES,
        seed=material.seed,
        notes=comparable(rows),
    )
    return content(material, found)


def content(material: Material, found: Extent) -> Content:
    """An estimate already made, as a board and a statistician read it."""
    refused = found.estimate is None
    sentence = _sentence(material, found)
    blocks: list[Block] = [
        Paragraph(sentence),
        Caution(found.assumption),
        Heading("What it rests on"),
        _lists(material, found),
        *_reasons(material, found),
        Heading("What would improve it"),
        Bullets(tuple(f"{item[0].upper()}{item[1:]}." for item in IMPROVE)),
    ]
    if not refused:
        blocks += [
            Heading("For a statistician"),
            _numbers(material, found),
            *_pictures(material, found),
        ]
    return Content(
        blocks=blocks,
        results=() if material.guarded else (found,),
        flags=() if material.guarded else found.flags,
        headlines=(
            NO_ANSWER[found.status] if refused else sentence.replace(" stated below", "", 1),
        ),
        refused=refused,
    )


def _lists(material: Material, found: Extent) -> Table:
    """Sizes of the lists, and how many on each are nowhere else."""
    lists = found.tables.get("lists")
    if lists is None:
        lists = (
            material.dataset.tables["lists"]
            .group_by("list")
            .agg(people=pl.col("person_id").n_unique())
            .sort("list")
            .with_columns(nowhere_else=pl.lit(None, pl.Int64))
        )
    return Table(
        name="hidden-extent-lists",
        caption="The lists: how many people, and how many on no other list",
        columns=(
            text("list", "List"),
            count("people", "People"),
            count("nowhere_else", "On no other list", guard=Guard.COUNT),
        ),
        frame=lists.with_columns(pl.col("people", "nowhere_else").cast(pl.Int64)),
    )


def _sentence(material: Material, found: Extent) -> str:
    """The estimate's sentence; where small counts are masked, without the counts behind it."""
    if not material.guarded:
        return found.sentence
    if found.estimate is None:
        return f"{NO_ANSWER[found.status]} We cannot say how many possible victims there are."
    return found.sentence.replace(f"{found.seen:,}", material.said(found.seen), 1)


GENERAL = {
    "R0": "Too few people were seen for any method to say more than that.",
    "R2": "Nobody, or nobody in a way that a model can use, is on two lists.",
    "R3": "Too few people are on more than one list.",
    "R4": "Few people were seen, or few are on more than one list: a first indication only.",
}
"""What a rule says where the counts behind it may not be shown."""


def _reasons(material: Material, found: Extent) -> list[Block]:
    """Every rule that spoke, each once; without small counts where they are masked."""
    texts = [
        GENERAL.get(reason.rule, reason.text) if material.guarded else reason.text
        for reason in found.reasons
    ]
    said = tuple(dict.fromkeys(texts))
    return [Bullets(said)] if said else []


def _numbers(material: Material, found: Extent) -> Facts:
    """Unrounded, because whoever asks for these wants to check them; rounded where masked."""
    write = two_figures if material.guarded else _exact
    items = [
        ("Seen", material.said(found.seen)),
        ("Estimate", write(found.estimate or 0.0)),
        ("95% interval (BCa, model chosen anew in each resample)", _span(found.interval_95, write)),
        ("80% interval", _span(found.interval_80, write)),
        ("95% interval as if the model had been known (Wald)", _span(found.wald_95, write)),
        ("Dependent pairs of lists in the model", _terms(found)),
        (
            "AIC, BIC, deviance" if not material.guarded else "",
            f"{found.aic:,.2f}, {found.bic:,.2f}, {found.deviance:,.2f}",
        ),
        ("Resamples and seed", f"{found.replicates:,} and {found.seed}"),
    ]
    hits = [item.hit for item in found.consistency if item.hit is not None]
    if hits:
        items.append(
            (
                "Each list left out in turn: how often the others' range held its known size",
                f"{sum(hits)} of {len(hits)} times that could be tried",
            )
        )
    return Facts(tuple((name, value) for name, value in items if name and value))


def _exact(value: float) -> str:
    return "no limit" if math.isinf(value) else f"{value:,.1f}"


def _span(interval: Interval | None, write: Callable[[float], str]) -> str:
    return "" if interval is None else f"{write(interval.lo)} to {write(interval.hi)}"


def _terms(found: Extent) -> str:
    empty = set(found.minus_infinity)
    said = [
        " and ".join(pair) + (" (nobody on both)" if pair in empty else "") for pair in found.terms
    ]
    return "; ".join(said) or "none"


def _pictures(material: Material, found: Extent) -> list[Block]:
    return [_rivals(material, found), _overlaps(material, found)]


def _rivals(material: Material, found: Extent) -> Figure:
    frame = pl.DataFrame(
        [
            {
                "label": rival.method,
                "value": rival.estimate,
                "lo": rival.lo,
                "hi": rival.hi,
                "note": rival.why,
            }
            for rival in found.rivals
        ],
        schema={
            "label": pl.String,
            "value": pl.Float64,
            "lo": pl.Float64,
            "hi": pl.Float64,
            "note": pl.String,
        },
    )
    shown = frame.with_columns(
        pl.col("value", "lo", "hi").map_elements(_rounded, return_dtype=pl.Float64)
    )
    believed = [r.estimate for r in found.rivals if r.counts and r.estimate is not None]
    sentence = (
        f"{len(believed)} methods that fit these lists about as well give "
        f"{two_figures(min(believed))} to {two_figures(max(believed))}."
    )
    return Figure(
        name="hidden-extent-rivals",
        title="Other methods on the same lists",
        sentence=sentence,
        table=Table(
            name="hidden-extent-rivals",
            caption="Each method's estimate with its 95% interval, to two significant figures",
            columns=(
                text("label", "Method"),
                count("value", "Estimate", guard=Guard.FREE, blank="none"),
                count("lo", "From", guard=Guard.FREE, blank="none"),
                count("hi", "To", guard=Guard.FREE, blank="no limit"),
                text("note", "Left out of the range because it"),
            ),
            frame=shown,
        ),
        source=material.source("lists"),
        pictures=(
            interval_chart(
                shown.with_columns(pl.col("hi").fill_null(pl.col("value"))),
                unit="people",
                name="hidden-extent-rivals",
                title=sentence,
                source="",
            ),
        ),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(two_figures(value).replace(",", ""))


def _overlaps(material: Material, found: Extent) -> Figure:
    pairs = found.tables["pairs"].with_columns(pl.col("people").cast(pl.Int64))
    small = material.guarded and pairs.filter(pl.col("people").is_between(1, _SMALL)).height > 0
    empty = pairs.filter(pl.col("people") == 0).height
    how_many = (
        f"{empty} of {pairs.height} pairs of lists share" if empty else "No pair of lists shares"
    )
    sentence = f"{how_many} nobody. What lists share is all that the estimate has to go by."
    return Figure(
        name="hidden-extent-overlaps",
        title="How many people each two lists share",
        sentence=sentence,
        table=Table(
            name="hidden-extent-overlaps",
            caption="People on both lists of each pair",
            columns=(
                text("first", "List"),
                text("second", "Other list"),
                count("people", "On both"),
            ),
            frame=pairs,
        ),
        source=material.source("lists"),
        pictures=() if small else (_grid_picture(material, found, pairs),),
    )


def _grid_picture(material: Material, found: Extent, pairs: pl.DataFrame) -> Picture:
    """Lists by lists, each cell the people on both."""
    shown = pairs.with_columns(value=material.shown(pl.col("people")))
    both = shown.select(row="first", column="second", value="value")
    turned = shown.select(row="second", column="first", value="value")
    names = found.tables["lists"]["list"].to_list()
    order = pl.DataFrame({"row": names, "place": range(len(names))})
    grid = (
        pl.concat([both, turned])
        .join(order, on="row")
        .join(order.rename({"row": "column", "place": "across"}), on="column")
        .sort("place", "across")
        .select("row", "column", "value")
    )
    return heat_table(
        grid,
        unit="people on both",
        decimals=0,
        name="hidden-extent-overlaps",
        title="How many people each two lists share",
        source="",
    )


_SMALL = 4
"""The largest count that is masked where the regime asks for it."""


SECTION = Section(
    name="hidden-extent",
    title="How many possible victims there may be",
    needs=(LISTS,),
    build=build,
)

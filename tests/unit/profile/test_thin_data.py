"""Thin, partial and odd data: the document is still made, refuses what it must, and reads well."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl
import pytest

from frith.profile.document import Document
from frith.profile.html import render_html
from frith.reference.regimes import Regime
from frith.tables.dataset import Dataset

Change = Callable[[pl.DataFrame], pl.DataFrame]
BROKEN = re.compile(r"None\b(?! of)|\bnan\b|\binf\b|\.\.(?!\.)|: \.")

CASES: dict[str, tuple[str, Change, set[str]]] = {
    "one month": (
        "events",
        lambda f: f.filter(pl.col("occurred_from").dt.strftime("%Y-%m") == "2025-01"),
        {"like-months"},
    ),
    "one rare type": ("events", lambda f: f.filter(pl.col("crime_type") == "Robbery"), set()),
    "no crime, only disorder": (
        "events",
        lambda f: f.filter(pl.col("kind") == "incident"),
        {"recorded", "concentration", "deprivation", "outcomes"},
    ),
    "five records": ("events", lambda f: f.gather_every(400).head(5), {"deprivation"}),
    "all in one place": (
        "events",
        lambda f: f.with_columns(area=pl.lit("E01000000")),
        {"deprivation"},
    ),
    "one area without residents": (
        "population",
        lambda f: f.filter(pl.col("code") != "E01000000"),
        set(),
    ),
    "no other district in the same months": (
        "counts",
        lambda f: f.with_columns(month=pl.lit("2023-01")).unique("code", maintain_order=True),
        {"comparison"},
    ),
    "one decile": (
        "deprivation",
        lambda f: f.with_columns(decile=pl.lit(3, dtype=pl.Int64)),
        {"deprivation"},
    ),
    "an edition of another vintage": (
        "deprivation",
        lambda f: f.with_columns(edition=pl.lit("2019")),
        {"deprivation"},
    ),
    "outcomes of other crimes": (
        "outcomes",
        lambda f: f.with_columns(event_id=pl.lit("other") + pl.col("event_id")),
        {"outcomes"},
    ),
    "an outcome nobody lists": (
        "outcomes",
        lambda f: f.with_columns(outcome=pl.lit("Sent to sea")),
        set(),
    ),
}


@pytest.mark.parametrize("regime", [Regime.OPEN, Regime.UK_GDPR])
@pytest.mark.parametrize("name", CASES)
def test_the_document_is_made_and_refuses_what_it_must(
    name: str,
    regime: Regime,
    make: Callable[..., Dataset],
    build: Callable[[Dataset], Document],
) -> None:
    table, change, refused = CASES[name]
    held = make(regime=regime)
    document = build(make(regime=regime, replaced={table: change(held.tables[table])}))
    assert refused <= {one.name for one in document.sections if one.status == "refused"}
    page = re.sub(r"<svg.*?</svg>", "", render_html(document).split("</head>")[1], flags=re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", page)
    assert [
        words[max(0, one.start() - 30) : one.end() + 30] for one in BROKEN.finditer(words)
    ] == []
    for one in document.sections:
        if one.status == "refused":
            assert str(one.content.blocks[0]).strip(), "a refusal says why"


def test_residents_of_zero_are_no_residents(
    make: Callable[..., Dataset], build: Callable[[Dataset], Document]
) -> None:
    zero = make().tables["population"].with_columns(n=pl.lit(0.0))
    document = build(make(replaced={"population": zero}))
    missing = {one.name: one.reasons[0][1] for one in document.missing}
    assert "every one is zero" in missing["places"]

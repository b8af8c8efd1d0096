"""Two made-up coders, who know the planted truth and err at known rates. All synthetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from frith.study.forms import ANSWERED
from frith.tables.declared.study import ANSWERS, CRITERIA


def planted(borough: Path) -> set[str]:
    """Identifiers of the events that a planted group of the synthetic borough made."""
    origins = pl.read_parquet(borough / "truth" / "origins.parquet")
    return set(origins.filter(pl.col("origin") == "group")["event_id"])


def judged(
    events: list[str],
    organised: set[str],
    *,
    rng: np.random.Generator,
    coder: str,
    definition: str = "2+",
    error: float = 0.05,
    unsure: float = 0.02,
    thin: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """A coder's rows: the truth, wrong with chance `error`, not told with chance `unsure`.

    `thin`: events whose records say too little, of which nine in ten coders see that they do.
    """
    rows = []
    chance = rng.random((len(events), 4))
    for event, (slip, doubts, controls, maps) in zip(events, chance, strict=True):
        truth = (event in organised) != (slip < error)
        doubt = doubts < (0.9 if event in thin else unsure)
        word = "cannot tell" if doubt else "organised" if truth else "not organised"
        people = "unknown" if doubt else "yes" if truth else "no"
        rows.append(
            {
                "event_id": event,
                "coder": coder,
                "definition": definition,
                **{one.name: people for one in CRITERIA},
                "control": ANSWERS[int(3 * controls)],
                "mapped": "yes" if maps < 0.1 else "no" if maps < 0.8 else "unknown",
                "judgement": word,
                "note": None,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"note": pl.String})


def fill(form: Path, rows: pl.DataFrame) -> None:
    """A form as its coder sends it back: the blanks filled in, the rest as it was."""
    blank = pl.read_csv(form, infer_schema=False)
    names = ["event_id", "coder", "definition", *ANSWERED]
    kept = blank.select("event_id", "theme", "neighbourhood", "note")
    kept.join(rows.select(names), on="event_id", how="left", maintain_order="left").write_csv(form)

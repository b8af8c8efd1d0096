"""The review queue: what the computer proposes and only a named person may decide."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from frith.linkage.cluster import Clusters
from frith.linkage.decide import REVIEW
from frith.tables.declare import Table, number, text

REVIEW_QUEUE = Table(
    name="link_review",
    meaning="Records that may or may not be one person, for a named person to judge.",
    key=("review_id",),
    person_level=True,
    caveat="A proposal, not a finding: until somebody decides, the records stay apart.",
    columns=(
        text("review_id", "The question; the same records keep the same one.", required=True),
        text("nominal_ids", "The nominals in question, separated by semicolons.", required=True),
        text("reason", "Why the computer does not decide.", required=True),
        number("probability", "Probability of the pair; blank for more than two.", lo=0, hi=1),
        text("why", "What agrees and what differs; blank for more than two."),
    ),
)
UNDECIDED = "the probability is below the threshold"
UNSURE = "a named person was unsure"


def review_queue(pairs: pl.DataFrame, clusters: Clusters, ids: pl.Series) -> pl.DataFrame:
    """One row a question: groups of records taken apart first, then pairs, likeliest first.

    `pairs` have uid_l, uid_r, probability, decision, held_because and why; `ids` the nominals by
    uid. A pair whose records have become one person by other ways needs no decision, and one
    whose records stand in a group taken apart is part of that question.
    """
    label = clusters.label
    group = np.full(label.size, -1)
    for at, (members, _) in enumerate(clusters.split):
        group[list(members)] = at
    groups = [
        (_key(names := sorted(ids.gather(list(members)))), ";".join(names), reason, None, None)
        for members, reason in clusters.split
    ]
    left, right = pairs["uid_l"].to_numpy(), pairs["uid_r"].to_numpy()
    one_question = (group[left] == group[right]) & (group[left] >= 0)
    waiting = pairs.filter(
        pl.col("decision") == REVIEW, pl.Series((label[left] != label[right]) & ~one_question)
    ).sort(["probability", "uid_l", "uid_r"], descending=[True, False, False])
    found = [
        (_key([left_id, right_id]), f"{left_id};{right_id}", held or UNDECIDED, probability, why)
        for left_id, right_id, held, probability, why in zip(
            ids.gather(waiting["uid_l"]),
            ids.gather(waiting["uid_r"]),
            *(waiting[name] for name in ("held_because", "probability", "why")),
            strict=True,
        )
    ]
    schema = {
        "review_id": pl.String,
        "nominal_ids": pl.String,
        "reason": pl.String,
        "probability": pl.Float64,
        "why": pl.String,
    }
    return pl.DataFrame([*groups, *found], schema=schema, orient="row")


def _key(names: list[str]) -> str:
    return "R-" + hashlib.sha256("\x1f".join(names).encode()).hexdigest()[:12]

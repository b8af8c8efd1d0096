"""Linkage from end to end: clean, block, compare, score, decide, cluster, name, queue."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from frith import __version__
from frith.errors import BadInput, UnknownName
from frith.linkage.agreement import COMPARISONS
from frith.linkage.arrival import stands_twice
from frith.linkage.clean import clean_coded
from frith.linkage.cluster import Clusters, Facts, cluster
from frith.linkage.coded import BLANK, Records
from frith.linkage.decide import JOIN, REVIEW, decide, sure_facts
from frith.linkage.decisions import LINK_DECISIONS, Judgements, judgements
from frith.linkage.explain import explain
from frith.linkage.levels import Prepared, prepare
from frith.linkage.review import UNSURE, review_queue
from frith.linkage.score import score
from frith.linkage.stable import carry_over, held_by_undo, name_persons
from frith.linkage.train import Weights, train
from frith.results import Flag, Result, Severity
from frith.tables import TABLES, current_persons, empty_frame

DEFAULT_THRESHOLD = 0.95
"""At most one joined pair in twenty is expected to be wrong; most are far surer. Methods of
identity resolution in policing and health commonly start here (methods page, section 2.1)."""
METHOD = "Fellegi-Sunter (1969) over distinct values and patterns, trained by EM without labels"
Scorer = Callable[[Prepared, Weights], pl.DataFrame]
"""From cleaned records and weights to the scored pairs, as `score.score` gives them."""
JUDGED_SAME, JUDGED_DIFFERENT = "judged same", "judged different"


@dataclass(frozen=True, kw_only=True)
class Linkage(Result):
    """Who is who. `tables`: persons, pairs, review and history; `weights` is the learnt model."""

    records: int = 0
    persons: int = 0
    pairs: int = 0
    review: int = 0
    seconds: float = 0.0
    weights: Weights | None = None


def link(
    nominals: pl.DataFrame,
    *,
    now: datetime,
    previous: pl.DataFrame | None = None,
    history: pl.DataFrame | None = None,
    decisions: pl.DataFrame | None = None,
    deduplicated: Collection[str] = (),
    threshold: float = DEFAULT_THRESHOLD,
    seed: int = 1,
    scorer: Scorer = score,
) -> Linkage:
    """Which nominals are one person, with the probability and the reason of every link.

    `nominals` has the columns of the table nominals; any other column is dropped unread. `previous`
    is an earlier persons table and `history` the identity history it belongs to: persons keep
    their ids, and what changes is added to the history. `decisions` are named persons' judgements
    (`LINK_DECISIONS`), which outrank the computer. `deduplicated` names systems that hold each
    person once. `threshold`: probability from which a pair is joined. `now` dates the history.
    `scorer` weighs the pairs: `score.score`, or one that does the same elsewhere.

    Returns a `Linkage` whose tables are persons (nominal_id, person_id, p_min), pairs
    (nominal_id_l, nominal_id_r, probability, weight in bits, decision, why, held_because and the
    weight of each comparison), review (`REVIEW_QUEUE`) and history. Raises BadInput where there is
    nothing to link, where an identifier stands twice, or where decisions contradict each other.

    Assumes that facts agree independently given who the records are, but for what
    `frith.linkage.agreement` models within households. Do not use it to decide anything about a
    person: it proposes, and a named person judges. Do not use it on records without names.
    """
    started = time.perf_counter()
    _refuse_bad(nominals, threshold=threshold, deduplicated=deduplicated)
    records = clean_coded(nominals)
    if not records.filled("given", "family").any():
        raise BadInput(
            "no nominal has a name",
            where="nominals",
            mend="Records without names cannot be told apart well enough to be joined.",
        )
    past, before = _past(previous, history, now=now)
    ids = records.nominal_id
    said = empty_frame(LINK_DECISIONS) if decisions is None else decisions
    judged = judgements(said, known=_judged_among(ids, said))
    weights, scored = _scored(records, scorer, seed=seed)
    pairs, clusters, kept_apart = _persons_of(
        records,
        scored,
        weights=weights,
        judged=judged,
        undone=held_by_undo(past, before),
        deduplicated=deduplicated,
        threshold=threshold,
    )
    with ThreadPoolExecutor(1) as beside:
        naming = beside.submit(
            name_persons,
            pl.DataFrame({"nominal_id": ids, "label": clusters.label}),
            history=past,
            before=before,
            decided_by=f"frith link {__version__}",
            now=now,
        )
        pairs = pairs.with_columns(why=explain(pairs, records))
        listed, queue = _listed(pairs, ids, judged), review_queue(pairs, clusters, ids)
        named = naming.result()
    tables = {
        "persons": pl.DataFrame(
            {"nominal_id": ids, "person_id": named.person, "p_min": clusters.p_min}
        ),
        "pairs": listed,
        "review": queue,
        "history": named.history,
    }
    return _answer(
        tables,
        persons=pl.Series(clusters.label).n_unique(),
        weights=weights,
        flags=(*judged.flags, *kept_apart),
        data_hash=records.data_hash,
        parameters={"threshold": threshold, "deduplicated": sorted(deduplicated)},
        seed=seed,
        seconds=time.perf_counter() - started,
    )


def _refuse_bad(nominals: pl.DataFrame, *, threshold: float, deduplicated: Collection[str]) -> None:
    """BadInput where there is nothing to link or an identifier stands for two records."""
    if not 0.5 < threshold < 1:
        raise BadInput(
            f"a threshold of {threshold} is not between an even chance and certainty",
            where="threshold",
            mend="Choose one between 0.5 and 1, such as 0.95.",
        )
    if nominals.is_empty():
        raise BadInput("there are no nominals to link", where="nominals")
    twice = stands_twice(nominals["nominal_id"])
    if not twice.is_empty():
        raise BadInput(
            f"{len(twice):,} identifiers stand for more than one record, such as "
            f"{', '.join(twice.head(3))}",
            where="nominals.nominal_id",
            mend="Put the system before the number (police-17, housing-17): roles and persons name "
            "a nominal by its identifier alone.",
        )
    unknown = sorted(set(deduplicated) - set(nominals["source"].unique()))
    if unknown:
        raise UnknownName(
            f"no nominal comes from {unknown[0]!r}",
            where="deduplicated",
            mend=f"Sources are {', '.join(sorted(nominals['source'].unique()))}.",
        )


def _judged_among(ids: pl.Series, decisions: pl.DataFrame) -> set[str]:
    """The nominals that decisions name, of those there are."""
    named = pl.concat([decisions["nominal_id_l"], decisions["nominal_id_r"]]).unique()
    return set() if named.is_empty() else set(ids.filter(ids.is_in(named.implode())))


def _past(
    previous: pl.DataFrame | None, history: pl.DataFrame | None, *, now: datetime
) -> tuple[pl.DataFrame, dict[str, str]]:
    """The history so far and who each nominal was; BadInput where file and history disagree."""
    if history is None and previous is None:
        return empty_frame(TABLES["identity_history"]), {}
    if history is None:
        assert previous is not None
        began = carry_over(previous, decided_by=f"frith link {__version__}", now=now)
        return began, dict(previous.select("nominal_id", "person_id").iter_rows())
    before = dict(current_persons(history).select("nominal_id", "person_id").iter_rows())
    if previous is not None:
        for nominal, person in previous.select("nominal_id", "person_id").iter_rows():
            if before.get(nominal) != person:
                raise BadInput(
                    f"the earlier persons file says that {nominal} is {person}, its history that "
                    f"it is {before.get(nominal)}",
                    where="previous",
                    mend="Name the history itself as the previous file; it is the one that counts.",
                )
    return history, before


def _scored(records: Records, scorer: Scorer, *, seed: int) -> tuple[Weights, pl.DataFrame]:
    """Weights learnt from the records, and every pair worth a line."""
    prepared = prepare(records)
    weights = train(prepared, seed=seed)
    scored = scorer(prepared, weights)
    full = records.code("dob") != BLANK
    both = full[scored["uid_l"].to_numpy()] & full[scored["uid_r"].to_numpy()]
    return weights, scored.with_columns(both_births=both)


def _persons_of(
    records: Records,
    scored: pl.DataFrame,
    *,
    weights: Weights,
    judged: Judgements,
    undone: tuple[list[tuple[str, str]], list[tuple[str, str]]],
    deduplicated: Collection[str],
    threshold: float,
) -> tuple[pl.DataFrame, Clusters, tuple[Flag, ...]]:
    """The pairs with their decisions, and the clusters that they and named persons make."""
    sure = sure_facts(weights)
    said = (judged.same, judged.different, judged.unsure, *undone)
    uid = _uids(records, {name for pairs in said for pair in pairs for name in pair})

    def places(pairs: Collection[tuple[str, str]]) -> set[tuple[int, int]]:
        both = [(uid[a], uid[b]) for a, b in pairs if a in uid and b in uid]
        return {(min(pair), max(pair)) for pair in both}

    different = places(judged.different)
    same = places(judged.same)
    back, away = places(undone[0]) - different, places(undone[1]) - same
    pairs = _judged(
        decide(scored, threshold=threshold, sure=sure),
        same=same,
        different=different,
        unsure=places(judged.unsure) | away,
    )
    source = records.source
    facts = Facts(
        birth=records.text_of_days(),
        police_id=records.text("police_id"),
        unique_source=source.set(~source.is_in(list(deduplicated)), None),
        apart=frozenset(different | away),
        sure=sure,
    )
    joining = pairs.filter(pl.col("decision") == JOIN)
    clusters = cluster(joining, together=same | back, facts=facts)
    pairs = _taken_apart(pairs, clusters)
    return pairs, clusters, _told(weights, records)


def _uids(records: Records, names: set[str]) -> dict[str, int]:
    """The `uid` of each of these nominals that is among the records."""
    if not names:
        return {}
    places = np.flatnonzero(records.nominal_id.is_in(list(names)).to_numpy())
    return dict(zip(records.nominal_id.gather(places), places.tolist(), strict=True))


def _judged(
    pairs: pl.DataFrame,
    *,
    same: set[tuple[int, int]],
    different: set[tuple[int, int]],
    unsure: set[tuple[int, int]],
) -> pl.DataFrame:
    """The pairs with what named persons decided in place of the computer's decision."""
    rows = [
        *((left, right, JUDGED_SAME, None) for left, right in sorted(same)),
        *((left, right, JUDGED_DIFFERENT, None) for left, right in sorted(different)),
        *((left, right, REVIEW, UNSURE) for left, right in sorted(unsure - same - different)),
    ]
    said = pl.DataFrame(
        rows,
        schema={
            "uid_l": pl.Int64,
            "uid_r": pl.Int64,
            "judged": pl.String,
            "said": pl.String,
        },
        orient="row",
    )
    return (
        pairs.join(said, on=["uid_l", "uid_r"], how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("judged", "decision").alias("decision"),
            pl.when(pl.col("judged").is_null())
            .then(pl.col("held_because"))
            .otherwise(pl.col("said"))
            .alias("held_because"),
        )
        .drop("judged", "said")
    )


def _taken_apart(pairs: pl.DataFrame, clusters: Clusters) -> pl.DataFrame:
    """Pairs that would have joined, held because their records were taken apart again."""
    if not clusters.split:
        return pairs
    reason = {uid: said for members, said in clusters.split for uid in members}
    label = clusters.label
    two = label[pairs["uid_l"].to_numpy()] != label[pairs["uid_r"].to_numpy()]
    parted = pl.Series(two) & (pairs["decision"] == JOIN)
    said = pairs["uid_l"].replace_strict(
        list(reason), list(reason.values()), default=None, return_dtype=pl.String
    )
    return pairs.with_columns(
        pl.when(parted).then(pl.lit(REVIEW)).otherwise(pl.col("decision")).alias("decision"),
        pl.when(parted).then(said).otherwise(pl.col("held_because")).alias("held_because"),
    )


def _told(weights: Weights, records: Records) -> tuple[Flag, ...]:
    """What a reader must know about the model and the records."""
    flags = list(weights.flags)
    sure = sure_facts(weights)
    if not sure.households:
        flags.append(
            Flag(
                "no_households",
                "Hardly any two different people share an address in these records: sharing one "
                "counts as strong evidence, and possible twins are not held back.",
                Severity.NOTE,
            )
        )
    for known, words in ((sure.birth, "dates of birth"), (sure.police_id, "police numbers")):
        if not known:
            flags.append(
                Flag(
                    "not_sure",
                    f"One person's records often disagree on {words} here: a difference in them "
                    "does not take records apart.",
                )
            )
    blank = int((~records.filled("given", "family")).sum())
    if blank:
        flags.append(
            Flag("without_name", f"{blank:,} records have no name and hardly join anything.")
        )
    if records.height == 1:
        flags.append(Flag("one_record", "There is one record, so there is nothing to join."))
    return tuple(flags)


def _listed(pairs: pl.DataFrame, ids: pl.Series, judged: Judgements) -> pl.DataFrame:
    """The table of pairs as it is handed out, those a named person judged without a score too."""
    weights = [f"weight_{one.name}" for one in COMPARISONS]
    found = pairs.select(
        ids.gather(pairs["uid_l"]).alias("nominal_id_l"),
        ids.gather(pairs["uid_r"]).alias("nominal_id_r"),
        "probability",
        "weight",
        "decision",
        "why",
        "held_because",
        *weights,
    )
    said = [
        *((JUDGED_SAME, *pair) for pair in judged.same),
        *((JUDGED_DIFFERENT, *pair) for pair in judged.different),
    ]
    schema = dict.fromkeys(("decision", "nominal_id_l", "nominal_id_r"), pl.String)
    missing = pl.DataFrame(said, schema=schema, orient="row").join(
        found, on=["nominal_id_l", "nominal_id_r"], how="anti"
    )
    if missing.is_empty():
        return found
    return pl.concat(
        [found, missing.with_columns(why=pl.lit("little agrees"))], how="diagonal"
    ).sort("nominal_id_l", "nominal_id_r")


def _answer(
    tables: dict[str, pl.DataFrame],
    *,
    persons: int,
    weights: Weights,
    flags: tuple[Flag, ...],
    data_hash: str,
    parameters: dict[str, object],
    seed: int,
    seconds: float,
) -> Linkage:
    """The tables with their numbers and the sentence for a board."""
    records, review = tables["persons"].height, tables["review"].height
    return Linkage(
        method=METHOD,
        value=float(persons),
        parameters=parameters,
        seed=seed,
        data_hash=data_hash,
        flags=flags,
        sentence=(
            f"{records:,} records are believed to be of {persons:,} people; "
            f"{review:,} questions wait for a named person."
        ),
        tables=tables,
        records=records,
        persons=persons,
        pairs=tables["pairs"].height,
        review=review,
        seconds=seconds,
        weights=weights,
    )

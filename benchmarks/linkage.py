"""How long linkage takes, ours beside Splink trained in its documented way, in one run.

    python benchmarks/linkage.py [RECORDS_BOTH] [RECORDS_OURS]

All link the same synthetic records by the same blocking rules, one after the other on the same
machine. The peer is Splink on DuckDB with the training of its read-me's quick start (version
5.0.0): the share of matches from records alike in both names, u from random sampling, m by
expectation and maximisation on both names and again on the date of birth, every pair of them
(`max_pairs` left as it is); predictions down to a match weight of -10; clusters at 0.95. It runs
twice: with our comparisons, which is the same work as ours, and with its own as the quick start
sets them (Jaro-Winkler for the given name, Jaro for the surname, its date of birth and postcode,
exact matches elsewhere), which is less. One thing is made easier for it: the quick start's rules
for prediction (the same given name, the same surname) would bring some four thousand million pairs
here and are replaced by ours. All start with records as they arrive and clean them with the same
code; ours also names persons, queues questions and explains pairs.

CPU seconds stand beside, because they say more than the clock where a machine is shared. Records
are drawn by the seed below and are nobody's; the second figure is of ours alone.
"""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import polars as pl

from frith.borough import names
from frith.linkage import link
from frith.linkage.agreement import COMPARISONS
from frith.linkage.block import RULES
from frith.linkage.clean import clean
from frith.linkage.splink_model import quiet, settings
from frith.linkage.train import default_weights

SEED = 1
RECORDS = "records"
PER_PERSON = 1.6
"""Records a person, on average."""
ERROR = 0.03
"""Chance of an error in each of names and birth; a fifth have moved between records."""
SURNAMES_MORE = 10
"""So many surnames are made of one, so that two strangers share theirs about once in a thousand, as
in England and Wales: a coefficient of relationship by isonymy of 0.00048 is half of that chance
(Lasker 1983, Human Biology 55(2), The frequencies of surnames in England and Wales)."""
HOMES_A_POSTCODE = 15
"""Of a postcode of small users, typically (Office for National Statistics, Postal geography)."""


def postcode(number: int) -> str:
    """A made-up postcode; no area of Royal Mail is called QX."""
    number, last = divmod(number, 26)
    number, first = divmod(number, 26)
    district, sector = divmod(number, 10)
    return f"QX{district} {sector}{chr(65 + first)}{chr(65 + last)}"


def synthetic(records: int, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """SYNTHETIC nominals and, beside them, who each truly is: households of about two."""
    people = int(records / PER_PERSON)
    home = np.sort(rng.integers(0, people // 2, people))
    kind = names.draw_lists(rng, size=people // 2 + 1)[home]
    sex = rng.integers(0, 2, people)
    given = names.draw_given(rng, kind, sex)
    family_of = names.draw_family(rng, names.draw_lists(rng, size=people // 2 + 1))
    family = family_of[home]
    # Lists of a borough's surnames are short: a letter more makes them as various as a country's.
    family = np.array(
        [
            f"{name}{chr(97 + n % SURNAMES_MORE)}"
            for name, n in zip(family, home * 7919, strict=True)
        ],
        object,
    )
    born = np.datetime64("1940-01-01") + rng.integers(0, 25_000, people)
    person = np.sort(np.concatenate([np.arange(people), rng.integers(0, people, records - people)]))
    moved = rng.random(records) < 0.2
    at = np.where(moved, rng.integers(0, people // 2, records), home[person])
    first, last = given[person].copy(), family[person].copy()
    for which in (first, last):
        wrong = np.flatnonzero(rng.random(records) < ERROR)
        which[wrong] = [name[:2] + name[3:] if len(name) > 4 else name for name in which[wrong]]
    birth = born[person].copy()
    slip = rng.random(records) < ERROR
    birth[slip] += rng.integers(-9, 10, int(slip.sum()))
    nominals = pl.DataFrame(
        {
            "nominal_id": [f"SYNTHETIC-{n:08d}" for n in rng.permutation(records)],
            "source": np.where(rng.random(records) < 0.6, "police", "housing"),
            "given_names": first.tolist(),
            "family_name": last.tolist(),
            "date_of_birth": birth.astype(str).tolist(),
            "sex": np.where(sex[person] == 0, "F", "M"),
            "phone": [f"0{n}" for n in 7_000_000_000 + person],
            "address": [f"{n % 97} Synthetic Street {n // 97}" for n in at],
            "postcode": [postcode(n // HOMES_A_POSTCODE) for n in at],
        }
    ).with_columns(
        pl.when(pl.Series(rng.random(records) < 0.5)).then("phone").alias("phone"),
        pl.when(pl.Series(rng.random(records) < 0.97)).then("date_of_birth").alias("date_of_birth"),
    )
    return nominals, nominals.select("nominal_id").with_columns(truth=pl.Series(person))


@dataclass(frozen=True)
class Time:
    """What a run took, by the clock and of processors."""

    seconds: float
    cpu: float


@contextlib.contextmanager
def timed() -> Iterator[list[Time]]:
    """A list that holds the time of the block once it is done."""
    found: list[Time] = []
    started, used = time.perf_counter(), time.process_time()
    yield found
    found.append(Time(time.perf_counter() - started, time.process_time() - used))


def ours(nominals: pl.DataFrame) -> tuple[Time, pl.DataFrame]:
    """Time of the whole linkage, and the persons."""
    with timed() as took:
        found = link(nominals, now=datetime(2026, 1, 1), seed=SEED)
    return took[0], found.tables["persons"]


def peer(nominals: pl.DataFrame, model: Any) -> tuple[Time, pl.DataFrame]:
    """Time of cleaning and of Splink with this model and its quick start's training; persons."""
    from splink import DuckDBAPI, Linker, block_on

    with timed() as took, duckdb.connect() as connection, quiet():
        connection.register("cleaned", clean(nominals).to_arrow())
        connection.execute(f"CREATE TABLE {RECORDS} AS SELECT * FROM cleaned ORDER BY uid")
        names = block_on("given", "family")
        linker = Linker(DuckDBAPI(connection=connection).register(RECORDS), model)
        linker.training.estimate_probability_two_random_records_match([names], recall=0.7)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
        linker.training.estimate_parameters_using_expectation_maximisation(names)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
        scored = linker.inference.predict(threshold_match_weight=-10)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, 0.95)
        found = connection.sql(
            f"SELECT nominal_id, CAST(cluster_id AS VARCHAR) AS person_id "
            f"FROM {clusters.physical_name}"
        ).to_arrow_table()
    persons = pl.from_arrow(found)
    assert isinstance(persons, pl.DataFrame)
    return took[0], persons


def quick_start() -> Any:
    """The model of Splink's quick start for these columns, with our rules for prediction."""
    import splink.comparison_library as compared
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        comparisons=[
            compared.JaroWinklerAtThresholds("given", [0.9, 0.7]),
            compared.JaroAtThresholds("family", [0.9, 0.7]),
            compared.DateOfBirthComparison(
                "dob",
                input_is_string=True,
                datetime_format="%Y%m%d",
                datetime_metrics=["year", "month"],
                datetime_thresholds=[1, 1],
            ),
            compared.ExactMatch("street").configure(term_frequency_adjustments=True),
            compared.PostcodeComparison("postcode"),
            compared.ExactMatch("phone"),
            compared.ExactMatch("sex"),
        ],
        blocking_rules_to_generate_predictions=[rule.sql() for rule in RULES],
    )


def quality(persons: pl.DataFrame, truth: pl.DataFrame) -> str:
    """Pairwise precision and recall."""
    both = persons.join(truth, on="nominal_id")

    def pairs(*by: str) -> float:
        size = both.group_by(by).len()["len"].cast(pl.Float64)
        return float((size * (size - 1) / 2).sum())

    agreed = pairs("person_id", "truth")
    return f"precision {agreed / pairs('person_id'):.4f}, recall {agreed / pairs('truth'):.4f}"


def main(both: int = 1_000_000, alone: int = 0) -> None:
    """Print the figures."""
    print(f"{len(COMPARISONS)} comparisons, {len(RULES)} blocking rules, seed {SEED}")
    rng = np.random.default_rng(SEED)
    nominals, truth = synthetic(both, rng)
    link(nominals.head(300), now=datetime(2026, 1, 1))  # compiled code is read from its cache
    mine, persons = ours(nominals)
    print(said("ours", both, mine), quality(persons, truth), flush=True)
    same = settings(default_weights(both), RULES, records=both)
    for who, model in (("peer", same), ("its own", quick_start())):
        theirs, persons = peer(nominals, model)
        print(said(who, both, theirs), quality(persons, truth))
        clock, cpu = theirs.seconds / mine.seconds, theirs.cpu / mine.cpu
        print(f"over ours: {clock:.1f} times by the clock, {cpu:.1f} times of CPU", flush=True)
    if alone:
        nominals, truth = synthetic(alone, rng)
        mine, persons = ours(nominals)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(said("ours", alone, mine), quality(persons, truth), f"{memory:.1f} GB at most")


def said(who: str, records: int, took: Time) -> str:
    """One line's beginning."""
    return f"{who:<7} {records:>9,} records {took.seconds:8.1f} s ({took.cpu:.1f} s of CPU)  "


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))

"""In a file where one fact in four is wrong, chance agreement is still learnt as rare as it is."""

from __future__ import annotations

import numpy as np
import polars as pl

from frith.borough import names
from frith.linkage.agreement import AWAY, BIRTH, BY_NAME, SAME
from frith.linkage.clean import clean_coded
from frith.linkage.levels import prepare
from frith.linkage.train import train

PEOPLE, RECORDS_EACH = 300, 3
WRONG = 0.25
DAYS = 15_000


def dirty(seed: int) -> pl.DataFrame:
    """SYNTHETIC records of people born on any of `DAYS` days, each fact wrong one time in four."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(PEOPLE), RECORDS_EACH)

    def facts(size: int) -> list[np.ndarray]:
        kind = names.draw_lists(rng, size=size)
        given = names.draw_given(rng, kind, rng.integers(0, 2, size))
        born = np.datetime64("1950-01-01") + rng.integers(0, DAYS, size)
        return [given, names.draw_family(rng, kind), born.astype(str)]

    said = [
        np.where(rng.random(person.size) < WRONG, wrong, true[person])
        for true, wrong in zip(facts(PEOPLE), facts(person.size), strict=True)
    ]
    return pl.DataFrame(
        {
            "nominal_id": [f"SYNTHETIC-{n}" for n in range(person.size)],
            "source": "simulated",
            "given_names": said[0].tolist(),
            "family_name": said[1].tolist(),
            "date_of_birth": said[2].tolist(),
        }
    )


def test_one_persons_records_do_not_make_a_shared_birth_look_common() -> None:
    level = BY_NAME[BIRTH].gamma(SAME, branch=AWAY)[0]
    found = [train(prepare(clean_coded(dirty(s))), seed=1).u[BIRTH][level] for s in range(5)]
    assert 0.5 / DAYS < np.mean(found) < 2 / DAYS

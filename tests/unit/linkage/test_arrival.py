"""Order of identifiers and the hash of what is read, beside the slow and obvious ways."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from frith.linkage.arrival import order_of, stands_twice
from frith.linkage.clean import clean_coded

RNG = np.random.default_rng(5)
NUMBERS = RNG.permutation(3_000)
IDS = {
    "one system": [f"police-{n:06d}" for n in NUMBERS],
    "two systems": [f"{'housing' if n % 3 else 'police'}-{n}" for n in NUMBERS],
    "long and alike": [f"{'x' * 40 * (n % 2)}{'é' * (n % 5)}{n}" for n in NUMBERS],
    "one begins the other": ["", "a", "ab", "a\0", "abc", "a\0b", "b", "a" * 90, "a" * 91],
    "one": ["only"],
}


@pytest.mark.parametrize("texts", IDS.values(), ids=IDS)
def test_identifiers_are_put_in_the_order_of_their_texts(texts) -> None:
    ids = pl.Series(texts)
    assert ids.gather(order_of(ids)).to_list() == ids.sort().to_list()


def test_identifiers_that_stand_twice_are_named_in_order() -> None:
    assert stands_twice(pl.Series(["b", "a", "c", "b", "a"])).to_list() == ["a", "b"]
    assert stands_twice(pl.Series(["b", "a"])).to_list() == []


def test_the_hash_knows_every_value_and_no_order() -> None:
    frame = pl.DataFrame(
        {
            "nominal_id": [f"n{at}" for at in range(40)],
            "source": "police",
            "given_names": [("Ann", "Bob", None, "Cy")[at % 4] for at in range(40)],
            "family_name": [f"Ash{at % 7}" for at in range(40)],
        }
    )
    one = clean_coded(frame).data_hash
    assert clean_coded(frame.sample(fraction=1, shuffle=True, seed=2)).data_hash == one
    assert clean_coded(frame.with_columns(favourite=pl.lit("tea"))).data_hash == one
    for at, column, said in ((3, "given_names", "Si"), (2, "given_names", ""), (0, "source", "x")):
        changed = frame.with_columns(
            pl.when(pl.int_range(pl.len()) == at).then(pl.lit(said)).otherwise(column).alias(column)
        )
        assert clean_coded(changed).data_hash != one
    swapped = frame.with_columns(pl.col("family_name").reverse())
    assert clean_coded(swapped).data_hash != one

"""Area codes of one vintage never join silently with codes of another."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from frith.errors import BadInput, VintageMismatch
from frith.tables import Codebook, convert, require_known, to_larger, vintage_of
from frith.tables.codebook import LAST_LSOA_2011
from support import shared

LOOKUPS = pl.DataFrame(
    [
        ("A", "lsoa11", "A", "lsoa21", 1.0),  # unchanged
        ("B", "lsoa11", "X", "lsoa21", 1.0),  # merged with C
        ("C", "lsoa11", "X", "lsoa21", 1.0),
        ("D", "lsoa11", "Y", "lsoa21", 0.25),  # split
        ("D", "lsoa11", "Z", "lsoa21", 0.75),
        ("A", "lsoa21", "W1", "ward24", None),
        ("X", "lsoa21", "W1", "ward24", None),
        ("Y", "lsoa21", "W2", "ward24", None),
        ("Z", "lsoa21", "W1", "ward24", None),
        ("Z", "lsoa21", "W2", "ward24", None),
    ],
    schema=["from_code", "from_vintage", "to_code", "to_vintage", "share"],
    orient="row",
)


def _box(code: str, west: float, east: float) -> dict[str, Any]:
    ring = [[west, 0], [east, 0], [east, 1], [west, 1], [west, 0]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


OUTLINES = {
    "type": "FeatureCollection",
    "features": [_box("Y", 0, 1), _box("Z", 1, 2), _box("A", 5, 6), _box("X", 6, 7)],
}


def _rows(*codes: str | None, **more: Any) -> pl.DataFrame:
    return pl.DataFrame({"area": codes, **more}, schema_overrides={"area": pl.String})


def test_unchanged_and_merged_areas_are_converted() -> None:
    frame = _rows("A", "B", None, "C", n=[1, 2, 3, 4])
    done = convert(frame, column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11")
    assert done.frame.rows() == [("A", 1), ("X", 2), (None, 3), ("X", 4)]
    assert done.flags == ()


def test_codes_already_of_the_vintage_stay_even_where_the_lookup_lacks_them() -> None:
    frame = _rows("Q")
    done = convert(frame, column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa21")
    assert done.frame.rows() == [("Q",)]


def test_each_row_is_converted_from_its_own_vintage() -> None:
    frame = _rows("B", "X", "B", area_vintage=["lsoa11", "lsoa21", None])
    done = convert(frame, column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11")
    assert done.frame.rows() == [("X", "lsoa21")] * 3


def test_codes_the_lookup_does_not_know_are_all_named() -> None:
    with pytest.raises(VintageMismatch, match=r"2 codes of lsoa11 have no place.*P, Q"):
        convert(_rows("Q", "A", "P"), column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11")


def test_no_lookup_and_no_vintage_are_refused() -> None:
    with pytest.raises(VintageMismatch, match="no lookup joins the two"):
        convert(_rows("A"), column="area", to="ward24", lookups=LOOKUPS, vintage="lsoa11")
    with pytest.raises(VintageMismatch, match="1 rows do not say which vintage"):
        convert(_rows("A"), column="area", to="lsoa21", lookups=LOOKUPS)


def test_a_split_area_without_a_point_is_refused() -> None:
    with pytest.raises(VintageMismatch, match="no outlines were given"):
        convert(_rows("D"), column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11")
    frame = _rows("D", "D", longitude=[0.5, None], latitude=[0.5, None])
    with pytest.raises(VintageMismatch, match="no point to go by"):
        convert(
            frame, column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11", outlines=OUTLINES
        )


def test_a_split_area_goes_by_point_and_only_among_its_parts() -> None:
    frame = _rows("D", "D", "D", "A", longitude=[0.5, 1.5, 5.5, 0.5], latitude=[0.5] * 4)
    done = convert(
        frame, column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11", outlines=OUTLINES
    )
    # The third point lies in A's outline; the record says D, so it goes to D's nearest part.
    assert done.frame["area"].to_list() == ["Y", "Z", "Z", "A"]
    assert [flag.code for flag in done.flags] == ["by_point", "nearest_part"]


def test_a_part_without_an_outline_is_refused() -> None:
    some = {"type": "FeatureCollection", "features": [_box("Y", 0, 1)]}
    frame = _rows("D", longitude=[0.5], latitude=[0.5])
    with pytest.raises(VintageMismatch, match="a part has no outline"):
        convert(frame, column="area", to="lsoa21", lookups=LOOKUPS, vintage="lsoa11", outlines=some)


def test_counts_are_shared_out_only_when_asked_and_flagged() -> None:
    frame = _rows("A", "B", "C", "D", n=[1, 2, 3, 8])
    given: dict[str, Any] = {"column": "area", "to": "lsoa21", "lookups": LOOKUPS}
    with pytest.raises(VintageMismatch):
        convert(frame, **given, vintage="lsoa11", counts=["n"])
    done = convert(frame, **given, vintage="lsoa11", counts=["n"], apportion=True)
    assert sorted(done.frame.rows()) == [("A", 1.0), ("X", 5.0), ("Y", 2.0), ("Z", 6.0)]
    assert [flag.code for flag in done.flags] == ["apportioned"]
    with pytest.raises(BadInput, match="names of the counts"):
        convert(frame, **given, vintage="lsoa11", apportion=True)


def test_a_lookup_without_shares_shares_nothing_out() -> None:
    blank = LOOKUPS.with_columns(share=pl.lit(None, pl.Float64))
    with pytest.raises(VintageMismatch, match="gives no share"):
        convert(
            _rows("D", n=[8]), column="area", to="lsoa21", lookups=blank, vintage="lsoa11",
            counts=["n"], apportion=True,
        )  # fmt: skip


def test_a_lookup_read_backwards_merges_splits_and_splits_merges() -> None:
    done = convert(_rows("Y", "Z"), column="area", to="lsoa11", lookups=LOOKUPS, vintage="lsoa21")
    assert done.frame["area"].to_list() == ["D", "D"]
    with pytest.raises(VintageMismatch, match="X"):
        convert(_rows("X"), column="area", to="lsoa11", lookups=LOOKUPS, vintage="lsoa21")


def test_larger_areas_are_best_fit_and_say_so() -> None:
    done = to_larger(
        _rows("A", None, "Y"), column="area", to="ward24", lookups=LOOKUPS, vintage="lsoa21"
    )
    assert done.frame.rows() == [("A", "W1"), (None, None), ("Y", "W2")]
    assert [flag.code for flag in done.flags] == ["best_fit"]
    for lost in ("Z", "Q"):  # in two wards; unknown
        with pytest.raises(VintageMismatch, match=f"{lost} "):
            to_larger(_rows(lost), column="area", to="ward24", lookups=LOOKUPS, vintage="lsoa21")


def test_a_join_that_would_lose_codes_is_refused() -> None:
    known = pl.Series(["A", "B"])
    require_known(pl.Series(["A", None]), known, vintage="lsoa11", other="lsoa21")
    with pytest.raises(VintageMismatch, match="C"):
        require_known(pl.Series(["A", "C"]), known, vintage="lsoa11", other="lsoa21")


def test_a_vintage_is_told_only_from_codes_that_one_vintage_alone_has() -> None:
    book = Codebook.of(lookups=LOOKUPS)
    assert vintage_of(pl.Series(["A", "B"]), codebook=book) == "lsoa11"
    assert vintage_of(pl.Series(["A", "X"]), codebook=book) == "lsoa21"
    assert vintage_of(pl.Series(["A"]), codebook=book) == ""
    with pytest.raises(VintageMismatch, match="lsoa11: B"):
        vintage_of(pl.Series(["B", "X"]), codebook=book)


def _published_lookup() -> pl.DataFrame:
    path = shared("data/lookups/lsoa11_lsoa21_lad22_england_wales.csv.gz")
    return pl.read_csv(path).select(
        from_code="lsoa11_code",
        from_vintage=pl.lit("lsoa11"),
        to_code="lsoa21_code",
        to_vintage=pl.lit("lsoa21"),
        share=pl.lit(None, pl.Float64),
    )


def test_codes_new_in_2021_are_numbered_after_those_of_2011() -> None:
    lookup = _published_lookup()
    old = lookup["from_code"].unique()
    new = lookup["to_code"].unique()
    new = new.filter(~new.is_in(old.to_list()))
    assert new.len() == 2_025
    for start, last in LAST_LSOA_2011.items():
        assert old.filter(old.str.starts_with(start)).max() == last
        first = new.filter(new.str.starts_with(start)).min()
        assert isinstance(first, str)
        assert first > last


def test_published_files_of_2018_and_2025_are_told_apart() -> None:
    book = Codebook.of(lookups=_published_lookup())
    for name, vintage in (("2018-10", "lsoa11"), ("2025-10", "lsoa21")):
        path = shared(f"data/street/{name}-south-yorkshire-street.csv.gz")
        codes = pl.read_csv(path, infer_schema=False)["LSOA code"]
        assert vintage_of(codes, codebook=book) == vintage


def test_a_2018_month_is_converted_by_lookup_and_point() -> None:
    import json

    from frith.tables import read_street

    lookup = _published_lookup()
    path = shared("data/street/2018-10-south-yorkshire-street.csv.gz")
    events = read_street([path], codes=Codebook.of(lookups=lookup)).frame
    raw = json.loads(shared("data/boundaries/south_yorkshire_lsoa_2021.geojson").read_text())
    for feature in raw["features"]:
        feature["properties"]["code"] = feature["properties"]["lsoa21_code"]
    here = events.filter(
        pl.col("area").is_null()
        | pl.col("area").is_in(
            lookup.filter(
                pl.col("to_code").is_in([f["properties"]["code"] for f in raw["features"]])
            )["from_code"].to_list()
        )
    )
    done = convert(here, column="area", to="lsoa21", lookups=lookup, outlines=raw)
    assert done.frame.height == here.height
    assert done.frame["area_vintage"].drop_nulls().unique().to_list() == ["lsoa21"]
    known = pl.Series([f["properties"]["code"] for f in raw["features"]])
    require_known(done.frame["area"], known, vintage="lsoa21", other="lsoa21")
    assert done.flags[0].code == "by_point"

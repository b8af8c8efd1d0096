"""Neighbours: against libpysal, on islands, in hamlets, however the map is turned."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import affinity, box

from frith.errors import BadInput
from frith.places.neighbours import from_rows, merged, nearest, queen


def _grid(side: int) -> tuple[np.ndarray, list[str]]:
    cells = [
        box(x, y, x + 100, y + 100)
        for x in range(0, side * 100, 100)
        for y in range(0, side * 100, 100)
    ]
    return np.array(cells, dtype=object), [f"c{i:03d}" for i in range(len(cells))]


def test_corners_touch() -> None:
    shapes, codes = _grid(3)
    near = queen(shapes, codes=codes)
    assert near.counts.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]
    assert near.islands == ()


def test_agrees_with_libpysal() -> None:
    import geopandas
    from libpysal.weights import KNN, Queen

    rng = np.random.default_rng(1)
    shapes, codes = _grid(7)
    frame = geopandas.GeoDataFrame(geometry=list(shapes))
    theirs = Queen.from_dataframe(frame, use_index=False, silence_warnings=True)
    ours = queen(shapes, codes=codes)
    assert [sorted(theirs.neighbors[i]) for i in range(49)] == [r.tolist() for r in ours.rows()]
    points = rng.uniform(size=(60, 2))
    knn = KNN.from_array(points, k=6)
    near = nearest(points, codes=[f"{i:02d}" for i in range(60)])
    assert [sorted(knn.neighbors[i]) for i in range(60)] == [r.tolist() for r in near.rows()]


def test_an_island_is_joined_to_its_nearest_and_named() -> None:
    shapes, codes = _grid(2)
    shapes = np.append(shapes, box(350, 0, 400, 50))
    near = queen(shapes, codes=[*codes, "isle"])
    assert near.islands == ("isle",)
    assert near.of(4).tolist() == [2]


def test_a_gap_of_rounding_is_no_ditch() -> None:
    near = queen(np.array([box(0, 0, 10, 10), box(10.4, 0, 20, 10)]), codes=["a", "b"])
    assert near.counts.tolist() == [1, 1]


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_hamlets_work(n: int) -> None:
    shapes = np.array([box(300 * i, 0, 300 * i + 9, 9) for i in range(n)], dtype=object)
    codes = [f"h{i}" for i in range(n)]
    assert len(queen(shapes, codes=codes)) == n
    points = np.array([[300.0 * i, 0.0] for i in range(n)]).reshape(n, 2)
    assert nearest(points, codes=codes).counts.tolist() == [max(n - 1, 0)] * n


def test_equal_distances_go_by_code_however_the_map_is_turned() -> None:
    side = 8
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    points = np.column_stack([x.ravel(), y.ravel()]) * 500.0
    codes = [f"{i:02d}" for i in np.random.default_rng(1).permutation(side * side)]
    first = nearest(points, codes=codes)
    for angle in (17.0, 90.0, 211.3):
        turn = np.radians(angle)
        turned = points @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] + 4e5
        assert np.array_equal(nearest(turned, codes=codes).indices, first.indices)


def test_outlines_turned_and_moved_have_the_same_neighbours() -> None:
    shapes, codes = _grid(5)
    moved = np.array(
        [affinity.translate(affinity.rotate(s, 33, origin=(0, 0)), 4e5, 4e5) for s in shapes]
    )
    assert np.array_equal(queen(shapes, codes=codes).indices, queen(moved, codes=codes).indices)


def test_a_subset_keeps_only_its_own() -> None:
    near = from_rows([[1, 2], [0], [0]], codes=["a", "b", "c"], kind="queen")
    assert near.onto(["c", "a"]).rows()[1].tolist() == [0]
    with pytest.raises(BadInput, match="no outline"):
        near.onto(["a", "q"])


def test_larger_areas_touch_where_their_parts_do() -> None:
    shapes, codes = _grid(4)
    group = [("W", "E")[i // 8] for i in range(16)]
    larger = merged(queen(shapes, codes=codes), group)
    assert larger.codes == ("E", "W")
    assert [row.tolist() for row in larger.rows()] == [[1], [0]]


def test_codes_that_repeat_are_refused() -> None:
    with pytest.raises(BadInput, match="repeat"):
        from_rows([[1], [0]], codes=["a", "a"], kind="queen")

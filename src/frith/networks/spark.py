"""Counting on Spark how often people met: the join of occasions with themselves, for the largest
files. Everything that is tested and proposed from the counts stays where it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from frith.networks.chance import Attendance
from frith.networks.fingerprint import Ints

PROJECTION = """
SELECT l.person AS i, r.person AS j, count(*) AS n
FROM {attended} AS l JOIN {attended} AS r ON l.occasion = r.occasion AND l.person < r.person
GROUP BY l.person, r.person
"""


def count_pairs_on_spark(attendance: Attendance, *, session: Any) -> tuple[Ints, Ints, Ints]:
    """Every pair that met, with i < j, and how often, in order of (i, j).

    What `frith.networks.pairs.count_pairs` returns, number for number. `session`: a Spark session.
    """
    table = pl.DataFrame({"occasion": attendance.occasion, "person": attendance.person}).to_arrow()
    attended = session.createDataFrame(table)
    counted = session.sql(PROJECTION, attended=attended).toArrow()
    i, j, n = (counted.column(name).to_numpy().astype(np.int64) for name in ("i", "j", "n"))
    order = np.lexsort((j, i))
    return i[order], j[order], n[order]

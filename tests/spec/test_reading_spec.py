"""What reading does, drawn: a small table as it stands in a file, and the answer it gives.

Each drawing is a title, the rows of the file, the rows that go in, and the rows that are refused
with the column and the beginning of the reason. The header is row 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from frith.tables import TABLES, read_table


@dataclass(frozen=True)
class Drawing:
    """One drawn table and its expected answer."""

    title: str
    table: str
    file: str
    goes_in: str
    refused: str = ""


DRAWINGS = (
    Drawing(
        title="A month stays a month: it is never given days",
        table="events",
        file="""
            event_id | source | kind  | occurred_from
            E1       | police | crime | 2024-03
            E2       | police | crime | 2024-03-31
            E3       | police | crime | 2024-03-31T22:15
        """,
        goes_in="""
            event_id | occurred_from       | date_precision
            E1       | 2024-03-01 00:00:00 | month
            E2       | 2024-03-31 00:00:00 | day
            E3       | 2024-03-31 22:15:00 | minute
        """,
    ),
    Drawing(
        title="A row with a fault is refused whole, and every fault of it is named",
        table="events",
        file="""
            event_id | source | kind   | occurred_from | loss_gbp
            E1       | police | crime  | 2024-02-31    | -5
                     | police | crime  | 2024-02-01    |
            E3       | police | murder | 2024-02-01    | 12
            E4       | police | CRIME  | 2024-02-01    | 12.50
        """,
        goes_in="""
            event_id | kind  | loss_gbp
            E4       | crime | 12.5
        """,
        refused="""
            row | column        | reason
            2   | loss_gbp      | is less than 0
            2   | occurred_from | is not a day in the calendar
            3   | event_id      | is blank
            4   | kind          | is not one of
        """,
    ),
    Drawing(
        title="The first of two rows with one key goes in, the second does not",
        table="nominals",
        file="""
            nominal_id | source  | family_name
            N1         | police  | Archer
            N1         | council | Archer
            N1         | police  | Baker
        """,
        goes_in="""
            nominal_id | source  | family_name
            N1         | police  | Archer
            N1         | council | Archer
        """,
        refused="""
            row | column             | reason
            4   | nominal_id, source | repeats row 2
        """,
    ),
    Drawing(
        title="One person may be suspect and victim of one event: roles coexist",
        table="roles",
        file="""
            event_id | nominal_id | role
            E1       | N1         | suspect
            E1       | N1         | Possible victim
            E1       | N1         | suspect
        """,
        goes_in="""
            event_id | nominal_id | role
            E1       | N1         | suspect
            E1       | N1         | possible_victim
        """,
        refused="""
            row | column                     | reason
            4   | event_id, nominal_id, role | repeats row 2
        """,
    ),
    Drawing(
        title="A row without a place goes in; a place that cannot be does not",
        table="events",
        file="""
            event_id | source | kind  | occurred_from | longitude | latitude
            E1       | police | crime | 2024-01       |           |
            E2       | police | crime | 2024-01       | -1.36     | 53.43
            E3       | police | crime | 2024-01       | 53.43     | -1.36
            E4       | police | crime | 2024-01       | 0         | 0
        """,
        goes_in="""
            event_id | longitude | latitude
            E1       |           |
            E2       | -1.36     | 53.43
        """,
        refused="""
            row | column              | reason
            4   | longitude, latitude | has longitude and latitude swapped
            5   | longitude, latitude | is the point 0,0
        """,
    ),
    Drawing(
        title="A date of birth is kept as precise as it was recorded",
        table="nominals",
        file="""
            nominal_id | source | date_of_birth
            N1         | police | 1988
            N2         | police | 1988-07
            N3         | police | 1988-07-09
            N4         | police | 09/07/1988
        """,
        goes_in="""
            nominal_id | date_of_birth
            N1         | 1988
            N2         | 1988-07
            N3         | 1988-07-09
        """,
        refused="""
            row | column        | reason
            5   | date_of_birth | is not a date; write YYYY-MM-DD, YYYY-MM or YYYY
        """,
    ),
)


def _cells(drawn: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in drawn.strip().splitlines()]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda d: d.title)
def test_the_drawing_is_what_reading_does(drawing: Drawing, tmp_path: Path) -> None:
    path = tmp_path / f"{drawing.table}.csv"
    path.write_text("\n".join(",".join(row) for row in _cells(drawing.file)) + "\n")
    reading = read_table(path, TABLES[drawing.table])
    names, *expected = _cells(drawing.goes_in)
    said = [
        ["" if value is None else str(value) for value in row]
        for row in reading.frame.select(names).iter_rows()
    ]
    assert said == expected
    refusals = sorted(reading.report.refusals.select("row", "column", "reason").iter_rows())
    wanted = _cells(drawing.refused)[1:] if drawing.refused else []
    assert [[str(row), column] for row, column, _ in refusals] == [r[:2] for r in wanted]
    for (*_, reason), (*_, beginning) in zip(refusals, wanted, strict=True):
        assert reason.startswith(beginning)

"""What the nation pays, beside local figures and never times them.

Source: the reference list `national_costs` (Home Office Research Reports 73 and 103, with their
corrections).
"""

from __future__ import annotations

import polars as pl

from frith.reference.catalogue import load
from frith.reference.declare import checked
from frith.results import Flag, Result, Severity, refuse

METHOD = "Look-up of published national costs; no arithmetic"
FENCE = Flag(
    "BESIDE",
    "National estimates stand beside local figures. They are no price of a local crime, group or "
    "disruption, and nothing here is saved or spent by multiplying them.",
    Severity.NOTE,
)


def national_costs(*, theme: str | None = None, times: float | None = None) -> Result:
    """Published national costs of serious and organised crime, each with edition and corrections.

    `theme`: only those nearest to it, and the totals. `times`: whatever anybody asks to multiply
    them by, which is refused: a national total has no unit that a local disruption is one of, the
    estimate covers only what could be estimated, and costs avoided are not costs divided by
    groups. Returns table `costs`: subject, gbp_bn, edition, note, source, checked.
    """
    if times is not None:
        return refuse(
            METHOD,
            Flag(
                "NOMULTIPLY",
                f"Asked to multiply a national cost by {times:g}. That is not done: the national "
                "figure has no unit that a local disruption, group or crime is one of, so the "
                "product would be a number without a meaning. To put a value on local work, "
                "measure its effect (`frith evaluate`) and show the national figure beside it.",
            ),
            parameters={"theme": theme, "times": times},
        )
    rows = [
        {
            "subject": row["subject"],
            "gbp_bn": row["gbp_bn"],
            "edition": row["edition"],
            "note": row["note"],
            "source": row["source"],
            "checked": checked(row),
        }
        for row in load("national_costs")
        if theme is None or row["theme"] in ("", theme)
    ]
    return Result(
        method=METHOD,
        parameters={"theme": theme},
        flags=(FENCE,),
        sentence="Published national estimates, each with its edition; none is a local figure.",
        tables={"costs": pl.DataFrame(rows)},
    )

"""What became of recorded crimes, in the wording of police.uk, and what that makes of suspects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from frith.borough.draws import Ints, pick
from frith.borough.happenings import Happenings
from frith.borough.period import Period

WITHOUT_SUSPECT = {
    "Investigation complete; no suspect identified": 0.86,
    "Status update unavailable": 0.09,
    "Further investigation is not in the public interest": 0.05,
}
WITH_SUSPECT = {
    "Unable to prosecute suspect": 0.62,
    "Suspect charged": 0.18,
    "Local resolution": 0.07,
    "Offender given a caution": 0.04,
    "Action to be taken by another organisation": 0.04,
    "Formal action is not in the public interest": 0.03,
    "Further action is not in the public interest": 0.02,
}
AT_COURT = {
    "Awaiting court outcome": 0.22,
    "Court result unavailable": 0.24,
    "Offender given community sentence": 0.14,
    "Offender fined": 0.12,
    "Offender sent to prison": 0.11,
    "Offender given suspended prison sentence": 0.09,
    "Defendant found not guilty": 0.05,
    "Offender given conditional discharge": 0.03,
}
CONVICTED = frozenset(
    {
        "Offender given community sentence",
        "Offender fined",
        "Offender sent to prison",
        "Offender given suspended prison sentence",
        "Offender given conditional discharge",
    }
)
OPEN_STILL = "Under investigation"
DELAY_DAYS, DELAY_SPREAD = 32.0, 0.9
COURT_DELAY_DAYS, COURT_SPREAD = 120.0, 0.6
CHARGED_SHARE = 0.85
"""Of the suspects in a charged crime, how many were themselves charged."""
GROUP_CHARGED = 0.30
"""Planted groups' records lead to a charge oftener than everyday ones."""


@dataclass(frozen=True)
class Judged:
    """Outcomes by event row, and the roles as they stand after them."""

    outcomes: pl.DataFrame  # event, outcome, day (null where still open)
    roles: pl.DataFrame


def decide(rng: np.random.Generator, happenings: Happenings, period: Period) -> Judged:
    """An outcome for every crime, a second at court for those charged; suspects become charged."""
    events, roles = happenings.events, happenings.roles
    crime = np.flatnonzero((events["kind"] == "crime").to_numpy())
    has = np.zeros(events.height, dtype=bool)
    has[roles.filter(pl.col("role") == "suspect")["event"].to_numpy()] = True
    group = (events["origin"] == "group").to_numpy()
    outcome = _draw(rng, WITHOUT_SUSPECT, crime.size)
    named = has[crime]
    outcome[named] = _draw(rng, WITH_SUSPECT, int(named.sum()))
    more = named & group[crime] & (rng.random(crime.size) < GROUP_CHARGED)
    outcome[more] = "Suspect charged"
    day = events["day"].to_numpy()[crime] + _delay(rng, DELAY_DAYS, DELAY_SPREAD, crime.size)
    late = day >= period.days
    outcome[late] = OPEN_STILL
    charged = crime[outcome == "Suspect charged"]
    court_day = day[outcome == "Suspect charged"] + _delay(
        rng, COURT_DELAY_DAYS, COURT_SPREAD, charged.size
    )
    there = court_day < period.days
    court = _draw(rng, AT_COURT, int(there.sum()))
    convicted = charged[there][np.isin(court, list(CONVICTED))]
    outcomes = pl.DataFrame(
        {
            "event": np.concatenate([crime, charged[there]]),
            "outcome": [*outcome.tolist(), *court.tolist()],
            "day": np.concatenate([np.where(late, -1, day), court_day[there]]),
        }
    ).with_columns(pl.when(pl.col("day") >= 0).then(pl.col("day")))
    return Judged(outcomes, _stand(rng, roles, charged, convicted))


def _draw(rng: np.random.Generator, shares: dict[str, float], size: int) -> np.ndarray:
    names = np.array(list(shares), dtype=object)
    drawn: np.ndarray = names[pick(rng, list(shares.values()), size=size)]
    return drawn


def _delay(rng: np.random.Generator, median: float, spread: float, size: int) -> Ints:
    days: Ints = np.exp(rng.normal(np.log(median), spread, size)).astype(np.int64)
    return days


def _stand(
    rng: np.random.Generator, roles: pl.DataFrame, charged: Ints, convicted: Ints
) -> pl.DataFrame:
    """Suspects of charged crimes are charged, most of them; of convicted ones convicted."""
    event = roles["event"].to_numpy()
    suspect = (roles["role"] == "suspect").to_numpy()
    chosen = suspect & (rng.random(event.size) < CHARGED_SHARE)
    is_charged, is_convicted = chosen & np.isin(event, charged), chosen & np.isin(event, convicted)
    return roles.with_columns(
        role=pl.when(pl.Series(is_convicted))
        .then(pl.lit("convicted"))
        .when(pl.Series(is_charged))
        .then(pl.lit("charged"))
        .otherwise(pl.col("role"))
    )

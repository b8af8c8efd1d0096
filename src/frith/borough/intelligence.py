"""Intelligence reports in words: graded every way, some circular, some exposing their source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from frith.borough.draws import pick
from frith.borough.groups.planting import Group
from frith.borough.mark import MARK
from frith.borough.objects import Shelf, impossible_plate
from frith.borough.phones import impossible
from frith.borough.setting import Setting
from frith.borough.words import table

SHARE_OF_REPORTS, LEAST, MOST = 0.30, 60, 1_500
SOURCES, ASSESSMENTS, HANDLINGS = ("1", "2", "3"), ("A", "B", "C", "D", "E"), ("P", "C")
SOURCE_SHARES = (0.30, 0.62, 0.08)
ASSESSMENT_SHARES = (0.28, 0.12, 0.38, 0.19, 0.03)
CONDITIONS = ("A1;S2", "A2;S2", "A3;S1", "A1;S1", "S2", "no action without asking the originator")
CONDITION_SHARE = 0.22
EXPOSING_SHARE = 0.05
ABOUT_GROUP_SHARE = 0.35
COPIES = (3, 4)
COPY_WITHIN_DAYS = 45
REPORTS_PER_RUMOUR = 150
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, kw_only=True)
class Intelligence:
    """The reports, and what is true of each."""

    reports: pl.DataFrame
    truth: pl.DataFrame


def make_intelligence(
    rng: np.random.Generator,
    setting: Setting,
    reports: pl.DataFrame,
    *,
    groups: list[Group],
    shelf: Shelf,
) -> Intelligence:
    """Words, how it is known and a grading for a share of the `reports`; and the truth of each."""
    size = min(reports.height, int(np.clip(SHARE_OF_REPORTS * reports.height, LEAST, MOST)))
    chosen = np.sort(rng.permutation(reports.height)[:size])
    rows = reports[chosen]
    writer = Writer(rng, setting)
    about = _about(rng, rows, groups)
    vehicles = _vehicles(shelf)
    made = [
        writer.write(row, vehicle=vehicles.get(group) if group else None)
        for row, group in zip(rows.iter_rows(named=True), about, strict=True)
    ]
    circular = _spread_rumours(rng, writer, rows, made)
    special = set(circular)
    exposing = _expose(rng, made, special)
    threat = _threaten(rng, writer, rows, made, special | exposing)
    _grade(rng, made, circular, threat)
    truth = pl.DataFrame(
        {
            "report_id": rows["report_id"],
            "group_id": pl.Series(
                [None if at in special else about[at] for at in range(size)], dtype=pl.String
            ),
            "copy_of": pl.Series([circular.get(at) for at in range(size)], dtype=pl.String),
            "exposes_source": [at in exposing for at in range(size)],
            "threat_to_life": [at == threat for at in range(size)],
        }
    )
    return Intelligence(reports=pl.DataFrame(made), truth=truth)


class Writer:
    """Fills the phrases of `words/intelligence.toml` with invented places and things."""

    def __init__(self, rng: np.random.Generator, setting: Setting) -> None:
        self.rng = rng
        self.phrases = table("intelligence.toml")
        self.period = setting.period
        codes = setting.place.codes.tolist()
        self.streets: dict[str, list[str]] = {code: [] for code in codes}
        for name, area in zip(setting.streets.name, setting.streets.area, strict=True):
            self.streets[codes[area]].append(str(name))
        self.shops = _named(setting, "shop")
        self.venues = _named(setting, "licensed", "takeaway")

    def one(self, choices: list[str] | tuple[str, ...]) -> str:
        """One of some phrases."""
        return choices[int(self.rng.integers(len(choices)))]

    def slots(self, area: str, vehicle: str | None = None) -> dict[str, Any]:
        """Fresh fillings for a phrase about an area."""
        hour = int(self.rng.integers(6, 24))
        return {
            "street": self.one(self.streets[area]),
            "vehicle": vehicle or impossible_plate(self.rng),
            "phone": impossible(8_000_000 + int(self.rng.integers(100_000))),
            "shop": self.one(self.shops),
            "venue": self.one(self.venues),
            "n": int(self.rng.integers(3, 9)),
            "time": f"{hour:02d}:{int(self.rng.integers(12)) * 5:02d}",
            "day": self.one(DAYS),
        }

    def write(self, row: dict[str, Any], *, vehicle: str | None) -> dict[str, Any]:
        """One report: fact, opinion and how it is known, apart."""
        slots = self.slots(row["area"], vehicle)
        how = self.one(list(self.phrases["how"]))
        told = how in ("told by somebody", "heard it said", "social media")
        return {
            "mark": MARK,
            "report_id": row["report_id"],
            "submitted_on": row["received_on"],
            "agency": row["agency"],
            "submitter_ref": f"SYN-SUB-{int(self.rng.integers(1, 400)):03d}",
            "theme": row["theme"],
            "area": row["area"],
            "fact": self.one(self.phrases["facts"][row["theme"]]).format(**slots),
            "opinion": self.one(self.phrases["opinion"]),
            "how_known": how,
            "how_known_words": self.one(self.phrases["how"][how]).format(**slots),
            "others_who_know": int(self.rng.poisson(9 if told else 3)) + 1,
        }


def _named(setting: Setting, *kinds: str) -> list[str]:
    """Names of premises of some kinds."""
    wanted = [setting.premises.kinds.index(kind) for kind in kinds]
    return sorted(set(setting.premises.name[np.isin(setting.premises.kind, wanted)].tolist()))


def _about(rng: np.random.Generator, rows: pl.DataFrame, groups: list[Group]) -> list[str | None]:
    """The planted group each report is about, if any."""
    by_theme: dict[str, list[str]] = {}
    for group in groups:
        by_theme.setdefault(group.theme.theme, []).append(group.group_id)
    told = rng.random(rows.height) < ABOUT_GROUP_SHARE
    which = rng.random(rows.height)
    found: list[str | None] = []
    for theme, hit, at in zip(rows["theme"], told.tolist(), which.tolist(), strict=True):
        names = by_theme.get(theme, [])
        found.append(names[int(at * len(names))] if hit and names else None)
    return found


def _vehicles(shelf: Shelf) -> dict[str, str]:
    """A vehicle of each group that has one."""
    return {
        owner: identifier
        for (_, kind, identifier), owner in zip(shelf.objects, shelf.owner, strict=True)
        if kind == "vehicle"
    }


def _spread_rumours(
    rng: np.random.Generator, writer: Writer, rows: pl.DataFrame, made: list[dict[str, Any]]
) -> dict[int, str]:
    """Some reports become retellings of one; each copy's place and the report it copies."""
    copies: dict[int, str] = {}
    days = rows["received_on"].to_list()
    themes, agencies = rows["theme"].to_list(), rows["agency"].to_list()
    drugs = [at for at, theme in enumerate(themes) if theme == "drugs"]
    wanted = max(1, len(made) // REPORTS_PER_RUMOUR)
    used: set[int] = set()
    for first in rng.permutation(drugs).tolist():
        if wanted == 0:
            break
        last = days[first] + timedelta(days=COPY_WITHIN_DAYS)
        later = [
            at
            for at in drugs
            if at > first
            and days[at] <= last
            and agencies[at] != agencies[first]
            and at not in used
        ]
        if first in used or len(later) < COPIES[0]:
            continue
        tellings = writer.phrases["rumours"]["tellings"][wanted % 2]
        slots = writer.slots(rows["area"][first])
        chosen = [first, *later[: int(rng.integers(COPIES[0], COPIES[1] + 1))]]
        for telling, at in zip(tellings, chosen, strict=False):
            made[at]["fact"] = telling.format(**slots)
            made[at]["how_known"] = "heard it said" if at != first else "told by somebody"
            made[at]["how_known_words"] = writer.one(
                writer.phrases["how"][made[at]["how_known"]]
            ).format(**slots)
            copies[at] = rows["report_id"][first]
        used.update(chosen)
        wanted -= 1
    return copies


def _expose(rng: np.random.Generator, made: list[dict[str, Any]], special: set[int]) -> set[int]:
    """Some reports say who is speaking, or what only one person could know."""
    lines = table("intelligence.toml")["exposing"]["lines"]
    free = np.array([at for at in range(len(made)) if at not in special])
    size = max(3, round(EXPOSING_SHARE * len(made)))
    chosen = rng.choice(free, size=size, replace=False)
    for at in chosen.tolist():
        made[at]["fact"] += " " + lines[int(rng.integers(len(lines)))]
        made[at]["others_who_know"] = 1
    return set(chosen.tolist())


def _threaten(
    rng: np.random.Generator,
    writer: Writer,
    rows: pl.DataFrame,
    made: list[dict[str, Any]],
    taken: set[int],
) -> int:
    """One report tells of a threat to life."""
    free = [at for at in range(len(made)) if at not in taken]
    at = int(rng.choice(free))
    words = writer.phrases["threat"]
    slots = writer.slots(rows["area"][at])
    made[at]["fact"], made[at]["opinion"] = words["fact"].format(**slots), words["opinion"]
    return at


def _grade(
    rng: np.random.Generator, made: list[dict[str, Any]], circular: dict[int, str], threat: int
) -> None:
    """3x5x2 on every report: each of the thirty gradings once, the rest by their shares."""
    n = len(made)
    source = pick(rng, SOURCE_SHARES, size=n)
    assessment = pick(rng, ASSESSMENT_SHARES, size=n)
    condition = rng.random(n) < CONDITION_SHARE
    free = np.array([at for at in range(n) if at not in circular and at != threat])
    every = list(product(range(3), range(5), (False, True)))
    for at, (s, a, c) in zip(rng.permutation(free).tolist(), every, strict=False):
        source[at], assessment[at], condition[at] = s, a, c
    source[threat], assessment[threat], condition[threat] = 1, 0, True
    for at in circular:
        source[at], assessment[at] = 1, 2
    conditions = rng.integers(0, len(CONDITIONS), n)
    priority = pick(rng, (0.06, 0.34, 0.60), size=n)
    priority[threat] = 0
    for at, row in enumerate(made):
        row["source_evaluation"] = SOURCES[source[at]]
        row["assessment"] = ASSESSMENTS[assessment[at]]
        row["handling"] = HANDLINGS[int(condition[at])]
        row["conditions"] = CONDITIONS[conditions[at]] if condition[at] else None
        row["priority"] = ("high", "medium", "low")[priority[at]]

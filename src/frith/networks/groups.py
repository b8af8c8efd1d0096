"""Candidate groups: people recorded together as suspects more often than chance in their places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from frith.errors import UnknownName
from frith.networks.defaults import (
    MAX_EVENT_SIZE,
    OCCASION_HOURS,
    SEEDS,
    STRATUM_MAX,
    STRATUM_MIN,
    Q,
)
from frith.networks.finding import find
from frith.networks.gates import CANDIDATE, Gates
from frith.networks.ground import Ground, lay_ground
from frith.networks.identity import doubtful_people, sensitive
from frith.networks.inputs import event_table, recorded_roles, with_records
from frith.networks.objects import empty_links, shared_objects
from frith.networks.occasions import Occasions, occasions
from frith.networks.overtime import over_time
from frith.networks.pairs import Counter, count_pairs
from frith.networks.protection import protect, protection_flag, unlinked_flag
from frith.networks.recording import power_flag
from frith.networks.scores import group_scores
from frith.networks.signs import signs
from frith.networks.tabulate import (
    board_sentence,
    empty_tables,
    events_of,
    group_tables,
    month_flag,
)
from frith.reference import load
from frith.results import Result, Status, frame_hash

METHOD = "split-half confirmation against a local null (after Tumminello et al. 2011)"


@dataclass(frozen=True, kw_only=True)
class Groups(Result):
    """Candidate groups and everything needed to check them, in `tables`.

    groups, members, ages, signs, pairs, occasions, dropped, possible_victims; evidence: grid
    (occasions × people), edges, chance, splits, changes, strata, objects, object_test; scores,
    score_items; over_time where a previous run was given; lifted. `pairs_tested`: how many pairs
    met at all.
    """

    pairs_tested: int = 0
    occasions: int = 0
    gates: Gates = field(default_factory=Gates)

    def as_answer(self) -> dict[str, Any]:
        """The contract's shape: status, occasions, pairs_tested, groups, dropped, warnings."""
        groups, members = self.tables["groups"], self.tables["members"]
        tiers = {
            tier: dict(
                members.filter(pl.col("tier") == tier)
                .group_by("group_id")
                .agg(pl.col("person_id").sort())
                .iter_rows()
            )
            for tier in ("core", "associate")
        }
        listed = [
            row
            | {"core": tiers["core"].get(row["group_id"], [])}
            | {"associates": tiers["associate"].get(row["group_id"], [])}
            for row in groups.iter_rows(named=True)
        ]
        answer = {
            "status": self.status,
            "occasions": self.occasions,
            "pairs_tested": self.pairs_tested,
            "groups": [row for row in listed if row["status"] == CANDIDATE],
            "below_gates": [row for row in listed if row["status"] != CANDIDATE],
            "gates": self.gates.described(),
            "dropped": self.tables["dropped"].to_dicts(),
            "warnings": [{"code": flag.code, "text": flag.text} for flag in self.flags],
            "sentence": self.sentence,
        }
        if "over_time" in self.tables:
            answer["over_time"] = self.tables["over_time"].to_dicts()
        return answer


def find_groups(
    events: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    persons: pl.DataFrame | None = None,
    named: pl.DataFrame | None = None,
    lifted: pl.DataFrame | None = None,
    object_links: pl.DataFrame | None = None,
    objects: pl.DataFrame | None = None,
    lookups: pl.DataFrame | None = None,
    weights: pl.DataFrame | None = None,
    nominals: pl.DataFrame | None = None,
    previous: pl.DataFrame | None = None,
    theme: str | None = None,
    q: float = Q,
    seeds: int = SEEDS,
    seed: int = 1,
    gates: Gates | None = None,
    max_event_size: int = MAX_EVENT_SIZE,
    occasion_hours: int = OCCASION_HOURS,
    stratum_min: int = STRATUM_MIN,
    stratum_max: int = STRATUM_MAX,
    step: Callable[[], None] = lambda: None,
    count: Counter = count_pairs,
) -> Groups:
    """Groups of people recorded together as suspects beyond chance in their places and half-years.

    `events`, `roles`, `object_links`, `objects`, `lookups`, `weights`: as the dataset's tables.
    `persons`: nominal_id, person_id, p_min. `named`: people protected by name. `lifted`: whose
    protection was lifted, by whom, why and when. `nominals`: read when the groups stand, for ages
    in words and common households; no name or date is kept. `previous`: an earlier run's members.
    `theme`: only events of this theme (protection still looks at all). `q`: expected share of false
    groups. `seeds`: random splits, each used both ways. Returns `Groups`; refused, with why, where
    places or numbers do not allow chance to be told from association. Raises `BadInput` or
    `UnknownName` for bad tables. `count` counts how often pairs met, here or on Spark.

    Assumes that in a stratum (100-1,000 occasions) people meet as their activity has it, and that
    roles and places are recorded alike. Do not use it to name anybody: a group is a candidate
    until a named person adopts it, and a member is somebody recorded there, no more. Sources:
    Tumminello et al. (2011), PLoS ONE 6:e17994; Meinshausen, Meier and Bühlmann (2009), JASA 104.
    """
    happened = event_table(events)
    recorded = recorded_roles(roles, persons)
    protection = protect(recorded, happened, persons=persons, named=named, lifted=lifted)
    gates = gates or Gates()
    known_theme(theme)
    chosen = happened if theme is None else happened.filter(pl.col("theme") == theme)
    parameters = {
        "q": q,
        "seeds": seeds,
        "theme": theme,
        "max_event_size": max_event_size,
        "occasion_hours": occasion_hours,
        "stratum_min": stratum_min,
        "stratum_max": stratum_max,
        "gates": gates,
    }

    def run(recorded: pl.DataFrame, barred: pl.Series) -> tuple[Occasions, Ground]:
        held = occasions(
            recorded,
            chosen,
            protected=barred,
            max_event_size=max_event_size,
            occasion_hours=occasion_hours,
        )
        return held, lay_ground(held, lookups=lookups, smallest=stratum_min, largest=stratum_max)

    def again(sure: pl.DataFrame) -> list[frozenset[str]]:
        """The people of each group when doubtful joins are undone; protection stays whole."""
        barred = with_records(protection.people["person"], persons)
        ground = run(recorded_roles(roles, sure), barred)[1]
        if ground.strata.reasons:
            return []
        redone, _ = find(ground, q=q, seeds=seeds, seed=seed, count=count)
        return [ground.named_set(people) for people in redone.everybody]

    held, ground = run(recorded, protection.people["person"])
    digest = frame_hash(*[f for f in (events, roles, persons, named, lifted) if f is not None])
    common: dict[str, Any] = {
        "method": METHOD,
        "parameters": parameters,
        "seed": seed,
        "gates": gates,
        "occasions": held.table.height,
        "data_hash": digest,
        "flags": (
            *ground.strata.reasons,
            *protection.flags,
            protection_flag(protection),
            *unlinked_flag(persons),
            *ground.strata.flags,
            *month_flag(chosen),
        ),
    }
    if ground.strata.reasons:
        sentence = " ".join(reason.text for reason in ground.strata.reasons)
        tables = empty_tables(held, ground, protection)
        return Groups(status=Status.REFUSED, sentence=sentence, tables=tables, **common)
    found, backed = find(ground, q=q, seeds=seeds, seed=seed, step=step, count=count)
    everybody = [ground.named_set(people) for people in found.everybody]
    unsure = sensitive(everybody, persons, again=again)
    tables = group_tables(
        found,
        backed,
        held,
        recorded=recorded,
        events=chosen,
        protection=protection,
        identity_sensitive=unsure,
        doubtful=doubtful_people(persons),
        gates=gates,
        nominals=nominals,
        persons=persons,
        q=q,
    )
    shared = shared_objects(
        tables["members"],
        empty_links() if object_links is None else object_links,
        objects=objects,
        persons=persons,
        events=happened,
        recorded=recorded,
        lookups=lookups,
        protected=protection.people["person"],
    )
    tables["shared_objects"], tables["object_test"] = shared.shared, shared.tested
    tables["signs"] = signs(tables["members"], tables["ages"], recorded=recorded, events=events)
    tables["score_items"], tables["scores"] = group_scores(
        tables["groups"],
        tables["grid"],
        occasion_events=events_of(held),
        events=chosen,
        recorded=recorded,
        objects=None if object_links is None else shared.tested,
        weights=weights,
    )
    if previous is not None:
        tables["over_time"] = over_time(tables["members"], previous)
    common["flags"] += (*shared.flags, *power_flag(tables["strata"]))
    shown = tables["groups"].filter(pl.col("status") == CANDIDATE).height
    return Groups(
        status=Status.DONE,
        value=float(shown),
        tables=tables,
        pairs_tested=found.pairs.met,
        sentence=board_sentence(shown, held.table.height, q=q),
        **common,
    )


def known_theme(theme: str | None) -> None:
    """Raises `UnknownName` for a theme that does not exist."""
    if theme is not None and theme not in load("themes").keys:
        raise UnknownName(
            f"no theme “{theme}”", mend=f"Choose one of {', '.join(sorted(load('themes').keys))}."
        )

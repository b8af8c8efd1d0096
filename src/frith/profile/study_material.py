"""What a study's report is made from: shares, coverage, and what the organised part is like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from frith.profile.material import Material
from frith.reference.regimes import Regime
from frith.results import Interval, Result
from frith.study.answers import criteria_of, mapped_coverage, tie
from frith.study.distributions import losses_of, victims_of
from frith.study.estimate import Kind
from frith.study.folder import kappa_of
from frith.study.groups import group_coverage
from frith.study.parts import outcomes_of, police_led_of, themes_of
from frith.study.shares import Shares, shares
from frith.tables.dataset import Dataset, FileNote


@dataclass(frozen=True, kw_only=True)
class Study:
    """All of a study's results, by name, and the data set with its judgements among its tables.

    `parts`: criteria, themes, mapped, groups, found, outcomes, losses, victims, those that could
    be tried. `notes`: interview themes fit to be published, or None.
    """

    material: Material
    shares: Shares
    parts: Mapping[str, Result]
    notes: pl.DataFrame | None

    @property
    def kappa(self) -> dict[str, float | None]:
        """The coders' agreement: kappa, lo, hi."""
        return kappa_of(self.material.dataset.tables["judgements"])

    @property
    def refused(self) -> bool:
        """True where any part was refused."""
        return self.shares.refused or any(part.refused for part in self.parts.values())


def gather(
    dataset: Dataset,
    judgements: pl.DataFrame,
    *,
    on: date,
    seed: int,
    kind: Kind = Kind.WILSON,
    notes: pl.DataFrame | None = None,
    mapped: pl.DataFrame | None = None,
    estimate: tuple[float, Interval | None, str] | None = None,
    mapped_groups: int | None = None,
) -> Study:
    """Everything a study can say of the data set it sampled; what is missing is left out.

    `mapped`: `nominal_id` of people in mapped groups, which answers the criterion `mapped` from
    records in place of the coders. `estimate`: number of groups, interval and where from, set
    against `mapped_groups`. Every random draw starts from `seed`.
    """
    if mapped is not None and dataset.has("roles"):
        judgements = tie(judgements, dataset.tables["roles"], mapped)
    parts: dict[str, Result] = {
        "criteria": criteria_of(judgements, kind=kind),
        "themes": themes_of(judgements, kind=kind),
        "mapped": mapped_coverage(judgements, kind=kind),
    }
    if estimate is not None and mapped_groups is not None:
        number, interval, how = estimate
        parts["groups"] = group_coverage(number, mapped=mapped_groups, interval=interval, how=how)
    tables = dataset.tables
    if dataset.has("events"):
        parts["found"] = police_led_of(judgements, tables["events"], kind=kind)
        rng = np.random.default_rng(seed)
        parts["losses"] = losses_of(judgements, tables["events"], rng=rng)
    if dataset.has("outcomes"):
        parts["outcomes"] = outcomes_of(judgements, tables["outcomes"], kind=kind)
    if dataset.has("roles"):
        rng = np.random.default_rng(seed)
        parts["victims"] = victims_of(judgements, tables["roles"], rng=rng)
    return Study(
        material=Material(dataset=with_judgements(dataset, judgements), on=on, seed=seed),
        shares=shares(judgements, kind=kind),
        parts=parts,
        notes=notes,
    )


def with_judgements(dataset: Dataset, judgements: pl.DataFrame) -> Dataset:
    """The data set with a study's judgements: never open, for they rest on whole records."""
    regime = Regime.SYNTHETIC if dataset.synthetic else Regime.LAW_ENFORCEMENT
    events = dataset.about.files.get("events", FileNote())
    note = FileNote(
        publisher=events.publisher or "the study's coders",
        licence=events.licence or "not for publication before review",
        regime=regime,
    )
    about = replace(dataset.about, files={**dataset.about.files, "judgements": note})
    return replace(dataset, about=about, tables={**dataset.tables, "judgements": judgements})

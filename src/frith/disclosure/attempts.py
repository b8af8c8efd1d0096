"""Every attempt on one release in the making: the strongest, and each way by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from frith.disclosure.attack import Attack, attack
from frith.disclosure.growth import KIND, Subtracted, subtract
from frith.disclosure.work import Work, as_published, known_small, shown_shares


def everything(work: Work, masked: np.ndarray) -> Attack:
    """The strongest attack: all that was ever shown, and told which cells are masked as small."""
    strongest = attack(
        as_published(work, masked),
        kind="all together",
        against=work.against,
        shares=shown_shares(work, masked),
        lookup=work.lookup,
        known_small=known_small(work),
        revised=work.system.revised,
        low=work.rule.low,
        high=work.rule.high,
    )
    also = {(f.release, f.row, f.column): f for f in subtraction(work, masked).cells if f.recovered}
    found = [
        one if one.recovered else also.pop((one.release, one.row, one.column), one)
        for one in strongest.found
    ]
    known = {(f.release, f.row, f.column) for f in found}
    more = [one for place, one in also.items() if place not in known]
    return dataclasses.replace(strongest, found=(*found, *more))


def subtraction(work: Work, masked: np.ndarray) -> Subtracted:
    """What a reader has from earlier releases that differ from this one, by taking them off it."""
    differing = {release for release, _, _ in work.system.revised}
    if not differing:
        return Subtracted(cells=(), differences=Attack(kind=KIND, found=()))
    return subtract(
        as_published(work, masked),
        against=work.against,
        differing=differing,
        lookup=work.lookup,
        known_small=known_small(work),
        low=work.rule.low,
        high=work.rule.high,
    )


def each_way(
    work: Work, masked: np.ndarray, strongest: Attack, *, told: Attack
) -> tuple[Attack, ...]:
    """Every way of attacking; one that knows less than an attack that failed is not run again."""
    ways: list[tuple[str, dict[str, Any]]] = [("totals", {})]
    ways.append(("small cells known", {"known_small": known_small(work)}))
    if work.ratios:
        ways.append(("percentages", {"shares": shown_shares(work, masked)}))
    if work.lookup:
        ways.append(("overlapping areas", {"lookup": work.lookup}))
    if work.rounding:
        ways.append(("rounding", {}))
    if work.against:
        knows = {"against": work.against, "lookup": work.lookup, "revised": work.system.revised}
        ways.append((_against_kind(work), knows))
    shown = as_published(work, masked)
    done = []
    for kind, given in ways:
        if strongest.recovered:
            limits: dict[str, Any] = {"low": work.rule.low, "high": work.rule.high}
            done.append(attack(shown, kind=kind, **limits, **given))
        else:
            own = [f for f in strongest.found if f.release == 0 or "against" in given]
            done.append(Attack(kind=kind, found=tuple(own)))
    if work.system.revised:
        done.append(told)
    return (*done, strongest)


def _against_kind(work: Work) -> str:
    """Editions of one table have the same cells and figures; earlier releases have others."""
    own = {cell.key for cell in work.table.cells}
    same = all({cell.key for cell in release.cells} == own for release in work.against)
    return "editions" if same and not work.system.revised else "earlier releases"

"""A table made safe to publish, and the attempt to undo it: the whole story in one function."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from frith.disclosure import ratios as worked_out
from frith.disclosure.attack import Attack, Found, attack
from frith.disclosure.information import Loss, losses
from frith.disclosure.layout import TOTAL
from frith.disclosure.suppress import Rule, Wanted, choose_masks
from frith.disclosure.system import build
from frith.disclosure.table import CountTable
from frith.disclosure.totals import with_totals_of
from frith.disclosure.words import flags_of, sentence_of
from frith.disclosure.work import (
    Lookup,
    Work,
    as_published,
    known_small,
    rounded,
    say_row,
    shown_interval,
    shown_shares,
    small,
    written,
)
from frith.errors import BadInput
from frith.results import Result, Severity, Status, frame_hash

METHOD = "cell suppression with an attack (Fischetti and Salazar-González 2001)"
THRESHOLD = 5
"""Counts of 1 to 4 are masked. Source: ONS, disclosure control guidance for tables."""
LEAST_THRESHOLD = 3
"""Below this a mask says the count itself: with 2, every masked small cell is a 1."""
ROUNDS = 5
"""How often the attack may send the masking back to do better."""
_TOTAL_COSTS = 8.0
"""How many times dearer than a part a total is to mask: it tells more and more readers use it."""


@dataclass(frozen=True, kw_only=True)
class Protected(Result):
    """A table as it may be published, or a refusal. `published` is empty where refused.

    `suppressed` cells are masked for being small, `secondary` ones so that those stay hidden.
    `attacks` say what was tried; `loss` what the reader loses beside two simpler ways.
    """

    published: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    table: CountTable | None = field(default=None, repr=False)
    suppressed: int = 0
    secondary: int = 0
    revised: frozenset[tuple[int, int, str]] = frozenset()
    attacks: tuple[Attack, ...] = ()
    loss: tuple[Loss, ...] = ()


def protect(
    table: CountTable,
    *,
    threshold: int = THRESHOLD,
    against: Sequence[CountTable] = (),
    lookup: Lookup | None = None,
    rounding: int = 0,
    mask_zeros: bool = False,
) -> Protected:
    """Mask a table so that no small count can be read or worked out, and try to undo it.

    Parameters: `table` of true counts; `threshold`, counts from 1 to one less are masked (at least
    3); `against`, tables the reader holds already: earlier releases, or more open editions of this
    one; `lookup`, larger area → its finest areas, where areas nest or overlap; `rounding`, the base
    to which every count shown is rounded (0: none); `mask_zeros`, whether none counts as small.
    Returns the table as it may be published, or a refusal where some masked cell could still be
    worked out, exactly or to fewer than `threshold - 1` possibilities, or nothing would be left.
    Raises BadInput for a threshold below 3 or a negative rounding base.
    Assumes that totals are sums of the rows given and that earlier releases count the same events.
    When not to use: rates and averages without the counts behind them; tables of money; readers
    who took part in what was counted.
    Source: Fischetti and Salazar-González (2001), Management Science 47; Hundepool et al. (2012).
    """
    if threshold < LEAST_THRESHOLD:
        raise BadInput(
            f"a threshold of {threshold} hides nothing: whoever sees a mask knows the count",
            mend=f"Use {LEAST_THRESHOLD} or more; {THRESHOLD} is usual.",
        )
    if rounding < 0 or rounding in (1, 2):
        raise BadInput(f"rounding to {rounding} hides nothing", mend="Use 3, 5, 10, or 0 for none.")
    against = [with_totals_of(release, table) for release in against]
    rule = Rule(low=0 if mask_zeros else 1, high=threshold - 1)
    system = build(table, against=against, lookup=lookup, low=rule.low)
    work = Work(
        table=table,
        against=tuple(against),
        lookup=lookup or {},
        system=system,
        values=np.array([cell.lo for cell in table.cells], dtype=float),
        rule=rule,
        threshold=threshold,
        rounding=rounding,
        ratios=worked_out.read_ratios(table),
    )
    masked, exposed, tried = _masked_until_safe(work)
    return _answer(work, masked, exposed, tried)


def _masked_until_safe(work: Work) -> tuple[np.ndarray, tuple[int, ...], Attack]:
    """Masks chosen, attacked, and chosen again for whatever the attack could still work out."""
    cells = work.table.cells
    place = {(cell.row, cell.column): i for i, cell in enumerate(cells)}
    inner = np.array([not cell.is_total for cell in cells])
    primary = small(work)
    totals = np.array([cell.key.count(TOTAL) for cell in cells])
    wider: dict[int, int] = {}
    for _ in range(ROUNDS):
        chosen = choose_masks(
            work.system,
            Wanted(
                primary=primary,
                bounded=primary & inner,
                maskable=work.values >= work.rule.low,
                shown=shown_interval(work.values, rounding=work.rounding, threshold=work.threshold),
                cost=(1 + np.log1p(work.values)) * _TOTAL_COSTS**totals,
                rule=work.rule,
                wider=wider,
            ),
        )
        tried = everything(work, chosen.masked)
        if not tried.recovered or chosen.exposed:
            break
        for found in tried.recovered:
            row = place.get((found.row, found.column)) if found.release == 0 else None
            if row is not None:
                wider[row] = wider.get(row, 0) + 1
    return chosen.masked, chosen.exposed, tried


def everything(work: Work, masked: np.ndarray) -> Attack:
    """The strongest attack: all that was ever shown, and told which cells are masked as small."""
    return attack(
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


def each_way(work: Work, masked: np.ndarray, strongest: Attack) -> tuple[Attack, ...]:
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
    for kind, told in ways:
        if strongest.recovered:
            limits: dict[str, Any] = {"low": work.rule.low, "high": work.rule.high}
            done.append(attack(shown, kind=kind, **limits, **told))
        else:
            own = [f for f in strongest.found if f.release == 0 or "against" in told]
            done.append(Attack(kind=kind, found=tuple(own)))
    return (*done, strongest)


def _against_kind(work: Work) -> str:
    """Editions of one table have the same cells; earlier releases have others."""
    own = {cell.key for cell in work.table.cells}
    same = all({cell.key for cell in release.cells} == own for release in work.against)
    return "editions" if same else "earlier releases"


def _answer(
    work: Work, masked: np.ndarray, exposed: tuple[int, ...], strongest: Attack
) -> Protected:
    primary = small(work)
    attacks = each_way(work, masked, strongest)
    leaves = np.array([not cell.is_total for cell in work.table.cells])
    nothing_left = bool(masked.any()) and bool((masked | (work.values == 0))[leaves].all())
    flags = flags_of(
        work.table,
        recovered=strongest.recovered,
        exposed=[say_row(work, row) for row in exposed],
        nothing_left=nothing_left,
        revised=len(work.system.revised),
        zeros_masked=work.rule.low == 0,
        against=len(work.against),
    )
    refused = any(flag.severity is Severity.REFUSE for flag in flags)
    suppressed, secondary = int(primary.sum()), int((masked & ~primary).sum())
    return Protected(
        method=METHOD,
        status=Status.REFUSED if refused else Status.DONE,
        value=None if refused else float(1 - masked.mean()),
        parameters={
            "threshold": work.threshold,
            "rounding": work.rounding,
            "zeros": "mask" if work.rule.low == 0 else "show",
            "against": [release.name for release in work.against],
            "lookup": bool(work.lookup),
        },
        data_hash=frame_hash(work.table.frame),
        flags=flags,
        sentence=sentence_of(
            refused=refused,
            cells=len(masked),
            suppressed=suppressed,
            secondary=secondary,
            tried=strongest.tried,
            threshold=work.threshold,
            flags=flags,
        ),
        published=pl.DataFrame() if refused else written(work, masked),
        table=None if refused else as_published(work, masked),
        suppressed=suppressed,
        secondary=secondary,
        revised=work.system.revised,
        attacks=attacks,
        loss=() if refused else _losses(work, masked, strongest),
    )


def _losses(work: Work, masked: np.ndarray, strongest: Attack) -> tuple[Loss, ...]:
    primary = small(work)

    def undone(cells: np.ndarray) -> tuple[Found, ...]:
        shown = as_published(dataclasses.replace(work, rounding=0), cells)
        return attack(shown, low=work.rule.low, high=work.rule.high).recovered

    return losses(
        work.values,
        masked=masked,
        primary=primary,
        shown=rounded(work.values, work.rounding) if work.rounding else work.values,
        inner=np.array([not cell.is_total for cell in work.table.cells]),
        recovered=len(strongest.recovered),
        undone=undone(primary),
    )

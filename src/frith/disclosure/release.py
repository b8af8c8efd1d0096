"""A table made safe to publish, and the attempt to undo it: the whole story in one function."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from frith.disclosure import ratios as worked_out
from frith.disclosure.attack import Attack, Found, attack
from frith.disclosure.attempts import each_way, everything, subtraction
from frith.disclosure.growth import Correction
from frith.disclosure.information import Loss, losses
from frith.disclosure.layout import TOTAL
from frith.disclosure.suppress import Rule, Wanted, choose_masks
from frith.disclosure.system import build
from frith.disclosure.table import CountTable
from frith.disclosure.totals import among_columns_of, with_totals_of
from frith.disclosure.words import flags_of, sentence_of
from frith.disclosure.work import (
    Lookup,
    Work,
    as_published,
    rounded,
    say_row,
    shown_interval,
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
    `attacks` say what was tried; `loss` what the reader loses beside two simpler ways. `revised`
    are earlier figures that this table contradicts, `accepted` who took them for corrections.
    """

    published: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    table: CountTable | None = field(default=None, repr=False)
    suppressed: int = 0
    secondary: int = 0
    revised: frozenset[tuple[int, int, str]] = frozenset()
    accepted: Correction | None = None
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
    accept: Correction | None = None,
) -> Protected:
    """Mask a table so that no small count can be read or worked out, and try to undo it.

    Parameters: `table` of true counts; `threshold`, counts from 1 to one less are masked (at least
    3); `against`, tables the reader holds already: earlier releases, or more open editions of this
    one; `lookup`, larger area → its finest areas, where areas nest or overlap; `rounding`, the base
    to which every count shown is rounded (0: none); `mask_zeros`, whether none counts as small;
    `accept`, who takes small differences from earlier releases for corrections, and why.
    Returns the table as it may be published, or a refusal where some masked cell could still be
    worked out, exactly or to fewer than `threshold - 1` possibilities; where a figure differs from
    an earlier one by less than the threshold, so that the two subtract to a small count, and nobody
    accepted that; or where nothing would be left.
    Raises BadInput for a threshold below 3 or a negative rounding base.
    Assumes that totals are sums of the rows given; that earlier releases count the same events, or
    fewer of them where the table has grown.
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
    table, against = (
        among_columns_of(table, against),
        [with_totals_of(among_columns_of(release, [table]), table) for release in against],
    )
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
    return _answer(work, masked, exposed, tried, accept=accept)


def _masked_until_safe(work: Work) -> tuple[np.ndarray, tuple[int, ...], Attack]:
    """Masks chosen, attacked, and chosen again for whatever the attack could still work out."""
    cells = work.table.cells
    place = {(cell.row, cell.column): i for i, cell in enumerate(cells)}
    same = {cell.key: i for i, cell in enumerate(cells)}
    inner = np.array([not cell.is_total for cell in cells])
    primary = small(work)
    totals = np.array([cell.key.count(TOTAL) for cell in cells])
    wider: dict[int, int] = {}
    kept = np.zeros(len(cells), dtype=bool)  # shown, they would tell what was masked before
    for _ in range(ROUNDS):
        chosen = choose_masks(
            work.system,
            Wanted(
                primary=primary | kept,
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
            elif found.release and found.key in same:
                kept[same[found.key]] = work.values[same[found.key]] >= work.rule.low
    return chosen.masked, chosen.exposed, tried


def _answer(
    work: Work,
    masked: np.ndarray,
    exposed: tuple[int, ...],
    strongest: Attack,
    *,
    accept: Correction | None,
) -> Protected:
    primary = small(work)
    told = subtraction(work, masked).differences
    attacks = each_way(work, masked, strongest, told=told)
    leaves = np.array([not cell.is_total for cell in work.table.cells])
    nothing_left = bool(masked.any()) and bool((masked | (work.values == 0))[leaves].all())
    flags = flags_of(
        work.table,
        recovered=strongest.recovered,
        exposed=[say_row(work, row) for row in exposed],
        nothing_left=nothing_left,
        revised=len(work.system.revised),
        differences=told.recovered,
        accept=accept,
        zeros_masked=work.rule.low == 0,
        against=len(work.against),
        high=work.rule.high,
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
        accepted=accept if told.recovered else None,
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

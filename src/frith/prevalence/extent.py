"""How many are hidden: from a capture table to an estimate, a range, or a refusal with reasons."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from frith.prevalence import links, rules, simple
from frith.prevalence import rivals as others
from frith.prevalence.bca import Bootstrap, bca, resample
from frith.prevalence.captures import Captures, Floats, Masks
from frith.prevalence.existence import Code, Existence
from frith.prevalence.information import Ranked, term_names
from frith.prevalence.loglinear import Design, Fits, fit
from frith.prevalence.rivals import Consistency, Rival, Variant
from frith.prevalence.rules import Reason, two_figures
from frith.prevalence.stepwise import select
from frith.results import Flag, Interval, Result, Severity, frame_hash

METHOD = "multiple-systems estimation [Chan, Silverman & Vincent 2021; Silverman et al. 2024]"
TOP_MODELS = 50
"""Models among which each resample chooses anew by BIC; the rest never won in trials."""
ASSUMPTION = (
    "Every such estimate rests on one assumption that no data can test: that the people on no list "
    "at all follow the same pattern as those on the lists (no interaction of all lists at once). "
    "If that is wrong, so is the estimate."
)
METHODS = ("stepwise", "bic")


@dataclass(frozen=True, kw_only=True)
class Extent(Result):
    """An estimate of a hidden population, or why there is none. Nothing in it is rounded."""

    seen: int
    reasons: tuple[Reason, ...] = ()
    estimate: float | None = None
    unseen: float | None = None
    interval_80: Interval | None = None
    interval_95: Interval | None = None
    wald_95: Interval | None = None
    terms: tuple[tuple[str, ...], ...] = ()
    minus_infinity: tuple[tuple[str, ...], ...] = ()
    aic: float | None = None
    bic: float | None = None
    deviance: float | None = None
    rivals: tuple[Rival, ...] = ()
    omissions: tuple[Variant, ...] = ()
    merges: tuple[Variant, ...] = ()
    consistency: tuple[Consistency, ...] = ()
    wrong_links: tuple[links.LinkTrial, ...] = ()
    headline: str = ""
    replicates: int = 0
    assumption: str = ASSUMPTION
    captures: Captures | None = field(default=None, repr=False)

    def as_json(self) -> dict[str, Any]:
        """The contract's keys; the capture table itself is among the tables."""
        plain = Result.as_json(dataclasses.replace(self, captures=None))
        plain.pop("captures")
        return plain


def extent(
    captures: Captures,
    *,
    rng: np.random.Generator,
    method: str = "stepwise",
    replicates: int = 1000,
    seed: int | None = None,
    notes: tuple[Reason, ...] = (),
    triples: bool = False,
) -> Extent:
    """Estimate how many people there are, seen and unseen, from overlapping lists.

    `captures`: people by which lists they were seen on; one definition, one period, one area.
    `method`: `stepwise` (pairs of lists enter one at a time) or `bic` (the least BIC among all
    models of pairs, five lists at most). `replicates`: bootstrap resamples, in each of which the
    model is chosen anew. `notes`: what the caller knows about the lists, said with the answer.
    `triples`: also rank models in which three lists depend on one another (four or five lists), as
    one more rival.

    Returns an `Extent` whose status is `estimate`, `indicative`, `lower-bound-only` or `refused`.
    Raises `ValueError` for an unknown method. Assumes a closed population, correct links and no
    interaction of all lists at once; do not use it on offences, or on lists that feed each other,
    without saying so. Source: Chan, Silverman & Vincent (2021); Silverman, Chan & Vincent (2024).
    """
    if method not in METHODS:
        raise ValueError(f"method is one of {METHODS}")
    captures, dropped = _without_empty_lists(captures)
    common = _Common(captures, seed=seed, replicates=replicates, method=method, triples=triples)
    said = (*notes, *dropped)
    refusals = (
        rules.number_of_lists(captures)
        or rules.enough_seen(captures) + rules.any_overlap(captures)
        or rules.nested(captures)
    )
    if refusals:
        return common.refusal("refused", (*refusals, *said))
    too_thin = rules.enough_overlap(captures)
    if too_thin:
        return common.refusal("lower-bound-only", (*too_thin, *said))
    if captures.k == 2:
        return _from_two_lists(captures, common, said)
    return _from_many_lists(captures, common, said, rng=rng)


def _from_two_lists(captures: Captures, common: _Common, said: tuple[Reason, ...]) -> Extent:
    found = simple.chapman(captures)
    reasons = (*rules.two_lists(captures), *rules.thin(captures, 0.0), *said)
    return common.answer(
        "indicative",
        reasons,
        estimate=found.estimate,
        interval_95=Interval(found.lo, found.hi, 0.95, "Chapman, normal"),
        rivals=(others.chao_bound(captures),),
        headline=_about(found.estimate, found.lo, found.hi),
    )


def _from_many_lists(
    captures: Captures, common: _Common, said: tuple[Reason, ...], *, rng: np.random.Generator
) -> Extent:
    """The whole story for three lists and more."""
    existence = Existence(Design(captures.k))
    counts = captures.counts.astype(np.float64)
    if existence.code(counts, existence.design.main) is not Code.FINE:
        reason = Reason("R2", "Some lists share nobody with any other, so no model can be fitted.")
        return common.refusal("refused", (reason, *rules.any_overlap(captures), *said))
    ranked = others.rank(captures, existence)
    if common.method == "bic" and ranked is None:
        reason = Reason("R11", "A search of every model is for five lists at most; merge some.")
        return common.refusal("refused", (reason, *said))
    tables = resample(counts, replicates=common.replicates, rng=rng)
    stepwise = _stepwise(counts, tables, existence)
    bic = None if ranked is None else _least_bic(counts, tables, ranked, existence)
    primary = stepwise if common.method == "stepwise" or bic is None else bic
    panel = _panel(captures, existence, ranked, stepwise, bic)
    if common.triples:
        panel = (*panel, others.with_triples(captures))
    trials = links.wrong_links(captures, rng=rng)
    said = (*links.said(trials, primary.bootstrap.estimate), *said)
    return _conclude(captures, common, said, primary=primary, panel=panel, trials=trials)


@dataclass(frozen=True)
class _Chosen:
    """A method's chosen model with its bootstrap."""

    fits: Fits
    bootstrap: Bootstrap
    models: Masks | None = None  # the model chosen in each resample, where that is known


def _stepwise(counts: Floats, tables: Floats, existence: Existence) -> _Chosen:
    design = existence.design
    chosen = select(design, counts[None, :], existence=existence)
    in_resamples: list[Masks] = []

    def totals(batch: Floats) -> Floats:
        selected = select(design, batch, existence=existence)
        in_resamples.append(selected.asked)
        return selected.total

    bootstrap = bca(counts, float(chosen.total[0]), tables, totals)
    return _Chosen(chosen.fits, bootstrap, in_resamples[0])


def _least_bic(counts: Floats, tables: Floats, ranked: Ranked, existence: Existence) -> _Chosen:
    fits = fit(existence.design, counts[None, :], ranked.models[:1])

    def totals(batch: Floats) -> Floats:
        return others.least_bic_totals(ranked, batch, existence, top=TOP_MODELS)

    return _Chosen(fits, bca(counts, float(ranked.total[0]), tables, totals))


def _panel(
    captures: Captures,
    existence: Existence,
    ranked: Ranked | None,
    stepwise: _Chosen,
    bic: _Chosen | None,
) -> tuple[Rival, ...]:
    """Every method's answer on the same lists."""
    least = None if ranked is None else float(ranked.bic[0])
    design = existence.design
    panel = [
        others.fixed_model(
            captures, design.main, name="main effects", existence=existence, least_bic=least
        ),
        others.fixed_model(
            captures,
            np.ones(len(design.terms), dtype=bool),
            name="all pairs",
            existence=existence,
            least_bic=least,
        ),
        _as_rival("stepwise", stepwise.bootstrap),
    ]
    if bic is not None:
        panel.append(_as_rival("least BIC", bic.bootstrap))
    return (*panel, others.averaged(captures), others.chao_bound(captures))


def _as_rival(name: str, bootstrap: Bootstrap) -> Rival:
    lo, hi = bootstrap.interval(0.95)
    return Rival(name, bootstrap.estimate, lo, hi if math.isfinite(hi) else None, counts=True)


def _conclude(
    captures: Captures,
    common: _Common,
    said: tuple[Reason, ...],
    *,
    primary: _Chosen,
    panel: tuple[Rival, ...],
    trials: tuple[links.LinkTrial, ...],
) -> Extent:
    """Apply the rules to what was found, and choose the headline."""
    bootstrap = primary.bootstrap
    lo, hi = bootstrap.interval(0.95)
    omissions, merges = others.omissions(captures), others.merges(captures)
    believed = [r.estimate for r in panel if r.counts and r.estimate is not None]
    thin = rules.thin(captures, bootstrap.share_infinite)
    wide = rules.too_wide(lo, hi)
    split = rules.disagreement("Methods that fit these lists about as well", believed)
    varied = [v.estimate for v in (*omissions, *merges) if v.estimate is not None]
    varied.append(bootstrap.estimate)
    shaken = rules.disagreement("Leaving out or merging lists can", varied)
    reasons = (
        *thin,
        *wide,
        *rules.stretched(bootstrap.share_below),
        *split,
        *shaken,
        *rules.thin_coverage(simple.sample_coverage(captures)),
        *said,
    )
    if split or shaken:
        apart = (believed if split else []) + (varied if shaken else [])
        headline = f"between {two_figures(min(apart))} and {two_figures(max(apart))}"
    elif wide:
        headline = f"at least {captures.seen:,}; the lists do not say how many more"
    else:
        headline = _about(bootstrap.estimate, lo, hi)
    return common.answer(
        "indicative" if thin else "estimate",
        reasons,
        estimate=bootstrap.estimate,
        interval_80=Interval(*bootstrap.interval(0.80), 0.80, "BCa, model chosen anew"),
        interval_95=Interval(lo, hi, 0.95, "BCa, model chosen anew"),
        rivals=panel,
        omissions=omissions,
        merges=merges,
        consistency=others.consistency(captures),
        wrong_links=trials,
        headline=headline,
        **_model(captures, primary.fits),
        tables=_tables(captures, primary),
    )


def _model(captures: Captures, fits: Fits) -> dict[str, Any]:
    """What a statistician asks of the chosen model."""
    lo, hi = others.wald(
        captures.seen, float(fits.coefficients[0, 0]), float(fits.intercept_se()[0])
    )
    names = term_names(fits.design, fits.asked[0], captures.lists)
    empty = term_names(fits.design, fits.minus_infinity[0], captures.lists)
    return {
        "wald_95": Interval(lo, hi, 0.95, "Wald, conditional on the model"),
        "terms": tuple(names),
        "minus_infinity": tuple(empty),
        "aic": float(fits.aic[0]),
        "bic": float(fits.bic[0]),
        "deviance": float(fits.deviance[0]),
    }


def _tables(captures: Captures, primary: _Chosen) -> dict[str, pl.DataFrame]:
    """The lists, their overlaps, and how often each model was chosen."""
    sizes = [captures.on_all(1 << i) for i in range(captures.k)]
    alone = [int(captures.counts[captures.cells == 1 << i].sum()) for i in range(captures.k)]
    tables = {
        "captures": captures.table(),
        "lists": pl.DataFrame({"list": captures.lists, "people": sizes, "nowhere_else": alone}),
        "pairs": pl.DataFrame(
            [
                {
                    "first": captures.lists[a],
                    "second": captures.lists[b],
                    "people": captures.on_all(1 << a | 1 << b),
                }
                for a, b in captures.pairs()
            ]
        ),
    }
    if primary.models is not None:
        tables["models"] = _model_frequencies(captures, primary)
    return tables


def _model_frequencies(captures: Captures, primary: _Chosen) -> pl.DataFrame:
    design = primary.fits.design
    assert primary.models is not None
    keys = Counter(row.tobytes() for row in primary.models)
    rows = []
    for key, times in keys.most_common(20):
        names = term_names(design, np.frombuffer(key, dtype=bool), captures.lists)
        said = ", ".join(" × ".join(pair) for pair in names) or "lists independent"
        rows.append({"model": said, "share": times / len(primary.models)})
    return pl.DataFrame(rows)


def _about(estimate: float, lo: float, hi: float) -> str:
    upper = f"and {two_figures(hi)}" if math.isfinite(hi) else "and no upper limit"
    return f"about {two_figures(estimate)} (between {two_figures(lo)} {upper})"


def _without_empty_lists(captures: Captures) -> tuple[Captures, tuple[Reason, ...]]:
    """R7: a list nobody is on is dropped, with notice."""
    said: list[Reason] = []
    number = 0
    while number < captures.k and captures.k > 1:
        if captures.on_all(1 << number) == 0:
            said.append(Reason("R7", f"Nobody is on “{captures.lists[number]}”; it was left out."))
            captures = captures.without(number)
        else:
            number += 1
    return captures, tuple(said)


@dataclass(frozen=True)
class _Common:
    """What every answer carries, whatever its status."""

    captures: Captures
    seed: int | None
    replicates: int
    method: str
    triples: bool

    def refusal(self, status: str, reasons: tuple[Reason, ...]) -> Extent:
        """No estimate: at least those seen."""
        said = " ".join(reason.text for reason in reasons)
        return self.answer(
            status, reasons, headline=f"at least {self.captures.seen:,}", because=said
        )

    def answer(
        self, status: str, reasons: tuple[Reason, ...], *, because: str = "", **rest: Any
    ) -> Extent:
        """An answer of any status, with its sentence for a board."""
        estimate = rest.get("estimate")
        refused = status in ("refused", "lower-bound-only")
        severity = Severity.REFUSE if refused else Severity.WARN
        seen = self.captures.seen
        tables = rest.pop("tables", {"captures": self.captures.table()})
        headline = rest.get("headline", "")
        return Extent(
            method=METHOD,
            status=status,
            value=estimate,
            interval=rest.get("interval_95"),
            parameters={
                "method": self.method,
                "lists": self.captures.lists,
                "triples": self.triples,
            },
            seed=self.seed,
            data_hash=frame_hash(self.captures.table()),
            flags=tuple(Flag(r.rule, r.text, severity) for r in reasons),
            sentence=_sentence(seen, headline, status, because),
            tables=tables,
            seen=seen,
            reasons=reasons,
            unseen=None if estimate is None else estimate - seen,
            replicates=self.replicates,
            captures=self.captures,
            **rest,
        )


UNLIKE = (
    "People differ in how easily they are seen, and the range does not include that: those hardest "
    "to see may be more."
)
"""Said with every estimate: in 99 of 100 made-up tables in which people differed so, the
truth lay outside (`benchmarks/prevalence_coverage.py`)."""


def _sentence(seen: int, headline: str, status: str, because: str) -> str:
    """What a board reads."""
    people = "person" if seen == 1 else "different people"
    if status in ("refused", "lower-bound-only"):
        return f"The lists name {seen:,} {people}. We cannot say how many more there are. {because}"
    kind = "A first indication" if status == "indicative" else "An estimate"
    return (
        f"The lists name {seen:,} {people}. {kind}, under assumptions stated below, is that there "
        f"are {headline} in all, seen and unseen. It is not a count. {UNLIKE}"
    )

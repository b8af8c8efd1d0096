"""Which contacts hold a group together, how surely, and what may follow. Never an arrest list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from frith.errors import BadInput, UnknownName
from frith.networks.contacts import Contacts, contacts_of, pairs_connected, parts, tie_table
from frith.networks.dismantle import STRATEGIES, Choice, Purse, best, by_strategy
from frith.networks.recovery import DRAWS, recover, summed_up
from frith.results import Flag, Result, Severity, Status, frame_hash, refuse

METHOD = "sequential removal (Cavallaro et al. 2020; Morone and Makse 2015)"
METHODS = ("best", *STRATEGIES)
BASELINE_DRAWS = 1000
DENSE_SHARE = 0.8
"""Where the largest part still holds this share of those left, the group did not come apart."""

CAUTIONS = (
    Flag(
        "tasking",
        "This describes contacts; it is not a list for arrest. Whether and how to use it is a "
        "tasking decision, made by named people, with deconfliction so that no other work or "
        "source is put at risk.",
        Severity.NOTE,
    ),
    Flag(
        "risk",
        "Taking people out can make those who stay more violent, or expose who gave information. "
        "Weigh threats to life first.",
        Severity.WARN,
    ),
    Flag(
        "options",
        "What ends a contact need not be enforcement: support, diversion, housing, safeguarding, "
        "licensing and civil orders may do it, and for those who are exploited it must be support.",
        Severity.NOTE,
    ),
    Flag(
        "recovery",
        "Criminal networks recover, often within months, and scarce roles matter more than central "
        "people. Read the scenarios before the sequence.",
        Severity.NOTE,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Disruption(Result):
    """Who, in order, and what is left after each; shares of what was there before anybody."""

    sequence: tuple[str, ...] = ()
    largest_component: tuple[float, ...] = ()
    connected_pairs: tuple[float, ...] = ()
    runner_up: Choice | None = None
    chosen_by: str = ""
    random_baseline: dict[str, float] = field(default_factory=dict)
    scenarios: dict[str, dict[str, float]] = field(default_factory=dict)
    uncertainty: dict[str, float] | None = None
    people: int = 0
    ties: int = 0
    cost: float | None = None
    budget: float | None = None

    def as_answer(self) -> dict[str, Any]:
        """The contract's shape, and beside it how it was chosen and how sure it is."""
        return {
            "status": self.status,
            "sequence": self.sequence,
            "largest_component": self.largest_component,
            "connected_pairs": self.connected_pairs,
            "random_baseline": self.random_baseline,
            "scenarios": self.scenarios,
            "uncertainty": self.uncertainty,
            "chosen_by": self.chosen_by,
            "runner_up": self.runner_up,
            "people": self.people,
            "ties": self.ties,
            "cost": self.cost,
            "budget": self.budget,
            "flags": [{"code": flag.code, "text": flag.text} for flag in self.flags],
            "sentence": self.sentence,
        }


def disrupt(
    edges: pl.DataFrame,
    *,
    protected: Collection[str],
    rng: np.random.Generator,
    k: int = 5,
    method: str = "best",
    costs: Mapping[str, float] | None = None,
    budget: float | None = None,
    draws: int = DRAWS,
    seed: int | None = None,
) -> Result:
    """The people without whom the fewest pairs could still reach each other.

    `edges`: person_l, person_r, and q of each tie where it was tested. `protected`: ids of people
    who are never chosen; their ties are left out altogether, for possible victims are not
    projected. Pass an empty collection only knowing that nobody is. `k`: how many people. `method`:
    best (exact for k ≤ 3 and 60 people or fewer, else the best of greedy, betweenness, degree and
    collective influence, measured again after each), or one of them. `costs`: what each person's
    part would take, above 0, in units of the partnership's own (1 where not given), and `budget`,
    how much there is (`k` where not given): the people chosen never cost more. `draws`: for
    uncertainty and recovery. Returns `Disruption`; refused where nobody may be chosen, or the
    budget is below what any one person would cost. Raises `BadInput` for bad
    edges or costs, `UnknownName` for a method that does not exist.

    Assumes that the ties given are all there are: unseen ties make a group look easier to take
    apart than it is. Do not use it on co-offending that was not tested against chance. Sources:
    Cavallaro et al. (2020), PLoS ONE 15:e0236476; Duijn, Kashirin and Sloot (2014).
    """
    if method not in METHODS:
        raise UnknownName(f"no method “{method}”", mend=f"Choose {', '.join(METHODS)}.")
    ties, left_out = _open_ties(tie_table(edges), frozenset(protected))
    graph = contacts_of(ties.select("person_l", "person_r").iter_rows())
    if len(graph) <= 1:
        return refuse(
            METHOD,
            Flag("nobody-to-choose", "All ties are with protected people; nobody may be chosen."),
        )
    k = min(k, len(graph) - 1)
    purse = _purse(costs, float(k) if budget is None else budget)
    if not any(purse.affords([person]) for person in graph):
        text = f"The budget of {purse.budget:g} is less than any one person here would cost."
        return refuse(METHOD, Flag("budget-too-small", text))
    choice, runner_up = (
        best(graph, k=k, purse=purse)
        if method == "best"
        else (by_strategy(graph, k=k, strategy=method, purse=purse), None)
    )
    before = parts(graph)
    steps = [parts(graph, without=choice.people[:n]) for n in range(1, len(choice.people) + 1)]
    largest = tuple(max(sizes, default=0) / before[0] for sizes in steps)
    connected = tuple(pairs_connected(sizes, people=len(graph)) for sizes in steps)
    baseline = _at_random(graph, k=len(choice.people), rng=rng)
    flags = (*_dense(graph, choice), *_left_out(left_out), *CAUTIONS)
    return Disruption(
        method=METHOD,
        status=Status.DONE,
        value=largest[-1],
        parameters={
            "k": k,
            "method": method,
            "draws": draws,
            "protected": len(set(protected)),
            "costs": len(costs or {}),
            "budget": budget,
        },
        seed=seed,
        data_hash=frame_hash(ties),
        flags=flags,
        sentence=_sentence(choice, largest[-1], baseline),
        sequence=choice.people,
        largest_component=largest,
        connected_pairs=connected,
        runner_up=runner_up,
        chosen_by=choice.method,
        random_baseline=baseline,
        scenarios=recover(graph, choice.people, rng=rng, draws=draws),
        uncertainty=_uncertainty(ties, choice, rng, draws) if ties["q"].max() else None,
        people=len(graph),
        ties=ties.height,
        cost=choice.cost if costs else None,
        budget=purse.budget if costs else None,
        tables={"ties": ties},
    )


def _purse(costs: Mapping[str, float] | None, budget: float) -> Purse:
    """Costs and budget; `BadInput` for a cost or a budget that is not above 0."""
    given = dict(costs or {})
    bad = [person for person, cost in given.items() if not 0 < cost < float("inf")]
    if bad:
        raise BadInput(
            f"{len(bad)} costs are not above 0 ({bad[0]} first)",
            where="costs",
            mend="Give effort in any unit, above 0; leave people out who cost 1.",
        )
    if not budget > 0:
        raise BadInput("the budget is not above 0", where="budget", mend="Give one above 0.")
    return Purse(budget, given)


def _open_ties(ties: pl.DataFrame, protected: frozenset[str]) -> tuple[pl.DataFrame, int]:
    """Ties between people who are not protected, and how many ties were left out."""
    barred = sorted(protected)
    kept = ties.filter(~pl.col("person_l").is_in(barred) & ~pl.col("person_r").is_in(barred))
    return kept, ties.height - kept.height


def _left_out(count: int) -> tuple[Flag, ...]:
    if not count:
        return ()
    text = f"{count} ties with protected people were left out; none of them can be chosen."
    return (Flag("protected", text, Severity.NOTE),)


def _at_random(graph: Contacts, *, k: int, rng: np.random.Generator) -> dict[str, float]:
    """What taking out as many people at random leaves: mean and 95% range."""
    people = list(graph)
    sizes = [
        parts(graph, without=[people[int(at)] for at in rng.choice(len(people), k, replace=False)])
        for _ in range(BASELINE_DRAWS)
    ]
    return summed_up(graph, sizes)


def _uncertainty(
    ties: pl.DataFrame, choice: Choice, rng: np.random.Generator, draws: int
) -> dict[str, float]:
    """The largest part left, as a share of the largest before, when each tie holds with 1 − q."""
    pairs = list(ties.select("person_l", "person_r").iter_rows())
    chance = 1.0 - ties["q"].to_numpy()
    shares, connected = [], []
    for _ in range(draws):
        graph = contacts_of(
            pair for pair, held in zip(pairs, rng.random(len(pairs)) < chance, strict=True) if held
        )
        before = max(parts(graph), default=0)
        sizes = parts(graph, without=choice.people)
        if before:
            shares.append(max(sizes, default=0) / before)
            connected.append(pairs_connected(sizes, people=len(graph)))
    if not shares:
        return {"mean": 0.0, "lo": 0.0, "hi": 0.0, "connected_pairs": 0.0}
    lo, hi = np.quantile(shares, [0.025, 0.975])
    return {
        "mean": float(np.mean(shares)),
        "lo": float(lo),
        "hi": float(hi),
        "connected_pairs": float(np.mean(connected)),
    }


def _dense(graph: Contacts, choice: Choice) -> tuple[Flag, ...]:
    """Said plainly where the group stays in one piece."""
    before, gone = parts(graph)[0], len(choice.people)
    if choice.largest < DENSE_SHARE * (before - gone):
        return ()
    text = (
        f"This group will not come apart: without these {gone} people, {choice.largest} of the "
        f"other {before - gone} are still connected. It is too densely tied for contacts to "
        "be its weak point; look at places, means, money and what keeps people in it."
    )
    return (Flag("will-not-fragment", text),)


def _sentence(choice: Choice, left: float, baseline: dict[str, float]) -> str:
    people = "this person" if len(choice.people) == 1 else f"these {len(choice.people)} people"
    return (
        f"Without {people} the largest connected part would be {left:.0%} of what it is; as many "
        f"taken at random would leave {baseline['mean']:.0%} ({baseline['lo']:.0%} to "
        f"{baseline['hi']:.0%}). It says which contacts hold the group together, not what to do."
    )

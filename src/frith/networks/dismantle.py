"""Which few people hold a graph together: exact where small, by named strategies elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from frith.networks.contacts import (
    Contacts,
    betweenness,
    collective_influence,
    degree,
    pairs_connected,
    parts,
    without_people,
)

EXACT_PEOPLE = 60
EXACT_K = 3
GREEDY_CANDIDATES = 200
"""Above this many people greedy search looks at the best connected ones only."""

STRATEGIES: dict[str, Callable[[Contacts], dict[str, float]]] = {
    "betweenness": betweenness,
    "degree": degree,
    "collective-influence": collective_influence,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """People in the order in which they are taken out, how they were chosen, and what is left."""

    method: str
    people: tuple[str, ...]
    connected: float
    largest: int
    cost: float

    @property
    def rank(self) -> tuple[float, int, float, tuple[str, ...]]:
        """Fewest connected pairs first, then the smallest largest part, then the least cost."""
        return (self.connected, self.largest, self.cost, self.people)


@dataclass(frozen=True, slots=True)
class Purse:
    """What each person's part would cost the partnership (1 where not said), and how much it has.

    Effort, not worth: what support, diversion or enforcement would take. Per-node costs: Ren et al.
    (2019), PNAS 116.
    """

    budget: float
    costs: Mapping[str, float] = field(default_factory=dict)

    def of(self, people: Collection[str]) -> float:
        """What these people would cost together."""
        return float(sum(self.costs.get(person, 1.0) for person in people))

    def affords(self, people: Collection[str]) -> bool:
        """Whether the budget holds; a hair over is rounding."""
        return self.of(people) <= self.budget + 1e-9


def chosen(graph: Contacts, people: Collection[str], *, method: str, purse: Purse) -> Choice:
    """These people as a choice, with what it leaves of the graph."""
    sizes = parts(graph, without=people)
    return Choice(
        method=method,
        people=tuple(people),
        connected=pairs_connected(sizes, people=len(graph)),
        largest=max(sizes, default=0),
        cost=purse.of(people),
    )


def by_strategy(graph: Contacts, *, k: int, strategy: str, purse: Purse) -> Choice:
    """Take out the most central person whom the budget allows, measure again, up to `k` times.

    With costs that differ, centrality for each unit of cost decides. Ties go to the smaller id.
    """
    left, taken = graph, list[str]()
    for _ in range(k):
        can = [person for person in left if purse.affords([*taken, person])]
        if not can:
            break
        scores = STRATEGIES[strategy](left)
        taken.append(
            min(can, key=lambda person: (-scores[person] / purse.of([person]), _order(person)))
        )
        left = without_people(left, taken[-1:])
    return chosen(graph, taken, method=strategy, purse=purse)


def greedy(graph: Contacts, *, k: int, purse: Purse) -> Choice:
    """Take out, each time, whoever parts the most pairs for each unit of cost."""
    left, taken = graph, list[str]()
    for _ in range(k):
        can = [person for person in left if purse.affords([*taken, person])]
        if not can:
            break
        likely = sorted(can, key=lambda person: (-len(left[person]), _order(person)))
        before = sum(s * (s - 1) for s in parts(left))
        taken.append(
            min(
                likely[:GREEDY_CANDIDATES],
                key=lambda person: (
                    (_left(left, person) - before) / purse.of([person]),
                    _order(person),
                ),
            )
        )
        left = without_people(left, taken[-1:])
    return chosen(graph, taken, method="greedy", purse=purse)


def exact(graph: Contacts, *, k: int, purse: Purse) -> tuple[Choice, Choice | None]:
    """The best people of all within the budget, up to `k`, and the runner-up.

    Each in the order that tells soonest. With equal costs only sets of `k` are looked at, for
    another person taken out never joins anybody.
    """
    sizes_of = range(1, k + 1) if purse.costs else (k,)
    ranked = sorted(
        (pairs_connected(sizes, people=len(graph)), max(sizes, default=0), purse.of(people), people)
        for n in sizes_of
        for people in combinations(graph, n)
        if purse.affords(people)
        for sizes in [parts(graph, without=people)]
    )[:2]
    choices = [
        chosen(graph, _soonest(graph, people), method="exact", purse=purse)
        for _, _, _, people in ranked
    ]
    return choices[0], choices[1] if len(choices) > 1 else None


def best(graph: Contacts, *, k: int, purse: Purse) -> tuple[Choice, Choice | None]:
    """The best choice known, and the runner-up: exact where small, else the best of all ways."""
    if k <= EXACT_K and len(graph) <= EXACT_PEOPLE:
        return exact(graph, k=k, purse=purse)
    tried = [greedy(graph, k=k, purse=purse)] + [
        by_strategy(graph, k=k, strategy=name, purse=purse) for name in STRATEGIES
    ]
    ranked = sorted(tried, key=lambda choice: choice.rank)
    others = [c for c in ranked if set(c.people) != set(ranked[0].people)]
    return ranked[0], others[0] if others else None


def _soonest(graph: Contacts, people: Collection[str]) -> tuple[str, ...]:
    left, order = graph, list[str]()
    waiting = sorted(people, key=_order)
    while waiting:
        person = min(waiting, key=lambda p: (_left(left, p), _order(p)))
        waiting.remove(person)
        order.append(person)
        left = without_people(left, [person])
    return tuple(order)


def _left(graph: Contacts, person: str) -> int:
    return sum(s * (s - 1) for s in parts(graph, without=[person]))


def _order(person: str) -> tuple[int, str]:
    """Ids of digits in the order of their numbers, so that ties fall as published."""
    return (len(person), person) if person.isdigit() else (0, person)

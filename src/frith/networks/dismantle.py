"""Which few people hold a graph together: exact where small, by named strategies elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
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

    @property
    def rank(self) -> tuple[float, int, tuple[str, ...]]:
        """Fewest connected pairs first, then the smallest largest part."""
        return (self.connected, self.largest, self.people)


def chosen(graph: Contacts, people: Collection[str], *, method: str) -> Choice:
    """These people as a choice, with what it leaves of the graph."""
    sizes = parts(graph, without=people)
    return Choice(
        method=method,
        people=tuple(people),
        connected=pairs_connected(sizes, people=len(graph)),
        largest=max(sizes, default=0),
    )


def by_strategy(graph: Contacts, *, k: int, strategy: str) -> Choice:
    """Take out the most central person, measure again, and so on, `k` times.

    Ties go to the smaller id.
    """
    left, taken = graph, list[str]()
    for _ in range(k):
        scores = STRATEGIES[strategy](left)
        taken.append(min(left, key=lambda person: (-scores[person], _order(person))))
        left = without_people(left, taken[-1:])
    return chosen(graph, taken, method=strategy)


def greedy(graph: Contacts, *, k: int) -> Choice:
    """Take out, each time, whoever leaves the fewest pairs connected."""
    left, taken = graph, list[str]()
    for _ in range(k):
        likely = sorted(left, key=lambda person: (-len(left[person]), _order(person)))
        taken.append(
            min(
                likely[:GREEDY_CANDIDATES], key=lambda person: (_left(left, person), _order(person))
            )
        )
        left = without_people(left, taken[-1:])
    return chosen(graph, taken, method="greedy")


def exact(graph: Contacts, *, k: int) -> tuple[Choice, Choice | None]:
    """The best `k` people of all, and the runner-up; each in the order that tells soonest."""
    ranked = sorted(
        (pairs_connected(sizes, people=len(graph)), max(sizes, default=0), people)
        for people in combinations(graph, k)
        for sizes in [parts(graph, without=people)]
    )[:2]
    choices = [chosen(graph, _soonest(graph, people), method="exact") for _, _, people in ranked]
    return choices[0], choices[1] if len(choices) > 1 else None


def best(graph: Contacts, *, k: int) -> tuple[Choice, Choice | None]:
    """The best choice known, and the runner-up: exact where small, else the best of all ways."""
    if k <= EXACT_K and len(graph) <= EXACT_PEOPLE:
        return exact(graph, k=k)
    tried = [greedy(graph, k=k)] + [by_strategy(graph, k=k, strategy=name) for name in STRATEGIES]
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

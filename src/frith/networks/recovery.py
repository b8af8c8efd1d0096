"""What may happen afterwards: networks recover, and some become better at it than they were.

Duijn, Kashirin and Sloot (2014), Scientific Reports 4:4238; Diviák (2023), Social Networks 74: the
way a network recovers outweighs the immediate effect of who was taken out. Survivors are supposed
to replace half of the ties that were lost; nobody knows the true share.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np

from frith.networks.contacts import Contacts, pairs_connected, parts, without_people

REPLACED_SHARE = 0.5
DRAWS = 200


def recover(
    graph: Contacts, out: Collection[str], *, rng: np.random.Generator, draws: int = DRAWS
) -> dict[str, dict[str, float]]:
    """Scenario → mean, lo and hi (95%) of the largest part after recovery, and connected pairs.

    Shares are of the largest part, and of pairs, before anybody was taken out. Scenarios: no
    recovery; triadic closure (people who had a contact in common meet); preferential attachment
    (those who lost a contact turn to the best connected); role replacement (a contact of each
    person takes over that person's contacts).
    """
    found = {"no-recovery": summed_up(graph, [parts(graph, without=out)])}
    for name, way in _WAYS.items():
        after = [way(graph, out, rng) for _ in range(draws)]
        found[name] = summed_up(graph, [parts(made) for made in after])
    return found


def summed_up(graph: Contacts, sizes: list[list[int]]) -> dict[str, float]:
    """Mean and 95% range of the largest part, as a share of the largest before."""
    before = max(parts(graph), default=1)
    largest = np.array([max(s, default=0) / before for s in sizes])
    connected = np.array([pairs_connected(s, people=len(graph)) for s in sizes])
    lo, hi = np.quantile(largest, [0.025, 0.975])
    return {
        "mean": float(largest.mean()),
        "lo": float(lo),
        "hi": float(hi),
        "connected_pairs": float(connected.mean()),
    }


def _closure(graph: Contacts, out: Collection[str], rng: np.random.Generator) -> Contacts:
    """People who had a contact in common meet, as many as ties are replaced."""
    left = without_people(graph, out)
    could = sorted(
        {
            (a, b)
            for near in graph.values()
            for a in near
            for b in near
            if a < b and a in left and b in left and b not in left[a]
        }
    )
    count = min(_replaced(graph, left), len(could))
    for at in rng.choice(len(could), count, replace=False) if could else ():
        _join(left, *could[int(at)])
    return left


def _attachment(graph: Contacts, out: Collection[str], rng: np.random.Generator) -> Contacts:
    """Whoever lost a contact turns to somebody, the better connected the likelier."""
    left = without_people(graph, out)
    bereft = sorted({near for person in out for near in graph[person]} & set(left))
    everybody = list(left)
    if not bereft or len(everybody) < 2:
        return left
    for _ in range(_replaced(graph, left)):
        one = bereft[int(rng.integers(len(bereft)))]
        weight = np.array([0.0 if p == one else len(left[p]) + 1.0 for p in everybody])
        _join(left, one, everybody[int(rng.choice(len(everybody), p=weight / weight.sum()))])
    return left


def _replacement(graph: Contacts, out: Collection[str], rng: np.random.Generator) -> Contacts:
    """A contact of each person taken out takes over, with that person's contacts."""
    left = without_people(graph, out)
    for person in out:
        near = sorted(graph[person] & set(left))
        if not near:
            continue
        heir = near[int(rng.integers(len(near)))]
        for other in near:
            if other != heir and rng.random() < REPLACED_SHARE:
                _join(left, heir, other)
    return left


def _replaced(graph: Contacts, left: Contacts) -> int:
    lost = (sum(map(len, graph.values())) - sum(map(len, left.values()))) // 2
    return round(REPLACED_SHARE * lost)


def _join(graph: Contacts, one: str, other: str) -> None:
    graph[one].add(other)
    graph[other].add(one)


_WAYS: dict[str, Callable[[Contacts, Collection[str], np.random.Generator], Contacts]] = {
    "triadic-closure": _closure,
    "preferential-attachment": _attachment,
    "role-replacement": _replacement,
}

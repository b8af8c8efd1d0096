"""A group's contacts as a graph: its parts, and how central each person is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from frith.errors import BadInput

Contacts = dict[str, set[str]]
CI_RADIUS = 2
"""Radius of collective influence. Morone and Makse (2015) use 2 to 4; groups are small."""


def contacts_of(ties: Iterable[tuple[str, str]]) -> Contacts:
    """Each person's contacts, people in order of their ids."""
    graph: Contacts = {}
    for left, right in ties:
        graph.setdefault(left, set()).add(right)
        graph.setdefault(right, set()).add(left)
    return {person: graph[person] for person in sorted(graph)}


def tie_table(edges: pl.DataFrame) -> pl.DataFrame:
    """person_l, person_r (smaller id first), q (0 where not given), each pair once.

    `edges`: person_l, person_r, and q where the ties were tested. Raises `BadInput` for a missing
    column, a q outside 0 to 1, or no tie at all.
    """
    for needed in ("person_l", "person_r"):
        if needed not in edges.columns:
            raise BadInput(f"edges have no column `{needed}`", where="edges", mend="Give it.")
    given = edges["q"] if "q" in edges.columns else pl.Series("q", [0.0] * edges.height)
    q = given.cast(pl.Float64, strict=False)
    if q.null_count() or not q.is_between(0.0, 1.0).all():
        raise BadInput("a q is not a number from 0 to 1", where="edges", mend="Give shares.")
    left, right = edges["person_l"].cast(pl.String), edges["person_r"].cast(pl.String)
    both = pl.DataFrame({"a": left, "b": right, "q": q}).drop_nulls()
    ties = (
        both.filter(pl.col("a") != pl.col("b"))
        .select(person_l=pl.min_horizontal("a", "b"), person_r=pl.max_horizontal("a", "b"), q="q")
        .group_by("person_l", "person_r")
        .agg(pl.col("q").min())
        .sort("person_l", "person_r")
    )
    if ties.is_empty():
        raise BadInput(
            "there is no tie between two people", where="edges", mend="Give at least one."
        )
    return ties


def parts(graph: Contacts, *, without: Collection[str] = ()) -> list[int]:
    """Sizes of the connected parts left when these people are out, largest first."""
    seen, sizes = set(without), []
    for start in graph:
        if start in seen:
            continue
        seen.add(start)
        waiting, size = [start], 0
        while waiting:
            size += 1
            fresh = graph[waiting.pop()] - seen
            seen |= fresh
            waiting.extend(fresh)
        sizes.append(size)
    return sorted(sizes, reverse=True)


def pairs_connected(sizes: Iterable[int], *, people: int) -> float:
    """F = Σ s(s−1) / (n(n−1)): the share of pairs of people who can still reach each other."""
    return sum(s * (s - 1) for s in sizes) / max(people * (people - 1), 1)


def without_people(graph: Contacts, out: Collection[str]) -> Contacts:
    """The graph when these people are out of it."""
    gone = set(out)
    return {person: near - gone for person, near in graph.items() if person not in gone}


def betweenness(graph: Contacts) -> dict[str, float]:
    """Share of shortest paths that run through each person (Freeman 1977; Brandes 2001)."""
    import networkx as nx

    whole: dict[str, float] = nx.betweenness_centrality(_networkx(graph))
    return whole


def degree(graph: Contacts) -> dict[str, float]:
    """How many contacts each person has."""
    return {person: float(len(near)) for person, near in graph.items()}


def collective_influence(graph: Contacts, *, radius: int = CI_RADIUS) -> dict[str, float]:
    """CI(i) = (k_i − 1) Σ_{j at distance radius} (k_j − 1). Morone and Makse (2015), Nature 524."""
    return {
        person: (len(near) - 1.0) * sum(len(graph[j]) - 1 for j in _ring(graph, person, radius))
        for person, near in graph.items()
    }


def _ring(graph: Contacts, centre: str, radius: int) -> set[str]:
    seen, edge = {centre}, {centre}
    for _ in range(radius):
        edge = set().union(*(graph[x] for x in edge)) - seen
        seen |= edge
    return edge


def _networkx(graph: Mapping[str, set[str]]):  # type: ignore[no-untyped-def]
    import networkx as nx

    made = nx.Graph()
    made.add_nodes_from(graph)
    made.add_edges_from((a, b) for a in graph for b in sorted(graph[a]) if a < b)
    return made

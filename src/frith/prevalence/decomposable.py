"""Bayesian averaging over decomposable graphs: no model is chosen, all are weighed.

Madigan & York (1997), Bayesian methods for estimation of the size of a closed population,
Biometrika 84. Prior: 1/N for the total, δ = 2^-k for each cell, all graphs alike.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import networkx as nx
import numpy as np
from scipy.special import gammaln, logsumexp

from frith.prevalence.captures import Captures, Floats

MAX_LISTS = 5
"""822 decomposable graphs on five lists; six have 18,154."""
FIRST_REACH = 30
"""The grid of unseen people first reaches this many times those seen."""
GRID = 1000
TAIL, TAIL_MASS = 0.05, 0.001
"""The grid is stretched until less than a thousandth of the mass lies in its last twentieth."""
MAX_STRETCHES = 12


@dataclass(frozen=True)
class Averaged:
    """Posterior of the total: grid, weights, and the weight of the best graph."""

    total: Floats
    weight: Floats
    best_graph_weight: float
    graphs: int
    tail_mass: float

    def quantile(self, level: float) -> float:
        """The smallest total with at least `level` of the posterior at or below it."""
        reached = np.searchsorted(np.cumsum(self.weight), level - 1e-12)
        return float(self.total[min(int(reached), len(self.total) - 1)])

    @property
    def mean(self) -> float:
        """Posterior mean on the grid."""
        return float(self.total @ self.weight)


@lru_cache(maxsize=4)
def decomposable_graphs(k: int) -> tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]:
    """Cliques and separators (bit masks) of every decomposable graph on k lists."""
    pairs = list(itertools.combinations(range(k), 2))
    found = []
    for chosen in itertools.product((False, True), repeat=len(pairs)):
        graph = nx.Graph([pair for pair, there in zip(pairs, chosen, strict=True) if there])
        graph.add_nodes_from(range(k))
        if nx.is_chordal(graph):
            found.append(_junction_tree(graph))
    return tuple(found)


def _junction_tree(graph: nx.Graph) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cliques, and the intersections along a spanning tree of greatest overlap."""
    cliques = [sum(1 << v for v in clique) for clique in nx.chordal_graph_cliques(graph)]
    tree = nx.Graph()
    tree.add_nodes_from(range(len(cliques)))
    for a, b in itertools.combinations(range(len(cliques)), 2):
        tree.add_edge(a, b, weight=(cliques[a] & cliques[b]).bit_count())
    edges = nx.maximum_spanning_edges(tree, data=False)
    return tuple(sorted(cliques)), tuple(sorted(cliques[a] & cliques[b] for a, b in edges))


def average(captures: Captures, *, unseen: Floats | None = None) -> Averaged:
    """The posterior of the total, averaged over every decomposable graph.

    `unseen`: the grid of unseen people; made, and stretched until the tail is empty, where it is
    not given. For at most five lists. Do not read the interval as if lists were independent of
    everything unmodelled: interactions of three lists outside a clique are assumed absent.
    """
    if captures.k > MAX_LISTS:
        raise ValueError(f"at most {MAX_LISTS} lists")
    if unseen is not None:
        return _on_grid(captures, unseen)
    reach = FIRST_REACH
    for _ in range(MAX_STRETCHES):
        grid = np.unique(np.round(np.linspace(1, reach * captures.seen, GRID)))
        averaged = _on_grid(captures, grid)
        if averaged.tail_mass < TAIL_MASS:
            break
        reach *= 2
    return averaged


def _on_grid(captures: Captures, unseen: Floats) -> Averaged:
    k, counts = captures.k, captures.counts.astype(np.float64)
    delta = 2.0**-k
    total = captures.seen + unseen
    margins = {m: _margin(counts, unseen, members=m, k=k, delta=delta) for m in range(1, 2**k)}
    margins[0] = gammaln(total + 1.0) - gammaln(1.0)
    shared = (
        gammaln(total + 1.0) - gammaln(counts + 1.0).sum() - gammaln(unseen + 1.0) - np.log(total)
    )
    graphs = decomposable_graphs(k)
    log_weight = np.stack(
        [
            sum(margins[c] for c in cliques)
            - sum(margins[s] for s in separators)
            - (len(cliques) - len(separators)) * margins[0]
            + shared
            for cliques, separators in graphs
        ]
    )
    log_weight -= logsumexp(log_weight)
    weight = np.exp(logsumexp(log_weight, axis=0))
    last = unseen > unseen[0] + (1.0 - TAIL) * (unseen[-1] - unseen[0])
    return Averaged(
        total=total,
        weight=weight,
        best_graph_weight=float(np.exp(logsumexp(log_weight, axis=1)).max()),
        graphs=len(graphs),
        tail_mass=float(weight[last].sum()),
    )


def _margin(counts: Floats, unseen: Floats, *, members: int, k: int, delta: float) -> Floats:
    """Log marginal likelihood of the margin on `members`, up to what every graph shares."""
    bits = [i for i in range(k) if members >> i & 1]
    cells = np.arange(1, 2**k)
    place = sum((((cells >> bit) & 1) << at for at, bit in enumerate(bits)), np.zeros_like(cells))
    held = np.bincount(place, weights=counts, minlength=2 ** len(bits))
    prior = delta * 2.0 ** (k - len(bits))
    fixed = gammaln(held[1:] + prior).sum() - 2 ** len(bits) * gammaln(prior)
    return fixed + gammaln(held[0] + unseen + prior)

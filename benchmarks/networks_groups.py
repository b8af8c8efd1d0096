"""Candidate groups of 1,000,000 events: frith beside a plain projection and Louvain (networkx).

Prints seconds, peak memory and how many of the groups found are false, of both, on one world of
the plain generator, in one run. An argument gives another number of events.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable
from itertools import combinations

import networkx as nx
import numpy as np
import polars as pl

from frith.borough import plain
from frith.networks import find_groups
from frith.networks.defaults import Q
from frith.networks.finding import find
from frith.networks.ground import lay_ground
from frith.networks.inputs import event_table, recorded_roles
from frith.networks.occasions import occasions
from frith.networks.protection import protect

EVENTS = 1_000_000
MAX_EVENT_SIZE = 20


def false_share(groups: Iterable[frozenset[str]], truth: pl.DataFrame) -> tuple[int, float]:
    """How many groups of three or more, and the share with under half from one planted group."""
    home = dict(truth.group_by("nominal_id").agg("group_id").iter_rows())
    shown = [group for group in groups if len(group) >= 3]
    false = 0
    for group in shown:
        votes = Counter(g for person in group for g in home.get(person, ()))
        false += max(votes.values(), default=0) < len(group) / 2
    return len(shown), false / max(len(shown), 1)


def peer(roles: pl.DataFrame) -> tuple[list[frozenset[str]], float, float]:
    """Every co-arrest drawn, then Louvain: groups, seconds of projection, seconds of Louvain."""
    started = time.perf_counter()
    suspects = roles.filter(pl.col("role") == "suspect").group_by("event_id").agg("nominal_id")
    graph = nx.Graph()
    for people in suspects["nominal_id"]:
        if 2 <= len(people) <= MAX_EVENT_SIZE:
            graph.add_edges_from(combinations(people.to_list(), 2))
    drawn = time.perf_counter()
    found = nx.community.louvain_communities(graph, seed=1)
    done = time.perf_counter()
    return [frozenset(group) for group in found], drawn - started, done - drawn


def one_pass(tables: dict[str, pl.DataFrame]) -> int:
    """What the peer does, done rightly: from roles to groups, without the evidence tables."""
    events = event_table(tables["events"])
    recorded = recorded_roles(tables["roles"], None)
    protected = protect(recorded, events).people["person"]
    ground = lay_ground(occasions(recorded, events, protected=protected))
    return len(find(ground, q=Q, seeds=1, seed=1)[0].cores)


def main() -> None:
    """Both methods on one world."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    made = plain.generate(np.random.default_rng(1), events=events)
    tables, truth = plain.tables(made), plain.truth(made)["members"]
    print(f"{events:,} events, {tables['roles'].height:,} roles, {made.groups:,} planted groups")
    started = time.perf_counter()
    one_pass(tables)
    seconds = time.perf_counter() - started
    print(f"frith, one pass from roles to confirmed groups: {seconds:.1f} s")
    for seeds in (1, 10):
        started = time.perf_counter()
        found = find_groups(tables["events"], tables["roles"], seeds=seeds)
        whole = time.perf_counter() - started
        people = [frozenset(g["core"] + g["associates"]) for g in found.as_answer()["groups"]]
        count, false = false_share(people, truth)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"frith, {seeds:>2} splits both ways and all evidence tables: {whole:.1f} s, "
            f"{memory:.1f} GB at most, {count:,} groups, {false:.1%} false"
        )
    roles, share = tables["roles"], 1.0
    if events > 2 * EVENTS:  # the peer grows faster than the events: a sample flatters it
        share = EVENTS / events
        roles = roles.join(tables["events"].head(EVENTS).select("event_id"), on="event_id")
    groups, drawing, dividing = peer(roles)
    count, false = false_share(groups, truth)
    peer_seconds = (drawing + dividing) / share
    note = "" if share == 1.0 else f" (a sample of {share:.0%}, scaled by its size)"
    print(
        f"networkx projection {drawing:.1f} s + Louvain {dividing:.1f} s: {peer_seconds:7.1f} s"
        f"{note}, {count:,} groups, {false:.1%} false"
    )
    print(f"one pass is {peer_seconds / seconds:.1f} times as fast")


if __name__ == "__main__":
    main()

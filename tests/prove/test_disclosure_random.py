"""The thousand tables of the promise: no masked cell comes back, exactly or too closely."""

from __future__ import annotations

from generative.test_disclosure_random import run

PROMISED = 1_000


def test_a_thousand_tables_give_nothing_back() -> None:
    outcomes, back = run(0, PROMISED)
    print(dict(sorted(outcomes.items())))  # noqa: T201 - shown by pytest -s, for the record
    assert back == 0, outcomes
    blocked = {outcome: n for outcome, n in outcomes.items() if "RECOVERED" in outcome}
    kinds = {outcome.partition(":")[0] for outcome in blocked}
    assert kinds <= {"overlap", "releases", "growing"}, outcomes  # an earlier release pins them
    assert sum(blocked.values()) < PROMISED / 20, outcomes
    published = sum(n for outcome, n in outcomes.items() if outcome.endswith(": done"))
    assert published > PROMISED / 2, outcomes
    assert outcomes["masked"] > PROMISED, outcomes

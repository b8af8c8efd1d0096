"""`frith disrupt`: which contacts hold a group together, and what may follow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput

if TYPE_CHECKING:
    import polars as pl

    from frith.networks import Disruption
    from frith.results import Result


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("disrupt")(disrupt)


def disrupt(
    edges: Annotated[
        Path, typer.Argument(help="person_l, person_r, optional q: edges.parquet of groups.")
    ],
    protected: Annotated[
        str,
        typer.Option(
            help="File of people never chosen (person_id or nominal_id), or the word none."
        ),
    ],
    k: Annotated[int, typer.Option(help="How many people.", min=1, max=100)] = 5,
    method: Annotated[
        str, typer.Option(help="best, betweenness, degree or collective-influence.")
    ] = "best",
    group: Annotated[
        str | None, typer.Option(help="One group of a file with a column group_id.")
    ] = None,
    costs: Annotated[
        Path | None,
        typer.Option(help="What each person's part would take: person_id, cost; 1 if not listed."),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="How much all together may cost; K where not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for disruption.json, run.json.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Say which contacts hold a group together, beside chance, doubt and recovery.

    Protected people are never chosen: give their file, or the word none after checking that there
    are none. The answer is for a tasking meeting, not an arrest list.

    Example: frith disrupt groups/edges.parquet --group G0001 --protected protected.csv --k 3
    """
    import numpy as np

    from frith.networks import disrupt as find_disruption
    from frith.networks.files import read_rows

    run = Run(
        "disrupt",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={
            "edges": edges,
            "protected": protected,
            "k": k,
            "method": method,
            "group": group,
            "costs": costs,
            "budget": budget,
        },
    )
    barred, files = _barred(protected)
    ties = _one_group(read_rows(edges, needs=("person_l", "person_r")), group)
    found = find_disruption(
        ties,
        protected=barred,
        rng=np.random.default_rng(seed),
        k=k,
        method=method,
        costs=None if costs is None else _costs(costs),
        budget=budget,
        seed=seed,
    )
    answer = _answer(found)
    if out is not None:
        _write(answer, out)
        run.write_record(out, [edges, *files, *([] if costs is None else [costs])])
    run.answer(answer, _text(found), refused=found.refused)


def _barred(protected: str) -> tuple[frozenset[str], list[Path]]:
    from frith.networks.files import read_rows

    if protected == "none":
        return frozenset(), []
    path = Path(protected)
    rows = read_rows(path)
    columns = [name for name in ("person_id", "nominal_id") if name in rows.columns]
    if not columns:
        raise BadInput(
            "the file has neither a column `person_id` nor `nominal_id`",
            where=path.name,
            mend="Give it one of them, or write --protected none.",
        )
    ids = [str(value) for name in columns for value in rows[name].drop_nulls()]
    return frozenset(ids), [path]


def _costs(path: Path) -> dict[str, float]:
    """person_id → cost; `BadInput` where a person stands twice or a cost is no number."""
    import polars as pl

    from frith.networks.files import read_rows

    rows = read_rows(path, needs=("person_id", "cost")).select(
        pl.col("person_id").cast(pl.String), pl.col("cost").cast(pl.Float64, strict=False)
    )
    if rows["cost"].null_count() or rows["person_id"].null_count():
        raise BadInput("a row lacks a person or a number", where=path.name, mend="Give both.")
    if rows["person_id"].n_unique() != rows.height:
        raise BadInput("a person stands twice", where=path.name, mend="Give each person once.")
    return dict(rows.iter_rows())


def _one_group(rows: pl.DataFrame, group: str | None) -> pl.DataFrame:
    """The ties of one group; a file with several needs to be told which."""
    if "group_id" not in rows.columns:
        if group is not None:
            raise BadInput("edges have no column `group_id`", mend="Leave --group out.")
        return rows
    known = rows["group_id"].unique().sort().to_list()
    if group is None and len(known) > 1:
        raise BadInput(
            f"edges hold {len(known)} groups, {known[0]} to {known[-1]}",
            mend="Choose one with --group.",
        )
    chosen = group or known[0]
    if chosen not in known:
        raise BadInput(f"edges hold no group {chosen}", mend=f"There are {', '.join(known[:5])}…")
    return rows.filter(rows["group_id"] == chosen)


def _answer(found: Result) -> dict[str, Any]:
    from frith.networks import Disruption

    if isinstance(found, Disruption):
        return found.as_answer()
    flags = [{"code": flag.code, "text": flag.text} for flag in found.flags]
    empty: dict[str, Any] = {"sequence": [], "largest_component": [], "connected_pairs": []}
    rest: dict[str, Any] = {"random_baseline": None, "scenarios": {}}
    return {"status": found.status, **empty, **rest, "flags": flags, "sentence": found.sentence}


def _write(answer: dict[str, Any], out: Path) -> None:
    import json

    from frith.results import to_plain

    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(to_plain(answer), indent=1, ensure_ascii=False)
    (out / "disruption.json").write_text(text + "\n", "utf-8")


def _text(found: Result) -> str:
    from frith.networks import Disruption

    if not isinstance(found, Disruption):
        return found.sentence
    lines = [found.sentence, "", _steps(found), "", "After recovery, of the largest part before:"]
    for name, left in found.scenarios.items():
        lines.append(f"  {name:<26}{left['mean']:>6.0%}   ({left['lo']:.0%} to {left['hi']:.0%})")
    if found.cost is not None:
        lines.append(f"Together they would cost {found.cost:g} of a budget of {found.budget:g}.")
    if found.uncertainty is not None:
        sure = found.uncertainty
        lines.append(
            f"With each tie as sure as its test: {sure['mean']:.0%} ({sure['lo']:.0%} to "
            f"{sure['hi']:.0%}) would be left."
        )
    return "\n".join([*lines, "", *(flag.text for flag in found.flags)])


def _steps(found: Disruption) -> str:
    head = f"  {'without':<28}{'largest part':>14}{'pairs connected':>18}"
    rows = [
        f"  {person:<28}{largest:>14.1%}{pairs:>18.1%}"
        for person, largest, pairs in zip(
            found.sequence, found.largest_component, found.connected_pairs, strict=True
        )
    ]
    return "\n".join([head, *rows])

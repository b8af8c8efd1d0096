"""`frith themes`: what each kind of crime asks of the same records, theme by theme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput

if TYPE_CHECKING:
    from frith.results import Result
    from frith.tables import Dataset

TABLES = ("events", "roles", "objects", "object_links", "lookups")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("themes")(themes)


def themes(
    dataset: Annotated[Path, typer.Argument(help="Dataset folder with events and roles.")],
    out: Annotated[Path, typer.Option(help="Folder for themes.json, the tables and run.json.")],
    theme: Annotated[
        list[str] | None,
        typer.Option(
            help="shop_theft, child_exploitation, sex_market, fraud, cannabis, begging, "
            "domestic_servitude or benefit_fraud; may be given again; all where not given."
        ),
    ] = None,
    persons: Annotated[
        Path | None, typer.Option(help="Output of `frith link`: nominal_id, person_id, p_min.")
    ] = None,
    protected: Annotated[
        Path | None, typer.Option(help="People never to be projected: person_id or nominal_id.")
    ] = None,
    lifted: Annotated[
        Path | None, typer.Option(help="Whose protection was lifted; as for `frith groups`.")
    ] = None,
    q: Annotated[
        float, typer.Option(help="Expected share of false groups.", min=1e-6, max=0.5)
    ] = 0.05,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Ask of the records what each theme asks: crews, children at risk, venues, losses, sites.

    Groups are found first, as `frith groups` finds them. Nobody is named; possible victims are
    counted apart from suspects and never among them.

    Example: frith themes south-yorkshire --out themes --persons persons.csv --theme fraud
    """
    from frith.networks import find_groups, protected_people
    from frith.networks.files import read_rows
    from frith.networks.themes import Scene, asked_for, theme_results
    from frith.profile.evidence import marking_line
    from frith.tables import load_dataset

    run = Run(
        "themes",
        as_json=as_json,
        quiet=quiet,
        seed=seed,
        parameters={
            "dataset": dataset,
            "theme": theme,
            "persons": persons,
            "protected": protected,
            "lifted": lifted,
            "q": q,
        },
    )
    asked = asked_for(theme)
    loaded = load_dataset(dataset, only=TABLES)
    for needed in ("events", "roles"):
        if not loaded.has(needed):
            raise BadInput(f"there are no {needed}", where=str(dataset), mend="Themes need them.")
    files = (persons, protected, lifted)
    people, named, freed = [None if path is None else read_rows(path) for path in files]
    events, roles = loaded.tables["events"], loaded.tables["roles"]
    with run.progress() as bar:
        bar.add_task("groups", total=None)
        found = find_groups(
            events,
            roles,
            persons=people,
            named=named,
            lifted=freed,
            lookups=loaded.tables["lookups"] if loaded.has("lookups") else None,
            q=q,
            seed=seed,
        )
        barred = protected_people(events, roles, persons=people, named=named, lifted=freed)
        scene = Scene(found=found, tables=loaded.tables, protected=barred, persons=people)
        results = theme_results(scene, themes=asked)
    answer = _answer(results, marking=marking_line(loaded), groups=found)
    _write(results, answer, out, loaded)
    run.write_record(out, [*dataset.glob("*"), *(path for path in files if path is not None)])
    refused = found.refused or any(result.refused for result in results.values())
    run.answer(answer, _text(answer, out), refused=refused)


def _answer(results: Mapping[str, Result], *, marking: str, groups: Result) -> dict[str, Any]:
    return {
        "marking": marking,
        "groups": groups.sentence,
        "warnings": [{"code": flag.code, "text": flag.text} for flag in groups.flags],
        "themes": [
            {
                "theme": name,
                "status": result.status,
                "figures": {table: frame.to_dicts() for table, frame in result.tables.items()},
                "flags": [{"code": flag.code, "text": flag.text} for flag in result.flags],
                "sentence": result.sentence,
            }
            for name, result in results.items()
        ],
    }


def _write(
    results: Mapping[str, Result], answer: dict[str, Any], out: Path, loaded: Dataset
) -> None:
    """themes.json, and each table as Parquet; made-up data says so in every file."""
    import json

    from frith.results import to_plain

    out.mkdir(parents=True, exist_ok=True)
    note = {"marking": answer["marking"]}
    if loaded.synthetic:
        note["regime"] = "synthetic: nobody's data"
    for name, result in results.items():
        for table, frame in result.tables.items():
            frame.write_parquet(out / f"{name}_{table}.parquet", metadata=note)
    text = json.dumps(to_plain(answer), indent=1, ensure_ascii=False)
    (out / "themes.json").write_text(text + "\n", "utf-8")


def _text(answer: dict[str, Any], out: Path) -> str:
    lines = [answer["marking"], answer["groups"], ""]
    for one in answer["themes"]:
        lines.append(f"{one['theme']}: {one['sentence']}")
        lines += [f"  {flag['text']}" for flag in one["flags"] if flag["text"] != one["sentence"]]
    return "\n".join([*lines, f"Everything is in {out}."])

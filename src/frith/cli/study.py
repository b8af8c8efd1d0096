"""`frith study`: how much of recorded crime is organised: sample, code, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.place_frame import DatasetPath, From, Out, To
from frith.cli.study_answers import agreement_json, lines, refused_rows, report_json, told_flags
from frith.cli.study_files import (
    day_of,
    declared_file,
    estimate_of,
    expected_of,
    neighbourhoods_of,
    notes_of,
    table_of,
)
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from frith.study.forms import Returned
    from frith.tables.dataset import Dataset

DEFINITIONS = "2+, 3+ or statutory"
_Folder = Annotated[Path, typer.Argument(help="Folder that `frith study sample` wrote.")]
_Definition = Annotated[str, typer.Option("--definition", help=f"Of organised: {DEFINITIONS}.")]
_Date = Annotated[
    str, typer.Option("--date", help="The date the report bears, YYYY-MM-DD; today if not given.")
]
_Kind = Annotated[str, typer.Option("--interval", help="wilson, or exact (Clopper–Pearson).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        no_args_is_help=True,
        help="How much of recorded crime is organised: sample it, have two people judge, report.",
    )
    for command in (sample, code, report):
        group.command(command.__name__)(command)
    app.add_typer(group, name="study")


def sample(
    dataset: DatasetPath,
    out: Out,
    definition: _Definition = "2+",
    half_width: Annotated[
        float, typer.Option(help="Wanted half-width of the overall share.")
    ] = 0.05,
    theme_half_width: Annotated[
        float | None, typer.Option(help="Wanted half-width of each theme's share.")
    ] = None,
    size: Annotated[int | None, typer.Option(help="Crimes to read, in place of a width.")] = None,
    allocation: Annotated[str, typer.Option(help="proportional or neyman.")] = "proportional",
    expected: Annotated[Path | None, typer.Option(help="A pilot's shares: theme, share.")] = None,
    overlap: Annotated[
        float, typer.Option(help="Share of the sample that both coders read.")
    ] = 1.0,
    neighbourhoods: Annotated[
        Path | None, typer.Option(help="code, neighbourhood; else wards of the data set.")
    ] = None,
    first: From = None,
    last: To = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Draw a stratified sample of recorded crime and write a coding form for each of two people.

    Strata are theme by neighbourhood. Writes strata, sample (with weights: keep it from coders),
    form-a and form-b as CSV and Excel, a guidance page, and study.json.

    Example: frith study sample rotherham --out study --definition 2+ --half-width 0.04
    """
    import numpy as np

    from frith.cli.place_frame import chosen_of, load
    from frith.study.folder import write_sample
    from frith.study.sampling import crimes_of, draw
    from frith.study.sizes import Allocation

    chosen_of(first=first, last=last)  # checks the months
    if allocation not in list(Allocation):
        raise UnknownName(f"no allocation {allocation!r}", mend="Choose proportional or neyman.")
    run = _run("sample", as_json=as_json, quiet=quiet, seed=seed, parameters={
        "definition": definition, "half_width": half_width, "theme_half_width": theme_half_width,
        "size": size, "allocation": allocation, "expected": expected, "overlap": overlap,
        "neighbourhoods": neighbourhoods, "from": first, "to": last,
    })  # fmt: skip
    data = load(dataset, run)
    crimes = crimes_of(
        table_of(data, "events"),
        neighbourhoods=neighbourhoods_of(data, neighbourhoods),
        first=first,
        last=last,
    )
    found = draw(
        crimes,
        rng=np.random.default_rng(seed),
        definition=definition,
        size=size,
        half_width=half_width,
        theme_half_width=theme_half_width,
        allocation=Allocation(allocation),
        expected=expected_of(expected),
        overlap=overlap,
        seed=seed,
    )
    files = write_sample(found, out, synthetic=data.synthetic)
    files += _guidance(definition, out, data)
    run.write_record(out, data.folder.iterdir())
    run.answer(
        {
            "status": str(found.status),
            "shares": [],
            "agreement": None,
            "coverage": None,
            "held": found.held,
            "sampled": found.sampled,
            "half_width": found.half_width,
            "strata": found.tables["strata"],
            "flags": told_flags(found.flags),
            "sentence": found.sentence,
            "synthetic": data.synthetic,
            "files": files,
        },
        lines(found.sentence, found.flags, f"Forms, guidance and sample: {out}"),
    )


def code(
    study: _Folder,
    coder_a: Annotated[Path, typer.Option(help="The first coder's form, filled in.")],
    coder_b: Annotated[Path, typer.Option(help="The second coder's form, filled in.")],
    reconciled: Annotated[
        Path | None, typer.Option(help="disagreements.csv, filled in by both together.")
    ] = None,
    floor: Annotated[
        float | None, typer.Option(help="The least that kappa's interval may reach; 0.40.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Folder for refused rows, as they stood.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Read both forms, say how far the coders agree beyond chance, and list what to reconcile.

    Writes agreement.json, disagreements (CSV and Excel, to fill in together) and judgements.csv
    into the study's folder. Where agreement is refused there are no judgements. Agreement is of the
    forms as they came back; reconciling never improves it.

    Example: frith study code study --coder-a form-a.csv --coder-b form-b.csv
    """
    from frith.study.agreement import FLOOR
    from frith.study.coding import combine
    from frith.study.folder import open_study, write_coding
    from frith.study.forms import read_form
    from frith.tables.rejects import write_rejects

    run = _run("code", as_json=as_json, quiet=quiet, parameters={
        "coder_a": coder_a, "coder_b": coder_b, "reconciled": reconciled, "floor": floor,
    })  # fmt: skip
    opened = open_study(study)
    every = opened.sample["event_id"].to_list()
    asked = {"a": (coder_a, opened.for_coder("a")), "b": (coder_b, opened.for_coder("b"))}
    forms = {
        who: read_form(path, definition=opened.definition, expected=mine)
        for who, (path, mine) in asked.items()
    }
    if reconciled is not None:
        forms["reconciled"] = read_form(reconciled, definition=opened.definition, expected=every)
    _two_people(forms["a"], forms["b"])
    found = combine(
        opened.sample,
        forms["a"].judged,
        forms["b"].judged,
        definition=opened.definition,
        reconciled=forms["reconciled"].judged if reconciled is not None else None,
        floor=FLOOR if floor is None else floor,
    )
    files = write_coding(found.judgements, found.disagreements, found.agreement, study)
    paths = [path for path in (coder_a, coder_b, reconciled) if path is not None]
    if rejects is not None:
        for path, form in zip(paths, forms.values(), strict=True):
            write_rejects(form.report, rejects, source=path)
    run.write_record(study / "coding", [*paths, study / "sample.csv"])
    flags = (*found.agreement.flags, *found.flags)
    refused = sum(form.report.refused for form in forms.values())
    run.answer(
        {
            "status": str(found.agreement.status),
            "shares": [],
            "agreement": agreement_json(found.agreement),
            "coverage": None,
            "definition": opened.definition,
            "disagreements": found.disagreements.height,
            "how": dict(found.judgements["how"].value_counts().sort("how").iter_rows()),
            "forms": [
                {**form.report.as_json(), "coder": form.coder, "left_blank": form.untouched}
                for form in forms.values()
            ],
            "flags": told_flags(flags),
            "sentence": found.agreement.sentence,
            "files": files,
        },
        lines(
            found.agreement.sentence,
            flags,
            f"{found.disagreements.height:,} crimes were judged apart: {study}/disagreements.csv",
            *refused_rows(forms),
        ),
        refused=found.agreement.refused or refused > 0,
    )


def report(
    study: _Folder,
    dataset: Annotated[Path, typer.Option(help="The data set that was sampled.")],
    out: Out,
    notes: Annotated[
        Path | None, typer.Option(help="Interview themes: note_id, theme, chapter, role, text.")
    ] = None,
    mapped: Annotated[
        Path | None, typer.Option(help="People in mapped groups: nominal_id, group.")
    ] = None,
    groups: Annotated[
        Path | None, typer.Option(help="What `frith groups` or `frith extent` wrote.")
    ] = None,
    mapped_groups: Annotated[
        int | None, typer.Option(min=0, help="Groups mapped, from police or region.")
    ] = None,
    interval: _Kind = "wilson",
    on: _Date = "",
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Write the study's report: shares with bounds, coverage, losses, outcomes, four chapters.

    One HTML file, one PDF, and every table as CSV. Low counts what nobody could tell as not
    organised, high as organised. Parts that are too thin are refused, each with what to do.

    Example: frith study report study --dataset rotherham --out report --mapped-groups 6
    """
    from frith.cli.place_frame import load
    from frith.profile import write_profile
    from frith.profile.study_document import build_study_document
    from frith.profile.study_material import gather
    from frith.study.estimate import Kind
    from frith.study.folder import read_judgements

    if interval not in list(Kind):
        raise UnknownName(f"no interval {interval!r}", mend="Choose wilson or exact.")
    run = _run("report", as_json=as_json, quiet=quiet, seed=seed, parameters={
        "dataset": dataset, "notes": notes, "mapped": mapped, "groups": groups,
        "mapped_groups": mapped_groups, "interval": interval, "date": on,
    })  # fmt: skip
    day = day_of(on)
    judgements = read_judgements(study)
    data = load(dataset, run)
    said, refused_notes = notes_of(notes, data)
    found = gather(
        data,
        judgements,
        on=day,
        seed=seed,
        kind=Kind(interval),
        notes=said,
        mapped=declared_file(mapped, "study_mapped"),
        estimate=estimate_of(groups),
        mapped_groups=mapped_groups,
    )
    document = build_study_document(found)
    with run.progress() as bar:
        bar.add_task("Writing", total=None)
        written = write_profile(document, out, stem="study")
    inputs = [study / "judgements.csv", *(one for one in (notes, mapped) if one is not None)]
    run.write_record(out, [*inputs, *data.folder.iterdir()])
    payload = report_json(found, synthetic=data.synthetic) | {
        "notes_refused": refused_notes,
        "html": written.html,
        "pdf": written.pdf,
        "tables": written.tables,
    }
    thin = (found.shares.tables["shares"]["refused"] != "").any()
    run.answer(
        payload,
        lines(
            found.shares.sentence,
            found.shares.flags,
            *(f"{part.sentence}" for part in found.parts.values()),
            *(
                f"Note in row {one['row']}: {one['column']} {one['reason']}"
                for one in refused_notes
            ),
            f"HTML {written.html}",
            f"PDF  {written.pdf}",
        ),
        refused=found.refused or bool(refused_notes) or bool(thin),
    )


def _run(
    name: str, *, as_json: bool, quiet: bool, parameters: dict[str, Any], seed: int | None = None
) -> Run:
    return Run(f"study {name}", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)


def _guidance(definition: str, out: Path, data: Dataset) -> list[Path]:
    """The guidance page, built where every document is."""
    from frith.profile import render_html
    from frith.profile.study_document import build_guidance

    document = build_guidance(data, definition=definition, on=day_of(""))
    path = out / f"{document.file_prefix}guidance.html"
    path.write_text(render_html(document), "utf-8")
    return [path]


def _two_people(first: Returned, second: Returned) -> None:
    if first.coder and first.coder == second.coder:
        raise BadInput(
            f"both forms were filled in by {first.coder}",
            mend="Agreement needs two people: write each one's name or initials in `coder`.",
        )

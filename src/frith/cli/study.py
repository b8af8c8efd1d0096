"""`frith study`: how much of recorded crime is organised: sample, code, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.cli.place_frame import DatasetPath, From, Out, To
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from frith.profile.study_material import Study
    from frith.study import Agreement, Shares
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
        _table(data, "events"),
        neighbourhoods=_neighbourhoods(data, neighbourhoods),
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
        expected=_expected(expected),
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
            "flags": _flags(found.flags),
            "sentence": found.sentence,
            "synthetic": data.synthetic,
            "files": files,
        },
        _lines(found.sentence, found.flags, f"Forms, guidance and sample: {out}"),
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
            "agreement": _agreement(found.agreement),
            "coverage": None,
            "definition": opened.definition,
            "disagreements": found.disagreements.height,
            "how": dict(found.judgements["how"].value_counts().sort("how").iter_rows()),
            "forms": [
                {**form.report.as_json(), "coder": form.coder, "left_blank": form.untouched}
                for form in forms.values()
            ],
            "flags": _flags(flags),
            "sentence": found.agreement.sentence,
            "files": files,
        },
        _lines(
            found.agreement.sentence,
            flags,
            f"{found.disagreements.height:,} crimes were judged apart: {study}/disagreements.csv",
            *_refusals(forms),
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
    day = _day(on)
    judgements = read_judgements(study)
    data = load(dataset, run)
    said, refused_notes = _notes(notes, data)
    found = gather(
        data,
        judgements,
        on=day,
        seed=seed,
        kind=Kind(interval),
        notes=said,
        mapped=_file(mapped, "study_mapped"),
        estimate=_estimate(groups),
        mapped_groups=mapped_groups,
    )
    document = build_study_document(found)
    with run.progress() as bar:
        bar.add_task("Writing", total=None)
        written = write_profile(document, out, stem="study")
    inputs = [study / "judgements.csv", *(one for one in (notes, mapped) if one is not None)]
    run.write_record(out, [*inputs, *data.folder.iterdir()])
    payload = _report_json(found, synthetic=data.synthetic) | {
        "notes_refused": refused_notes,
        "html": written.html,
        "pdf": written.pdf,
        "tables": written.tables,
    }
    thin = (found.shares.tables["shares"]["refused"] != "").any()
    run.answer(
        payload,
        _lines(
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


def _day(given: str) -> date:
    """The date given, or the reader's own today; `BadInput` where it is no date."""
    from datetime import date

    if not given:
        return date.today()  # noqa: DTZ011 - the day where the reader is
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadInput(
            f"{given!r} is not a date", where="--date", mend="Write YYYY-MM-DD."
        ) from None


def _run(
    name: str, *, as_json: bool, quiet: bool, parameters: dict[str, Any], seed: int | None = None
) -> Run:
    return Run(f"study {name}", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)


def _table(data: Dataset, name: str) -> pl.DataFrame:
    if not data.has(name):
        raise BadInput(
            f"the data set has no table `{name}`",
            where=str(data.folder),
            mend="A study samples recorded crimes, so it needs them one by one.",
        )
    return data.tables[name]


def _neighbourhoods(data: Dataset, file: Path | None) -> dict[str, str] | None:
    """Name of the neighbourhood by small area: the file's, else wards, else none."""
    from datetime import date

    from frith.profile.material import WARD_PREFIX, Material

    if file is not None:
        rows = _file(file, "study_neighbourhoods")
        return dict(rows.select("code", "neighbourhood").iter_rows()) if rows is not None else None
    material = Material(dataset=data, on=date.today(), seed=0)  # noqa: DTZ011 - not used
    tied = material.within(WARD_PREFIX)
    if tied.is_empty():
        return None
    return {area: material.name_of(larger) for area, larger in tied.iter_rows()}


def _expected(file: Path | None) -> dict[str, float] | None:
    rows = _file(file, "study_expected")
    return None if rows is None else dict(rows.select("theme", "share").iter_rows())


def _file(path: Path | None, table: str) -> pl.DataFrame | None:
    """A declared file; a refused row stops it."""
    from frith.tables import FILES, read_table

    if path is None:
        return None
    reading = read_table(path, FILES[table])
    if reading.report.refused:
        bad = reading.report.refusals.row(0, named=True)
        raise BadInput(
            f"{bad['column']} {bad['value']!r} {bad['reason']}",
            where=f"{path.name}, row {bad['row']}",
            mend="Mend the row.",
        )
    return reading.frame


def _notes(path: Path | None, data: Dataset) -> tuple[pl.DataFrame | None, list[dict[str, Any]]]:
    """Notes that may be published, and the refused rows without what they hold."""
    from frith.study.notes import read_notes

    if path is None:
        return None, []
    nominals = data.tables["nominals"] if data.has("nominals") else None
    reading = read_notes(path, nominals=nominals)
    return reading.frame, reading.report.refusals.select("row", "column", "reason").to_dicts()


def _estimate(path: Path | None) -> Any:
    from frith.study.groups import read_estimate

    return None if path is None else read_estimate(path)


def _guidance(definition: str, out: Path, data: Dataset) -> list[Path]:
    """The guidance page, built where every document is."""
    from frith.profile import render_html
    from frith.profile.study_document import build_guidance

    document = build_guidance(data, definition=definition, on=_day(""))
    path = out / f"{document.file_prefix}guidance.html"
    path.write_text(render_html(document), "utf-8")
    return [path]


def _two_people(first: Returned, second: Returned) -> None:
    if first.coder and first.coder == second.coder:
        raise BadInput(
            f"both forms were filled in by {first.coder}",
            mend="Agreement needs two people: write each one's name or initials in `coder`.",
        )


def _agreement(found: Agreement) -> dict[str, Any]:
    interval = found.interval
    indices = found.indices
    return {
        "kappa": found.kappa,
        "lo": interval.lo if interval else None,
        "hi": interval.hi if interval else None,
        "both": found.both,
        "observed": found.observed,
        "expected": found.expected,
        "prevalence_index": indices.prevalence if indices else None,
        "bias_index": indices.bias if indices else None,
        "adjusted": indices.adjusted if indices else None,
        "crossed": found.tables["crossed"],
    }


def _report_json(found: Study, *, synthetic: bool) -> dict[str, Any]:
    shares: Shares = found.shares
    return {
        "status": str(shares.status),
        "definition": shares.definition,
        "shares": shares.tables["shares"],
        "neighbourhoods": shares.tables["neighbourhoods"],
        "overall": shares.tables["overall"].row(0, named=True),
        "agreement": found.kappa,
        "coverage": {
            name: {
                "status": str(part.status),
                "value": part.value,
                "interval": part.interval,
                "sentence": part.sentence,
                **({"counts": part.tables["coverage"]} if "coverage" in part.tables else {}),
                **({"estimated": part.parameters["estimated"],
                    "mapped": part.parameters["mapped"]}
                   if name == "groups" else {}),
            }
            for name, part in found.parts.items()
            if name in ("mapped", "groups")
        },
        "parts": {
            name: {"status": str(part.status), "sentence": part.sentence, **part.tables}
            for name, part in found.parts.items()
            if name not in ("mapped", "groups")
        },
        "flags": _flags(shares.flags),
        "sentence": shares.sentence,
        "synthetic": synthetic,
    }  # fmt: skip


def _flags(flags: Any) -> list[dict[str, str]]:
    from frith.cli.place_frame import flags_json

    return flags_json(flags)


def _lines(sentence: str, flags: Any, *more: str) -> str:
    told = [f"  {flag.code}: {flag.text}" for flag in flags if flag.text != sentence]
    return "\n".join([sentence, *told, *(line for line in more if line)])


def _refusals(forms: dict[str, Returned]) -> list[str]:
    """The first refused rows of each form, so that they can be mended."""
    lines = []
    for who, form in forms.items():
        if form.report.refused:
            lines.append(f"Form {who}: {form.report.refused:,} rows refused, the first of them:")
            lines += [
                f"  row {row['row']}: {row['column']} {row['reason']}"
                for row in form.report.refusals.head(MOST_TOLD).iter_rows(named=True)
            ]
        if form.untouched:
            lines.append(f"Form {who}: {form.untouched:,} rows were left blank.")
    return lines


MOST_TOLD = 5
"""Refused rows told at the keyboard; `--json` and `--rejects` hold more."""

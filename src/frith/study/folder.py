"""A study's folder: what sampling leaves for coding, and coding for the report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from frith.errors import BadInput
from frith.results import to_plain
from frith.study.agreement import Agreement
from frith.study.forms import blank_form, guidance, write_form
from frith.study.sampling import BOTH, FIRST, SECOND, Sample
from frith.tables import TABLES, read_table

STUDY, SAMPLE, STRATA = "study.json", "sample.csv", "strata.csv"
JUDGEMENTS, AGREEMENT = "judgements.csv", "agreement.json"
DISAGREEMENTS = "disagreements"
FORMS = {FIRST: "form-a", SECOND: "form-b"}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A sampled study: its definition, its sample, and the crimes of each coder."""

    definition: str
    synthetic: bool
    sample: pl.DataFrame

    def for_coder(self, coder: str) -> list[str]:
        """Identifiers of the crimes this coder (a or b) was to read."""
        mine = self.sample.filter(pl.col("coders").is_in([BOTH, coder]))
        return mine["event_id"].to_list()


def write_sample(found: Sample, folder: Path, *, synthetic: bool) -> list[Path]:
    """Strata, sample, and a form for each coder, into the study's folder; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    definition = str(found.parameters["definition"])
    found.tables["strata"].write_csv(folder / STRATA)
    found.tables["sample"].write_csv(folder / SAMPLE)
    about = {
        "definition": definition,
        "synthetic": synthetic,
        "method": found.method,
        "parameters": found.parameters,
        "seed": found.seed,
        "data_hash": found.data_hash,
        "held": found.held,
        "sampled": found.sampled,
    }
    (folder / STUDY).write_text(json.dumps(to_plain(about), indent=1) + "\n", "utf-8")
    written = [folder / name for name in (STRATA, SAMPLE, STUDY)]
    for coder, stem in FORMS.items():
        mine = found.tables["sample"].filter(pl.col("coders").is_in([BOTH, coder]))
        form = blank_form(mine.sort("event_id"), coder=coder.upper(), definition=definition)
        write_form(form, folder, stem=stem, guidance=guidance(definition))
        written += [folder / f"{stem}.csv", folder / f"{stem}.xlsx"]
    return written


def open_study(folder: Path) -> Opened:
    """The study that `frith study sample` wrote; `BadInput` where the folder holds none."""
    try:
        about = json.loads((folder / STUDY).read_text("utf-8"))
        sample = pl.read_csv(folder / SAMPLE, infer_schema=False).with_columns(
            pl.col("stratum_held").cast(pl.Int64), pl.col("weight").cast(pl.Float64)
        )
    except (OSError, ValueError, pl.exceptions.PolarsError):
        raise BadInput(
            "holds no study", where=str(folder), mend="Run `frith study sample` into it first."
        ) from None
    return Opened(
        definition=str(about["definition"]), synthetic=bool(about["synthetic"]), sample=sample
    )


def write_coding(
    judgements: pl.DataFrame, disagreements: pl.DataFrame, found: Agreement, folder: Path
) -> list[Path]:
    """Agreement, what to reconcile, and, unless agreement was refused, the judgements.

    Judgements of an earlier run are taken away where agreement is refused, lest they be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found.as_json(), indent=1, ensure_ascii=False) + "\n"
    (folder / AGREEMENT).write_text(text, "utf-8")
    form = blank_form(
        disagreements, coder="", definition=str(judgements["definition"][0])
    ).with_columns(
        disagreements[f"judgement_{who}"].alias(f"judgement_{who}") for who in ("a", "b")
    )
    write_form(
        form, folder, stem=DISAGREEMENTS, guidance=guidance(str(judgements["definition"][0]))
    )
    written = [
        folder / AGREEMENT,
        folder / f"{DISAGREEMENTS}.csv",
        folder / f"{DISAGREEMENTS}.xlsx",
    ]
    if found.refused:
        (folder / JUDGEMENTS).unlink(missing_ok=True)
        return written
    judgements.write_csv(folder / JUDGEMENTS)
    return [*written, folder / JUDGEMENTS]


def read_judgements(folder: Path) -> pl.DataFrame:
    """The judgements that coding wrote; `BadInput` where there are none that may be used."""
    path = folder / JUDGEMENTS
    if not path.is_file():
        raise BadInput(
            "holds no judgements",
            where=str(folder),
            mend="Run `frith study code` first; where coders agree too little it writes none.",
        )
    reading = read_table(path, TABLES["judgements"])
    if reading.report.refused or reading.frame.is_empty():
        raise BadInput(
            "holds rows that are not as `frith study code` writes them",
            where=str(path),
            mend="Run `frith study code` again rather than edit its answer.",
        )
    return reading.frame


def kappa_of(judgements: pl.DataFrame) -> dict[str, float | None]:
    """The coders' agreement as the judgements carry it: kappa, lo, hi."""
    row = judgements.row(0, named=True)
    return {"kappa": row["kappa"], "lo": row["kappa_lo"], "hi": row["kappa_hi"]}

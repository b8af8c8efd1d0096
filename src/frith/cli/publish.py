"""`frith publish`: a table made safe to publish, and the attempt to undo it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput, UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from frith.disclosure import Correction, CountTable, Edition, Protected
    from frith.results import Flag

ZEROS = ("show", "mask")
REGIMES = ("open", "uk_gdpr", "law_enforcement", "synthetic")
LISTED = 20
"""How many recovered cells an answer lists for each attack; all are counted."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("publish")(publish)


def publish(
    file: Annotated[Path, typer.Argument(help="The table of true counts: CSV, Parquet or .xlsx.")],
    out: Annotated[Path, typer.Option("--out", help="Where the safe table is written (CSV).")],
    against: Annotated[
        list[Path] | None,
        typer.Option(help="A table the reader holds already: an earlier release or open edition."),
    ] = None,
    threshold: Annotated[
        int | None, typer.Option(help="Counts from 1 to one less are masked. [default: 5]")
    ] = None,
    edition: Annotated[
        str | None,
        typer.Option(help="restricted, board, councillor-exempt, councillor-open or public."),
    ] = None,
    rounding: Annotated[int | None, typer.Option(help="Round what is shown to this base.")] = None,
    zeros: Annotated[str, typer.Option(help="show (a true 0 is shown) or mask.")] = "show",
    lookup: Annotated[
        Path | None,
        typer.Option(help="Areas within areas: from_code, to_code. For areas that overlap."),
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="The label columns, by commas, where they cannot be told.")
    ] = None,
    regime: Annotated[
        str | None, typer.Option(help="open: published already, so it passes unmasked.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The day of publication, YYYY-MM-DD. [default: today]")
    ] = None,
    accepted_by: Annotated[
        str | None,
        typer.Option(help="Who takes small differences from earlier releases for corrections."),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why: with --accepted-by, kept in the record.")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    seed: Seed = DEFAULT_SEED,
) -> None:
    """Make a table safe to publish, and try to undo it. Nothing is written if that succeeds.

    FILE has label columns and counts: rows by columns with a Total row and column, or a count
    column n. A column or row named Total is a total. Small counts become [c], and others where
    they would give a small one away. Percentages are masked with their counts. Where a figure
    differs from an earlier release by a small number, the two subtract to it: refused, unless a
    named person takes it for a correction (--accepted-by, --reason), which the record keeps.

    Example: frith publish referrals.csv --out safe.csv --against last-quarter.csv --edition public
    """
    from frith.disclosure import LEAST_THRESHOLD, count_table, protect

    run = Run("publish", as_json=as_json, quiet=quiet, seed=seed)
    accept = _correction(accepted_by, reason)
    chosen = _edition(edition)
    _refuse_odd(zeros, regime, file, out, against or [])
    frame = _read(file)
    if (regime or _declared_regime(file)) == "open":
        _pass_open(run, frame, out)
    wanted = [label.strip() for label in labels.split(",")] if labels else []
    areas = _lookup(lookup)
    table = count_table(frame, name=file.name, labels=wanted, lookup=areas)
    limit = _threshold(threshold, chosen)
    refusals = _edition_refusals(table, chosen, as_of)
    if limit == 0 and not refusals:
        _pass_restricted(run, frame, out, chosen)
    run.say(
        f"{len(table.cells):,} figures; masking what counts fewer than {limit or LEAST_THRESHOLD}…"
    )
    result = protect(
        table,
        threshold=limit or LEAST_THRESHOLD,
        against=[
            count_table(_read(path), name=path.name, labels=_those_in(path, wanted), published=True)
            for path in against or []
        ],
        lookup=areas,
        rounding=rounding if rounding is not None else (chosen.rounding if chosen else 0),
        mask_zeros=zeros == "mask",
        accept=accept,
    )
    refused = result.refused or bool(refusals)
    if not refused:
        _write(result.published, out)
        run.parameters = {**result.parameters, "edition": edition, "accepted": result.accepted}
        run.write_record(out.parent, [file, *(against or [])], name=f"{out.stem}.run.json")
    run.answer(
        _payload(result, refusals, chosen, None if refused else out),
        _text(result, refusals, out),
        refused=refused,
    )


def _correction(by: str | None, reason: str | None) -> Correction | None:
    from frith.disclosure import Correction

    if by is None and reason is None:
        return None
    return Correction(by=by or "", reason=reason or "")


def _edition(name: str | None) -> Edition | None:
    from frith.disclosure import edition

    return edition(name) if name else None


def _refuse_odd(zeros: str, regime: str | None, file: Path, out: Path, against: list[Path]) -> None:
    if zeros not in ZEROS:
        raise UnknownName(f"no way “{zeros}” with zeros", mend="Choose show or mask.")
    if regime is not None and regime not in REGIMES:
        raise UnknownName(f"no regime “{regime}”", mend=f"Choose {', '.join(REGIMES)}.")
    if out.resolve() in {path.resolve() for path in (file, *against)}:
        raise BadInput(
            "--out would overwrite a table that is read", where=str(out), mend="Name another file."
        )


def _threshold(given: int | None, chosen: Edition | None) -> int:
    """The threshold asked for, never less than the edition's."""
    from frith.disclosure import THRESHOLD

    least = chosen.threshold if chosen else 0
    if given is None:
        return least if chosen else THRESHOLD
    if given < least:
        raise BadInput(
            f"the {chosen.title if chosen else ''} edition masks counts below {least}, "
            f"and --threshold {given} would show them",
            mend=f"Use {least} or more, or another edition.",
        )
    return given


def _edition_refusals(
    table: CountTable, chosen: Edition | None, as_of: str | None
) -> tuple[Flag, ...]:
    from datetime import date

    from frith.disclosure import check_edition

    try:
        day = date.fromisoformat(as_of) if as_of else date.today()  # noqa: DTZ011 - a local day
    except ValueError:
        raise BadInput(f"“{as_of}” is not a day", mend="Write YYYY-MM-DD.") from None
    return check_edition(table, chosen, as_of=day) if chosen else ()


def _read(path: Path) -> pl.DataFrame:
    """A table's text under the file's own column names."""
    from frith.tables.files import read_raw
    from frith.tables.parse import tidy
    from frith.tables.sensitive import refuse_forbidden

    raw = read_raw(path)
    if raw.faults:
        fault = raw.faults[0]
        raise BadInput(fault.reason, where=f"{path.name}, row {fault.row}", mend="Mend the row.")
    refuse_forbidden(raw.frame.columns, where=path.name)
    return raw.frame.select(tidy(name, dtype) for name, dtype in raw.frame.schema.items())


def _those_in(path: Path, labels: list[str]) -> list[str]:
    columns = _read(path).columns if labels else []
    return [label for label in labels if label in columns]


def _lookup(path: Path | None) -> Mapping[str, frozenset[str]] | None:
    """Larger area → the finest areas in it, from rows `from_code, to_code`, through every level."""
    if path is None:
        return None
    rows = _read(path)
    columns = {name.casefold(): name for name in rows.columns}
    for needed in ("from_code", "to_code"):
        if needed not in columns:
            raise BadInput(f"lacks {needed!r}", where=path.name, mend="Give from_code and to_code.")
    children: dict[str, set[str]] = {}
    for small, large in rows.select(columns["from_code"], columns["to_code"]).iter_rows():
        if small and large and small != large:
            children.setdefault(large, set()).add(small)

    def finest(code: str, above: tuple[str, ...] = ()) -> frozenset[str]:
        if code in above:
            raise BadInput(f"“{code}” lies within itself", where=path.name)
        parts = [finest(part, (*above, code)) for part in children.get(code, ())]
        return frozenset().union(*parts) if parts else frozenset([code])

    return {code: finest(code) for code in sorted(children)}


def _declared_regime(file: Path) -> str:
    """What a dataset.toml beside the file says of it; nothing where there is none."""
    from frith.tables.about import ABOUT_FILE, read_about

    if not (file.parent / ABOUT_FILE).is_file():
        return ""
    note = read_about(file.parent).files.get(file.name.split(".")[0])
    return str(note.regime) if note else ""


def _pass_open(run: Run, frame: pl.DataFrame, out: Path) -> None:
    _pass(
        run,
        frame,
        out,
        "OPEN",
        "These counts are published by their owner under an open licence, so they are shown as "
        "published: nothing is masked.",
    )


def _pass_restricted(run: Run, frame: pl.DataFrame, out: Path, chosen: Edition | None) -> None:
    marking = chosen.marking if chosen else ""
    _pass(
        run,
        frame,
        out,
        "UNMASKED",
        f"The restricted edition masks nothing. It is {marking} and for named officers only.",
    )


def _pass(run: Run, frame: pl.DataFrame, out: Path, code: str, text: str) -> None:
    _write(frame, out)
    payload = {
        "suppressed": 0,
        "secondary": 0,
        "attacks": [],
        "status": "done",
        "flags": [{"code": code, "text": text}],
        "sentence": text,
        "out": out,
    }
    run.answer(payload, f"{text}\nWritten to {out}.")


def _write(frame: pl.DataFrame, out: Path) -> None:
    """The table, whole or not at all: a half-written file is never left under its name."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    frame.write_csv(part)
    part.replace(out)


def _payload(
    result: Protected, refusals: tuple[Flag, ...], chosen: Edition | None, out: Path | None
) -> dict[str, Any]:
    flags = (*refusals, *result.flags)
    return {
        "suppressed": result.suppressed,
        "secondary": result.secondary,
        "attacks": [
            {
                "kind": tried.kind,
                "tried": tried.tried,
                "recovered": len(tried.recovered),
                "cells": [
                    {"labels": list(f.key), "release": f.release, "exactly": f.exact}
                    for f in tried.recovered[:LISTED]
                ],
            }
            for tried in result.attacks
        ],
        "status": "refused" if out is None else result.status,
        "edition": chosen.name if chosen else None,
        "marking": chosen.marking if chosen else None,
        "parameters": result.parameters,
        "accepted": result.accepted,
        "information": result.loss,
        "flags": [{"code": flag.code, "text": flag.text} for flag in flags],
        "sentence": _sentence(result, refusals),
        "out": out,
    }


def _sentence(result: Protected, refusals: tuple[Flag, ...]) -> str:
    if refusals:
        return " ".join(["This table may not go out in this edition.", *(f.text for f in refusals)])
    return result.sentence


def _text(result: Protected, refusals: tuple[Flag, ...], out: Path) -> str:
    lines = [_sentence(result, refusals), ""]
    for tried in result.attacks:
        lines.append(
            f"  {tried.kind:<24}{tried.tried:>6,} tried{len(tried.recovered):>6,} recovered"
        )
    if result.loss:
        lines += ["", f"  {'way':<24}{'masked':>8}{'altered':>9}{'hidden':>9}{'recovered':>11}"]
        for way in result.loss:
            back = "–" if way.recovered is None else f"{way.recovered:,}"
            figures = f"{way.masked:>8,}{way.altered:>9,}{way.share_hidden:>9.0%}{back:>11}"
            lines.append(f"  {way.way:<24}{figures}")
    lines += [f"  {flag.code}: {flag.text}" for flag in result.flags if flag.severity != "refuse"]
    refused = result.refused or refusals
    done = (
        f"Written to {out}. Keep {out.stem}.run.json to yourselves: it holds a fingerprint of the "
        "true table, against which guesses can be tried."
    )
    return "\n".join([*lines, "", "Nothing was written." if refused else done])

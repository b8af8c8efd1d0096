"""`frith reference`: shows a reference list with its sources."""

from __future__ import annotations

import shutil
import textwrap
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import Json, Quiet, Run
from frith.errors import BadInput

if TYPE_CHECKING:
    from frith.reference import ReferenceList, Row

WIDEST = 100


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command(name="reference")(reference)


def reference(
    name: Annotated[str, typer.Argument(metavar="LIST", help="The list; without it, all.")] = "",
    on: Annotated[str, typer.Option("--on", help="Only rows valid on this day, YYYY-MM-DD.")] = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show a reference list: offences, powers, roles, measures and more, each row with its source.

    Without LIST it shows which lists there are. Rows that nobody checked against their source say
    so: verify them locally before relying on them.

    Example: frith reference powers --on 2026-12-01
    """
    from frith.reference import lists, load

    run = Run("reference", as_json=as_json, quiet=quiet)
    day = _day(on) if on else None
    if name:
        found = load(name, on=day)
        run.answer(_payload(found), _page(found))
    every = [load(each, on=day) for each in lists()]
    run.answer({"lists": [_summary(found) for found in every]}, _overview(every))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(
            f"{text!r} is not a day", where="--on", mend="Write it as 2026-12-01."
        ) from None


def _summary(found: ReferenceList) -> dict[str, Any]:
    return {
        "name": found.name,
        "title": found.title,
        "subject": found.subject,
        "meaning": found.meaning,
        "caveat": found.caveat,
        "legal": found.legal,
        "source": found.source,
        "licence": found.licence,
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "verified_by": found.verified_by,
        "verified_on": found.verified_on,
        "row_count": len(found),
        "unverified": found.unverified,
    }


def _payload(found: ReferenceList) -> dict[str, Any]:
    from frith.reference import NOT_LEGAL_ADVICE

    columns = [
        {"name": column.name, "meaning": column.meaning, "standing": column.standing}
        for column in found.columns
    ]
    notice = {"notice": NOT_LEGAL_ADVICE} if found.legal else {}
    return _summary(found) | notice | {"columns": columns, "rows": [dict(row) for row in found]}


def _overview(every: list[ReferenceList]) -> str:
    lines = [f"{'list':<28} {'rows':>4}  {'unverified':>10}  title; source"]
    for found in every:
        unverified = str(found.unverified) if found.unverified else "none"
        head = f"{found.name:<28} {len(found):>4}  {unverified:>10}  {found.title}"
        lines += [head, *_wrapped(found.source, indent=47)]
    lines += ["", "frith reference LIST shows one. Unverified rows are to be verified locally."]
    return "\n".join(lines)


def _page(found: ReferenceList) -> str:
    from frith.reference import NOT_LEGAL_ADVICE

    lines = [f"{found.title} ({found.name}), {len(found)} rows"]
    for text in (found.meaning, found.caveat, NOT_LEGAL_ADVICE if found.legal else ""):
        lines += _wrapped(text, indent=0)
    lines += _wrapped(f"Source: {found.source}. Licence: {found.licence}.", indent=0)
    apart = ", ".join(f"{one.name} ({one.standing})" for one in found.columns if one.standing)
    lines += _wrapped(f"Not part of any check: {apart}." if apart else "", indent=0)
    for row in found:
        lines += ["", *_card(row, found)]
    return "\n".join(lines)


def _card(row: Row, found: ReferenceList) -> list[str]:
    from frith.reference.declare import as_text
    from frith.reference.documented import provenance

    shown = [(column.name, as_text(row[column.name])) for column in found.columns]
    lines = [str(row["key"])]
    for label, text in shown:
        if label != "key" and text:
            lines += _wrapped(f"{label}: {text}", indent=4)
    return lines + _wrapped(f"[{provenance(row, found)}]", indent=4)


def _wrapped(text: str, *, indent: int) -> list[str]:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    return textwrap.wrap(
        text,
        width=max(width, indent + 30),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2 if indent else 0),
    )

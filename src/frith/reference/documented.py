"""The page docs/reference/lists.md, made from the lists themselves."""

from __future__ import annotations

from itertools import groupby

from frith.reference.catalogue import lists, load
from frith.reference.declare import (
    NOT_LEGAL_ADVICE,
    UNVERIFIED,
    Column,
    ReferenceList,
    Row,
    Standing,
    as_text,
    checked,
    period,
)

LONGEST_TABLE_ROW = 260
"""A list whose rows are longer, in characters on average, is written row by row: a table of them
cannot be read on a page."""


_OPENING = f"""# Reference lists

Made from the lists themselves by `make docs`; do not edit by hand. `frith reference` shows the same
at the command line, and `frith reference powers --on 2026-12-01` a list as it stood on a day.

Law, guidance and organisations change: every row carries its source, its dates, and who checked it.
A row that nobody checked against its source is marked **{UNVERIFIED}**.
{NOT_LEGAL_ADVICE}

| standing | means |
|---|---|
| read in source | read in the source that the row cites |
| general knowledge | general knowledge of the field; the source was not opened |
| changing | new, being replaced, or brought into force by stages: check before relying on it |
| frith's convention | frith's to define; there is nothing outside to check it with |
"""


def document() -> str:
    """The Markdown of docs/reference/lists.md."""
    found = sorted((load(name) for name in lists()), key=lambda item: (item.subject, item.name))
    parts = [_OPENING, _index(found)]
    for subject, items in groupby(found, key=lambda item: item.subject):
        parts += [f"## {subject}\n", *(_section(item) for item in items)]
    return "\n".join(parts).rstrip("\n") + "\n"


def _index(found: list[ReferenceList]) -> str:
    lines = ["| list | subject | rows | unverified |", "|---|---|---|---|"]
    lines += [
        f"| [{item.name}](#{item.name}) | {item.subject} | {len(item)} | {item.unverified} |"
        for item in found
    ]
    return "\n".join(lines) + "\n"


def _section(found: ReferenceList) -> str:
    facts = [("Source", found.source), ("Licence", f"`{found.licence}`")]
    facts += [("Valid", period(found.valid_from, found.valid_to))]
    facts += [("Checked", _count(found))]
    lines = [f"### {found.name}", "", f"**{found.title}.** {found.meaning}", ""]
    lines += [f"{found.caveat}", ""] if found.caveat else []
    lines += [NOT_LEGAL_ADVICE, ""] if found.legal else []
    lines += [f"- {label}: {text}" for label, text in facts if text] + [""]
    lines += ["| column | meaning |", "|---|---|"]
    lines += [f"| {column.name} | {_meaning(column)} |" for column in found.columns] + [""]
    rows = _table(found) if _row_length(found) <= LONGEST_TABLE_ROW else _cards(found)
    return "\n".join([*lines, *rows]) + "\n"


def _row_length(found: ReferenceList) -> float:
    names = [column.name for column in found.columns]
    return sum(len(as_text(row[name])) for row in found for name in names) / len(found)


def _count(found: ReferenceList) -> str:
    whole = len(found)
    if not found.unverified:
        return (
            f"all {whole} rows" if any(row["verified_by"] for row in found) else "nothing to check"
        )
    return f"{whole - found.unverified} of {whole} rows; the others are {UNVERIFIED}"


def _meaning(column: Column) -> str:
    closed = f" One of: {', '.join(column.values)}." if column.values else ""
    apart = f" *Not part of any check: {column.standing}.*" if column.standing else ""
    return _cell(column.meaning + closed + apart)


def _table(found: ReferenceList) -> list[str]:
    names = [column.name for column in found.columns]
    lines = [f"| {' | '.join(names)} | checked |", "|---" * (len(names) + 1) + "|"]
    for row in found:
        cells = [_cell(as_text(row[name])) for name in names]
        lines.append(f"| {' | '.join(cells)} | {_cell(provenance(row, found))} |")
    return lines


def _cards(found: ReferenceList) -> list[str]:
    lines: list[str] = []
    for row in found:
        lines += [f"**{row['key']}**", ""]
        lines += [
            f"- {column.name}: {as_text(row[column.name])}"
            for column in found.columns
            if column.name != "key" and as_text(row[column.name])
        ]
        lines += [f"- checked: {provenance(row, found)}", ""]
    return lines


def provenance(row: Row, found: ReferenceList) -> str:
    """Who checked the row, whether it is changing, and its dates and source where its own."""
    parts = [checked(row)]
    if row["standing"] == Standing.CHANGING:
        parts.append(str(Standing.CHANGING))
    if row["valid_from"] != found.valid_from or row["valid_to"] != found.valid_to:
        parts.append(period(row["valid_from"], row["valid_to"]))
    if row["source"] != found.source:
        parts.append(f"source: {row['source']}")
    return "; ".join(part for part in parts if part)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")

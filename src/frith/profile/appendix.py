"""The appendix: methods, what to know of each figure, sources and licences, hashes, words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version

import polars as pl

from frith.profile.content import Content, Facts, Paragraph, Table, text
from frith.profile.document import Built
from frith.profile.glossary import TERMS
from frith.profile.material import Material
from frith.profile.publishers import attributions, written_out
from frith.profile.words import day, month_runs
from frith.results import Flag, file_hash

_MONTH = re.compile(r"^\d{4}-\d{2}$")
MOST_LISTED = 20
"""Items of a parameter that are listed; of more, only how many."""
LIBRARIES = ("frith", "polars", "numpy", "scipy", "statsmodels", "typst", "vl-convert-python")
"""What can change a figure or how it is drawn."""


def appendix(material: Material, built: Sequence[Built]) -> tuple[Built, ...]:
    """Methods, notes, sources and words, each as a part of its own."""
    parts = [
        ("methods", "Appendix: methods", _methods(material, built)),
        ("flags", "Appendix: what to know of each figure", _flags(built)),
        ("sources", "Appendix: sources and licences", _sources(material)),
        ("words", "Appendix: words", Content(blocks=[Facts(TERMS)])),
    ]
    return tuple(
        Built(name=name, title=title, content=content)
        for name, title, content in parts
        if content.blocks
    )


def _methods(material: Material, built: Sequence[Built]) -> Content:
    used: dict[tuple[str, str, str], dict[str, None]] = {}
    for one in built:
        for result in one.content.results:
            key = (result.method, _parameters(result.parameters), result.data_hash[:12] or "none")
            used.setdefault(key, {})[one.title] = None
    rows = [
        {"section": "; ".join(titles), "method": method, "parameters": parameters, "data": data}
        for (method, parameters, data), titles in used.items()
    ]
    table = Table(
        name="methods",
        caption="Methods, their parameters, and the start of the hash of what went in",
        columns=(
            text("section", "Section"),
            text("method", "Method and source"),
            text("parameters", "Parameters"),
            text("data", "Data hash"),
        ),
        frame=pl.DataFrame(
            rows, schema=dict.fromkeys(("section", "method", "parameters", "data"), pl.String)
        ),
    )
    said = Paragraph(
        f"Every random draw starts from seed {material.seed}. The same data, versions and seed "
        "give the same document. Versions: " + ", ".join(_versions()) + "."
    )
    return Content(blocks=[said, table] if rows else [said])


def _parameters(parameters: Mapping[str, object]) -> str:
    """Choices in one line; months as runs, whole numbers without decimals.

    What is no plain choice (a table, a list of records) is left to the method's own answer.
    """
    said = [
        f"{key.replace('_', ' ')}: {shown}"
        for key, value in parameters.items()
        if (shown := _choice(value))
    ]
    return "; ".join(said) or "none"


def _choice(value: object) -> str:
    if isinstance(value, list | tuple):
        if not all(isinstance(item, str | int | float) for item in value):
            return ""
        plain = [str(item) for item in value]
        if plain and all(_MONTH.match(item) for item in plain):
            return month_runs(plain)
        return ", ".join(plain) if len(plain) <= MOST_LISTED else f"{len(plain):,} items"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, str | int | date) else ""


def _versions() -> list[str]:
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return found


def _flags(built: Sequence[Built]) -> Content:
    seen: dict[tuple[str, Flag], None] = {}
    for one in built:
        for flag in one.content.flags:
            seen.setdefault((one.title, flag))
    if not seen:
        return Content(blocks=[])
    rows = [
        {"section": title, "code": flag.code, "weight": str(flag.severity), "text": flag.text}
        for title, flag in seen
    ]
    return Content(
        blocks=[
            Table(
                name="flags",
                caption="What the methods raised: a note is to be known, a warning to be weighed",
                columns=(
                    text("section", "Section"),
                    text("code", "Code"),
                    text("weight", "Weight"),
                    text("text", "What it says"),
                ),
                frame=pl.DataFrame(rows),
            )
        ]
    )


def _sources(material: Material) -> Content:
    """Each table's publisher, licence and regime; attributions; and the files' fingerprints."""
    notes = dict(sorted(material.dataset.about.files.items()))
    if not notes:
        return Content(blocks=[])
    rows = [
        {
            "table": name,
            "publisher": ", ".join(written_out(note.publisher)) or "not stated",
            "licence": ", ".join(written_out(note.licence)) or "not stated",
            "regime": str(note.regime).replace("_", " "),
            "taken": day(note.retrieved_on) if note.retrieved_on else "not stated",
        }
        for name, note in notes.items()
    ]
    columns = {
        "table": "Table",
        "publisher": "Publisher",
        "licence": "Licence",
        "regime": "Regime",
        "taken": "Taken on",
    }
    held = Table(
        name="sources",
        caption="Tables held: publisher and licence",
        columns=tuple(text(name, label) for name, label in columns.items()),
        frame=pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)),
    )
    said = [Paragraph(line) for line in attributions(notes.values())]
    return Content(blocks=[held, *said, _fingerprints(material)])


def _fingerprints(material: Material) -> Table:
    rows = [
        {"file": report.file, "hash": file_hash(material.dataset.folder / report.file)}
        for _, report in sorted(material.dataset.reports.items())
        if (material.dataset.folder / report.file).is_file()
    ]
    return Table(
        name="fingerprints",
        caption="Files read, with the SHA-256 hash of their bytes",
        columns=(text("file", "File"), text("hash", "SHA-256")),
        frame=pl.DataFrame(rows, schema={"file": pl.String, "hash": pl.String}),
    )

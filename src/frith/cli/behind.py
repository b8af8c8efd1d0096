"""What stands behind a chart or a verdict, written beside its picture: a page and a text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frith.errors import UnknownName

if TYPE_CHECKING:
    from frith.charts import Picture
    from frith.measures.appendix import Appendix

_STYLE = (
    "body{font:16px/1.5 Arial,'Liberation Sans',sans-serif;max-width:44rem;margin:2rem auto;"
    "padding:0 1rem;color:#0b0c0c}svg{max-width:100%;height:auto}dt{font-weight:bold}"
    "dd{margin:0 0 .8rem}"
)


def write_behind(
    out: Path,
    pictures: Sequence[Picture],
    *,
    heading: str,
    sentence: str,
    appendix: Appendix,
) -> list[str]:
    """The first picture as `out` (.svg or .png), others and the appendix beside it.

    Returns the names of the files. Raises `UnknownName` for another ending.
    """
    if out.suffix.lower() not in (".svg", ".png"):
        raise UnknownName(
            f"cannot write {out.suffix or 'a file without an ending'}",
            mend="Name the picture something.svg or something.png.",
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for at, picture in enumerate(pictures):
        path = out if at == 0 else out.with_name(f"{out.stem}-{picture.name}{out.suffix}")
        if out.suffix.lower() == ".svg":
            path.write_text(picture.svg, "utf-8")
        else:
            path.write_bytes(picture.png())
        written.append(path.name)
    page = out.with_name(f"{out.stem}-appendix.html")
    page.write_text(_page(pictures, heading, sentence, appendix), "utf-8")
    text = out.with_name(f"{out.stem}-appendix.txt")
    text.write_text(_text(heading, sentence, appendix), "utf-8")
    return [*written, page.name, text.name]


def lines_of(appendix: Appendix) -> list[tuple[str, list[str]]]:
    """The appendix as headings with their lines."""
    chosen = [f"{key.replace('_', ' ')}: {shown}" for key, shown in _plain(appendix.parameters)]
    return [
        ("Method", [appendix.method]),
        ("Parameters", chosen or ["none"]),
        ("Assumes", list(appendix.assumptions) or ["nothing was judged"]),
        ("Checked", list(appendix.checked) or ["nothing was judged"]),
        ("How often it is wrong", [appendix.false_alarms]),
        ("What it would see", [appendix.power]),
        ("Data", [f"SHA-256 {appendix.data_hash or 'not taken'}", f"seed {appendix.seed}"]),
    ]


def _plain(parameters: Any) -> list[tuple[str, str]]:
    """Parameters as they are read: figures short, mixes of areas left to the JSON."""
    found = []
    for key, value in parameters.items():
        if isinstance(value, dict | list | tuple):
            continue
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        found.append((str(key), shown))
    return found


def _text(heading: str, sentence: str, appendix: Appendix) -> str:
    lines = [heading, "", sentence, ""]
    for title, items in lines_of(appendix):
        lines += [title, *(f"  {item}" for item in items), ""]
    return "\n".join(lines)


def _page(pictures: Sequence[Picture], heading: str, sentence: str, appendix: Appendix) -> str:
    facts = "".join(
        f"<dt>{escape(title)}</dt>" + "".join(f"<dd>{escape(item)}</dd>" for item in items)
        for title, items in lines_of(appendix)
    )
    drawn = "".join(f"<figure>{picture.svg}</figure>" for picture in pictures)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(heading)}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{escape(heading)}</h1><p>{escape(sentence)}</p>{drawn}"
        f"<h2>Appendix</h2><dl>{facts}</dl></main></body></html>\n"
    )

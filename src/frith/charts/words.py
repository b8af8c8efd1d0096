"""Numbers, dates and lines of text as they are printed on a picture, and how wide they fall."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_QUARTERS = ("Jan to Mar", "Apr to Jun", "Jul to Sep", "Oct to Dec")

_MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
_DAY = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])-(\d{2})$")
_QUARTER = re.compile(r"^(\d{4})-?Q([1-4])$")

# Thousandths of the type size for characters 32 to 126 of Helvetica, whose widths Arial and
# Liberation Sans share. Source: Adobe, Core 14 font metrics, Helvetica (1997).
_ADVANCE = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
    "556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 "
    "722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 "
    "556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 "
    "260 334 584"
)
_WIDTHS = {chr(32 + i): int(width) for i, width in enumerate(_ADVANCE.split())}
_OTHER = 600
_BOLD = 1.08


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that a line takes in Arial at `size` pixels."""
    thousandths = sum(_WIDTHS.get(character, _OTHER) for character in text)
    return thousandths * size / 1000 * (_BOLD if bold else 1.0)


def widest(texts: Iterable[str], size: float, *, bold: bool = False) -> float:
    """Pixels of the widest line; 0 for none."""
    return max((text_width(text, size, bold=bold) for text in texts), default=0.0)


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The text in lines of at most `width` pixels, broken at spaces; a long word stands alone."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shorten(text: str, width: float, size: float) -> str:
    """The text cut with an ellipsis to fit `width` pixels."""
    if text_width(text, size) <= width:
        return text
    kept = text
    while kept and text_width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def number(value: float | None, decimals: int = 0) -> str:
    """A number with thousands separators and a true minus sign; "no data" for none."""
    if value is None or not math.isfinite(value):
        return "no data"
    text = f"{value:,.{decimals}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", "−")


def decimals_for(values: Iterable[float | None]) -> int:
    """Decimal places for three figures of the largest value (two below 1); 0 for whole numbers."""
    finite = [abs(v) for v in values if v is not None and math.isfinite(v)]
    if not finite or all(float(v).is_integer() for v in finite):
        return 0
    largest = max(finite)
    figures = 3 if largest >= 1 else 2
    return max(0, min(6, figures - 1 - math.floor(math.log10(largest)))) if largest > 0 else 0


def ranged_number(row: Mapping[str, Any], decimals: int, *, missing: str) -> str:
    """A row's `value` with its `lo` and `hi`: "8 (6 to 11)"; without a value its `note`."""
    if row["value"] is None:
        return row.get("note") or missing
    value = number(row["value"], decimals)
    if row.get("lo") is None or row.get("hi") is None:
        return value
    return f"{value} ({number(row['lo'], decimals)} to {number(row['hi'], decimals)})"


def plural(n: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 area", "1,200 areas"."""
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


def period(value: Any, *, full: bool = False) -> str:
    """A month, quarter or day in British words; anything else as it is written."""
    if isinstance(value, datetime | date):
        value = value.isoformat()[:10]
    text = str(value)
    if found := _MONTH.match(text):
        name = MONTHS[int(found[2]) - 1]
        return f"{name if full else name[:3]} {found[1]}"
    if found := _DAY.match(text):
        name = MONTHS[int(found[2]) - 1]
        return f"{int(found[3])} {name if full else name[:3]} {found[1]}"
    if found := _QUARTER.match(text):
        return f"{_QUARTERS[int(found[2]) - 1]} {found[1]}"
    return text


def is_month(value: str) -> bool:
    """Whether the text is a month, YYYY-MM."""
    return _MONTH.match(value) is not None


def months_between(first: str, last: str) -> list[str]:
    """Every month from `first` to `last`, both included, as YYYY-MM."""
    start, end = (int(m[:4]) * 12 + int(m[5:]) - 1 for m in (first, last))
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(start, end + 1)]


def series_of(items: Sequence[str], most: int = 12) -> str:
    """Phrases one after another: "a; b; c"; past `most`, "a; b; and 12 more"."""
    left = [f"and {number(len(items) - most)} more"] if len(items) > most else []
    return "; ".join([*items[:most], *left])


def listed(items: Sequence[str], most: int = 4) -> str:
    """A list in words: "a, b and c"; past `most`, "a, b, c, d and 12 more"."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append(f"{number(len(items) - most)} more")
    return (
        shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
    )


def capital(text: str) -> str:
    """The text with a capital to open it; the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapital(text: str) -> str:
    """The text to follow other words: its capital lowered, unless it opens an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sentence(text: str) -> str:
    """The text with a full stop, unless it ends a sentence already."""
    text = text.strip()
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."

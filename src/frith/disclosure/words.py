"""What a release says of itself: its flags, and one sentence for a board."""

from __future__ import annotations

from collections.abc import Sequence

from frith.disclosure.attack import Found
from frith.disclosure.table import MASK, CountTable, say_key
from frith.results import Flag, Severity

_NAMED = 5
"""How many cells a refusal names; the answer lists them all."""


def flags_of(
    table: CountTable,
    *,
    recovered: Sequence[Found],
    exposed: Sequence[str],
    nothing_left: bool,
    revised: int,
    zeros_masked: bool,
    against: int,
) -> tuple[Flag, ...]:
    """Everything a reader or the publisher must know."""
    flags: list[Flag] = []
    if exposed and not recovered:
        flags.append(_refuse("EXPOSED", f"{_few(exposed)} cannot be hidden: {_ADVICE}"))
    if recovered:
        flags.append(_refuse("RECOVERED", _recovered(recovered, against)))
    if nothing_left:
        flags.append(
            _refuse(
                "NOTHING-LEFT",
                "Every count within the table would be masked. Publish the total only, or combine "
                "rows, areas or years so that the counts are larger.",
            )
        )
    zero = (
        f"None counts as small here: a 0 is masked too, and {MASK} may mean none."
        if zeros_masked
        else f"A true 0 is shown as 0 and never masked, so {MASK} means 1 or more."
    )
    flags.append(Flag("ZEROS", zero, Severity.NOTE))
    for dimension, label in table.layout.unnamed_totals:
        said = f"“{label}” is the sum of all others in {dimension}, so it is treated as a total."
        flags.append(Flag("UNNAMED-TOTAL", said))
    if revised:
        flags.append(
            Flag(
                "REVISED",
                f"{revised} earlier figures differ from this table and were set aside. Where this "
                "table counts more months than the earlier one, a reader can subtract one from "
                "the other: give each period a column of its own, so that this is tried too.",
            )
        )
    if not against:
        flags.append(
            Flag(
                "NO-EARLIER",
                "No earlier release was given, so none was tried against this one. If these "
                "counts were ever published, name those files with --against.",
                Severity.NOTE,
            )
        )
    return tuple(flags)


_ADVICE = (
    "what is public already gives it away. Withdraw that release, combine rows, or leave these out."
)


def _refuse(code: str, text: str) -> Flag:
    return Flag(code, text, Severity.REFUSE)


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _recovered(found: Sequence[Found], against: int) -> str:
    said = [f"{say_key(f.key)} ({say_range(f)})" for f in found]
    why = f" {_ADVICE[0].upper()}{_ADVICE[1:]}" if against else ""
    return f"Masked cells could still be worked out: {_few(said)}. Nothing was published.{why}"


def say_range(found: Found) -> str:
    """What an attack concluded, without saying the true count: that it is pinned, or how far."""
    return "exactly" if found.exact else "too closely"


def sentence_of(
    *,
    refused: bool,
    cells: int,
    suppressed: int,
    secondary: int,
    tried: int,
    threshold: int,
    flags: Sequence[Flag],
) -> str:
    """One sentence for a board."""
    if refused:
        why = [flag.text for flag in flags if flag.severity is Severity.REFUSE]
        return " ".join(["This table is not safe to publish as it is.", *why])
    if not suppressed + secondary + tried:
        return (
            f"Of {cells:,} figures none is small enough to point at a person "
            f"(1 to {threshold - 1}), so the table is shown whole."
        )
    more = f", and {secondary:,} more so that no hidden one can be worked out" if secondary else ""
    them = "it" if tried == 1 else f"all {tried:,}"
    return (
        f"Of {cells:,} figures, {_are(suppressed)} hidden for counting fewer than {threshold}"
        f"{more}; we tried to work {them} out and could not."
    )


def _are(n: int) -> str:
    return "1 is" if n == 1 else f"{n:,} are"

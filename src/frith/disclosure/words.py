"""What a release says of itself: its flags, and one sentence for a board."""

from __future__ import annotations

from collections.abc import Sequence

from frith.disclosure.attack import Found
from frith.disclosure.growth import Correction
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
    differences: Sequence[Found],
    accept: Correction | None,
    zeros_masked: bool,
    against: int,
    high: int,
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
    if differences:
        flags.append(_differences(differences, accept, high=high))
    elif revised:
        said = (
            f"{revised:,} earlier figures differ from this table, none by so little that the "
            f"difference is a count of 1 to {high}."
        )
        flags.append(Flag("REVISED", said))
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


def _differences(found: Sequence[Found], accept: Correction | None, *, high: int) -> Flag:
    """Figures that subtract to a small count: a refusal, or whose decision it was."""
    which = _few([f"{say_key(f.key)} ({say_range(f)})" for f in found])
    few = f"{_figures(len(found))} from an earlier release by 1 to {high}, or nearly told: {which}."
    if accept is not None:
        said = f"{few} {accept.by.strip()} took that for a correction: {accept.reason.strip()}"
        return Flag("CORRECTION", said)
    return _refuse(
        "DIFFERENCE",
        f"{few} One release less the other is a small count, of the people added in between. "
        "Nothing was published. Give each period a column of its own, wait until more have been "
        "added, or combine rows. If it corrects the same events, a named person may say so.",
    )


def _figures(n: int) -> str:
    return "1 figure differs" if n == 1 else f"{n:,} figures differ"


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
    what = f"{_are(suppressed)} hidden for counting fewer than {threshold}{more}"
    if not suppressed:
        what = f"none counts fewer than {threshold}"
        if secondary:
            what += f"; {_are(secondary)} hidden so that what was hidden before stays so"
    return f"Of {cells:,} figures, {what}; we tried to work {them} out and could not."


def _are(n: int) -> str:
    return "1 is" if n == 1 else f"{n:,} are"

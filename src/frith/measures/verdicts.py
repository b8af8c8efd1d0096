"""What may be concluded from an effect and its interval, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from frith.results import Flag, Interval, Result, Severity

TELLING_SHARE = 0.25
"""An interval that could hide a change of a quarter of what was expected cannot tell."""


class Verdict(StrEnum):
    """What is said of a response's effect."""

    FELL = "fell"
    ROSE = "rose"
    MOVED = "moved"
    NO_CHANGE = "no-detectable-change"
    CANNOT_TELL = "cannot-tell"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Effect(Result):
    """An effect on a count: below nought means fewer events than without the response."""

    estimate: float | None = None
    se: float | None = None
    interval_95: Interval | None = None
    verdict: str = Verdict.CANNOT_TELL


def judge(interval: Interval, *, expected: float) -> Verdict:
    """Fell or rose where the interval says so; else whether it could have told.

    `expected` is how many events there would have been without the response.
    """
    if interval.hi < 0:
        return Verdict.FELL
    if interval.lo > 0:
        return Verdict.ROSE
    widest = max(abs(interval.lo), abs(interval.hi))
    return Verdict.NO_CHANGE if widest <= TELLING_SHARE * expected else Verdict.CANNOT_TELL


def guarded(verdict: Verdict, *, picked: bool) -> Verdict:
    """No success where the area was picked because it was high: some fall was coming anyway."""
    return Verdict.CANNOT_TELL if picked and verdict is Verdict.FELL else verdict


def caution(*, picked: bool, activity_led: bool) -> tuple[Flag, ...]:
    """Flags that every evaluation must carry where they apply."""
    flags = []
    if picked:
        flags.append(
            Flag(
                "SELECTED",
                "The area was picked because it was high, and that period is in the baseline: "
                "some fall was likely anyway. Leave the period of picking out to judge.",
            )
        )
    if activity_led:
        flags.append(
            Flag(
                "ACTIVITY",
                "What is counted rises and falls with how hard staff look, so neither a rise nor "
                "a fall is success.",
            )
        )
    return tuple(flags)


def sentence(
    verdict: Verdict,
    estimate: float,
    interval: Interval,
    *,
    than: str = "",
    forecast: str = "",
    activity_led: bool = False,
) -> str:
    """What a board reads: "fell by 12 more than `than`", or "12 fewer than `forecast`"."""
    against = f"what {forecast}" if forecast else than
    size, lo, hi = (_n(abs(v)) for v in (estimate, *_magnitudes(interval)))
    match verdict:
        case Verdict.FELL | Verdict.ROSE if forecast:
            way = "fewer" if verdict is Verdict.FELL else "more"
            said = f"{size} {way} than {forecast} (between {lo} and {hi})."
        case Verdict.FELL:
            said = f"Offences fell by {size} more than {than} (between {lo} and {hi})."
        case Verdict.ROSE:
            said = f"Offences rose by {size} more than {than} (between {lo} and {hi})."
        case Verdict.MOVED:
            said = "Offences fell where the response was, and rose next door: some of it moved."
        case Verdict.NO_CHANGE:
            said = (
                f"No detectable change against {against}: the difference lies between "
                f"{_signed(interval.lo)} and {_signed(interval.hi)}."
            )
        case _:
            said = (
                f"We cannot tell: against {against} the difference lies between "
                f"{_signed(interval.lo)} and {_signed(interval.hi)}, which chance can produce."
            )
    if activity_led and verdict in (Verdict.FELL, Verdict.ROSE):
        said += " It counts what staff found, so this is not by itself a success."
    return said


def no_effect(method: str, flag: Flag, **rest: object) -> Effect:
    """A refusal in an effect's shape."""
    reason = Flag(flag.code, flag.text, Severity.REFUSE)
    return Effect(
        method=method,
        status="refused",
        flags=(reason,),
        sentence=flag.text,
        verdict=Verdict.REFUSED,
        **rest,  # type: ignore[arg-type]
    )


def _magnitudes(interval: Interval) -> tuple[float, float]:
    ends = sorted((abs(interval.lo), abs(interval.hi)))
    return ends[0], ends[1]


def _n(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == round(value) else f"{value:,.1f}"


def _signed(value: float) -> str:
    return f"{_n(abs(value))} {'fewer' if value < 0 else 'more'}"

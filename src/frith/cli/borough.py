"""`frith borough`: a borough that does not exist, and beside it what was planted."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from frith.cli.frame import DEFAULT_SEED, Json, Quiet, Run, Seed
from frith.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from frith.borough import BoroughSummary, PlainSummary

_OUT = typer.Argument(help="Folder to write the data set to.", show_default=False)
_PEOPLE = typer.Option("--people", help="Residents, 2,000 to 2,000,000.")
_MONTHS = typer.Option("--months", help="Whole months of records, 12 to 120.")
_START = typer.Option("--start", help="First month, YYYY-MM.")
_PLAIN = typer.Option("--plain", help="Events and who was in them, and nothing else.")
_EVENTS = typer.Option("--events", help="With --plain: how many events.")
_NO_GROUPS = typer.Option("--no-groups", help="With --plain: plant no group.")


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("borough")
    def borough(
        out: Annotated[Path, _OUT],
        *,
        people: Annotated[int, _PEOPLE] = 25_000,
        months: Annotated[int, _MONTHS] = 36,
        start: Annotated[str, _START] = "2023-10",
        plain: Annotated[bool, _PLAIN] = False,
        events: Annotated[int | None, _EVENTS] = None,
        no_groups: Annotated[bool, _NO_GROUPS] = False,
        seed: Seed = DEFAULT_SEED,
        as_json: Json = False,
        quiet: Quiet = False,
    ) -> None:
        """Write a SYNTHETIC borough to train on and test with, and what was planted in it.

        OUT becomes a data set that `frith check` reads; OUT/truth says who is who, which groups
        there are, who is exploited, and which rates were changed where. The same command makes
        the same files, byte for byte. With --plain there are no names and no words: up to twelve
        million events by the laws that group-finding methods are compared by.

        Example: frith borough demo --people 25000 --seed 1
        """
        began = time.monotonic()
        parameters = {"people": people, "months": months, "start": start}
        if plain:
            parameters = {"events": events, "groups": not no_groups}
        run = Run("borough", as_json=as_json, quiet=quiet, seed=seed, parameters=parameters)
        made = (
            _plain(run, out, events=events, groups=not no_groups, seed=seed)
            if plain
            else _borough(run, out, people=people, months=months, start=_month(start), seed=seed)
        )
        run.write_record(out, [])
        payload = _payload(made, seconds=time.monotonic() - began)
        run.answer(payload, _text(payload))


def _borough(
    run: Run, out: Path, *, people: int, months: int, start: date, seed: int
) -> BoroughSummary:
    from frith.borough import build

    with run.progress() as bar:
        task = bar.add_task("Starting", total=None)
        return build(
            out,
            people=people,
            seed=seed,
            months=months,
            start=start,
            say=lambda step: bar.update(task, description=f"Making {step}"),
        )


def _plain(run: Run, out: Path, *, events: int | None, groups: bool, seed: int) -> PlainSummary:
    from frith.borough import build_plain

    if events is None:
        raise BadInput("--plain needs a number of events", mend="Add --events 200000.")
    with run.progress() as bar:
        bar.add_task(f"Making {events:,} events", total=None)
        return build_plain(out, events=events, seed=seed, groups=groups)


def _month(text: str) -> date:
    """The first day of a month written YYYY-MM."""
    from datetime import date

    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BadInput(
            f"{text!r} is not a month", where="--start", mend="Write YYYY-MM, such as 2023-10."
        ) from None


def _payload(made: BoroughSummary | PlainSummary, *, seconds: float) -> dict[str, Any]:
    """The contract's keys first."""
    from frith.borough.mark import MARK
    from frith.results import to_plain

    found: dict[str, Any] = to_plain(made)
    first = {key: found.pop(key) for key in ("people", "events", "groups")}
    return {"mark": MARK, **first, **found, "seconds": round(seconds, 2)}


def _text(payload: dict[str, Any]) -> str:
    """A few lines for a person."""
    lines = [
        f"{payload['mark']}. {payload['people']:,} people, {payload['events']:,} events, "
        f"{payload['groups']:,} planted groups, in {payload['seconds']:.1f} s.",
        f"Data set: {payload['folder']}",
        f"What was planted: {payload['truth']}",
    ]
    if "exploited" in payload:
        lines.insert(
            1,
            f"{payload['exploited']:,} people are exploited by planted groups; "
            f"{payload['possible_victims']:,} possible victims stand behind the partner lists.",
        )
    return "\n".join(lines)

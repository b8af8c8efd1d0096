"""What `frith study` says: its JSON, and the lines at the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from frith.profile.study_material import Study
    from frith.study import Agreement, Shares
    from frith.study.forms import Returned

MOST_TOLD = 5
"""Refused rows told at the keyboard; `--json` and `--rejects` hold more."""


def agreement_json(found: Agreement) -> dict[str, Any]:
    """Kappa with its interval, and what it is made of."""
    interval = found.interval
    indices = found.indices
    return {
        "kappa": found.kappa,
        "lo": interval.lo if interval else None,
        "hi": interval.hi if interval else None,
        "both": found.both,
        "observed": found.observed,
        "expected": found.expected,
        "prevalence_index": indices.prevalence if indices else None,
        "bias_index": indices.bias if indices else None,
        "adjusted": indices.adjusted if indices else None,
        "crossed": found.tables["crossed"],
    }


def report_json(found: Study, *, synthetic: bool) -> dict[str, Any]:
    """The answer of `frith study report`: shares, agreement, coverage and every part."""
    shares: Shares = found.shares
    return {
        "status": str(shares.status),
        "definition": shares.definition,
        "shares": shares.tables["shares"],
        "neighbourhoods": shares.tables["neighbourhoods"],
        "overall": shares.tables["overall"].row(0, named=True),
        "agreement": found.kappa,
        "coverage": {
            name: {
                "status": str(part.status),
                "value": part.value,
                "interval": part.interval,
                "sentence": part.sentence,
                **({"counts": part.tables["coverage"]} if "coverage" in part.tables else {}),
                **({"estimated": part.parameters["estimated"],
                    "mapped": part.parameters["mapped"]}
                   if name == "groups" else {}),
            }
            for name, part in found.parts.items()
            if name in ("mapped", "groups")
        },
        "parts": {
            name: {"status": str(part.status), "sentence": part.sentence, **part.tables}
            for name, part in found.parts.items()
            if name not in ("mapped", "groups")
        },
        "flags": told_flags(shares.flags),
        "sentence": shares.sentence,
        "synthetic": synthetic,
    }  # fmt: skip


def told_flags(flags: Any) -> list[dict[str, str]]:
    """Flags as every command writes them."""
    from frith.cli.place_frame import flags_json

    return flags_json(flags)


def lines(sentence: str, flags: Any, *more: str) -> str:
    """The sentence, its flags and whatever else there is to say, a line each."""
    told = [f"  {flag.code}: {flag.text}" for flag in flags if flag.text != sentence]
    return "\n".join([sentence, *told, *(line for line in more if line)])


def refused_rows(forms: dict[str, Returned]) -> list[str]:
    """The first refused rows of each form, so that they can be mended."""
    lines = []
    for who, form in forms.items():
        if form.report.refused:
            lines.append(f"Form {who}: {form.report.refused:,} rows refused, the first of them:")
            lines += [
                f"  row {row['row']}: {row['column']} {row['reason']}"
                for row in form.report.refusals.head(MOST_TOLD).iter_rows(named=True)
            ]
        if form.untouched:
            lines.append(f"Form {who}: {form.untouched:,} rows were left blank.")
    return lines

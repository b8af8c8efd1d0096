"""The demonstration borough: synthetic data built by the library, and its profile, made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings

from frith_web.products.selectors import LISTING, profiles_folder
from frith_web.products.services.profile import publish_profile

SEED = 1
Step = Callable[[str], None]


def prepare_demonstration(*, on: date, people: int, step: Step = lambda _: None) -> None:
    """Build what is absent of the demonstration: the borough's data, then its published profile."""
    dataset = Path(settings.DATA) / "borough"
    if not (dataset / "dataset.toml").is_file():
        step(f"Building a borough of {people:,} people who do not exist")
        _build_borough(dataset, people=people, step=step)
    if not any(profiles_folder().glob(f"*/{LISTING}")):
        publish_profile(dataset=dataset, on=on, seed=SEED, step=step)


def _build_borough(folder: Path, *, people: int, step: Step) -> None:
    """Built aside and put in place in one step, so that half a borough is never taken for one."""
    from frith.borough import build

    aside = folder.with_name(f".{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    build(aside, people=people, seed=SEED, say=step)
    aside.rename(folder)

"""The demonstration borough: synthetic data built by the library, loaded on terms, once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction

from frith.reference.regimes import Marking, Regime
from frith_web.core.database import reader
from frith_web.core.models import (
    Agreement,
    Compartment,
    Partner,
    Protection,
    User,
    WhenHidden,
    opened,
)
from frith_web.core.purposes import Purpose
from frith_web.core.reading import reading
from frith_web.core.services.demonstration import (
    COMPARTMENT,
    PLAN,
    SHARING,
    account,
    set_up_partnership,
)
from frith_web.core.services.protections import Share, Terms, move, terms
from frith_web.objective.models import Continuation, Plan, Priority
from frith_web.objective.services import definitions, plans
from frith_web.pole.models import Batch, Nominal
from frith_web.pole.services.imports import import_dataset
from frith_web.products.selectors import LISTING, profiles_folder
from frith_web.products.services.profile import publish_profile

SEED = 1
Step = Callable[[str], None]
ACT = "demonstration"
SHOWN = "Shows what such terms do."


def prepare_demonstration(*, on: date, people: int, step: Step = lambda _: None) -> None:
    """Build what is absent of the demonstration: data, profile, partnership, records and plans."""
    from frith.tables import load_dataset

    dataset = Path(settings.DATA) / "borough"
    if not (dataset / "dataset.toml").is_file():
        step(f"Building a borough of {people:,} people who do not exist")
        _build_borough(dataset, people=people, step=step)
    if not any(profiles_folder().glob(f"*/{LISTING}")):
        publish_profile(dataset=dataset, on=on, seed=SEED, step=step)
    about = load_dataset(dataset, only=()).about
    set_up_partnership(area=about.area, area_name=about.area_name, vintage=about.area_vintage)
    load_records(dataset, step=step)
    write_plans()


def load_records(dataset: Path, *, step: Step = lambda _: None) -> None:
    """Bring the borough's records in, each source on its partner's terms; some held closer."""
    desk = account("intelligence-desk")
    with transaction.atomic(), _as(desk):
        with opened("the demonstration is loaded once"):
            loaded = Batch.objects.exists()
        if loaded:
            return
        by_source = _terms_by_source()
        import_dataset(
            folder=dataset,
            by=desk,
            protection=by_source["police"],
            by_source=by_source,
            say=step,
        )
        _hold_some_closer(desk)


def _terms_by_source() -> dict[str, Protection]:
    agreement = Agreement.objects.get(key=SHARING)
    of = {one.key: one for one in Partner.objects.all()}

    def shared(*to: str, purposes: tuple[Purpose, ...]) -> list[Share]:
        return [
            Share(partner=of[key], agreement=agreement, purpose=purpose)
            for key in to
            for purpose in purposes
        ]

    work = (Purpose.DISRUPTION, Purpose.SAFEGUARDING)
    made = {
        "police": Terms(
            owner=of["police"],
            regime=Regime.SYNTHETIC,
            shares=shared("council", purposes=(*work, Purpose.PLANNING)),
        ),
        "housing": Terms(
            owner=of["housing"],
            regime=Regime.SYNTHETIC,
            conditions=["no_further_sharing"],
            shares=shared("council", "police", purposes=work),
        ),
        "council": Terms(owner=of["council"], regime=Regime.SYNTHETIC, marking=Marking.OFFICIAL),
        "probation": Terms(
            owner=of["probation"],
            regime=Regime.SYNTHETIC,
            restricted=True,
            conditions=["organisation_only"],
            shares=shared("council", "police", purposes=work),
        ),
    }
    return {source: terms(of=one) for source, one in made.items()}


def _hold_some_closer(desk: User) -> None:
    """A few police records sealed, in a compartment, or answering only with whom to contact."""
    police = Partner.objects.get(key="police")
    closer = (
        Terms(owner=police, regime=Regime.SYNTHETIC, sealed_to=[desk], conditions=["meeting_only"]),
        Terms(
            owner=police,
            regime=Regime.SYNTHETIC,
            compartments=[Compartment.objects.get(key=COMPARTMENT)],
            shares=[
                Share(
                    partner=Partner.objects.get(key="council"),
                    agreement=Agreement.objects.get(key=SHARING),
                    purpose=Purpose.DISRUPTION,
                )
            ],
        ),
        Terms(owner=police, regime=Regime.SYNTHETIC, when_hidden=WhenHidden.CONTACT),
    )
    found = Nominal.objects.visible_to(desk).filter(source="police").order_by("source_id")
    chosen = list(found.select_related("protection")[: len(closer)])
    for one, held in zip(chosen, closer, strict=False):
        move(records=[one], to=terms(of=held), by=desk, reason=SHOWN)


@transaction.atomic
def write_plans() -> None:
    """The plan of 2022-25 and the strategy of 2025-28, as the domain's own documents have them."""
    board = account("board-member")
    with _as(board):
        with opened("the demonstration is written once"):
            written = Plan.objects.exists()
        if not written:
            _write_plans(board)


@contextmanager
def _as(user: User) -> Iterator[None]:
    with reading(actor=user, act=ACT), reader(user.pk):
        yield


EARLIER = (
    ("Protecting vulnerable children", "Abuse, criminal and sexual exploitation."),
    ("Protecting vulnerable adults", "Substance misuse, mental health, modern slavery."),
    ("Safer and stronger communities", "Priority locations and hate crime."),
    ("Violence and organised crime", "Fewer harmed by violence; organised crime disrupted."),
)
LATER = (
    ("Safer Neighbourhoods", ""),
    ("Tackling violence, abuse and exploitation", ""),
    ("Preventing offending and building resilience", ""),
)
ACROSS = ("Online crime", "The voice of those who use services", "Equality")
WALK = (
    (0, 1, Continuation.MERGED),
    (1, 1, Continuation.MERGED),
    (2, 0, Continuation.WHOLE),
    (3, 1, Continuation.PART),
    (3, 2, Continuation.PART),
)
READING = "The demonstration's own reading; a partnership writes its own."
SOURCE = "Modelled on the Safer Rotherham Partnership's published {}"
ADOPTED = ("awareness_sessions", "groups_identified", "groups_mapped", "disruptive_actions")
ADOPTED_LATER = ("disruptions_partner_led", "nrm_referrals")


def _write_plans(board: User) -> None:
    council = Partner.objects.get(key="council")
    police = Partner.objects.get(key="police")
    held = plans.plan_terms(
        owner=council, agreement=Agreement.objects.get(key=PLAN), regime=Regime.SYNTHETIC
    )
    before = plans.open_plan(
        by=board,
        protection=held,
        title="Partnership plan 2022-25",
        starts_on=date(2022, 4, 1),
        ends_on=date(2025, 3, 31),
        source=SOURCE.format("plan 2022-25"),
    )
    now = plans.open_plan(
        by=board,
        protection=held,
        title="Partnership strategy 2025-28",
        starts_on=date(2025, 4, 1),
        ends_on=date(2028, 3, 31),
        agreed_on=date(2025, 9, 15),
        source=SOURCE.format("strategy 2025-28"),
    )
    earlier = _priorities(board, before, EARLIER)
    later = _priorities(board, now, LATER)
    for number, title in enumerate(ACROSS, start=len(LATER) + 1):
        plans.add_priority(by=board, plan=now, title=title, order=number, cross_cutting=True)
    for one, other, how in WALK:
        plans.carry_on(
            by=board,
            earlier=earlier[one],
            later=later[other],
            continuation=how,
            note_words=READING,
        )
    for text, lead, under, due in (
        ("Hold awareness sessions with every partner", police, earlier[3], date(2025, 3, 31)),
        ("Report to the partnership's board each quarter", council, later[1], date(2028, 3, 31)),
        ("Publish where problems gather, and what was done", council, later[0], None),
    ):
        plans.promise(by=board, priority=under, text=f"{text} (made up)", lead=lead, due_on=due)
    _measures(board, earlier=earlier[3], later=later[1])


def _priorities(board: User, plan: Plan, said: tuple[tuple[str, str], ...]) -> list[Priority]:
    return [
        plans.add_priority(by=board, plan=plan, title=title, aim=aim, order=number)
        for number, (title, aim) in enumerate(said, start=1)
    ]


def _measures(board: User, *, earlier: Priority, later: Priority) -> None:
    for keys, under, since in (
        (ADOPTED, earlier, date(2022, 4, 1)),
        (ADOPTED_LATER, later, date(2025, 4, 1)),
    ):
        for key in keys:
            made = definitions.adopt(
                by=board, key=key, protection=under.protection, priority=under, starts_on=since
            )
            if key == "awareness_sessions":
                definitions.set_target(
                    by=board,
                    measure=made,
                    value=Decimal(24),
                    by_date=date(2025, 3, 31),
                    rationale="Two a month, as an example.",
                )
            if key == "groups_identified":
                words = f"{made.definition} One that two partners nominate counts once."
                definitions.redefine(
                    by=board,
                    measure=made,
                    starts_on=date(2025, 4, 1),
                    words={"definition": words},
                )


def _build_borough(folder: Path, *, people: int, step: Step) -> None:
    """Built aside and put in place in one step, so that half a borough is never taken for one."""
    from frith.borough import build

    aside = folder.with_name(f".{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    build(aside, people=people, seed=SEED, say=step)
    aside.rename(folder)

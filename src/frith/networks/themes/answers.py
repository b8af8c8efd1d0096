"""Every theme's question put to one run and its data set, by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from frith.errors import UnknownName
from frith.networks.groups import Groups
from frith.networks.themes.at_risk import at_risk
from frith.networks.themes.claims import shared_claims
from frith.networks.themes.fraud import fraud_losses
from frith.networks.themes.shop_theft import shop_theft
from frith.networks.themes.sites import sites
from frith.networks.themes.venues import venues
from frith.results import Flag, Result, refuse

GROWING_PREMISES = frozenset({"dwelling"})
"""Cannabis is grown in rented houses, so a drugs record at a dwelling is looked at as a site. It
may also be a search for something else: the count is of places to look at."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A run and the tables it was made of, as each theme needs them."""

    found: Groups
    tables: Mapping[str, pl.DataFrame]
    protected: pl.Series
    persons: pl.DataFrame | None = None

    @property
    def events(self) -> pl.DataFrame:
        """The events."""
        return self.tables["events"]

    @property
    def roles(self) -> pl.DataFrame:
        """The roles."""
        return self.tables["roles"]


def _sites(theme: str, premises: Collection[str] | None = None) -> Callable[[Scene], Result]:
    def asked(scene: Scene) -> Result:
        return sites(
            scene.found,
            scene.events,
            scene.roles,
            theme=theme,
            premises=premises,
            protected=scene.protected,
            persons=scene.persons,
        )

    return asked


def _shop_theft(scene: Scene) -> Result:
    return shop_theft(scene.found, scene.events, scene.roles, persons=scene.persons)


def _at_risk(scene: Scene) -> Result:
    return at_risk(scene.found, scene.events, scene.roles, persons=scene.persons)


def _fraud(scene: Scene) -> Result:
    return fraud_losses(scene.found, scene.events, scene.roles, persons=scene.persons)


def _venues(scene: Scene) -> Result:
    return venues(
        scene.events,
        scene.roles,
        object_links=scene.tables["object_links"],
        objects=scene.tables["objects"],
        protected=scene.protected,
        persons=scene.persons,
    )


def _claims(scene: Scene) -> Result:
    return shared_claims(
        scene.found,
        scene.events,
        scene.roles,
        object_links=scene.tables["object_links"],
        objects=scene.tables["objects"],
        protected=scene.protected,
        persons=scene.persons,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One theme: its title, what it asks, and the tables it cannot do without."""

    title: str
    ask: Callable[[Scene], Result]
    needs: tuple[str, ...] = ()
    lead: str = ""
    """What the answer is about, before its sentence, where the sentence alone does not say."""


OBJECTS = ("objects", "object_links")
QUESTIONS: Mapping[str, Question] = {
    "shop_theft": Question(title="Shop theft by crews", ask=_shop_theft),
    "child_exploitation": Question(
        title="Children and others at risk of sexual and of criminal exploitation", ask=_at_risk
    ),
    "sex_market": Question(title="Venues of the sex market", ask=_venues, needs=OBJECTS),
    "fraud": Question(title="Fraud and what it takes", ask=_fraud),
    "cannabis": Question(
        title="Cannabis growing and homes taken over",
        ask=_sites("drugs", GROWING_PREMISES),
        lead="Dwellings with drugs records, where cannabis is grown or somebody's home was taken "
        "over, which the records do not tell apart: ",
    ),
    "begging": Question(title="Forced begging", ask=_sites("begging"), lead="Begging: "),
    "domestic_servitude": Question(
        title="Domestic servitude", ask=_sites("domestic_servitude"), lead="Domestic servitude: "
    ),
    "benefit_fraud": Question(
        title="Many claims behind one address or account", ask=_claims, needs=OBJECTS
    ),
}
"""What each theme asks, in the order in which it is answered."""


def asked_for(themes: Collection[str] | None) -> tuple[str, ...]:
    """These themes in the order of `QUESTIONS`, all where None; `UnknownName` for any other."""
    for name in themes or ():
        if name not in QUESTIONS:
            raise UnknownName(f"no theme “{name}”", mend=f"Choose one of {', '.join(QUESTIONS)}.")
    return tuple(name for name in QUESTIONS if themes is None or name in themes)


def theme_results(scene: Scene, *, themes: Collection[str] | None = None) -> dict[str, Result]:
    """Each theme's answer, or a refusal that names the tables it lacks; `themes`: only these.

    Raises `UnknownName` for a theme that is not among `QUESTIONS`. No answer names a person, and a
    possible victim is only ever a count beside.
    """
    return {name: _answered(QUESTIONS[name], scene) for name in asked_for(themes)}


def _answered(question: Question, scene: Scene) -> Result:
    lacking = [
        table
        for table in question.needs
        if table not in scene.tables or scene.tables[table].is_empty()
    ]
    if not lacking:
        found = question.ask(scene)
        return replace(found, sentence=f"{question.lead}{found.sentence}")
    text = f"{question.title}: this needs {' and '.join(lacking)}, which the data set lacks."
    return refuse(question.title, Flag("tables-missing", text))

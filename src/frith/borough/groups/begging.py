"""Forced begging: people brought by car each morning to pitches that change."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="begging",
    theme="begging",
    label="forced begging",
    members=(3, 6),
    occasions=(8, 20),
    offences=(
        Offence(
            share=0.60,
            crime_type="Anti-social behaviour",
            code=None,
            kind="incident",
            source="council",
        ),
        Offence(share=0.30, crime_type="Other crime", code="99"),
        Offence(share=0.10, crime_type="Violence and sexual offences", code="106"),
    ),
    away=0.8,
    premises="shop",
    premises_type="street",
    led=0.5,
    exploited=Exploited(number=(3, 6), age=(16, 60), seen=0.90, as_suspect=0.55, found=0.5),
    phones=(1, 2),
    vehicles=(1, 1),
)
"""A person who begs is treated as a possible victim; many records here say suspect all the same."""

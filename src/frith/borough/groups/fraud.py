"""Fraud on older people: organised losses are larger than those of a lone fraudster."""

from frith.borough.groups.theme import Offence, Theme

THEME = Theme(
    key="fraud",
    theme="fraud",
    label="courier and doorstep fraud on older people",
    members=(3, 6),
    occasions=(8, 20),
    offences=(
        Offence(share=0.65, crime_type="Other crime", code="53D"),
        Offence(share=0.20, crime_type="Other crime", code="33A"),
        Offence(share=0.15, crime_type="Burglary", code="28G"),
    ),
    age=(18, 45),
    away=0.7,
    premises_type="dwelling",
    led=0.05,
    phones=(2, 4),
    vehicles=(1, 2),
    accounts=(2, 5),
    loss=(9_500.0, 0.6),
    victims=0.95,
)
"""The median is set so that the mean passes £10,000, as the Perpetuity study found of organised
fraud (about £4,000 otherwise)."""

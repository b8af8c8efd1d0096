"""Domestic servitude: one household, one person who works and is never out alone; few records."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="servitude",
    theme="domestic_servitude",
    label="domestic servitude in a household",
    members=(2, 3),
    occasions=(6, 8),
    offences=(
        Offence(share=0.35, crime_type="Violence and sexual offences", code="106"),
        Offence(share=0.25, crime_type="Violence and sexual offences", code="105A"),
        Offence(share=0.40, crime_type=None, code=None, kind="referral", source="council"),
    ),
    age=(30, 65),
    sites=(1, 1),
    premises_type="dwelling",
    led=0.05,
    found_by="council",
    exploited=Exploited(number=(1, 1), age=(18, 60), seen=0.95, as_suspect=0.0, found=1.0),
    phones=(0, 1),
    vehicles=(0, 1),
)

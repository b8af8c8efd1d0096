"""Drug lines: a telephone, runners who are children, and the homes of people they take over."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="drug_line",
    theme="drugs",
    label="drug line with a cuckooed address",
    members=(4, 12),
    occasions=(8, 24),
    offences=(
        Offence(share=0.62, crime_type="Drugs", code="92A"),
        Offence(share=0.16, crime_type="Drugs", code="92D"),
        Offence(share=0.12, crime_type="Possession of weapons", code="10D"),
        Offence(share=0.10, crime_type="Violence and sexual offences", code="8N"),
    ),
    age=(17, 40),
    sites=(1, 3),
    premises_type="dwelling",
    led=0.85,
    exploited=Exploited(
        number=(2, 4), age=(14, 17), seen=0.35, as_suspect=0.75, found=0.5, at_home=True
    ),
    phones=(2, 4),
    vehicles=(1, 2),
)
"""The first exploited person is the tenant whose home is used; the others are children who run."""

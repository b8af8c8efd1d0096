"""Cannabis grown in rented houses by people who cannot leave, and stand as suspects."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="cannabis",
    theme="drugs",
    label="cannabis growing in rented houses",
    members=(3, 8),
    occasions=(6, 16),
    offences=(
        Offence(share=0.70, crime_type="Drugs", code="92A"),
        Offence(share=0.20, crime_type="Other theft", code="43"),
        Offence(share=0.10, crime_type="Other crime", code="38"),
    ),
    away=0.45,
    sites=(3, 6),
    premises_type="dwelling",
    led=0.75,
    exploited=Exploited(number=(2, 4), age=(17, 40), seen=0.55, as_suspect=0.90, found=1.0),
    vehicles=(1, 3),
    accounts=(0, 2),
)
"""Every grower is recognised one day: none may ever show as a member of what holds them."""

"""Shoplifting crews that travel: the same few people, many towns' shops, stolen to order."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="shoplifting",
    theme="acquisitive",
    label="travelling shoplifting crew",
    members=(3, 7),
    occasions=(10, 24),
    offences=(
        Offence(share=0.92, crime_type="Shoplifting", code="46"),
        Offence(share=0.08, crime_type="Other crime", code="33"),
    ),
    away=0.75,
    premises="shop",
    premises_type="shop",
    led=0.03,
    exploited=Exploited(number=(0, 2), age=(18, 40), seen=0.30, as_suspect=0.90, found=0.4),
    vehicles=(1, 2),
    loss=(320.0, 0.7),
)
"""Controlled thieves keep nothing of what is taken: a possible victim recorded as a suspect."""

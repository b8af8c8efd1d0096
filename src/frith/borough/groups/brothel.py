"""Pop-up brothels: short lets, the same telephones and adverts in one house after another."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="brothel",
    theme="sex_market",
    label="pop-up brothels sharing telephones and adverts",
    members=(2, 5),
    occasions=(6, 14),
    offences=(
        Offence(share=0.70, crime_type="Other crime", code="24"),
        Offence(share=0.15, crime_type="Violence and sexual offences", code="72"),
        Offence(share=0.15, crime_type=None, code=None, kind="intelligence"),
    ),
    age=(22, 55),
    away=0.6,
    sites=(3, 7),
    premises_type="dwelling",
    led=0.55,
    exploited=Exploited(number=(2, 6), age=(18, 38), seen=0.75, as_suspect=0.10, found=0.6),
    phones=(2, 4),
    vehicles=(1, 2),
    adverts=(3, 8),
)
"""Selling sex is not itself exploitation; control is. Planted people here are controlled."""

"""Child sexual exploitation by two or more: few are mapped as groups, because two seems too few."""

from frith.borough.groups.theme import Exploited, Offence, Theme

THEME = Theme(
    key="cse",
    theme="cse",
    label="child sexual exploitation by two or more",
    members=(2, 6),
    occasions=(6, 14),
    offences=(
        Offence(share=0.35, crime_type="Violence and sexual offences", code="71"),
        Offence(share=0.25, crime_type="Violence and sexual offences", code="88A"),
        Offence(share=0.25, crime_type="Violence and sexual offences", code="22B"),
        Offence(share=0.15, crime_type="Violence and sexual offences", code="13"),
    ),
    age=(18, 45),
    sites=(1, 3),
    premises="hotel",
    premises_type="hotel",
    led=0.25,
    exploited=Exploited(
        number=(2, 5), age=(12, 16), seen=0.95, as_suspect=0.02, found=0.9, role="victim"
    ),
    vehicles=(1, 2),
    handles=(1, 3),
)
